"""Reading one content file: its front matter typed and its prose parsed, in a worker, and kept as one record."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ..core.errors import Location, Problem
from ..core.outcome import WithBlob
from ..core.serialize import pack
from ..core.urls import is_external
from ..markdown import Outline, ProseFault, ProseSummary, parse_markdown
from ..source.tree import SourceFile
from .article import Loaded, article_of, page_of
from .front_matter import read_parts
from .load import PAGES
from .model import Settings, StaticPage


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file says: an article or a page with the gist of its prose, or neither; and what is wrong with it."""

    loaded: Loaded | None
    page: StaticPage | None
    prose_summary: ProseSummary | None
    problems: tuple[Problem, ...]


def reading_inputs(settings: Settings) -> tuple[str, ...]:
    """What of the settings a reading depends on, besides the path and the bytes of its file."""
    return (settings.timezone, settings.language, settings.publisher.name)


def prepare() -> None:
    """Loads what reading needs and nothing else does, for all processes that are forked from this one."""
    import_module("..markdown.parse", __package__)


def read_content_file(file: SourceFile, settings: Settings) -> WithBlob:
    """The Reading of a file, with the HTML of its prose with open slots."""
    parts, problems = read_parts(file)
    if parts is None:
        return _unread(problems)
    loaded: Loaded | None = None
    page: StaticPage | None = None
    if file.path.startswith(PAGES + "/"):
        page, problems = page_of(parts, file.path, settings)
    else:
        loaded, problems = article_of(parts, file.path, settings)
    piece = loaded.article if loaded else page
    document = parse_markdown(parts.body, piece.lang if piece else settings.language)
    problems += [_problem(fault, file.path, parts.body_line) for fault in document.outline.faults]
    if piece is None:
        return _unread(problems)
    reading = Reading(loaded, page, gist_of(document.outline), tuple(problems))
    return WithBlob(reading, document.html.encode(), document.outline.document)


def gist_of(outline: Outline) -> ProseSummary:
    """What a build holds of it."""
    has_internal_links = not all(
        found.target.startswith("#") or is_external(found.target) for found in outline.references
    )
    return ProseSummary(outline.document, outline.headline, outline.words, has_internal_links, pack(outline))


def _unread(problems: list[Problem]) -> WithBlob:
    return WithBlob(Reading(None, None, None, tuple(problems)), b"")


def _problem(fault: ProseFault, path: str, first_line: int) -> Problem:
    where = Location(path, first_line + fault.line - 1, fault.column)
    return Problem(where, fault.message, fault.hint, "error" if fault.is_error else "warning")
