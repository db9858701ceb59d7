"""A build's request, and the result of the last one, remembered as a whole: a build without changes plans nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..core.digest import digest, digest_bytes
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem
from ..core.manifest import Entry, Manifest, from_bytes, to_bytes
from ..core.serialize import decode, encode
from ..source.tree import SourceTree


@dataclass(frozen=True, slots=True)
class RememberedSite:
    """A BuildResult as a record of the cache; manifest is the digest of its bytes."""

    problems: tuple[Problem, ...]
    manifest: str
    pages: int
    articles: int
    due: str
    due_title: str
    since: str
    until: str
    full_text: bool


def recall_site(
    tree: SourceTree, request: BuildRequest, context: BuildContext, make: Callable[[], BuildResult]
) -> BuildResult | None:
    """Return the result of the last build of these sources, or None if there is none or the time decides otherwise.

    make: builds the site, for when the cache has lost the bytes of an output.
    """
    key = _key(tree, request)
    record = context.cache.get_many(Stage.SITE, [key]).get(key)
    if record is None or request.as_of.tzinfo is None:
        return None
    site = decode(RememberedSite, record)
    data = context.cache.read(site.manifest)
    if data is None or not _is_between(site.since, request.as_of, site.until):
        return None

    def read(path: str, entry: Entry) -> bytes:
        data = context.cache.read(entry.digest)
        if data is not None:
            return data
        copied = next((file for file in tree if file.digest == entry.digest), None)
        return copied.read() if copied else make().read(path, entry)

    return BuildResult(
        problems=site.problems,
        manifest=from_bytes(data),
        read=read,
        articles=site.articles,
        reused=site.pages,
        due=site.due,
        due_title=site.due_title,
        since=site.since,
        until=site.until,
        full_text=site.full_text,
        seconds=context.seconds,
        tree=tree,
    )


def remember_site(tree: SourceTree, request: BuildRequest, result: BuildResult, context: BuildContext) -> None:
    """Keep the result of a build, if it can be published."""
    if result.manifest is None:
        return
    data = to_bytes(result.manifest)
    site = RememberedSite(
        result.problems,
        digest_bytes(data),
        len(result.rendered) + result.reused,
        result.articles,
        result.due,
        result.due_title,
        result.since,
        result.until,
        result.full_text,
    )
    context.cache.write({site.manifest: data})
    context.cache.put_many(Stage.SITE, {_key(tree, request): encode(site)})


def _key(tree: SourceTree, request: BuildRequest) -> str:
    """Return the key of a build; as_of is not in it, since the record says between which times it holds."""
    inputs = (tree.digest, request.drafts, request.base_url, request.config, *tree.problems)
    return digest("build", engine_fingerprint(), *inputs)


def _is_between(since: str, time: datetime, until: str) -> bool:
    return (not since or datetime.fromisoformat(since) <= time) and (not until or time < datetime.fromisoformat(until))


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
