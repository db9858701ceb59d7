"""What parsing Markdown gives: HTML with open slots, and an outline of it small enough to keep for every article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Between the text of a Document and its slots. Sources never contain it: CommonMark replaces NUL by U+FFFD.
MARK = "\x00"
ID_PREFIX = "id"


@dataclass(frozen=True, slots=True)
class Reference:
    """A link or an image as the author wrote it; line and column are counted from 1 at the start of the prose."""

    target: str
    line: int
    column: int
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the prose, by its place in the prose."""

    line: int
    column: int
    message: str
    hint: str = ""
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 2 to 6, plain text, and its id without the document's prefix."""

    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What planning needs to know of some prose.

    document: digest of the Document's html, by which its bytes are found again. headline: plain text of a leading H1,
    which is not part of the html, or empty. lead: plain text of the first paragraph. references: links and images by
    slot number. faults: in order of place.
    """

    document: str
    headline: str
    lead: str
    words: int
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed prose: html in which MARK + number + MARK stands for a URL and MARK + ID_PREFIX + MARK for a prefix."""

    html: str
    outline: Outline


def fill(html: str, urls: Sequence[str], *, id_prefix: str = "") -> str:
    """The finished HTML of a document: slot n becomes urls[n], which must already be escaped for an attribute.

    id_prefix goes before every id of the document, so that several documents can share one page.
    """
    parts = html.split(MARK)
    for index in range(1, len(parts), 2):
        slot = parts[index]
        parts[index] = id_prefix if slot == ID_PREFIX else urls[int(slot)]
    return "".join(parts)
