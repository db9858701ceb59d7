"""Markdown to Documents: HTML with open slots for every URL, and an outline for planning."""

from __future__ import annotations

from .document import ID_PREFIX, MARK, Document, Heading, Outline, ProseFault, ProseSummary, Reference, fill

__all__ = [
    "ID_PREFIX",
    "MARK",
    "Document",
    "Heading",
    "Outline",
    "ProseFault",
    "ProseSummary",
    "Reference",
    "fill",
    "parse_markdown",
]


def parse_markdown(text: str, language: str) -> Document:
    """The document that some prose in this language (a BCP 47 tag) stands for; it depends on nothing else.

    Never raises for any text: what is wrong in it is in the outline's faults.
    """
    # Parsing takes 10 ms to import; planning and rendering need only `fill` and the types.
    from .parse import parse

    return parse(text, language)
