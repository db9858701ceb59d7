"""No word is lost in silence: each word of a text is in its HTML, or in a hidden comment, or a problem names its place.

The texts are made like those of public newsletters: lists of links, nested lists, hard-wrapped lines, code, quotations,
tables, HTML, footnotes, in several scripts. Every word in them is unique, so that none can stand in for another.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.markdown.document import Document, fill
from broadsheet.markdown.parse import parse_markdown, parse_without_fast_path

WORD = re.compile(r"[^\W\d_]+\d+")
HIDDEN = "hidden"  # begins the words in comments
FOOTNOTE = "footnote"
STEMS = {
    "en": ("harbour", "tide", "ticket", "Monday", "ferry"),
    "ru": ("порт", "прилив", "Билет", "паром", "ёлка"),
    "zh": ("港口", "潮汐", "票", "渡轮", "星期一"),
    "ja": ("みなと", "フェリー", "切符", "月曜", "潮"),
    "he": ("נמל", "גאות", "כרטיס", "מעבורת"),
    "de": ("Häfen", "Straße", "Fähre", "Montag"),
}


class Author:
    """Writes a text of blocks chosen at random, with words that are never repeated."""

    def __init__(self, chance: random.Random, language: str) -> None:
        self.chance = chance
        self.stems = STEMS[language]
        self.blank = "" if language in ("zh", "ja") else " "
        self.count = 0
        self.footnotes: list[str] = []

    def word(self, stem: str = "") -> str:
        self.count += 1
        return f"{stem or self.chance.choice(self.stems)}{self.count}"

    def words(self, most: int = 8) -> str:
        return self.blank.join(self.word() for _ in range(self.chance.randint(1, most)))

    def phrase(self) -> str:
        """Some words, perhaps marked up as authors do."""
        words, second = self.words(), self.words(3)
        chosen = self.chance.choice(
            [
                words, words, words, words,
                f"**{words}**",
                f"*{words}*",
                f"~~{words}~~",
                f"***{words}***{second}",
                f"**{words}。**{second}",
                f"`{words}`",
                f"[{words}](https://example.com/a_b?c=d)",
                f"[**{words}** `{second}`](https://example.com/)",
                f"[{words}][page]",
                f"[{words}]",
                f"[{words}](https://example.com/(a) \"{second}\")",
                f"![{words}](https://example.com/a.png)",
                f"<https://example.com/>{words}",
                f"https://example.com/a. {words}",
                f"www.example.com {words} me@example.com",
                f'"{words}" and \'{second}\'',
                f"{words}<br>{second}",
                f'<a href="https://example.com/" title="{words}">{second}</a>',
                f"{words} <!-- {self.word(HIDDEN)} --> {second}",
                f"{words}^[{second}]",
                f"{words}{{: .{second}}}",
                f"{{{{< figure {words} >}}}}",
                f"{{% include {words} %}}",
                f"$${words}$$",
                f"[[{words}]]",
                f"{words} :{self.word('smile')}: {second}",
                f"=={words}== ++{second}++",
                f"{words} & {second} &amp; <{second[:1]}",
                f"{words} * {second} _ {second[:0]}",
                f"{words}\\*{second}\\",
                f"\\[{words}\\] \\({second}\\)",
                f"x_{words}_y",
                FOOTNOTE,
            ]
        )  # fmt: skip
        return self.footnote(words) if chosen == FOOTNOTE else chosen

    def footnote(self, words: str) -> str:
        label = f"{len(self.footnotes) + 1}n"
        self.footnotes.append(f"[^{label}]: {self.words()}")
        return f"{words}[^{label}]"

    def line(self) -> str:
        return self.chance.choice([" ", ", ", ". ", "。", " – "]).join(
            self.phrase() for _ in range(self.chance.randint(1, 4))
        )

    def paragraph(self) -> str:
        return "\n".join(self.line() for _ in range(self.chance.choice((1, 1, 1, 2, 4))))

    def heading(self) -> str:
        return self.chance.choice([f"## {self.words()}", f"##{self.words()}", f"{self.words()}\n---"])

    def list(self, depth: int = 0) -> str:
        marks = self.chance.choice([("-", "-"), ("*", "*"), ("1.", "2."), ("- [ ]", "- [x]")])
        items = []
        for index in range(self.chance.randint(1, 5)):
            mark = marks[min(index, 1)]
            item = f"{mark} {self.line()}"
            if depth < 3 and self.chance.random() < 0.25:
                item += "\n" + indented(self.list(depth + 1) if self.chance.random() < 0.6 else "\n" + self.block(), 3)
            items.append(item)
        return "\n".join(items)

    def quotation(self) -> str:
        kind = self.chance.choice(["", "", "[!NOTE]\n", "[!TIP] ", f"[!{self.word()}]\n"])
        return "\n".join("> " + line for line in (kind + self.block()).split("\n"))

    def code(self) -> str:
        end = self.chance.choice(["\n```", "\n```", "\n```", ""])
        return f"```{self.chance.choice(['', 'python', 'text', 'sh'])}\n{self.words()}\n\n  {self.words()}{end}"

    def table(self) -> str:
        columns = self.chance.randint(1, 4)
        rows = [f"| {' | '.join(self.words(3) for _ in range(columns))} |", "|" + " --- |" * columns]
        for _ in range(self.chance.randint(1, 4)):
            cells = [self.chance.choice([self.words(3), self.words(3), "", f"`{self.word()}`"])
                     for _ in range(max(columns + self.chance.choice((-1, 0, 0, 0, 2)), 1))]  # fmt: skip
            rows.append(self.chance.choice(["| {} |", "| {}", "{} |"]).format(" | ".join(cells)))
        return "\n".join(rows)

    def foreign(self) -> str:
        words, more = self.words(), self.words()
        return self.chance.choice(
            [
                f'<div class="{words}">\n\n{more}\n\n</div>',
                f"<details>\n<summary>{words}</summary>\n{more}\n</details>",
                f'<iframe src="https://example.com/" title="{words}"></iframe>',
                f"<script>\n{words}\n\n{more}\n</script>",
                f"<!-- {self.word(HIDDEN)}\n\n- {self.word(HIDDEN)}\n-->",
                f"<!-- {self.word(HIDDEN)} --> {words}",
                f"<!-- more -->\n{words}",
                f":::note\n{words}\n:::",
                f"!!! note\n    {words}",
                f"{words}\n: {more}",
                f"$$\n{words}\n$$",
                f"{{{{< highlight >}}}}\n{words}\n{{{{< /highlight >}}}}",
                f"{words}\n{{: .{more} }}",
                f"[gallery {words}]",
                f"    {words}\n\n    {more}",
                f"***\n{words}",
                f"[^{self.word()}]: {words}",
            ]
        )

    def block(self) -> str:
        write: Callable[[], str] = self.chance.choice(
            [self.paragraph] * 5 + [self.list] * 3 + [self.heading, self.quotation, self.code, self.table, self.foreign]
        )
        return write()

    def text(self, blocks: int) -> str:
        written = [self.block() for _ in range(blocks)]
        end = f"<!-- {self.words()}\n" if self.chance.random() < 0.1 else ""  # a comment that is never closed
        return "\n\n".join([*written, *self.footnotes, "[page]: https://example.com/", end])


def indented(text: str, columns: int) -> str:
    return "\n".join(" " * columns + line if line else "" for line in text.split("\n"))


def html_of(document: Document) -> str:
    return fill(document.html, ["#"] * len(document.outline.references))


def words_shown(document: Document) -> Counter[str]:
    """The words that readers get: text, and descriptions of images and titles of links."""
    html = html_of(document)
    tags = " ".join(re.findall(r"<[^<>]*>", html))
    attributes = " ".join(unescape(found) for found in re.findall(r' (?:alt|title)="([^"]*)"', tags))
    text = unescape(re.sub(r"<[^<>]*>", "", html))
    return Counter(WORD.findall(f"{document.outline.headline} {text} {attributes}"))


def lost_words(source: str, document: Document) -> list[str]:
    """The words of a text that are neither shown nor hidden on purpose, and whose loss no problem names."""
    shown = words_shown(document)
    cells = {fault.line: fault.column for fault in document.outline.faults if fault.name == "cells"}
    unused = {fault.line for fault in document.outline.faults if "refers to the footnote" in fault.message}
    messages = " ".join(fault.message for fault in document.outline.faults)
    lost = []
    for number, line in enumerate(source.split("\n"), 1):
        for found in WORD.finditer(line):
            is_named = found[0] in messages or number in unused or cells.get(number, 10**6) <= found.start() + 1
            if not shown[found[0]] and not found[0].startswith(HIDDEN) and not is_named:
                lost.append(found[0])
    return lost


def check(source: str, language: str) -> None:
    document = parse_markdown(source, language)
    assert document == parse_without_fast_path(source, language)
    assert lost_words(source, document) == []
    assert [word for word, count in words_shown(document).items() if count > source.count(word)] == []
    html = html_of(document)
    code = " ".join(re.findall(r"<code\b.*?</code>", html, flags=re.DOTALL))
    read = f"{html} {document.outline.summary} {document.outline.headline}"
    assert [word for word in WORD.findall(read) if word.startswith(HIDDEN) and word not in code] == []


@given(chance=st.randoms(use_true_random=False), language=st.sampled_from(sorted(STEMS)), blocks=st.integers(1, 6))
def test_no_word_is_lost_in_silence(chance: random.Random, language: str, blocks: int) -> None:
    check(Author(chance, language).text(blocks), language)


@pytest.mark.parametrize("part", range(5))
def test_no_word_of_500_texts_is_lost_in_silence(part: int) -> None:
    for number in range(part * 100, part * 100 + 100):
        chance = random.Random(number)
        language = chance.choice(sorted(STEMS))
        check(Author(chance, language).text(chance.choice((1, 2, 5, 10, 30))), language)


def test_a_lost_word_would_be_found() -> None:
    document = parse_markdown("harbour1 [tide2](https://example.com/)\n", "en")
    assert lost_words("harbour1 tide2 ferry3\n", document) == ["ferry3"]
