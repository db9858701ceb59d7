"""Invented articles to measure with: article i is the same in every corpus and on every version of Python.

About 5 KB of Markdown each: headings, paragraphs, links, emphasis, a list and a quotation; code in every fifth, a
table in every seventh, a link to an earlier article in every third. Words, topics and sources are as uneven as in
life: a few are everywhere, most are rare.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate

# The most frequent words come first, as in any text.
COMMON = """
the of and to in a is that for it was on are as with be by at this from or have an they which one you were all her
she there would their we him been has when who will no more if out so up said what its about than into them can only
other time new some could these two may first then do any like my now over such our man me even most made after also
did many off before must well back through years much where your way down should because long each just state those
people too mr how little good world make very year still see own work men day get here old life both between being
under three never know same last another while us might great go come since against right came take used himself few
house use during without again place around however home small found thought went say part once general high upon
school every company market model data price report bank research share growth system power plan cost team chip
energy figure quarter
"""
ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w"
NUCLEI = "a ai e ea ee i ia o oa oo ou u"
CODAS = "b ck d ft g l ld ll m mp n nd ng nt p r rd rk rt s ss st t th ve x"
ENDINGS = ["", "", "", "ed", "er", "ing", "ion", "ly", "s"]

TOPICS = """
Inference|Chips|Funding|Regulation|Open models|Robotics|Data centres|Energy|Search|Security|
Copyright|Safety|Health|Education|Translation|Speech|Vision|Agents|Coding tools|Payments|
Advertising|Labour|Elections|Privacy|Standards|Benchmarks|Cloud|Phones|Cars|Games|Film|Music|
Publishing|Science|Weather|Farming|Logistics|Space|Defence|Courts"""
SOURCES = """Harbour Wire|The Northern Ledger|Circuit Weekly|Meridian Post|Signal and Noise|The Daily Abacus|Open Bench|
Copper Street Journal|Longwave Radio|The Quiet Observer|Delta Dispatch|Machine Times|Paper Trail|The Grid|Second Draft|
Evening Standard Deviation|Public Record|The Lighthouse|Field Notes|Semicolon"""

FIRST_DATE = datetime(2001, 1, 1, 6, tzinfo=UTC)
BETWEEN_ARTICLES = timedelta(hours=2)  # 100,000 of them end before 2024


@dataclass(frozen=True, slots=True)
class BenchArticle:
    """One article, independent of any generator; `earlier` is a slug that `body` links to, or empty."""

    number: int
    slug: str
    title: str
    summary: str
    date: datetime
    topics: tuple[str, ...]
    source: str
    source_url: str
    earlier: str
    body: str

    def body_with_link(self, address: str) -> str:
        """Return the body with its link to the earlier article written as `address`, a pattern with {slug}."""
        return self.body.replace("earlier:", address.format(slug=self.earlier)) if self.earlier else self.body


class _Dice:
    """Random draws for one purpose. Only random() is used, because Python guarantees its values for a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def uneven(self, values: Sequence[str]) -> str:
        """Return one of the values; the one at rank r has the weight 1 / (r + 1) (Zipf's law)."""
        steps = _steps(len(values))
        return values[min(bisect(steps, self._random() * steps[-1]), len(values) - 1)]

    def words(self, count: int) -> list[str]:
        vocabulary = _vocabulary()
        steps = _steps(len(vocabulary))
        total, last, draw = steps[-1], len(vocabulary) - 1, self._random
        return [vocabulary[min(bisect(steps, draw() * total), last)] for _ in range(count)]


