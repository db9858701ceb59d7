"""Markup that is not ours: HTML comments, which are hidden, and what other programs would render, which is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

RAW = "raw"
"""The type of tokens whose content is shown as written, or hidden if it is a comment."""

# CommonMark §6.6, open and closing tags. Possessive, since hostile text has many that never end.
_ATTRIBUTE = r"""\s++[\w:][\w.:-]*+(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
_TAG = rf"<(?:/[A-Za-z][\w-]*+\s*+>|[A-Za-z][\w-]*+(?:{_ATTRIBUTE})*+\s*+/?+>)"
_BRACES = r"\{\{[^{}]{0,1000}+\}\}|\{%[^{}]{0,1000}?%\}"
_ATTRIBUTES = r"\{(?:[:#.]|[A-Za-z-]+=)[^{}\n]{0,200}+\}"
_RAW = re.compile(f"{_TAG}|{_BRACES}")
_ATTRIBUTE_LIST = re.compile(_ATTRIBUTES)
_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)


class Foreign(NamedTuple):
    """A kind of markup that is shown as text."""

    name: str
    """Of its warning."""
    message: str
    """{text} stands for the markup."""
    hint: str


_KINDS = {
    kind.name: kind
    for kind in (
        Foreign("html", 'HTML is shown as text: "{text}"', "write it in Markdown, or link to it; HTML is not rendered"),
        Foreign("comments", 'the comment "{text}" is never closed, so it is shown', 'end it with "-->"'),
        Foreign("shortcodes", 'the shortcode "{text}" is shown as text', "write a link or an image instead"),
        Foreign("liquid", 'the template tag "{text}" is shown as text', "write what it stands for"),
        Foreign("attributes", 'the attribute list "{text}" is shown as text', "delete it; Markdown here has none"),
        Foreign(
            "admonitions",
            '"{text}" is shown as text',
            'write a callout: a quotation with "> [!NOTE]" (TIP, IMPORTANT, WARNING, CAUTION) on its own line',
        ),
        Foreign("math", 'formulas are not rendered: "{text}"', "write it in words or in `code`, or use an image"),
        Foreign("wiki-links", 'the wiki link "{text}" is shown as text', "write [the title](other-article.md)"),
        Foreign("emoji-codes", 'the emoji code "{text}" is shown as text', "write the emoji itself"),
        Foreign("definition-lists", '"{text}" is shown as text', "write a list: - **Term**: meaning"),
        Foreign("highlights", '"{text}" is shown as text', "write **bold** or *italic*"),
        Foreign("headings", '"{text}" is not a heading', "put a space after the # characters"),
        Foreign("unfinished", '"{text}" looks unfinished', "write what is missing, or put it in `backticks`"),
    )
}
_SHORTCODES = ("caption", "gallery", "audio", "video", "embed", "youtube", "vimeo", "playlist", "contact-form")
# Found in the text of a block, whose code and raw tokens are blanked out; the first group, if any, is what to quote.
_PATTERNS = {
    "comments": re.compile(r"<!--[^\n]{0,40}"),
    "shortcodes": re.compile(
        rf"\[/?(?:{'|'.join(_SHORTCODES)})(?:-[\w-]*)?(?: [^\]\n]*)?\](?!\()"
    ),
    "admonitions": re.compile(
        r"^(?::::+[ \t]*\S*|[!?]{3}\+?[ \t]+\S+)"
        r"|\A\[!(?!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*+(?:\n|\Z))[A-Za-z-]{1,40}\](?!\()[+-]?",
        re.MULTILINE | re.IGNORECASE,
    ),
    "math": re.compile(
        r"\$\$[^$]+\$\$|\\\([^\n]{1,200}?\\\)|\\\[[^\]]{0,200}?[\\^_=][^\]]{0,200}?\\\]|(?<![\w$])\$[^\s$][^$\n]{0,200}?[\\^_][^$\n]{0,200}\$(?![\w$])",
        re.DOTALL,
    ),
    "wiki-links": re.compile(r"!?\[\[[^\[\]\n]{1,200}\]\]"),
    "emoji-codes": re.compile(r"(?<![\w:/.]):[a-z][a-z0-9_+-]{1,40}:(?![\w:/])"),
    "definition-lists": re.compile(r"(?<=\n):[ \t]+[^\n]{1,40}"),
    "highlights": re.compile(r"(?<![\w=])==(?=[^\s=])[^=\n]+(?<!\s)==(?![\w=])|(?<!\w)\+\+\w[^+\n]*\w\+\+(?![\w+])"),
    "headings": re.compile(r"^(?:#{2,6}[^\s#][^\n]*|#[^\W\d_][^\s#]* [^#\n]*)$", re.MULTILINE),
    "unfinished": re.compile(r"\bTK(?:TK)*\b|\bTODO\b|\bFIXME\b|\bXXX\b|\b[Ll]orem ipsum\b|\bLOREM IPSUM\b"),
}  # fmt: skip
_BLOCK_START = re.compile(rf"\s*(?::::|!!!|\?\?\?|\$\$|!?\[\[|\[/?(?:{'|'.join(_SHORTCODES)})\b)")
_SIGNS_OF = {
    "comments": ("<!--",),
    "shortcodes": tuple([f"[{name}" for name in _SHORTCODES]),
    "admonitions": (":::", "!!!", "???", "[!"),
    "math": ("$", "\\(", "\\["),
    "wiki-links": ("[[",),
    "emoji-codes": (":",),
    "definition-lists": ("\n:",),
    "highlights": ("==", "++"),
    "headings": ("#",),
    "unfinished": ("TK", "TODO", "FIXME", "XXX", "orem ipsum", "OREM IPSUM"),
}
_CODE_SPAN = re.compile(r"(?<!`)(`++)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_DESTINATION = re.compile(r"(?<=\])\([^()\s]*+(?:\s[^()\n]*+)?\)")
_EMOJI, _LINE = re.compile(r":[a-z][a-z0-9_+-]*:"), re.compile(r"^(?:#+[^\s#]|:|!!!|\?\?\?)", re.MULTILINE)
_SIGNS = (
    "<", "{", "$", "\\(", "\\[", "[[", "==", "++", "www.", "@", "TK", "TODO", "FIXME", "XXX", "orem ipsum",
    "OREM IPSUM",
    "[!", "[ ]", "[x]", "[X]",
)  # fmt: skip


