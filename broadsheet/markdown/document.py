"""What parsing Markdown gives: HTML with open slots, and an outline of it small enough to keep for every article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..core.serialize import Lazy

# Between the text of a Document and its slots. Sources never contain it: CommonMark replaces NUL by U+FFFD.
MARK = "\x00"
ID_PREFIX = "id"
IMAGE, IMAGE_END = "i", "e"  # before the number of a slot


class Reference(NamedTuple):
    """A link or an image as the author wrote it; line and column are counted from 1 at the start of the prose.

    A named tuple like what else an outline has many of: dataclasses take ten times as long to be read from a record.
    """

    target: str
    line: int
    column: int
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class ProseFault:
    """Something wrong in the prose, by its place in the prose."""

    line: int
    column: int
    message: str
    hint: str = ""
    is_error: bool = True


class Heading(NamedTuple):
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
    faults: tuple[ProseFault, ...]


@dataclass(frozen=True, slots=True)
class ProseSummary:
    """What a build holds of the prose of every file: its outline packed, since a build looks into few of them.

    document, headline, words: as in the outline. leads_home: whether a link or an image leads into the newsletter, and
    has to be followed in every build.
    """

    document: str
    headline: str
    words: int
    has_internal_links: bool
    packed: Lazy[Outline]

    @property
    def outline(self) -> Outline:
        """The outline, made anew each time."""
        return self.packed.value


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed prose: html in which MARK + number + MARK stands for a URL and MARK + ID_PREFIX + MARK for an id prefix.

    An image is MARK + IMAGE + number + MARK, which stands for its tag up to the attributes alt and title, these two,
    ">", and MARK + IMAGE_END + number + MARK: so that planning decides on sizes, and on what surrounds the tag.
    """

    html: str
    outline: Outline


def fill(
    html: str, urls: Sequence[str], *, id_prefix: str = "", images: Mapping[int, tuple[str, str]] | None = None
) -> str:
    """The finished HTML of a document: slot n becomes urls[n], which must already be escaped for an attribute.

    id_prefix goes before every id of the document, so that several documents can share one page. images: for slots of
    images the markup before their alt attribute and behind their tag; one that is not there has its URL alone.
    """
    images = images or {}
    parts = html.split(MARK)
    for index in range(1, len(parts), 2):
        slot = parts[index]
        if slot == ID_PREFIX:
            parts[index] = id_prefix
        elif slot[0] == IMAGE:
            number = int(slot[1:])
            parts[index] = images[number][0] if number in images else f'<img src="{urls[number]}"'
        elif slot[0] == IMAGE_END:
            number = int(slot[1:])
            parts[index] = images[number][1] if number in images else ""
        else:
            parts[index] = urls[int(slot)]
    return "".join(parts)
