"""What a build is asked for, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..core.errors import Problem
from ..core.manifest import Entry, Manifest
from ..source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a build is asked for; an as_of without a zone is in the newsletter's, a base_url beats the config's."""

    as_of: datetime
    drafts: bool = False
    base_url: str | None = None
    config: str = "config.yaml"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What came of a build. manifest is None when there is nothing to publish, because of errors among the problems.

    read gives the bytes of a path of the manifest. rendered: site paths of the pages that were not in the store.
    seconds: wall time by stage. since, until: RFC 3339 moments between which the same sources give the same site (the
    second one excluded), or empty where there is no bound. full_text: whether the settings ask for indexes of it.
    tree: what it was made from.
    """

    problems: tuple[Problem, ...]
    tree: SourceTree
    manifest: Manifest | None = None
    read: Callable[[str, Entry], bytes] = field(default=lambda path, entry: b"")
    articles: int = 0
    rendered: tuple[str, ...] = ()
    reused: int = 0
    due: str = ""
    due_title: str = ""
    since: str = ""
    until: str = ""
    full_text: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)
