"""Footnotes and links that have no definition: Markdown shows them as text, and an author would not notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

_FOOTNOTE = re.compile(r"(?<!\\)\[\^([^\]\s]{1,100})\]")
# Behind a letter or digit, brackets are an index in code. The text may be an image or contain brackets.
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_\])\\])!?\[((?:[^\[\]]++|\[[^\[\]]*+\])++)\]\[([^\[\]]{0,200}+)\](?![\[(])")


def undefined_footnotes(token: Token, env: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Offset in the block's content and label of each [^label] that is shown as text because it is not defined."""
    if "[^" not in token.content:
        return
    defined = env.get("footnotes", {}).get("refs", {})
    shown = [child.content for child in token.children or () if child.type == "text" and "[^" in child.content]
    for found in _FOOTNOTE.finditer(token.content) if shown else ():
        if ":" + found[1] not in defined and any(found[0] in text for text in shown):
            yield found.start(), found[1]


def undefined_references(text: str, env: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Offset and label of each [text][label] or [label][] without a definition (CommonMark §6.3).

    text: of a block, without code. env: of the parser, with the definitions that it has found.
    """
    definitions = env.get("references", {})
    for found in _REFERENCE.finditer(text):
        label = " ".join((found[2].strip() or found[1].strip()).split())
        is_label = label and "[" not in label and not label.startswith("^")
        if is_label and normalizeReference(label) not in definitions:
            yield found.start(), label
