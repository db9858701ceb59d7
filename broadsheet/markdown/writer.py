"""Tokens to HTML with open slots, in one pass, which also collects what planning needs to know."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from markdown_it.token import Token

from .destinations import shortened
from .document import IMAGE_END, IMAGE_START, SLOT_DELIMITER, LocatedDestination, Reference
from .footnotes import footnote_number
from .foreign import (
    RAW,
    blanked,
    ends_summary,
    foreign_in,
    hides_text,
    is_comment,
    kind_of_raw,
    kinds_in,
    without_foreign,
)
from .html_builder import ID, PLACEHOLDER, HtmlBuilder, rel_of
from .parser import parser_for
from .positions import Position, block_position, definition_position, inline_position
from .text import escape, plain_text, word_count
from .typography import typographic
from .undefined import undefined_footnotes, undefined_references

MAX_LEVEL = 60  # of nested blocks; markdown-it drops blocks nested deeper than parser.MAX_NESTING

_FIXED = {
    "softbreak": "\n",
    "hardbreak": "<br>\n",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
}
_BLOCKS = {
    "paragraph_close": "</p>\n",
    "blockquote_close": "</blockquote>\n",
    "bullet_list_open": "<ul>\n",
    "bullet_list_close": "</ul>\n",
    "ordered_list_close": "</ol>\n",
    "list_item_close": "</li>\n",
    "table_close": "</table>\n</div>\n",
    "thead_open": "<thead>\n",
    "thead_close": "</thead>\n",
    "tbody_open": "<tbody>\n",
    "tbody_close": "</tbody>\n",
    "hr": "<hr>\n",
    "footnote_block_close": "</ol>\n</section>\n",
    "footnote_close": "</li>\n",
}
_CALLOUT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_TASK = re.compile(r"\[[ xX]\](?=\s)")
_BAR = re.compile(r"(?<!\\)\|")  # between cells, as GFM parts them
_ALIGNED = {
    "text-align:left": ' class="align-left"',
    "text-align:center": ' class="align-center"',
    "text-align:right": ' class="align-right"',
}


def write_prose(
    builder: HtmlBuilder, text: str, subtag: str, write_next: Callable[[HtmlBuilder], None]
) -> Collection[str]:
    """Write a text; the ids of its footnotes. write_next: called for each placeholder, writes what it stands for."""
    env: dict[str, Any] = {"language": subtag}
    tokens = parser_for(subtag).parse(text, env)
    TokenWriter(builder, text, env, write_next).write(tokens)
    return {f"fn{number + 1}" for number in env.get("footnotes", {}).get("list", {})}


class TokenWriter:
    """Owns the position in the tokens of one document while they are written."""

    def __init__(
        self, builder: HtmlBuilder, text: str, env: dict[str, Any], write_next: Callable[[HtmlBuilder], None]
    ) -> None:
        self.builder = builder
        self.write_next = write_next
        self.parts = builder.parts
        self.lines = text.split("\n")
        self.env = env
        self.labels = builder.labels
        self.definitions: dict[int, int] | None = None  # lines of link reference definitions by id() of their address
        self.has_footnotes = "[^" in text
        self.cells: list[str] = []  # the content of the previous cells in the table row
        self.in_row = False
        self.in_footnotes = False
        self.is_too_deep = False
        self.foreign_kinds = kinds_in(text)
        self.task_mark = ""  # of the list item that has just begun
        self.row = 0  # the line of the table row, from 0

    def write(self, tokens: list[Token]) -> None:
        """Write all blocks of a document."""
        index = self.write_headline(tokens)
        add = self.parts.append
        while index < len(tokens):
            token = tokens[index]
            kind = token.type
            if kind == RAW:
                self.note_end_of_summary(token.content)
                if hides_text(token.content):
                    first = token.map[0] if token.map else 0
                    self.warn_of_hidden_text((first + 1, max(self.lines[first].find("<!--"), 0) + 1))
                index += 1
                continue
            if kind == "paragraph_open":
                index = self.write_paragraph(tokens, index)
                continue
            if kind in _BLOCKS:
                if not token.hidden:
                    if token.nesting == 1:
                        self.check_depth(token)
                        if index and tokens[index - 1].hidden:
                            add("\n")
                    add(_BLOCKS[kind])
            elif kind == "inline":
                add(self.prose(token))
            else:
                getattr(self, kind)(tokens, index)
            index += 1
        self.builder.faults.extend(self.env.get("footnote_faults", ()))
        self.check_definitions()

    # Blocks

    def write_headline(self, tokens: Sequence[Token]) -> int:
        """Take a leading H1 as the headline; the index of the first token after it."""
        if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
            return 0
        token = tokens[1]
        before = len(self.builder.references)
        fragment = self.inline(token, token.children or ())
        has_image = any(child.type == "image" for child in token.children or ())
        if len(self.builder.references) > before or "<sup" in fragment or has_image:
            line, column = block_position(token, self.lines)
            hint = "move them into the text below"
            self.builder.add_fault(line, column, "a headline cannot contain links, images or footnotes", hint)
            del self.builder.references[before:]
            self.builder.fragments = []
        self.builder.headline = plain_text(fragment)
        return 3

    def write_paragraph(self, tokens: Sequence[Token], index: int) -> int:
        token, inner, closing = tokens[index], tokens[index + 1], tokens[index + 2]
        if inner.content == PLACEHOLDER:
            self.write_next(self.builder)
            return index + 3
        add = self.parts.append
        children = inner.children or ()
        if token.hidden:
            if index and tokens[index - 1].hidden:
                add("\n")
            add(self.prose(inner))
            return index + 2
        if index and tokens[index - 1].hidden:
            add("\n")
        if closing.type == "paragraph_close" and (image := _only_image(children)):
            self.write_figure(inner, image)
            return index + 3
        fragment = self.prose(inner)
        if not fragment.strip() and children:  # nothing but comments
            return index + 3
        add("<p>" + fragment)
        if not self.builder.lead and not token.level and not self.in_footnotes:
            self.builder.lead = without_foreign(plain_text(fragment), [c.content for c in children if c.type == RAW])
        return index + 2

    def blockquote_open(self, tokens: list[Token], index: int) -> None:
        self.check_depth(tokens[index])
        if index and tokens[index - 1].hidden:
            self.parts.append("\n")
        kind = _take_callout(tokens, index)
        if not kind:
            self.parts.append("<blockquote>\n")
            return
        label = escape(getattr(self.labels, kind))
        self.parts.append(f'<blockquote class="callout callout-{kind}" role="note">\n<p><strong>{label}</strong></p>\n')

    def write_figure(self, inner: Token, image: Token) -> None:
        caption = typographic(str(image.attrs.pop("title", "")), self.env["language"])
        self.parts.append("<figure>" + self.inline(inner, inner.children or ()))
        if caption:
            self.parts.append(f"<figcaption>{escape(caption)}</figcaption>")
            self.builder.words += word_count(caption)
        self.parts.append("</figure>\n")

    def heading_open(self, tokens: Sequence[Token], index: int) -> None:
        token, inner = tokens[index], tokens[index + 1]
        level = self.builder.heading_level(int(token.tag[1]), *block_position(inner, self.lines))
        if index and tokens[index - 1].hidden:
            self.parts.append("\n")
        inner.meta["slot"] = len(self.parts)
        self.parts.append("")
        inner.meta["level"] = level

    def heading_close(self, tokens: Sequence[Token], index: int) -> None:
        inner = tokens[index - 1]
        level = inner.meta["level"]
        text = plain_text(self.parts[-1]) or " ".join(_alt(c) for c in inner.children or () if c.type == "image")
        if not text:
            line, column = block_position(tokens[index - 2], self.lines)
            self.builder.add_fault(line, column, "the heading is empty", "write its text, or delete the # characters")
        self.parts[inner.meta["slot"]] = self.builder.heading_tag(level, text)
        self.parts.append(f"</h{level}>\n")

    def list_item_open(self, tokens: Sequence[Token], index: int) -> None:
        after = tokens[index + 1]
        self.check_depth(tokens[index])
        if after.type == "paragraph_open":
            self.task_mark = self.task(tokens[index + 2])
        opening = '<li class="task">' if self.task_mark else "<li>"
        self.parts.append(opening if after.hidden or after.type == "list_item_close" else f"{opening}\n")

    def task(self, inner: Token) -> str:
        """The mark of a task (GFM, task list items), which is taken out of its text; "" for another list item."""
        first = inner.children[0] if inner.children else None
        if first is None or first.type != "text" or not _TASK.match(first.content):
            return ""
        is_done = first.content[1] != " "
        first.content = first.content[3:]
        label = escape(self.labels.done if is_done else self.labels.to_do)
        return f'<span role="img" aria-label="{label}">{"☑" if is_done else "☐"}</span>'

    def ordered_list_open(self, tokens: Sequence[Token], index: int) -> None:
        if index and tokens[index - 1].hidden:
            self.parts.append("\n")
        start = tokens[index].attrs.get("start")
        self.parts.append("<ol>\n" if start is None else f'<ol start="{start}">\n')

    def fence(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        first, end = token.map or (0, 0)
        last = self.lines[end - 1].rstrip(" \t") if end - first > 1 else ""
        fence = last[len(last.rstrip(token.markup[:1])) :]
        if end and (len(fence) < len(token.markup) or last.removesuffix(fence).strip(" \t>")):
            column = max(self.lines[first].find(token.markup), 0) + 1
            message = "this code block is never closed, so all that follows is code"
            hint = f"write {token.markup} on a line of its own where the code ends"
            self.builder.add_warning("fences", (first + 1, column), message, hint)
        self.builder.add_code(tokens[index].content, tokens[index].info)

    def code_block(self, tokens: Sequence[Token], index: int) -> None:
        self.builder.add_code(tokens[index].content)

    # Tables

    def table_open(self, tokens: Sequence[Token], index: int) -> None:
        if index and tokens[index - 1].hidden:
            self.parts.append("\n")
        names: list[str] = []
        for token in tokens[index + 3 :]:
            if token.type == "tr_close":
                break
            if token.type == "inline" and token.content:
                names.append(
                    plain_text("".join(escape(c.content) for c in token.children or () if not is_comment(c.content)))
                )
        self.parts.append(self.builder.table_tag(names))

    def tr_open(self, tokens: Sequence[Token], index: int) -> None:
        self.cells = []
        self.in_row = True
        self.row = (tokens[index].map or [0])[0]
        self.parts.append("<tr>\n")

    def tr_close(self, tokens: Sequence[Token], index: int) -> None:
        if tokens[index - 1].type == "td_close":
            self.check_cells()
        self.in_row = False
        self.parts.append("</tr>\n")

    def check_cells(self) -> None:
        """Add a warning for the cells of a row beyond the columns of its table, which GFM drops."""
        line, columns = self.lines[self.row], len(self.cells)
        if line.count("|") < columns:
            return
        written = _BAR.split(line.strip(" \t>"))
        surplus = [cell.strip() for cell in written[columns + (not written[0].strip()) :] if cell.strip()]
        if surplus:
            column = max(line.rfind(surplus[0]), 0) + 1
            more = len(surplus) - 1
            cells = f'"{shortened(surplus[0])}"' + (f" and {more} more are" if more else " is")
            of_table = "1 column" if columns == 1 else f"{columns} columns"
            message = f"the cell {cells} not shown, as the table has {of_table}"
            hint = 'add a column to the header row, or write "\\|" for a bar within a cell'
            self.builder.add_warning("cells", (self.row + 1, column), message, hint)

    def th_open(self, tokens: Sequence[Token], index: int) -> None:
        aligned = _ALIGNED.get(str(tokens[index].attrs.get("style")), "")
        # An empty header cell would be announced as nothing, so it becomes a data cell (HTML §4.9.10).
        self.parts.append(f'<th scope="col"{aligned}>' if tokens[index + 1].content else f"<td{aligned}>")

    def th_close(self, tokens: Sequence[Token], index: int) -> None:
        self.cells.append(tokens[index - 1].content)
        self.parts.append("</th>\n" if tokens[index - 1].content else "</td>\n")

    def td_open(self, tokens: Sequence[Token], index: int) -> None:
        self.parts.append(f"<td{_ALIGNED.get(str(tokens[index].attrs.get('style')), '')}>")

    def td_close(self, tokens: Sequence[Token], index: int) -> None:
        self.cells.append(tokens[index - 1].content)
        self.parts.append("</td>\n")

    # Footnotes

    def footnote_block_open(self, tokens: Sequence[Token], index: int) -> None:
        self.in_footnotes = True
        name = escape(self.labels.footnotes)
        self.parts.append(f'<section class="footnotes" role="doc-endnotes" aria-label="{name}">\n<ol>\n')

    def footnote_open(self, tokens: Sequence[Token], index: int) -> None:
        self.parts.append(f'<li id="{ID}fn{tokens[index].meta["id"] + 1}">')

    def footnote_anchor(self, tokens: Sequence[Token], index: int) -> None:
        number = footnote_number(tokens[index])
        slot = self.builder.add_reference(Reference(f"#fnref{number}", 1, 1))
        label = escape(f"{self.labels.back} {number}")
        # Words are clearer than an arrow. The link's accessible name starts with them (WCAG 2.5.3).
        text = escape(self.labels.back.partition(",")[0])
        self.parts.append(
            f' <a href="{slot}" class="footnote-backref" role="doc-backlink" aria-label="{label}">{text}</a>'
        )

    # Text

    def prose(self, token: Token) -> str:
        """The HTML of a block's text, whose words are counted."""
        children = token.children
        if not children:
            return ""
        if len(children) == 1 and children[0].type == "text":
            fragment = escape(children[0].content)
            self.builder.words += word_count(fragment)
        else:
            fragment = self.inline(token, children)
            self.builder.words += word_count(plain_text(fragment))
        if self.has_footnotes:
            self.check_footnotes(token)
        if self.foreign_kinds:
            self.check_foreign(token, [child.content for child in children if child.type == RAW])
        if self.task_mark:
            fragment, self.task_mark = self.task_mark + fragment, ""
        return fragment

    def check_foreign(self, token: Token, raw: Sequence[str]) -> None:
        """Note the foreign markup in a block, and add an error for each reference without a definition."""
        at = 0
        for written in raw:
            at = max(token.content.find(written, at), 0)
            if is_comment(written):
                if hides_text(written):
                    self.warn_of_hidden_text(self.position(token, at))
            else:
                self.builder.add_foreign(kind_of_raw(written), partial(self.position, token, at), written)
        text = blanked(token.content, raw)
        for name, at, written in foreign_in(text, self.foreign_kinds):
            self.builder.add_foreign(name, partial(self.position, token, at), written)
        if "][" in text:
            for at, label in undefined_references(text, self.env):
                hint = f"define it with a line [{label}]: https://…, or write \\[ for a plain bracket"
                self.builder.add_fault(*self.position(token, at), f'the link "[{label}]" is not defined', hint)

    def warn_of_hidden_text(self, position: Position) -> None:
        message = "this comment ends only behind the start of another one, and hides what is between them"
        self.builder.add_warning("comments", position, message, 'end it with "-->"')

    def position(self, token: Token, at: int) -> Position:
        return inline_position(token, at, self.lines, cells=self.cells_before())

    def note_end_of_summary(self, comment: str, so_far: Sequence[str] = ()) -> None:
        """Take what was written so far as the summary if this comment is <!--more-->."""
        if ends_summary(comment) and not self.builder.excerpt:
            self.builder.excerpt = plain_text("".join([*self.parts, " ", *so_far]))

    def check_definitions(self) -> None:
        """Add an error for each definition whose label already has a different address."""
        for duplicate in self.env.get("duplicate_refs", ()):
            label = duplicate["label"]
            if duplicate["href"] != self.env["references"][label]["href"]:
                message = f'the link "[{shortened(label.lower())}]" is defined twice, with different addresses'
                self.builder.add_fault(duplicate["map"][0] + 1, 1, message, "give each link its own name")

    def check_footnotes(self, token: Token) -> None:
        for at, label in undefined_footnotes(token, self.env):
            line, column = inline_position(token, at, self.lines, word="[^" + label, cells=self.cells_before())
            hint = f"define it with a line [^{label}]: …, or put it in backticks"
            self.builder.add_fault(line, column, f'there is no footnote "[^{label}]"', hint)

    def inline(self, token: Token, children: Sequence[Token]) -> str:
        out: list[str] = []
        add = out.append
        closing = ""  # of the open link
        depth = 0
        for child in children:
            kind = child.type
            if kind == "text":
                add(escape(child.content))
            elif kind in _FIXED:
                add(_FIXED[kind])
            elif kind == "link_open":
                depth += 1
                if depth == 1:  # a link's text may contain an autolink, but HTML does not allow nested links
                    opening = self.link(token, child)
                    closing = "</a>" if opening else ""
                    add(opening)
            elif kind == "link_close":
                depth -= 1
                if not depth:
                    add(closing)
            elif kind == "code_inline":
                add(f"<code{self.builder.code_direction}>{escape(child.content)}</code>")
            elif kind == RAW:
                self.note_end_of_summary(child.content, out)
                add("" if is_comment(child.content) else escape(child.content))
            elif kind == "image":
                add(self.image(token, child))
            elif kind == "footnote_ref":
                add(self.footnote_reference(child, within_link=bool(depth and closing)))
        return "".join(out)

    def link(self, token: Token, child: Token) -> str:
        slot = self.url_slot(token, child.attrs["href"], is_image=False)
        title = child.attrs.get("title")
        rel = rel_of(str(child.attrs["href"]))
        return slot and f'<a href="{slot}"' + (f' title="{escape(str(title))}"' if title else "") + rel + ">"

    def image(self, token: Token, child: Token) -> str:
        alt = _alt(child)
        if not alt:
            line, column = self.place(token, child.attrs["src"])
            hint = "write ![what it shows](…); leave out decorative images"
            self.builder.add_fault(line, column, "the image has no description", hint)
        elif any(part.type == "footnote_ref" for part in child.children or ()):
            line, column = self.place(token, child.attrs["src"])
            message = "an image description cannot contain a footnote"
            self.builder.add_fault(line, column, message, "move it after the image")
        slot = self.url_slot(token, child.attrs["src"], is_image=True)
        if not slot:
            return escape(alt)
        title = child.attrs.get("title")
        attributes = f' alt="{escape(alt)}"' + (f' title="{escape(str(title))}">' if title else ">")
        number = slot.strip(SLOT_DELIMITER)
        start, end = (f"{SLOT_DELIMITER}{kind}{number}{SLOT_DELIMITER}" for kind in (IMAGE_START, IMAGE_END))
        return start + attributes + end

    def footnote_reference(self, child: Token, *, within_link: bool) -> str:
        number = child.meta["id"] + 1
        reference_id = f'id="{ID}fnref{footnote_number(child)}"'
        if within_link:
            return f'<sup class="footnote-ref" {reference_id}>[{number}]</sup>'
        slot = self.builder.add_reference(Reference(f"#fn{number}", 1, 1))
        return f'<sup class="footnote-ref"><a href="{slot}" {reference_id} role="doc-noteref">[{number}]</a></sup>'

    # Addresses

    def url_slot(self, token: Token, address: Any, *, is_image: bool) -> str:
        """The slot for an address; "" if it is not allowed."""
        return self.builder.url_slot(str(address), *self.place(token, address), is_image=is_image)

    def place(self, token: Token, address: Any) -> Position:
        if not isinstance(address, LocatedDestination):
            return block_position(token, self.lines)
        if address.text is token.content or address.text == token.content:
            return inline_position(token, address.at, self.lines, word=str(address), cells=self.cells_before())
        if self.definitions is None:
            found = self.env.get("references", {}).values()
            self.definitions = {id(definition["href"]): definition["map"][0] for definition in found}
        line = self.definitions.get(id(address))
        return block_position(token, self.lines) if line is None else definition_position(address, line, self.lines)

    def cells_before(self) -> Sequence[str]:
        return self.cells if self.in_row else ()

    def check_depth(self, token: Token) -> None:
        if token.level >= MAX_LEVEL and not self.is_too_deep:
            self.is_too_deep = True
            line = token.map[0] + 1 if token.map else 1
            message = "lists and quotes are nested too deeply"
            self.builder.add_fault(line, 1, message, f"at most {MAX_LEVEL // 2} levels are allowed")


def _take_callout(tokens: list[Token], index: int) -> str:
    """The kind of the callout that begins here, whose first line "[!NOTE]" is taken out; "" for a plain quotation."""
    if tokens[index + 1].type != "paragraph_open":
        return ""
    children = tokens[index + 2].children or []
    found = _CALLOUT.fullmatch(children[0].content) if children and children[0].type == "text" else None
    if found is None or (len(children) > 1 and children[1].type != "softbreak"):
        return ""
    tokens[index + 2].children = children[2:]
    if not children[2:]:
        del tokens[index + 1 : index + 4]
    return found[1].lower()


def _only_image(children: Sequence[Token]) -> Token | None:
    if len(children) == 1 and children[0].type == "image":
        return children[0]
    if len(children) == 3 and children[0].type == "link_open" and children[1].type == "image":
        return children[1]
    return None


def _alt(image: Token) -> str:
    out = []
    for child in image.children or ():
        if child.type in ("text", "code_inline") or (child.type == RAW and not is_comment(child.content)):
            out.append(child.content)
        elif child.type == "image":
            out.append(_alt(child))
        elif child.type in ("softbreak", "hardbreak"):
            out.append(" ")
    return "".join(out).strip()
