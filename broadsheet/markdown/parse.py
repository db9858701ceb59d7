"""Prose to a Document: limits first, then the fast path, then markdown-it for what the fast path has left."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from ..core.digest import digest_bytes
from .document import Document, Outline, ProseFault
from .fast import parse_fast
from .foreign import has_signs
from .html_builder import HtmlBuilder
from .languages import RIGHT_TO_LEFT, labels_for, primary_subtag, quotes_for
from .limits import exceeded_limit
from .summary import first_sentences
from .text import plain_text
from .typography import has_apostrophes

# XML 1.0 §2.2 excludes these characters, HTML calls them errors, and NUL encloses our slots.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ALLOWED_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
_FORM_FEED = re.compile(r"&#(?:0*12|[xX]0*[cC]);")

# The text of an item, up to the lists in it.
_ITEM = re.compile(r"<(?:li|td)(?: [^>]*)?>\s*(?:<p>)?(.*?)(?=</li>|</td>|</p>|<[uo]l|<pre|<table)", re.DOTALL)
ENOUGH = 160  # characters of items in a lead

MAX_FAULTS = 100
MAX_CONTROL_CHARACTERS = 20  # reported per text

# Writes a text in a language (a primary subtag), and gives the ids of its footnotes.
Write = Callable[[HtmlBuilder, str, str], Collection[str]]


def parse_markdown(text: str, language: str) -> Document:
    """The document for some prose in a language (a BCP 47 tag); it depends on nothing else.

    Never raises, whatever the text: what is wrong with it is in the faults of the outline.
    """
    return _parse(text, language, _write)


def parse_without_fast_path(text: str, language: str) -> Document:
    """The reference for `parse_markdown`, by markdown-it alone. Tests and `verify` compare the two."""
    return _parse(text, language, _write_without_fast_path)


def _parse(text: str, language: str, write: Write) -> Document:
    text, faults = _without_forbidden(text)
    limit = exceeded_limit(text)
    if limit:
        fault = ProseFault(limit.line, 1, limit.message, "split the text, or put code in a ``` block")
        return _document("", [*faults, fault])
    subtag = primary_subtag(language)
    builder = HtmlBuilder(labels_for(subtag), is_right_to_left=subtag in RIGHT_TO_LEFT)
    try:
        footnote_ids = write(builder, text, subtag)
    except RecursionError:  # nested brackets; limits.py should have caught them
        return _document("", [*faults, ProseFault(1, 1, "brackets are nested too deeply", "simplify the text")])
    builder.resolve_fragments(footnote_ids)
    builder.report_foreign()
    return _document("".join(builder.parts), [*faults, *builder.faults], builder, subtag)


def _write(builder: HtmlBuilder, text: str, subtag: str) -> Collection[str]:
    if has_signs(text) or subtag in RIGHT_TO_LEFT or has_apostrophes(text):
        return _write_without_fast_path(builder, text, subtag)
    result = parse_fast(text, quotes_for(subtag))
    if result.remaining is None:
        result.write_next(builder)
        return ()
    from .writer import write_prose  # imports markdown-it, which takes 25 ms, and most articles do not need it

    return write_prose(builder, result.remaining, subtag, result.write_next)


def _write_without_fast_path(builder: HtmlBuilder, text: str, subtag: str) -> Collection[str]:
    from .writer import write_prose  # see above

    return write_prose(builder, text, subtag, lambda builder: None)


def _document(
    html: str, faults: Iterable[ProseFault], builder: HtmlBuilder | None = None, subtag: str = ""
) -> Document:
    ordered = sorted(set(faults), key=lambda f: (f.line, f.column, f.message, f.hint))
    if len(ordered) > MAX_FAULTS:
        message = f"there are {len(ordered) - MAX_FAULTS} more problems in this text"
        ordered[MAX_FAULTS:] = [ProseFault(ordered[MAX_FAULTS].line, 1, message, "fix those above and build again")]
    outline = Outline(
        document=digest_bytes(html.encode()),
        headline=builder.headline if builder else "",
        summary=_summary(builder, html, subtag) if builder else "",
        words=builder.words if builder else 0,
        headings=tuple(builder.headings) if builder else (),
        references=tuple(builder.references) if builder else (),
        faults=tuple(ordered),
    )
    return Document(html, outline)


def _summary(builder: HtmlBuilder, html: str, subtag: str) -> str:
    return builder.excerpt or first_sentences(builder.lead or first_items(html), subtag)


def first_items(html: str) -> str:
    """The plain text of the first list items or table cells, for texts without a paragraph."""
    items, length = [], 0
    for found in _ITEM.finditer(html):
        text = plain_text(found[1]).rstrip(" .;,")
        if text:
            items.append(text)
            length += len(text) + 2
        if length > ENOUGH:
            break
    return "; ".join(items) + "." if items else ""


def _without_forbidden(text: str) -> tuple[str, list[ProseFault]]:
    """The text with LF line ends and without forbidden characters, and a fault for each of these."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults: list[ProseFault] = []
    for pattern, suspects in ((_FORBIDDEN, _without_ascii(text)), (_FORM_FEED, text)):
        if pattern.search(suspects):
            for found in list(pattern.finditer(text))[:MAX_CONTROL_CHARACTERS]:
                line = text.count("\n", 0, found.start()) + 1
                column = found.start() - text.rfind("\n", 0, found.start())
                character = f"U+{ord(found[0]):04X}" if len(found[0]) == 1 else "U+000C"
                message = f"the control character {character} cannot be shown"
                faults.append(ProseFault(line, column, message, "delete it; it may be invisible in your editor"))
            text = pattern.sub("\ufffd", text)
    return text, faults


def _without_ascii(text: str) -> str:
    """The text without allowed ASCII characters: searching the rest is fast, and a character class is slow."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ALLOWED_ASCII).decode("utf-8", "surrogatepass")
