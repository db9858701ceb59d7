"""What checks need to know of an HTML page, taken from it once and kept by the digest of its bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..cache.cached import Task, run_cached
from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class PageStructure:
    """One page. links lead to pages, assets are fetched with it: addresses as written, each once, in order.

    ids in their order, so that doubled ones show; headings: their levels; redirect: where the page sends its reader.
    """

    title: str
    description: str
    canonical: str
    is_indexed: bool
    redirect: str
    links: tuple[str, ...]
    assets: tuple[str, ...]
    ids: tuple[str, ...]
    headings: tuple[int, ...]


def page_facts(
    manifest: Manifest, read: Callable[[str, Entry], bytes], context: BuildContext
) -> dict[str, PageStructure]:
    """The facts of every HTML page by its path; pages with the same bytes are read once, known ones not at all."""
    pages = {path: entry for path, entry in manifest.entries.items() if path.endswith(".html")}
    engine = engine_fingerprint()

    def arguments(path: str, entry: Entry) -> tuple[bytes]:
        return (read(path, entry),)

    tasks = [
        Task(digest("facts", engine, entry.digest), partial(arguments, path, entry)) for path, entry in pages.items()
    ]
    found = run_cached(Stage.PAGE_STRUCTURES, tasks, facts_of, PageStructure, context)
    return dict(zip(pages, found, strict=True))


def facts_of(page: bytes) -> PageStructure:
    """The facts of one page."""
    from lxml import html  # 40 ms to import, and only for pages that are not known yet

    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    meta = {
        name.lower(): element.get("content", "")
        for element in root.iter("meta")
        for name in (element.get("name") or element.get("http-equiv") or "",)
    }
    links: dict[str, None] = {}
    assets: dict[str, None] = {}
    ids, headings, canonical = [], [], ""
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str):
            continue  # a comment
        identity = element.get("id")
        if identity is not None:
            ids.append(identity)
        if tag in ("a", "area"):
            links[element.get("href", "")] = None
        elif tag == "link":
            rel = element.get("rel", "")
            if rel == "canonical":
                canonical = element.get("href", "")
            elif "alternate" in rel and element.get("hreflang"):
                links[element.get("href", "")] = None
            else:
                assets[element.get("href", "")] = None
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            headings.append(int(tag[1]))
        else:
            assets.update(dict.fromkeys(_sources(element.get("src"), element.get("srcset"), element.get("poster"))))
            if tag == "form":
                links[element.get("action", "")] = None
    title = root.findtext(".//title") or ""
    redirect = meta.get("refresh", "").partition("url=")[2]
    return PageStructure(
        title=title,
        description=meta.get("description", ""),
        canonical=canonical,
        is_indexed="noindex" not in meta.get("robots", ""),
        redirect=redirect,
        links=tuple(link for link in links if link),
        assets=tuple(asset for asset in assets if asset),
        ids=tuple(ids),
        headings=tuple(headings),
    )


def _sources(src: str | None, srcset: str | None, poster: str | None) -> list[str]:
    found = [address for address in (src, poster) if address]
    # https://html.spec.whatwg.org/#srcset-attribute: candidates are parted by commas, addresses hold no blanks.
    return found + [part.split()[0] for part in (srcset or "").split(", ") if part.strip()]
