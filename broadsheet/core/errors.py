"""What authors can get wrong, as values: a Problem has a place, plain words and a way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

# Warnings that `warnings` in config.yaml can switch off, each with what it says. Errors cannot be switched off.
WARNINGS = {
    "html": "HTML tags, which are shown as text",
    "comments": "an HTML comment that is never closed, so it is shown as text",
    "shortcodes": "shortcodes of Hugo or WordPress, such as {{< figure >}} or [gallery]",
    "liquid": "tags of Liquid, Jinja or Nunjucks, such as {% include %} or {{ page.title }}",
    "attributes": "attribute lists, such as {.wide} or {: .wide}",
    "admonitions": "admonitions, such as ::: note or !!! note",
    "math": "formulas, such as $$x^2$$",
    "wiki-links": "wiki links, such as [[Page]]",
    "emoji-codes": "emoji codes, such as :tada:",
    "definition-lists": "definition lists",
    "highlights": "highlighted or inserted text, such as ==this== or ++this++",
    "headings": "a heading without a space after its # characters",
    "fences": "a code block that is never closed, so the rest of the text is code",
    "cells": "table cells beyond the last column, which are not shown",
    "unfinished": "marks of unfinished work, such as TK, TODO or lorem ipsum",
    "tracking": "links with tracking parameters, such as utm_source or fbclid",
    "shorteners": "links through a link shortener, such as bit.ly",
    "same-source": "two articles with the same source.url",
}


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file: path relative to the root, line and column counted from 1.

    An option of the command line has a name, but no lines: it is said as it is typed.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return self.path if self.path.startswith("--") else f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing for an author to mend; an error stops publishing, a warning is counted and shown."""

    where: Location
    message: str
    hint: str = ""
    severity: Severity = "error"
    name: str = ""
    """Of a warning that can be switched off: a key of WARNINGS."""

    @property
    def label(self) -> str:
        """ "error", "warning" or "warning[shorteners]"."""
        return f"{self.severity}[{self.name}]" if self.name else self.severity

    def __str__(self) -> str:
        text = f"{self.where}: {self.label}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def warning(where: Location, message: str, hint: str = "", name: str = "") -> Problem:
    """A Problem that does not stop publishing. name: a key of WARNINGS, if it can be switched off."""
    return Problem(where, message, hint, "warning", name)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place, then severity and words."""
    return tuple(sorted(set(problems), key=lambda p: (p.where, p.severity, p.message, p.hint)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them stops publishing."""
    return any(problem.severity == "error" for problem in problems)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to this one, in capitals or small letters, or an empty string."""
    from difflib import get_close_matches  # 5 ms to import, and only needed when something is wrong

    folded = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(word.casefold(), sorted(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'did you mean "x"?' for the known word nearest to this one, or an empty string."""
    near = closest(word, known)
    return f'did you mean "{near}"?' if near else ""
