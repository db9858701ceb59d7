"""Simple blocks to HTML with open slots."""

from __future__ import annotations

from collections.abc import Iterable

from ..html_builder import Draft
from ..prose import plain_text, word_count
from .blocks import Block
from .inlines import Simple

_ALIGNED = {
    (False, False): "",
    (True, False): ' class="align-left"',
    (True, True): ' class="align-center"',
    (False, True): ' class="align-right"',
}
_LISTS = {"bullets": ("<ul>\n", "</ul>\n"), "numbers": ("<ol>\n", "</ol>\n")}


def write_simple(draft: Draft, text: str, blocks: Iterable[Block]) -> None:
    """Write some blocks of this text; none of them may be "rest"."""
    add = draft.parts.append
    for block in blocks:
        kind = block.kind
        if kind == "paragraph":
            html = _text(draft, text, block.texts[0])
            add(f"<p>{html}</p>\n")
            if not draft.lead:
                draft.lead = plain_text(html)
        elif kind == "heading":
            _heading(draft, text, block)
        elif kind == "quotation":
            add(f"<blockquote>\n<p>{_text(draft, text, block.texts[0])}</p>\n</blockquote>\n")
        elif kind == "table":
            _table(draft, text, block)
        elif kind == "code":
            draft.add_code(text[text.index("\n", block.start) + 1 : block.end - 3], block.word)
        elif kind == "rule":
            add("<hr>\n")
        else:
            opening, closing = _LISTS[kind]
            items = [f"<li>{_text(draft, text, item)}</li>\n" for item in block.texts]
            add(opening + "".join(items) + closing)


def _heading(draft: Draft, text: str, block: Block) -> None:
    hashes = len(block.word)
    level = draft.heading_level(hashes, text.count("\n", 0, block.start) + 1, hashes + 2)
    html = _text(draft, text, block.texts[0])
    draft.parts.append(f"{draft.heading_tag(level, plain_text(html))}{html}</h{level}>\n")


def _table(draft: Draft, text: str, block: Block) -> None:
    aligned = [
        _ALIGNED[cell.startswith(":"), cell.endswith(":")] for cell in block.word.replace(" ", "")[1:-1].split("|")
    ]
    width = len(aligned)
    head, *rows = [block.texts[at : at + width] for at in range(0, len(block.texts), width)]
    out = [draft.table_tag(plain_text("".join(cell.html)) for cell in head), "<thead>\n<tr>\n"]
    for cell, place in zip(head, aligned, strict=True):
        # A header cell without words is announced as nothing; it is a plain cell (HTML §4.9.10).
        html = _text(draft, text, cell)
        out.append(f'<th scope="col"{place}>{html}</th>\n' if html else f"<td{place}></td>\n")
    out.append("</tr>\n</thead>\n")
    for number, row in enumerate(rows):
        out.append("<tr>\n" if number else "<tbody>\n<tr>\n")
        out += [f"<td{place}>{_text(draft, text, cell)}</td>\n" for cell, place in zip(row, aligned, strict=True)]
        out.append("</tr>\n")
    out.append("</tbody>\n</table>\n</div>\n" if rows else "</table>\n</div>\n")
    draft.parts += out


def _text(draft: Draft, text: str, simple: Simple) -> str:
    said = simple.said
    # Most text is one line of ASCII with single blanks: what splitting it would count, in a quarter of the time.
    is_plain = said and said.isascii() and "  " not in said and "\n" not in said
    draft.words += said.count(" ") + 1 if is_plain else word_count(said)
    html = simple.html[0]
    for (address, offset), after in zip(simple.links, simple.html[1:], strict=True):
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        html += draft.refer(address, line, column, is_image=False) + after
    return html
