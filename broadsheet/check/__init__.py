"""What `check` finds in the finished outputs: each check looks at the bytes of a build that is not yet published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core.errors import Problem
from .feeds import check_feeds
from .links import check_links
from .outline import Outputs, check_headings, check_heads, check_ids
from .page_facts import page_facts

__all__ = ["CHECKS", "Check", "Outputs", "check_outputs", "page_facts"]

Check = Callable[[Outputs], list[Problem]]

CHECKS: Sequence[Check] = (check_links, check_headings, check_ids, check_heads, check_feeds)


def check_outputs(outputs: Outputs) -> list[Problem]:
    """What all checks find."""
    return [problem for check in CHECKS for problem in check(outputs)]
