"""What authors can get wrong, as values: a Problem has a place, plain words and a way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


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

    def __str__(self) -> str:
        text = f"{self.where}: {self.severity}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def warning(where: Location, message: str, hint: str = "") -> Problem:
    """A Problem that does not stop publishing."""
    return Problem(where, message, hint, severity="warning")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place, then severity and words."""
    return tuple(sorted(set(problems), key=lambda p: (p.where, p.severity, p.message, p.hint)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them stops publishing."""
    return any(problem.severity == "error" for problem in problems)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to this one, or an empty string."""
    from difflib import get_close_matches  # 5 ms to import, and only needed when something is wrong

    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'did you mean "x"?' for the known word nearest to this one, or an empty string."""
    near = closest(word, known)
    return f'did you mean "{near}"?' if near else ""
