"""From the HTML of an entry back to Markdown: CommonMark, with the tables and strikethrough of GitHub's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from lxml.html import fragment_fromstring

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SIGNS = re.compile(r"[\\`*\[\]<~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
# What would begin a block, at the start of a line (https://spec.commonmark.org/0.31.2/#leaf-blocks).
_OPENING = re.compile(r"^(?:(\d{1,9})([.)])(?=\s|$)|(>|-+$|=+$|(?:#{1,6}|[-+])(?=\s|$)))", re.MULTILINE)
_TICKS = re.compile(r"`+")
_OF_ADDRESSES = {"(": "\\(", ")": "\\)", "\\": "\\\\", "<": "%3C", ">": "%3E"}
_ALIGNED = {"left": ":--", "right": "--:", "center": ":-:"}
_SPANS = {"em": "*", "strong": "**", "s": "~~", "del": "~~"}
_RULE = "___"  # of other signs than lists have


def to_markdown(html: str) -> str:
    """The same words, links, pictures, lists, tables and code in Markdown; what HTML there is in them stays text."""
    return "\n\n".join(_blocks(fragment_fromstring(html, create_parent="div")))


def _blocks(parent: Any) -> Iterator[str]:
    """Each block in an element; text that stands in none of them is a block too, as in the items of a tight list."""
    loose = [_escaped(parent.text)]
    for child in parent:
        block = _BLOCKS.get(child.tag)
        if block is None:
            _add(loose, child)
        else:
            yield from filter(None, (_line("".join(loose)), block(child)))
            loose = [_escaped(child.tail)]
    yield from filter(None, [_line("".join(loose))])


def _line(text: str) -> str:
    """Inline Markdown as a block: nothing at the start of its lines begins another one."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return _OPENING.sub(lambda it: f"{it[1]}\\{it[2]}" if it[1] else f"\\{it[3]}", "\n".join(lines))


def _paragraph(element: Any) -> str:
    return _line(_inlines(element))


def _heading(element: Any) -> str:
    text = re.sub(r"(?<!\\)(#+)$", r"\\\1", _inlines(element).replace("\\\n", " ").strip())
    return f"{'#' * int(element.tag[1])} {text}"


def _list(element: Any) -> str:
    # Of two lists in a row the second needs other signs, or they would be one; and "- - -" would be a line.
    before = element.getprevious()
    twin = int(before.get("twin", 0)) + 1 if before is not None and before.tag == element.tag else 0
    element.set("twin", str(twin))
    depth = twin + len(list(element.iterancestors("ul")))
    number = int(element.get("start", 1)) if element.tag == "ol" else None
    items = []
    # A list that does not begin with 1 cannot follow a line of text without a blank one between them.
    is_loose = any(it.tag == "p" or it.get("start", "1") != "1" for item in element for it in item)
    for index, item in enumerate(element):
        sign = "-*+"[depth % 3] if number is None else f"{number + index}{'.)'[twin % 2]}"
        body = ("\n\n" if is_loose else "\n").join(_blocks(item))
        items.append(f"{sign} {_indented(body, ' ' * (len(sign) + 1))}".rstrip())
    return ("\n\n" if is_loose else "\n").join(items)


def _indented(text: str, by: str) -> str:
    """All lines but the first, as far as there is something in them."""
    return re.sub(r"\n(?!\n)", f"\n{by}", text)


def _quote(element: Any) -> str:
    return "\n".join([f"> {line}" if line else ">" for line in "\n\n".join(_blocks(element)).split("\n")])


def _code_block(element: Any) -> str:
    code = element.text_content().removesuffix("\n")
    fence = "`" * max([3, *[len(ticks) + 1 for ticks in _TICKS.findall(code)]])
    return f"{fence}\n{code}\n{fence}"


def _table(element: Any) -> str:
    rows = [[(_cell(cell), _ALIGNED.get(cell.get("align"), "---")) for cell in row] for row in element.iter("tr")]
    if not rows:
        return ""
    lines = [[text for text, _ in rows[0]], [rule for _, rule in rows[0]]]
    lines += [[text for text, _ in row] for row in rows[1:]]
    return "\n".join([f"| {' | '.join(line)} |" for line in lines])


def _cell(element: Any) -> str:
    return _inlines(element).replace("\\\n", " ").strip().replace("|", "\\|")


def _inlines(parent: Any) -> str:
    parts = [_escaped(parent.text)]
    for child in parent:
        _add(parts, child)
    return "".join(parts)


def _add(parts: list[str], element: Any) -> None:
    """An inline element and what follows it, behind what there is."""
    if element.tag == "a" and parts[-1].endswith("!"):  # or the link would be a picture
        parts[-1] = parts[-1][:-1] + "\\!"
    neighbour = element.getprevious()
    if element.tag in _SPANS and neighbour is not None and neighbour.tag in _SPANS and not neighbour.tail:
        # Or the signs of two would be read as those of one.
        parts.append("<!-- -->")
    parts.append(_INLINES.get(element.tag, _inlines)(element) + _escaped(element.tail))


def _escaped(text: str | None) -> str:
    return _SIGNS.sub(lambda it: "\\" + it[0], _SPACE.sub(" ", text)) if text else ""


def _span(element: Any) -> str:
    inner, sign = _inlines(element), _SPANS[element.tag]
    is_within = next(element.iterancestors(element.tag), None) is not None
    return inner if is_within or not inner.strip() else f"{sign}{inner}{sign}"


def _code(element: Any) -> str:
    code = element.text_content().replace("\n", " ")
    taken = {len(ticks) for ticks in _TICKS.findall(code)}
    ticks = "`" * next(number for number in count(1) if number not in taken)
    is_padded = code[:1] in ("`", " ") or code[-1:] in ("`", " ")
    return f"{ticks} {code} {ticks}" if is_padded and code.strip() else f"{ticks}{code}{ticks}"


def _link(element: Any) -> str:
    inner, address = _inlines(element), element.get("href")
    return f"[{inner}]({_target(address, element.get('title'))})" if address else inner


def _picture(element: Any) -> str:
    return f"![{_escaped(element.get('alt'))}]({_target(element.get('src', ''), element.get('title'))})"


def _target(address: str, title: str | None) -> str:
    address = re.sub(r"&(?=#?\w+;)", r"\\&", "".join([_OF_ADDRESSES.get(sign, sign) for sign in address]))
    words = _escaped(title).replace('"', '\\"')
    return _SPACE.sub("%20", address) + (f' "{words}"' if words else "")


_BLOCKS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("p", "figcaption"), _paragraph),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    **dict.fromkeys(("ul", "ol"), _list),
    **dict.fromkeys(("div", "figure", "section"), lambda element: "\n\n".join(_blocks(element))),
    "blockquote": _quote,
    "pre": _code_block,
    "table": _table,
    "hr": lambda element: _RULE,
}
_INLINES: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(_SPANS, _span),
    "code": _code,
    "a": _link,
    "img": _picture,
    "br": lambda element: "\\\n",
}
