"""Tables of the measurements, in Markdown, for the terminal and for RESULTS.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median

from bench.contenders import Absent, Contender
from bench.previews import PreviewCost
from bench.runs import Cost

OURS = "Broadsheet"
PREVIEW = (
    "",
    "first page ms",
    "min–max",
    "ours ÷ this",
    "served ms",
    "min–max",
    "ours ÷ this",
    "visible ms",
    "min–max",
    "ours ÷ this",
)
HEAD = ("", "wall s", "min–max", "CPU s", "memory MB", "files", "rewritten", "changed", "changed KB", "ours ÷ this")


def machine(contenders: Iterable[Contender], absent: Iterable[Absent]) -> str:
    """Return one line for the machine and one for each contender."""
    lines = [f"- {_cores()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"]
    lines += [f"- {contender.name}: {contender.version}" for contender in contenders]
    lines += [f"- {peer.name}: not measured ({peer.reason})" for peer in absent]
    return "\n".join(lines)


def tables(articles: int, costs: Sequence[Cost], previews: Sequence[PreviewCost] = ()) -> str:
    """Return one table for each scenario, and one for the previews."""
    parts = [f"## {articles:,} articles"]
    for scenario, group in groupby(costs, key=lambda cost: cost.scenario):
        rows = list(group)
        ours = next((cost for cost in rows if cost.contender == OURS), None)
        parts.append(f"### {scenario}\n\n" + _table([HEAD, *(_row(cost, ours) for cost in rows)]))
    return "\n\n".join([*parts, *([preview_table(previews)] if previews else [])])


def preview_table(costs: Sequence[PreviewCost]) -> str:
    """Return the table of the previews."""
    ours = next((cost for cost in costs if cost.contender == OURS), None)
    rows = [(cost.contender, *_spans(cost, ours if ours is not cost else None)) for cost in costs]
    return "### preview\n\n" + _table([PREVIEW, *rows])


def _spans(cost: PreviewCost, ours: PreviewCost | None) -> Iterator[str]:
    """Return median, range and ratio of each of the three times."""
    for name in ("first_page", "served", "visible"):
        seconds: list[float] = getattr(cost, name)
        if not seconds:
            yield from ("", "", "")
            continue
        yield f"{median(seconds) * 1000:,.0f}"
        yield f"{min(seconds) * 1000:,.0f}–{max(seconds) * 1000:,.0f}"
        yield f"{median(getattr(ours, name)) / median(seconds):.2f}" if ours else ""


def _row(cost: Cost, ours: Cost | None) -> tuple[str, ...]:
    return (
        cost.contender,
        f"{cost.median_wall:.3f}",
        f"{min(cost.wall):.3f}–{max(cost.wall):.3f}",
        f"{median(cost.cpu):.3f}",
        f"{cost.memory_bytes / 1e6:.0f}",
        f"{cost.files:,}",
        f"{cost.rewritten_files:,}",
        f"{cost.changed_files:,}",
        f"{cost.changed_bytes / 1e3:,.0f}",
        f"{ours.median_wall / cost.median_wall:.2f}" if ours and ours is not cost else "",
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append(f"| {' | '.join(cells)} |")
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
