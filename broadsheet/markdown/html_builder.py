"""The document being built while prose is parsed: its HTML in parts, and what its outline contains."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from ..core.errors import did_you_mean
from .destinations import check_destination, shortened
from .document import ID_PREFIX, SLOT_DELIMITER, Heading, ProseFault, Reference
from .foreign import foreign_problem
from .highlight import MAX_DOCUMENT, highlighted
from .languages import Labels
from .text import escape, heading_slug

ID = SLOT_DELIMITER + ID_PREFIX + SLOT_DELIMITER
# Takes the place of blocks that are already parsed; a control character, which parse.py removes from prose.
PLACEHOLDER = "\x01"
_LANGUAGE = re.compile(r"[\w.+#-]{1,40}")


class HtmlBuilder:
    """Owns the parts of one document while it is parsed."""

    def __init__(self, labels: Labels, *, is_right_to_left: bool = False) -> None:
        self.labels = labels
        self.code_direction = ' dir="ltr"' if is_right_to_left else ""  # code runs from left to right in any text
        self.foreign: dict[str, tuple[tuple[int, int], str, int]] = {}  # first place, text and number of each kind
        self.parts: list[str] = []
        self.references: list[Reference] = []
        self.fragments: list[int] = []  # slots of links to a heading on the same page
        self.headings: list[Heading] = []
        self.level = 1  # of the last heading; at first that of the page title
        self.ids: dict[str, int] = {}
        self.faults: list[ProseFault] = []
        self.headline = ""
        self.lead = ""
        self.excerpt = ""
        self.words = 0
        self.code_length = 0  # of all code with a language
        self.table_count = 0

    def add_fault(self, line: int, column: int, message: str, hint: str, *, is_error: bool = True) -> None:
        """Add a problem."""
        self.faults.append(ProseFault(line, column, message, hint, is_error))

    def add_warning(self, name: str, position: tuple[int, int], message: str, hint: str) -> None:
        """Add a warning that can be switched off by its name."""
        self.faults.append(ProseFault(*position, message, hint, is_error=False, name=name))

    def add_foreign(self, name: str, place: Callable[[], tuple[int, int]], text: str) -> None:
        """Note a piece of foreign markup; `report_foreign` adds a warning for each kind. place: line and column."""
        first, shown, count = self.foreign.get(name) or (place(), text, 0)
        self.foreign[name] = first, shown, count + 1

    def report_foreign(self) -> None:
        """Add the warnings on foreign markup."""
        for name, (position, text, count) in self.foreign.items():
            self.add_warning(name, position, *foreign_problem(name, text, count))

    # Headings

    def heading_level(self, level: int, line: int, column: int) -> int:
        """The level at which a heading of this level is shown; a problem is added if it is another."""
        if level == 1:
            level = 2
            hint = "start it with ##; a page has only one headline"
            self.add_fault(line, column, "a second headline is shown as a heading", hint, is_error=False)
        if level > self.level + 1:
            message = f"a level {level} heading follows a level {self.level} heading"
            hint = f"start it with {'#' * (self.level + 1)}; it is shown like that"
            self.add_fault(line, column, message, hint, is_error=False)
            level = self.level + 1
        self.level = level
        return level

    def heading_tag(self, level: int, text: str) -> str:
        """The opening tag of a heading, which is added to the outline."""
        heading_id = self.unused_id(heading_slug(text))
        self.headings.append(Heading(level, text, heading_id))
        return f'<h{level} id="{ID}{heading_id}">'

    def unused_id(self, slug: str) -> str:
        """The slug, with a number if it is already an id in this document."""
        unused, number = slug, self.ids.get(slug, 0)
        while unused in self.ids:
            number += 1
            unused = f"{slug}-{number}"
        self.ids[slug] = max(number, 1)  # the last number tried for this slug
        self.ids.setdefault(unused, 1)
        return unused

    # Code and tables

    def add_code(self, code: str, info: str = "") -> None:
        """Add a block of code. info: the info string of its fence."""
        # tabindex: long lines must be scrollable with the keyboard (WCAG 2.1.1).
        name = info.split(None, 1)[0] if info.strip() else ""
        if not _LANGUAGE.fullmatch(name):
            self.parts.append(f'<pre tabindex="0"{self.code_direction}><code>{escape(code)}</code></pre>\n')
            return
        self.code_length += len(code)
        html = highlighted(code, name.lower()) if self.code_length <= MAX_DOCUMENT else escape(code)
        self.parts.append(f'<pre tabindex="0"{self.code_direction}><code class="language-{name}">{html}</code></pre>\n')

    def table_tag(self, names: Iterable[str]) -> str:
        """The opening tags of a table. names: of its columns, some may be empty."""
        self.table_count += 1
        label = f"{self.labels.table} {self.table_count}"
        label += ": " * any(names := tuple(names)) + ", ".join(filter(None, names))
        label = label if len(label) <= 100 else label[:99].rstrip() + "…"
        return f'<div class="table" role="region" tabindex="0" aria-label="{escape(label)}">\n<table>\n'

    # Addresses

    def url_slot(self, address: str, line: int, column: int, *, is_image: bool) -> str:
        """The slot for an address; "" if it is not allowed."""
        target, error, hint = check_destination(address, is_image)
        if error:
            self.add_fault(line, column, error, hint)
            return ""
        if is_image and target.startswith("http:"):
            message = f'the image "{shortened(target)}" is loaded over insecure HTTP'
            hint = "browsers may block it on an HTTPS page; use https:"
            self.add_fault(line, column, message, hint, is_error=False)
        if target.startswith("#"):
            self.fragments.append(len(self.references))
        return self.add_reference(Reference(target, line, column, is_image))

    def add_reference(self, reference: Reference) -> str:
        """The slot of a reference, which is added to the outline."""
        self.references.append(reference)
        return f"{SLOT_DELIMITER}{len(self.references) - 1}{SLOT_DELIMITER}"

    def resolve_fragments(self, footnote_ids: Collection[str] = ()) -> None:
        """Make links to "#why-it-matters" point at the heading's id, "h-why-it-matters"."""
        names = [f"#{heading.id[2:]}" for heading in self.headings[:200]]
        hints: dict[str, str] = {}  # finding similar names is slow, and hostile text needs many
        for index in self.fragments:
            reference = self.references[index]
            name = reference.target[1:]
            candidates = (name, f"h-{name}", heading_slug(name))
            found = next((one for one in candidates if one in self.ids or one in footnote_ids), "")
            if found:
                self.references[index] = Reference(f"#{found}", reference.line, reference.column)
                continue
            if name not in hints:
                suggestion = did_you_mean(f"#{name}", names) if len(name) < 100 and len(hints) < 10 else ""
                hints[name] = suggestion or 'use the text of a heading on this page, as in "#why-it-matters"'
            message = f'there is no heading "#{shortened(name)}"'
            self.add_fault(reference.line, reference.column, message, hints[name])


def rel_of(address: str) -> str:
    """The rel attribute of a link to this address as written."""
    # If something opens the link in a new tab, the page there cannot access ours.
    return ' rel="noopener"' if address.startswith(("http://", "https://")) else ""
