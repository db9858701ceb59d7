"""Reading one content file: its front matter typed and its prose parsed, in a worker, and kept as one record."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ..codec import encode
from ..errors import Problem, Where
from ..markdown.document import Document, Fault, Outline
from ..model import Settings, StaticPage
from ..outcome import Made
from ..tree import SourceFile
from .article import Loaded, load_article, load_page
from .load import PAGES, prose_text


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file says: an article or a page with the outline of its prose, or neither; and what is wrong with it."""

    loaded: Loaded | None
    page: StaticPage | None
    outline: Outline | None
    problems: tuple[Problem, ...]


def reading_inputs(settings: Settings) -> tuple[str, ...]:
    """What of the settings a reading depends on, besides the path and the bytes of its file."""
    return (settings.timezone, settings.language, settings.publisher.name)


def prepare() -> None:
    """Loads what reading needs and nothing else does, for all processes that are forked from this one."""
    import_module(".schema", __package__)
    import_module("..markdown", __package__)


def read_batch(batch: tuple[Settings, tuple[SourceFile, ...]]) -> tuple[Made, ...]:
    """For each file its Reading as a record, and the html of its prose with open slots."""
    settings, files = batch
    return tuple([_read(file, settings) for file in files])


def _read(file: SourceFile, settings: Settings) -> Made:
    loaded: Loaded | None = None
    page: StaticPage | None = None
    if file.path.startswith(PAGES + "/"):
        page, problems = load_page(file, settings)
    else:
        loaded, problems = load_article(file, settings)
    piece = loaded.article if loaded else page
    if piece is None:
        return Made(encode(Reading(None, None, None, tuple(problems))), b"")
    document = _parse(file, piece.lang)
    problems += [_problem(fault, piece.path, piece.prose.line) for fault in document.outline.faults]
    reading = Reading(loaded, page, document.outline, tuple(problems))
    return Made(encode(reading), document.html.encode())


def _parse(file: SourceFile, language: str) -> Document:
    from ..markdown import parse_markdown  # markdown-it-py is imported only where something must be parsed

    return parse_markdown(prose_text(file), language)


def _problem(fault: Fault, path: str, first_line: int) -> Problem:
    where = Where(path, first_line + fault.line - 1, fault.column)
    return Problem(where, fault.message, fault.hint, "error" if fault.is_error else "warning")
