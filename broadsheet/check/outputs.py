"""A finished build as checks see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..core.manifest import Entry, Manifest
from .page_facts import PageStructure


@dataclass(frozen=True, slots=True)
class Outputs:
    """A build's outputs, as checks see them: bytes by path, the moment they are for, and the site published before.

    pages: what is known of each HTML page, by its path.
    """

    manifest: Manifest
    read: Callable[[str, Entry], bytes]
    as_of: datetime
    published: Path | None = None
    pages: Mapping[str, PageStructure] = field(default_factory=dict)
