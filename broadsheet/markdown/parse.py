"""Prose to a Document, whatever the prose: bounds first, then simple blocks, then markdown-it for all others."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby

from ..core.digest import digest_bytes
from .document import Document, Outline, ProseFault
from .fast.blocks import Block, blocks_of, without_simple
from .fast.writer import write_simple
from .html_builder import Draft
from .languages import primary_subtag, quotes_for, words_for
from .limits import excess

# XML 1.0 §2.2 has no place for these, HTML calls them errors, and NUL marks our slots.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_USUAL = b"\t\n\r" + bytes(range(0x20, 0x7F))
_FORM_FEED = re.compile(r"&#(?:0*12|[xX]0*[cC]);")

MAX_FAULTS = 100


def parse(text: str, language: str) -> Document:
    """See broadsheet.markdown.parse_markdown."""
    return _parsed(text, language, blocks_of)


def parse_by_tokens(text: str, language: str) -> Document:
    """What `parse` must give: all of the prose goes through markdown-it. Tests and `verify` compare the two."""
    return _parsed(text, language, lambda text, quotes: [Block("rest", 0, len(text))])


def _parsed(text: str, language: str, find_blocks: Callable[[str, Sequence[str]], list[Block]]) -> Document:
    text, faults = _written(text)
    too_much = excess(text)
    if too_much:
        fault = ProseFault(too_much.line, 1, too_much.message, "split the text, or put code between ``` lines")
        return _document("", [*faults, fault])
    subtag = primary_subtag(language)
    draft = Draft(words_for(subtag))
    blocks = find_blocks(text, quotes_for(subtag))
    try:
        notes = _write(draft, text, blocks, subtag)
    except RecursionError:  # brackets in brackets; what bounds let through was measured, so this is a second line
        return _document("", [*faults, ProseFault(1, 1, "brackets are nested too deeply", "make the text simpler")])
    draft.resolve_fragments(notes)
    return _document("".join(draft.parts), [*faults, *draft.faults], draft)


def _write(draft: Draft, text: str, blocks: Sequence[Block], subtag: str) -> Collection[str]:
    """Write all blocks; the ids of the footnotes among them."""
    if all(block.kind != "rest" for block in blocks):
        write_simple(draft, text, blocks)
        return ()
    from .writer import write_prose  # markdown-it takes 25 ms to import

    runs = [list(run) for is_rest, run in groupby(blocks, lambda block: block.kind == "rest") if not is_rest]
    return write_prose(
        draft, text, without_simple(text, blocks), subtag, lambda: write_simple(draft, text, runs.pop(0))
    )


def _document(html: str, faults: Iterable[ProseFault], draft: Draft | None = None) -> Document:
    ordered = sorted(set(faults), key=lambda f: (f.line, f.column, f.message, f.hint))
    if len(ordered) > MAX_FAULTS:
        more = len(ordered) - MAX_FAULTS
        message = f"{more} more problems follow in this text"
        ordered[MAX_FAULTS:] = [ProseFault(ordered[MAX_FAULTS].line, 1, message, "mend those above and build again")]
    outline = Outline(
        document=digest_bytes(html.encode()),
        headline=draft.headline if draft else "",
        lead=draft.lead if draft else "",
        words=draft.words if draft else 0,
        headings=tuple(draft.headings) if draft else (),
        references=tuple(draft.references) if draft else (),
        faults=tuple(ordered),
    )
    return Document(html, outline)


def _written(text: str) -> tuple[str, list[ProseFault]]:
    """The text with line feeds as line ends and without what cannot be written, and a fault for each such line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults: list[ProseFault] = []
    for pattern, suspects in ((_UNWRITABLE, _unusual(text)), (_FORM_FEED, text)):
        if pattern.search(suspects):
            for found in list(pattern.finditer(text))[:20]:
                line = text.count("\n", 0, found.start()) + 1
                column = found.start() - text.rfind("\n", 0, found.start())
                character = f"U+{ord(found[0]):04X}" if len(found[0]) == 1 else "U+000C"
                message = f"the control character {character} cannot be shown"
                faults.append(ProseFault(line, column, message, "delete it; it may be invisible in your editor"))
            text = pattern.sub("\ufffd", text)
    return text, faults


def _unusual(text: str) -> str:
    """The text without ASCII that can be written: little is left, and character classes are slow."""
    return text.encode("utf-8", "surrogatepass").translate(None, _USUAL).decode("utf-8", "surrogatepass")
