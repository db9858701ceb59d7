"""How much of a text stands in another word for word: the words of each, and the stretches that they share.

Linear in the length of both, whatever they hold: a suffix automaton of one text is walked along the other (Blumer,
Blumer, Haussler, Ehrenfeucht, Chen, Seiferas: The smallest automaton recognizing the subwords of a text, 1985).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

SHINGLE = 8  # words; so many in a row are hardly ever the same by chance

# Accents that may stand apart from their letter, and invisible signs that may part a word.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
# Scripts without spaces between words: each sign counts as one.
_SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"(?![{_SIGN}])[^\W_]"
_WORD = re.compile(rf"[{_SIGN}]|{_LETTER}(?:{_LETTER}|[{_MARKS}]|(?:['’ʼ]|\*{{1,3}})(?={_LETTER}))*")
_INVISIBLE = re.compile("[*\u00ad\u200b-\u200d\u2060]")  # Markdown may stress a part of a word


@dataclass(frozen=True, slots=True)
class ComparedWord:
    """A word as it is compared, and where it stands in its text."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[ComparedWord]:
    """The words of a text, without case, accents written apart, and the kind of apostrophe."""
    return [ComparedWord(_normal(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def matched(source: Sequence[str], text: Sequence[str | None]) -> list[int]:
    """For each word of the text how many words in a row, this one the last, stand so in the source.

    None stands for a word that is in no source.
    """
    following, suffix, length = _automaton(source)
    lengths = []
    state = count = 0
    for word in text:
        while state and word not in following[state]:
            state = suffix[state]
            count = length[state]
        if word in following[state]:
            state = following[state][word]
            count += 1
        lengths.append(count)
    return lengths


def runs(lengths: Sequence[int], least: int) -> Iterator[tuple[int, int]]:
    """First and last word of each stretch that is shared as a whole, of `least` words or more, in order."""
    for index, count in enumerate(lengths):
        if count >= least and (index + 1 == len(lengths) or lengths[index + 1] <= count):
            yield index - count + 1, index


def _automaton(words: Sequence[str]) -> tuple[list[dict[str | None, int]], list[int], list[int]]:
    """Of each state: where a further word leads, the state of its longest other suffix, its longest stretch."""
    following: list[dict[str | None, int]] = [{}]
    suffix, length = [-1], [0]
    last = 0
    for word in words:
        new = len(following)
        following.append({})
        suffix.append(0)
        length.append(length[last] + 1)
        state = last
        while state >= 0 and word not in following[state]:
            following[state][word] = new
            state = suffix[state]
        if state >= 0:
            suffix[new] = _split(following, suffix, length, state, word)
        last = new
    return following, suffix, length


def _split(following: list[dict[str | None, int]], suffix: list[int], length: list[int], state: int, word: str) -> int:
    """The state that stands for just the stretch of `state` with the word behind it, made if need be."""
    target = following[state][word]
    if length[target] == length[state] + 1:
        return target
    copy = len(following)
    following.append(dict(following[target]))
    suffix.append(suffix[target])
    length.append(length[state] + 1)
    suffix[target] = copy
    while state >= 0 and following[state].get(word) == target:
        following[state][word] = copy
        state = suffix[state]
    return copy


def _normal(word: str) -> str:
    if word.isascii():
        return word.lower().replace("*", "")
    plain = _INVISIBLE.sub("", word).replace("’", "'").replace("ʼ", "'")
    return normalize("NFKC", normalize("NFKC", plain).casefold())
