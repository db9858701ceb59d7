"""A text split into runs of simple blocks, which are written here, and the rest, which is left to markdown-it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..html_builder import PLACEHOLDER, HtmlBuilder
from .blocks import Block, find_blocks
from .writer import write_blocks


def parse_fast(text: str, quotes: Sequence[str]) -> FastResult:
    """The simple blocks of a text, and what remains of it. quotes: the quotation marks of its language."""
    return FastResult(text, find_blocks(text, quotes))


class FastResult:
    """Owns the simple blocks of a text until they are written."""

    remaining: str | None
    """The text with a placeholder for each run of simple blocks, and the rest on its own lines; None if no rest."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._runs: list[list[Block]] = []
        parts: list[str] = []
        end = 0
        for is_rest, group in groupby(blocks, lambda block: block.kind == "rest"):
            run = list(group)
            start, stop = run[0].start, run[-1].end
            parts += (
                text[end:start],
                text[start:stop] if is_rest else PLACEHOLDER + "\n" * text.count("\n", start, stop),
            )
            end = stop
            if not is_rest:
                self._runs.append(run)
        has_rest = any(block.kind == "rest" for block in blocks)
        self.remaining = "".join([*parts, text[end:]]) if has_rest else None

    def write_next(self, builder: HtmlBuilder) -> None:
        """Write the next run of simple blocks, if there is one."""
        if self._runs:
            write_blocks(builder, self._text, self._runs.pop(0))
