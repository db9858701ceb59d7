"""What `check` finds in the finished outputs: each check looks at the bytes of a build that is not yet published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import Problem
from ..manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Outputs:
    """A build's outputs, as checks see them: bytes by path, the moment they are for, and the site published before."""

    manifest: Manifest
    read: Callable[[str, Entry], bytes]
    as_of: datetime
    published: Path | None = None


Check = Callable[[Outputs], list[Problem]]

CHECKS: Sequence[Check] = ()


def check_outputs(outputs: Outputs) -> list[Problem]:
    """What all checks find."""
    return [problem for check in CHECKS for problem in check(outputs)]
