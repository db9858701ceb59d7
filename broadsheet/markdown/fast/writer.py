"""Simple blocks to HTML with open slots."""

from __future__ import annotations

from collections.abc import Iterable

from ..html_builder import HtmlBuilder
from ..text import plain_text, word_count
from .blocks import Block
from .inlines import SimpleText

_ALIGNED = {
    (False, False): "",
    (True, False): ' class="align-left"',
    (True, True): ' class="align-center"',
    (False, True): ' class="align-right"',
}
_LISTS = {"bullets": ("<ul>\n", "</ul>\n"), "numbers": ("<ol>\n", "</ol>\n")}


def write_blocks(builder: HtmlBuilder, text: str, blocks: Iterable[Block]) -> None:
    """Write simple blocks of this text."""
    add = builder.parts.append
    for block in blocks:
        kind = block.kind
        if kind == "paragraph":
            html = _text(builder, text, block.texts[0])
            add(f"<p>{html}</p>\n")
            if not builder.lead:
                builder.lead = plain_text(html)
        elif kind == "heading":
            _heading(builder, text, block)
        elif kind == "quotation":
            add(f"<blockquote>\n<p>{_text(builder, text, block.texts[0])}</p>\n</blockquote>\n")
        elif kind == "table":
            _table(builder, text, block)
        elif kind == "code":
            builder.add_code(text[text.index("\n", block.start) + 1 : block.end - 3], block.markup)
        elif kind == "rule":
            add("<hr>\n")
        else:
            opening, closing = _LISTS[kind]
            items = [f"<li>{_text(builder, text, item)}</li>\n" for item in block.texts]
            add(opening + "".join(items) + closing)


def _heading(builder: HtmlBuilder, text: str, block: Block) -> None:
    hashes = len(block.markup)
    level = builder.heading_level(hashes, text.count("\n", 0, block.start) + 1, hashes + 2)
    html = _text(builder, text, block.texts[0])
    builder.parts.append(f"{builder.heading_tag(level, plain_text(html))}{html}</h{level}>\n")


def _table(builder: HtmlBuilder, text: str, block: Block) -> None:
    aligned = [
        _ALIGNED[cell.startswith(":"), cell.endswith(":")] for cell in block.markup.replace(" ", "")[1:-1].split("|")
    ]
    width = len(aligned)
    head, *rows = [block.texts[at : at + width] for at in range(0, len(block.texts), width)]
    out = [builder.table_tag(plain_text("".join(cell.html)) for cell in head), "<thead>\n<tr>\n"]
    for cell, place in zip(head, aligned, strict=True):
        # An empty header cell would be announced as nothing, so it becomes a data cell (HTML §4.9.10).
        html = _text(builder, text, cell)
        out.append(f'<th scope="col"{place}>{html}</th>\n' if html else f"<td{place}></td>\n")
    out.append("</tr>\n</thead>\n")
    for number, row in enumerate(rows):
        out.append("<tr>\n" if number else "<tbody>\n<tr>\n")
        out += [f"<td{place}>{_text(builder, text, cell)}</td>\n" for cell, place in zip(row, aligned, strict=True)]
        out.append("</tr>\n")
    out.append("</tbody>\n</table>\n</div>\n" if rows else "</table>\n</div>\n")
    builder.parts += out


def _text(builder: HtmlBuilder, text: str, simple: SimpleText) -> str:
    plain = simple.plain
    # Most text is one line of ASCII with single spaces, whose words are counted in a quarter of the time like this.
    is_usual = plain and plain.isascii() and "  " not in plain and "\n" not in plain
    builder.words += plain.count(" ") + 1 if is_usual else word_count(plain)
    html = simple.html[0]
    for (address, offset), after in zip(simple.links, simple.html[1:], strict=True):
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        html += builder.url_slot(address, line, column, is_image=False) + after
    return html
