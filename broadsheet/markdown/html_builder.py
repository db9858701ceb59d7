"""What is gathered while prose is written: its HTML piece by piece, and all that the outline says of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ..core.errors import did_you_mean
from .addresses import judge, shortened
from .document import ID_PREFIX, MARK, Heading, ProseFault, Reference
from .highlight import MAX_DOCUMENT, highlighted
from .languages import Words
from .prose import escape, heading_slug

ID = MARK + ID_PREFIX + MARK
_LANGUAGE = re.compile(r"[\w.+#-]{1,40}")


class Draft:
    """Owns what has been written of one document, for the time of one parse."""

    def __init__(self, own_words: Words) -> None:
        self.own_words = own_words
        self.parts: list[str] = []
        self.references: list[Reference] = []
        self.fragments: list[int] = []  # slots whose target is a heading by the author's name for it
        self.headings: list[Heading] = []
        self.level = 1  # of the heading above; the page's own to begin with
        self.ids: dict[str, int] = {}
        self.faults: list[ProseFault] = []
        self.headline = ""
        self.lead = ""
        self.words = 0
        self.code = 0  # characters in fences with a language
        self.tables = 0

    def fault(self, line: int, column: int, message: str, hint: str, *, is_error: bool = True) -> None:
        """Note what is wrong."""
        self.faults.append(ProseFault(line, column, message, hint, is_error))

    # Headings

    def heading_level(self, level: int, line: int, column: int) -> int:
        """The level at which a heading is shown, where the author gave it this one; a fault when they differ."""
        if level == 1:
            level = 2
            hint = "begin it with ##; a page has one headline"
            self.fault(line, column, "a second headline became a heading", hint, is_error=False)
        if level > self.level + 1:
            message = f"this heading of level {level} stands below one of level {self.level}"
            hint = f"begin it with {'#' * (self.level + 1)}; until then it is shown so"
            self.fault(line, column, message, hint, is_error=False)
            level = self.level + 1
        self.level = level
        return level

    def heading_tag(self, level: int, text: str) -> str:
        """The opening tag of a heading, which is noted."""
        identity = self.unused_id(heading_slug(text))
        self.headings.append(Heading(level, text, identity))
        return f'<h{level} id="{ID}{identity}">'

    def unused_id(self, slug: str) -> str:
        identity, number = slug, self.ids.get(slug, 0)
        while identity in self.ids:
            number += 1
            identity = f"{slug}-{number}"
        self.ids[slug] = max(number, 1)  # where to go on counting when the same words come again
        self.ids.setdefault(identity, 1)
        return identity

    # Code and tables

    def add_code(self, code: str, info: str = "") -> None:
        """Write a block of code; info: what stands behind the marks of its fence."""
        # tabindex: long lines scroll, and must do so by keyboard (WCAG 2.1.1).
        name = info.split(None, 1)[0] if info.strip() else ""
        if not _LANGUAGE.fullmatch(name):
            self.parts.append(f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n')
            return
        self.code += len(code)
        shown = highlighted(code, name.lower()) if self.code <= MAX_DOCUMENT else escape(code)
        self.parts.append(f'<pre tabindex="0"><code class="language-{name}">{shown}</code></pre>\n')

    def table_tag(self, names: Iterable[str]) -> str:
        """What a table begins with; names: of its columns, some perhaps empty."""
        self.tables += 1
        label = f"{self.own_words.table} {self.tables}"
        label += ": " * any(names := tuple(names)) + ", ".join(filter(None, names))
        label = label if len(label) <= 100 else label[:99].rstrip() + "…"
        return f'<div class="table" role="region" tabindex="0" aria-label="{escape(label)}">\n<table>\n'

    # Addresses

    def refer(self, address: str, line: int, column: int, *, is_image: bool) -> str:
        """The slot of an address, or nothing for one that is refused."""
        target, refusal, hint = judge(address, is_image)
        if refusal:
            self.fault(line, column, refusal, hint)
            return ""
        if is_image and target.startswith("http:"):
            message = f'the image "{shortened(target)}" comes over plain http'
            hint = "browsers do not show it on a page that came over https; write https:"
            self.fault(line, column, message, hint, is_error=False)
        if target.startswith("#"):
            self.fragments.append(len(self.references))
        return self.slot(Reference(target, line, column, is_image))

    def slot(self, reference: Reference) -> str:
        self.references.append(reference)
        return f"{MARK}{len(self.references) - 1}{MARK}"

    def resolve_fragments(self, notes: Collection[str] = ()) -> None:
        """Point links to "#why-it-matters" at the heading's id, "h-why-it-matters"; notes: the ids of footnotes."""
        known_names = [f"#{heading.id[2:]}" for heading in self.headings[:200]]
        hints: dict[str, str] = {}  # looking for what is near takes long, and hostile text asks often
        for index in self.fragments:
            reference = self.references[index]
            name = reference.target[1:]
            known = (i for i in (name, f"h-{name}", heading_slug(name)) if i in self.ids or i in notes)
            identity = next(known, "")
            if identity:
                self.references[index] = Reference(f"#{identity}", reference.line, reference.column)
                continue
            if name not in hints:
                near = did_you_mean(f"#{name}", known_names) if len(name) < 100 and len(hints) < 10 else ""
                hints[name] = near or 'write the words of a heading of this text, as in "#why-it-matters"'
            message = f'there is no heading "#{shortened(name)}"'
            self.fault(reference.line, reference.column, message, hints[name])


def rel_of(address: str) -> str:
    """The attribute rel of a link to this address as written."""
    # Whatever opens the link in a tab of its own: the page there cannot reach back to ours.
    return ' rel="noopener"' if address.startswith(("http://", "https://")) else ""