def article(number: int) -> BenchArticle:
    """Return article `number`, counted from 1."""
    dice = _Dice(f"article {number}")
    title = _title(number)
    summary = _sentence(dice, dice.between(14, 22))
    topics = tuple(dict.fromkeys(dice.uneven(_split(TOPICS)) for _ in range(dice.between(1, 3))))
    source = dice.uneven(_split(SOURCES))
    earlier = _slug(dice.between(max(1, number - 400), number - 1)) if number % 3 == 0 else ""
    slug = _slug(number)
    return BenchArticle(
        number=number,
        slug=slug,
        title=title,
        summary=summary,
        date=FIRST_DATE + number * BETWEEN_ARTICLES,
        topics=topics,
        source=source,
        source_url=f"https://{source.lower().replace(' ', '-')}.example/{number}/{slug}",
        earlier=earlier,
        body=_body(dice, number, bool(earlier)),
    )


def _body(dice: _Dice, number: int, has_link: bool) -> str:
    blocks = [_paragraph(dice), _paragraph(dice)]
    if has_link:
        blocks.append(f"{_sentence(dice, 9)} We wrote about it [in an earlier piece](earlier:). {_sentence(dice, 12)}")
    for section in range(3):
        blocks += [f"## {_sentence(dice, dice.between(3, 6)).rstrip('.')}", _paragraph(dice), _paragraph(dice)]
        if section == 0:
            blocks.append("\n".join(f"- {_sentence(dice, dice.between(6, 12))}" for _ in range(dice.between(3, 5))))
        if section == 1:
            blocks.append("> " + _sentence(dice, dice.between(18, 30)))
            if number % 5 == 0:
                blocks.append(_code(dice))
        if section == 2 and number % 7 == 0:
            blocks.append(_table(dice))
    blocks.append(_paragraph(dice))
    return "\n\n".join(blocks) + "\n"


def _paragraph(dice: _Dice) -> str:
    sentences = [_sentence(dice, dice.between(9, 21)) for _ in range(dice.between(4, 6))]
    chance = dice.below(10)
    if chance < 4:
        words = " ".join(dice.words(2))
        sentences.insert(
            1, f"According to [{words}](https://{dice.words(1)[0]}.example/{dice.below(10_000)}) it is so."
        )
    elif chance < 7:
        sentences.insert(
            1, f"That is **{' '.join(dice.words(2))}**, *{dice.words(1)[0]}* and {dice.below(100)} per cent."
        )
    return " ".join(sentences)


def _sentence(dice: _Dice, length: int) -> str:
    words = dice.words(length)
    if length > 10:
        words[length // 2] += ","
    return " ".join(words).capitalize() + "."


def _code(dice: _Dice) -> str:
    lines = [f"    {'_'.join(dice.words(2))} = {dice.below(1000)}  # {' '.join(dice.words(3))}" for _ in range(4)]
    name = dice.words(1)[0]
    return "\n".join(["```python", f"def {name}_of(value: int) -> int:", *lines, f"    return value * {name}", "```"])


def _table(dice: _Dice) -> str:
    rows = [f"| {dice.words(1)[0]} | {dice.below(10_000)} | {dice.below(100)}% |" for _ in range(5)]
    return "\n".join(["| Name | Count | Share |", "| --- | ---: | ---: |", *rows])


@lru_cache(maxsize=4096)
def _title(number: int) -> str:
    dice = _Dice(f"title {number}")
    return " ".join(dice.words(dice.between(5, 9))).capitalize()


def _slug(number: int) -> str:
    return "-".join([*_title(number).lower().split()[:4], str(number)])


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[str, ...]:
    """Return about 6,000 words: real English words first, then invented ones."""
    dice = _Dice("vocabulary")
    words = dict.fromkeys(COMMON.split())
    onsets, nuclei, codas = ONSETS.split(), NUCLEI.split(), CODAS.split()

    def one_of(values: Sequence[str]) -> str:
        return values[dice.below(len(values))]

    while len(words) < 6_000:
        syllables = [one_of(onsets) + one_of(nuclei) + one_of(codas) for _ in range(dice.between(1, 2))]
        words["".join(syllables) + one_of(ENDINGS)] = None
    return tuple(words)


@lru_cache(maxsize=8)
def _steps(count: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + 1) for rank in range(count)))


@lru_cache(maxsize=4)
def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split("|"))
