"""Reading one content file: its front matter typed and its prose parsed, in a worker, and kept as one record."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ..core.errors import Location, Problem
from ..core.outcome import WithBlob
from ..core.serialize import pack
from ..core.urls import is_external
from ..markdown.document import Outline, ProseFault, ProseSummary
from ..source.tree import SourceFile
from .advice import advice
from .article import ParsedArticle, article_of, page_of
from .front_matter import read_parts
from .load import PAGES
from .model import Settings, StaticPage


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file contains: an article or a page, or neither when it has no front matter."""

    parsed: ParsedArticle | None
    page: StaticPage | None
    prose_summary: ProseSummary | None
    problems: tuple[Problem, ...]


def reading_inputs(settings: Settings) -> tuple[str, ...]:
    """What of the settings a reading depends on, besides the path and the bytes of its file."""
    return (settings.timezone, settings.language, settings.publisher.name, settings.slugs)


def prepare() -> None:
    """Loads what reading needs and nothing else does, for all processes that are forked from this one."""
    import_module("..markdown.parse", __package__)


def read_content_file(file: SourceFile, settings: Settings) -> WithBlob:
    """The Reading of a file, with the HTML of its prose with open slots."""
    from ..markdown.parse import parse_markdown  # 10 ms, which a build that reads no file does not pay

    parts, problems = read_parts(file)
    if parts is None:
        return WithBlob(Reading(None, None, None, tuple(problems)), b"")
    parsed: ParsedArticle | None = None
    page: StaticPage | None = None
    if file.path.startswith(PAGES + "/"):
        page, problems = page_of(parts, file.path, settings)
        document = parse_markdown(parts.body, page.lang)
    else:
        parsed, problems = article_of(parts, file.path, settings)
        document = parse_markdown(parts.body, parsed.article.lang)
    problems += [_problem(fault, file.path, parts.body_line) for fault in document.outline.faults]
    piece = parsed.article if parsed else page
    problems += advice(piece, document.outline, parts.body_line) if piece else []
    reading = Reading(parsed, page, prose_summary_of(document.outline), tuple(problems))
    return WithBlob(reading, document.html.encode(), document.outline.document)


def prose_summary_of(outline: Outline) -> ProseSummary:
    """What a build keeps of the prose while it plans."""
    has_internal_links = not all(
        found.target.startswith("#") or is_external(found.target) for found in outline.references
    )
    return ProseSummary(outline.document, outline.headline, outline.words, has_internal_links, pack(outline))


def _problem(fault: ProseFault, path: str, first_line: int) -> Problem:
    where = Location(path, first_line + fault.line - 1, fault.column)
    return Problem(where, fault.message, fault.hint, "error" if fault.is_error else "warning", fault.name)
