"""Whole newsletters as strings, for tests.

-- config.yaml --
title: Small News
-- content/articles/a.md --
---
title: A
…
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from broadsheet.build.pipeline import build_site
from broadsheet.build.remembered import BuildRequest, BuildResult
from broadsheet.cache.cache import Cache, MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.core.manifest import Manifest
from broadsheet.core.progress import NoProgress
from broadsheet.plan.icons import ICONS
from broadsheet.source.tree import SourceTree, source_tree

_HEADER = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
REPOSITORY = Path(__file__).parent.parent
AS_OF = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUSE_TEMPLATES = {
    str(path.relative_to(REPOSITORY)): path.read_bytes()
    for path in sorted((REPOSITORY / "templates").rglob("*"))
    if path.is_file()
}

# A PNG of one grey point, for sites in which some picture is enough.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6368"
    "00000082008177cd72b60000000049454e44ae426082"
)

SMALL_SITE = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
provenance: off
-- content/articles/a.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000a
title: First
date: 2026-11-01T10:00Z
topics: [ai]
source: {name: Wire, url: "https://wire.example/a"}
---
Some prose about the first thing.
-- content/articles/b.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000b
title: Second
date: 2026-11-02T10:00Z
topics: [ai, money]
---
More prose, and a link to [the first](a.md).
-- content/articles/c.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000c
title: Third
date: 2026-11-03T10:00Z
topics: [money]
---
Prose again.
-- content/pages/about.md --
---
title: About
---
Who we are.
"""
# What a preview shows beside it: an article that is not finished, and one for Christmas.
UNPUBLISHED = """\
-- content/articles/draft.md --
---
id: urn:test:draft
title: Draft of a thing
date: 2026-11-04T10:00Z
draft: true
---
Not for readers yet.
-- content/articles/later.md --
---
id: urn:test:later
title: Later thing
date: 2026-12-24T09:30Z
---
Not for readers yet.
"""


def files(text: str) -> dict[str, bytes]:
    """The files that a site string holds, by path."""
    parts = _HEADER.split(text)
    return {path: body.encode() for path, body in zip(parts[1::2], parts[2::2], strict=True)}


def tree(text: str, *, templates: Mapping[str, bytes] = HOUSE_TEMPLATES) -> SourceTree:
    """The source tree of a site string, with the house's own templates unless others are given."""
    return source_tree({**templates, **files(text)})


def without_drawings(before: SourceTree) -> SourceTree:
    """The tree with its icons ready and no share cards: drawing them takes longer than all else in a small build."""
    ready = {f"content/static{path}": "drawn" for path, *_ in ICONS}
    settings = before.files["config.yaml"].read().decode()
    return changed(before, {**ready, "config.yaml": f"{settings}share_cards: false\n"})


def changed(before: SourceTree, changes: Mapping[str, str | bytes | None]) -> SourceTree:
    """The tree with these files written anew; None removes one."""
    held: dict[str, bytes | str] = {file.path: file.read() for file in before}
    held |= {path: data for path, data in changes.items() if data is not None}
    return source_tree({path: data for path, data in held.items() if changes.get(path, b"") is not None})


def edit(before: SourceTree, path: str, old: str, new: str) -> SourceTree:
    """The tree with one passage of one file exchanged."""
    text = before.files[path].read().decode()
    assert old in text, f"{path} does not contain {old!r}"
    return changed(before, {path: text.replace(old, new)})


def a_bench() -> BuildContext:
    """What a build works with, nothing remembered."""
    return BuildContext(MemoryCache(), WorkerPool(1), NoProgress())


def built(
    source: SourceTree, *, store: Cache | None = None, workers: WorkerPool | None = None, as_of: datetime = AS_OF,
    drafts: bool = False,
) -> BuildResult:  # fmt: skip
    """What comes of building a tree, with tools that keep nothing on disk."""
    context = BuildContext(MemoryCache() if store is None else store, workers or WorkerPool(1), NoProgress())
    return build_site(source, BuildRequest(as_of, drafts), context)


def outputs(result: BuildResult) -> dict[str, bytes]:
    """The bytes of every path of a build that must have succeeded."""
    assert result.manifest is not None, "\n".join(map(str, result.problems))
    return {path: result.read(path, entry) for path, entry in result.manifest.entries.items()}


def manifest_of(result: BuildResult) -> Manifest:
    """The manifest of a build that must have succeeded."""
    assert result.manifest is not None, "\n".join(map(str, result.problems))
    return result.manifest


def written(text: str, folder: Path, *, templates: Mapping[str, bytes] = HOUSE_TEMPLATES) -> Path:
    """The folder, with a site string written into it."""
    for path, data in {**templates, **files(text)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder
