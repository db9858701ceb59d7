"""A summary where the author gave none: whole sentences from the first paragraph."""

from __future__ import annotations

import re

from ..markdown.document import Outline

LIMIT = 240

# A sentence ends with . ! ? or their kin, perhaps with a closing quote, before a space and something that can begin
# one. "Dr. Smith" and "U.S. firms" are told apart by what stands before the full stop.
_END = re.compile(r"""[.!?…。！？]["'”’»)\]]*(?=\s|$)""")
_ABBREVIATED = re.compile(
    r"(?:\b[A-ZА-ЯЁ]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Corp|vs|etc|e\.g|i\.e|approx|No|г|гг|т\.е|им|ул))\.$"
)


def summary_of(outline: Outline) -> str:
    """The text up to <!--more-->, or else whole sentences of the first paragraph."""
    return outline.excerpt or first_sentences(outline.lead)


def first_sentences(lead: str) -> str:
    """As many whole sentences of the paragraph as stay within LIMIT characters, but at least the first one."""
    if len(lead) <= LIMIT:
        return lead
    best = ""
    for end in _END.finditer(lead):
        sentence = lead[: end.end()]
        if _ABBREVIATED.search(lead[: end.start() + 1]) and end.end() < len(lead):
            continue
        if best and len(sentence) > LIMIT:
            break
        best = sentence
    return best or lead
