"""The result of parsing Markdown: HTML with slots for URLs, and an outline small enough to keep for every article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..core.serialize import Lazy

# Around every slot in the HTML. Sources never contain it: CommonMark replaces NUL with U+FFFD.
SLOT_DELIMITER = "\x00"
ID_PREFIX = "id"
IMAGE_START, IMAGE_END = "i", "e"  # before the number in the slots of an image


class Reference(NamedTuple):
    """A link or an image as the author wrote it; line and column count from 1 at the start of the prose.

    A named tuple, like Heading, because outlines have many: decoding dataclasses from a record takes ten times as long.
    """

    target: str
    line: int
    column: int
    is_image: bool = False


class LocatedDestination(str):
    """An address as the author wrote it, unescaped, with the text that contains it and its offset there."""

    __slots__ = ("at", "text")
    text: str
    at: int


def located(address: str, text: str, at: int) -> LocatedDestination:
    """The address with the text that contains it and its offset there."""
    target = LocatedDestination(address)
    target.text = text
    target.at = at
    return target


@dataclass(frozen=True, slots=True)
class ProseFault:
    """A problem in the prose; line and column count from 1 at its start."""

    line: int
    column: int
    message: str
    hint: str = ""
    is_error: bool = True
    name: str = ""
    """Of a warning that can be switched off: a key of `core.errors.WARNINGS`."""


class Heading(NamedTuple):
    """A heading: level 2 to 6, plain text, and id without the document's prefix."""

    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What planning needs to know of some prose."""

    document: str
    """Digest of the Document's html, by which it is found in the cache."""
    headline: str
    """Plain text of a leading H1, which is not part of the html; "" if there is none."""
    summary: str
    """For files that give none, plain text: up to <!--more-->, or else sentences of the first paragraph."""
    words: int
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...]
    """Links and images by slot number."""
    faults: tuple[ProseFault, ...]
    """By line and column."""


@dataclass(frozen=True, slots=True)
class ProseSummary:
    """What a build keeps in memory of the prose of a file. document, headline and words are those of the outline."""

    document: str
    headline: str
    words: int
    has_internal_links: bool
    """Whether a link or an image points into the newsletter, and must be resolved in every build."""
    packed: Lazy[Outline]
    """Not decoded, since a build needs few outlines."""

    @property
    def outline(self) -> Outline:
        """The outline, decoded on each access."""
        return self.packed.value


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed prose. In the html, each slot is enclosed in SLOT_DELIMITERs.

    A number stands for the URL of that reference, and ID_PREFIX for the prefix of ids. An image is the slot
    IMAGE_START + number, then its alt and title attributes and ">", then the slot IMAGE_END + number, so that planning
    decides on its size and on the markup around it.
    """

    html: str
    outline: Outline


def fill(
    html: str, urls: Sequence[str], *, id_prefix: str = "", images: Mapping[int, tuple[str, str]] | None = None
) -> str:
    """The HTML of a document with its slots filled.

    urls: by slot number, escaped for an attribute. id_prefix: goes before every id, so that several documents can share
    a page. images: by slot number, the markup before the alt attribute and after the tag; an image that is not among
    them gets a plain tag with its URL.
    """
    images = images or {}
    parts = html.split(SLOT_DELIMITER)
    for index in range(1, len(parts), 2):
        slot = parts[index]
        if slot == ID_PREFIX:
            parts[index] = id_prefix
        elif slot[0] == IMAGE_START:
            number = int(slot[1:])
            parts[index] = images[number][0] if number in images else f'<img src="{urls[number]}"'
        elif slot[0] == IMAGE_END:
            number = int(slot[1:])
            parts[index] = images[number][1] if number in images else ""
        else:
            parts[index] = urls[int(slot)]
    return "".join(parts)
