"""Links within the site: broken ones, such as hosts redirect, anchors and assets that are not there, and orphans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from ..core.errors import Location, Problem, did_you_mean, warning
from ..core.manifest import Manifest
from ..core.urls import site_path
from .outline import Outputs
from .page_facts import PageStructure

MOST_NAMED = 3  # pages that one problem names


def check_links(outputs: Outputs) -> list[Problem]:
    """One problem for each address that leads nowhere or by a detour, and for each page that no other leads to."""
    if "index.html" not in outputs.pages:
        return []
    web = Web(outputs.manifest, outputs.pages, outputs.pages["index.html"].canonical)
    faults: dict[tuple[str, str, str, bool], list[str]] = {}
    reached: set[str] = set()
    for path, page in outputs.pages.items():
        for address in (*page.links, *page.assets):
            target = web.target(address, path)
            if target is None:
                continue
            if target.file != path:
                reached.add(target.file)
            if target.fault:
                faults.setdefault((address, target.fault, target.hint, target.is_broken), []).append(path)
    problems = [
        (Problem if is_broken else warning)(_where(paths[0]), f'the link to "{address}" {fault}{_also(paths)}', hint)
        for (address, fault, hint, is_broken), paths in faults.items()
    ]
    return problems + [
        warning(_where(path), "no other page leads to this one", "link to it, or add it to the navigation")
        for path, page in outputs.pages.items()
        if path not in reached and path != "index.html" and page.is_indexed and not page.redirect
    ]


@dataclass(frozen=True, slots=True)
class Target:
    """The file that an address leads to, and what is wrong with that."""

    file: str
    fault: str = ""
    hint: str = ""
    is_broken: bool = False


@dataclass(slots=True)
class Web:
    """Owns, for one check, what addresses have been found to lead to."""

    manifest: Manifest
    pages: Mapping[str, PageStructure]
    base: str  # absolute address of the home page
    _known: dict[str, Target | None] = field(default_factory=dict)
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def target(self, address: str, page: str) -> Target | None:
        """Where an address on a page leads; None when that is off the site."""
        if address.startswith("#"):
            return self._fragment(page, address[1:])
        # Most addresses begin at the root, so that it does not matter on which page they stand.
        key = address if address.startswith(("/", "http")) else urljoin(self._address_of(page), address)
        if key not in self._known:
            self._known[key] = self._find(urljoin(self.base, key))
        return self._known[key]

    def _find(self, url: str) -> Target | None:
        plain, _, fragment = url.partition("#")
        plain = plain.partition("?")[0]
        if not plain.startswith(self.base):
            same_host = urlsplit(plain).netloc == urlsplit(self.base).netloc
            return Target("", "leaves the newsletter's part of the website", "", True) if same_host else None
        path = unquote(plain.removeprefix(self.base))
        file = path + "index.html" if not path or path.endswith("/") else path
        entries = self.manifest.entries
        if file not in entries:
            if f"{path}/index.html" in entries:
                return Target(f"{path}/index.html", "is redirected by most hosts", f'write "/{path}/"')
            guess = did_you_mean(f"/{path}", map(site_path, entries)) if len(entries) < 20_000 else ""
            return Target(file, "is broken: there is no such page or file", guess, is_broken=True)
        if file in self.pages and self.pages[file].redirect:
            return Target(file, "goes to a page that redirects", f'write "{self.pages[file].redirect}"')
        return self._fragment(file, fragment)

    def _fragment(self, file: str, fragment: str) -> Target:
        fragment = unquote(fragment)
        if not fragment or fragment == "top" or file not in self.pages:
            return Target(file)
        ids = self._ids.get(file)
        if ids is None:
            ids = self._ids[file] = frozenset(self.pages[file].ids)
        if fragment in ids:
            return Target(file)
        return Target(file, f'goes to "#{fragment}", which is not on that page', did_you_mean(fragment, ids), True)

    def _address_of(self, page: str) -> str:
        return self.base + site_path(page)[1:]


def _where(path: str) -> Location:
    return Location(f"site/{path}")


def _also(paths: list[str]) -> str:
    if len(paths) == 1:
        return ""
    others = ", ".join(site_path(path) for path in paths[1:MOST_NAMED])
    more = len(paths) - MOST_NAMED
    return f" (also on {others}{f' and {more} more' if more > 0 else ''})"
