"""An outline as a small record in the store, and the worker that parses a batch of prose."""

from __future__ import annotations

import json

from ..outcome import Made
from .document import Fault, Heading, Outline, Reference


def encode(outline: Outline) -> bytes:
    """The outline as JSON."""
    return json.dumps(
        [
            outline.document,
            outline.headline,
            outline.lead,
            outline.words,
            [[heading.level, heading.text, heading.id] for heading in outline.headings],
            [[ref.target, ref.line, ref.column, ref.is_image] for ref in outline.references],
            [[fault.line, fault.column, fault.message, fault.hint, fault.is_error] for fault in outline.faults],
        ],
        ensure_ascii=False,
    ).encode()


def decode(record: bytes) -> Outline:
    """The outline that `encode` made into this record."""
    document, headline, lead, words, headings, references, faults = json.loads(record)
    return Outline(
        document,
        headline,
        lead,
        words,
        tuple([Heading(*heading) for heading in headings]),
        tuple([Reference(*reference) for reference in references]),
        tuple([Fault(*fault) for fault in faults]),
    )


def parse_batch(batch: tuple[tuple[str, str], ...]) -> tuple[Made, ...]:
    """For each (text, language) the outline as a record and the html with open slots."""
    from . import parse_markdown

    documents = [parse_markdown(text, language) for text, language in batch]
    return tuple([Made(encode(document.outline), document.html.encode()) for document in documents])
