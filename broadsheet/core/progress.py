"""How a build tells what it is doing: a seam with a silent, a recording and (in cli) a visible form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Progress(Protocol):
    """Told of each stage as it begins, of each piece that is done, and of remarks worth a line."""

    def stage(self, name: str, total: int) -> None: ...
    def advance(self, count: int) -> None: ...
    def note(self, text: str) -> None: ...


class NoProgress:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class Recorder:
    """Owns, for one build, the list of what was told: for tests."""

    told: list[tuple[str, str | int]] = field(default_factory=list)

    def stage(self, name: str, total: int) -> None:
        self.told.append((name, total))

    def advance(self, count: int) -> None:
        self.told.append(("advance", count))

    def note(self, text: str) -> None:
        self.told.append(("note", text))