def has_signs(text: str) -> bool:
    """Whether a text may contain what the fast path does not know: foreign markup, addresses, callouts, tasks."""
    # A link's address follows "](", a bare one does not.
    if text.count("://") != text.count("](https://") + text.count("](http://"):
        return True
    return any(sign in text for sign in _SIGNS) or bool(_EMOJI.search(text) or _LINE.search(text))


def is_comment(content: str) -> bool:
    """Whether the content of a raw token is hidden."""
    return content.startswith("<!--")


def hides_text(content: str) -> bool:
    """Whether a comment contains the start of another one, so that it was probably to end before that."""
    return "<!--" in content[4:]


def ends_summary(content: str) -> bool:
    """Whether a comment is <!--more-->, up to which a text is its own summary."""
    return _MORE.fullmatch(content.strip()) is not None


def kind_of_raw(content: str) -> str:
    """The name of the warning for a raw token."""
    if content.startswith("<"):
        return "html"
    if content.startswith(("{{<", "{{%")):
        return "shortcodes"
    return "liquid" if content.startswith(("{{", "{%")) else "attributes"


def blanked(content: str, raw: Sequence[str]) -> str:
    """The text of a block with blanks in the place of code, raw tokens and link addresses."""
    for written in raw:
        content = content.replace(written, " " * len(written))
    for pattern in (_CODE_SPAN, _DESTINATION):
        content = pattern.sub(lambda found: " " * len(found[0]), content)
    return content


