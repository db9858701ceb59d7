"""Problems of finished pages at the place in the sources that an author can mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from ..core.errors import Location, Problem
from ..core.urls import output_path
from ..plan.types import Page
from ..schema.textfile import place_of
from ..source.tree import SourceChanged, SourceTree

PREFIX = "site/"
_ADDRESS = re.compile(r'the link to "([^"]+)"')
_ID = re.compile(r'the id "([^"]+)"')
_LEVEL = re.compile(r"(?:an h(\d) follows|the first heading is an h(\d))")
_AFTER_ADDRESS = r"(?![\w%/?=&-])"
_TEXTS = (".yaml", ".html", ".xml", ".txt", ".js", ".css", ".md")  # settings and templates before other articles


def in_source(problems: Sequence[Problem], tree: SourceTree, pages: Iterable[Page]) -> list[Problem]:
    """The problems, each of a finished page moved to the line that it comes from; the message names the page.

    An address is looked for in the page's own file, then in settings, messages, templates and all other files. What
    stands nowhere, or is missing, is a problem of the file that asks for the page.
    """
    if not any(problem.where.path.startswith(PREFIX) for problem in problems):
        return list(problems)
    sources = Sources(tree)
    by_output = {output_path(page.path): page for page in pages}
    return [_moved(problem, by_output, sources) for problem in problems]


@dataclass(slots=True)
class Sources:
    """Owns the texts of the source files that were read so far."""

    tree: SourceTree
    _texts: dict[str, str] = field(default_factory=dict)

    def find(self, pattern: str, paths: Iterable[str]) -> Location | None:
        """The first place in these files."""
        for path in paths:
            if found := re.search(pattern, self._text(path), re.MULTILINE):
                return Location(path, *place_of(self._text(path), found.start()))
        return None

    def paths(self) -> Iterator[str]:
        """All files with text, in the order in which they are to be searched."""
        for suffix in _TEXTS:
            yield from (path for path in self.tree.files if path.endswith(suffix))

    def _text(self, path: str) -> str:
        if path not in self._texts:
            try:
                self._texts[path] = self.tree.files[path].read().decode("utf-8-sig", "replace")
            except (KeyError, SourceChanged):
                self._texts[path] = ""
        return self._texts[path]


def _moved(problem: Problem, by_output: Mapping[str, Page], sources: Sources) -> Problem:
    page = by_output.get(problem.where.path.removeprefix(PREFIX))
    if page is None or not problem.where.path.startswith(PREFIX):
        return problem
    own = [page.owner] if page.owner else []
    where = None
    if address := _ADDRESS.match(problem.message):
        plain = address[1]
        pattern = f"(?:{re.escape(plain)}|{re.escape(escape(plain))}){_AFTER_ADDRESS}"
        where = sources.find(pattern, [*own, page.origin.path]) or sources.find(pattern, sources.paths())
    elif identity := _ID.match(problem.message):
        where = sources.find(rf"""(?:\bid=["']?|\{{#){re.escape(identity[1])}\b""", [*own, *sources.paths()])
    elif level := _LEVEL.match(problem.message):
        where = sources.find(rf"^ {{0,3}}{'#' * int(level[1] or level[2])} ", own)
    message = f"{problem.message} (on {page.path})"
    return replace(problem, where=where or page.origin, message=message)
