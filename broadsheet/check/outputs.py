"""A finished build as checks see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Outputs:
    """A build's outputs, as checks see them: bytes by path, the moment they are for, and the site published before."""

    manifest: Manifest
    read: Callable[[str, Entry], bytes]
    as_of: datetime
    published: Path | None = None