def unfinished_in(text: str) -> str:
    """The first mark of unfinished work in a plain text, or an empty string."""
    found = _PATTERNS["unfinished"].search(text)
    return found[0] if found else ""


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of foreign markup that may be in a text; empty if there is neither any nor an undefined reference."""
    found = [name for name, signs in _SIGNS_OF.items() if any(sign in text for sign in signs)]
    return ("html", *found) if found or "<" in text or "{" in text or "][" in text else ()


def foreign_in(text: str, kinds: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Name of the warning, offset and text of each piece of foreign markup of these kinds in a blanked text."""
    for name in kinds:
        pattern = _PATTERNS.get(name)
        for found in pattern.finditer(text) if pattern else ():
            yield name, found.start(), found[0]


def without_foreign(text: str, raw: Sequence[str]) -> str:
    """The plain text of a paragraph without foreign markup, which is no summary; "" if it begins a foreign block."""
    for written in raw:
        text = text.replace(" ".join(written.split()), " ", 1)
    return "" if _BLOCK_START.match(text) else " ".join(text.split(" ")).strip() if raw else text


def foreign_problem(name: str, text: str, count: int) -> tuple[str, str]:
    """Message and hint for the first of so many pieces of this kind."""
    kind = _KINDS[name]
    text = " ".join(text.split())
    shown = text if len(text) <= 50 else text[:49] + "…"
    more = f" (and {count - 1} more)" if count > 1 else ""
    return kind.message.replace("{text}", shown) + more, kind.hint


def raw_rule(state: StateInline, silent: bool) -> bool:
    """An inline rule: comments, tags and shortcodes, in which nothing is Markdown and nothing is typography."""
    src, start = state.src, state.pos
    if src.startswith("<!--", start):
        end = _comment_end(src, start, state)
    else:
        found = _RAW.match(src, start, state.posMax) or _attribute_list(src, start, state.posMax)
        end = found.end() if found else -1
    if end < 0 or end > state.posMax:
        return False
    if not silent:
        token = state.push(RAW, "", 0)
        token.content = src[start:end]
    state.pos = end
    return True


def _attribute_list(src: str, start: int, end: int) -> re.Match[str] | None:
    """An attribute list where other programs would see one: behind something, or alone on its line."""
    found = _ATTRIBUTE_LIST.match(src, start, end)
    if found is None:
        return None
    before = src[start - 1 : start]
    is_last = src[found.end() : found.end() + 1] in ("", "\n")
    return found if before in (")", "]", "`", "*", "_") or (is_last and before in ("", "\n", " ")) else None


def _comment_end(src: str, start: int, state: StateInline) -> int:
    if src.startswith(("<!-->", "<!--->"), start):
        return src.index(">", start) + 1
    unclosed = state.env.setdefault("unclosed_comment", {})
    if unclosed.get(src, len(src)) <= start:  # looked for once: hostile text opens many that are never closed
        return -1
    end = src.find("-->", start + 4)
    if end < 0:
        unclosed[src] = start
    return end + 3 if end >= 0 else -1


def comment_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A block rule: a comment that begins a line and may contain empty lines; what follows it there is a paragraph."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line) or not state.src.startswith("<!--", begin):
        return False
    # Looked for once: hostile text opens many that are never closed.
    if begin > state.env.setdefault("last_comment_end", state.src.rfind("-->")):
        return False
    line, close = start_line, -1
    while line < end_line:
        at = begin + 4 if line == start_line else state.bMarks[line]
        close = state.src.find("-->", at, state.eMarks[line])
        if close >= 0 or (state.sCount[line] < state.blkIndent and not state.isEmpty(line)):
            break
        line += 1
    if close < 0:
        return False
    rest = state.src[close + 3 : state.eMarks[line]].strip()
    if rest and line == start_line:
        return False  # a paragraph that begins with a comment
    if silent:
        return True
    state.line = line + 1
    token = state.push(RAW, "", 0)
    token.content = state.src[begin : close + 3]
    token.map = [start_line, state.line]
    if rest:
        opening = state.push("paragraph_open", "p", 1)
        inline = state.push("inline", "", 0)
        opening.map = inline.map = [line, state.line]
        inline.content, inline.children = rest, []
        state.push("paragraph_close", "p", -1)
    return True
