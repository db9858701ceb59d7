"""A summary where the author gave none: whole sentences from the first paragraph, by the language's own rules."""

from __future__ import annotations

import re

LIMIT = 240
_LONGEST = 8_000  # characters that are looked at: nobody writes a first sentence of a thousand words

# Where sentencex sees an end too many: after initials, titles and abbreviations, and after ordinals (am 3. Mai).
_ABBREVIATED = re.compile(
    r"(?:\b[^\W\d_]|\b(?:Mr|Mrs|Ms|Mme|Mlle|MM|Dr|Prof|St|Inc|Ltd|Co|Corp|vs|etc|e\.g|i\.e|p\. ?ex|z\. ?B|d\. ?h|u\. ?a"
    r"|approx|No|Nr|Sr|Sra|г|гг|т\. ?е|т\. ?д|т\. ?п|им|ул|руб|тыс|млн|млрд|см|рис))\.$"
)
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,3}\.$")
_WITH_ORDINALS = frozenset({"cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "sk", "sl", "sr"})
_CLOSING = "\"'”’»)]」』）"


def first_sentences(lead: str, language: str) -> str:
    """As many whole sentences of a paragraph as stay within LIMIT characters, but at least the first one.

    language: a primary subtag. docs/decisions/0092-ends-of-sentences.md says why by sentencex.
    """
    if len(lead) <= LIMIT:
        return lead
    from sentencex import segment  # 6 ms to import, and only long paragraphs need it

    best = end = 0
    for sentence in segment(language, lead[:_LONGEST]):
        end += len(sentence)
        if end < len(lead) and not _is_end(lead, end, language):
            continue
        if best and len(lead[:end].rstrip()) > LIMIT:
            break
        best = end
    return lead[:best].rstrip() or lead


def _is_end(lead: str, end: int, language: str) -> bool:
    before, after = lead[:end].rstrip(), lead[end : end + 1]
    if _ABBREVIATED.search(before) or (language in _WITH_ORDINALS and _ORDINAL.search(before)):
        return False
    # 「驚いた。」と: the sentence around the quotation goes on.
    return not (before[-1:] in _CLOSING and lead[end - 1 : end] == before[-1:] and after.islower())
