"""Which sizes and kinds of file a picture is published in."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import PictureMetadata

# The text column is 600 points wide at most: 1,200 is twice that, and enough for a telephone with three for one.
WIDTHS = (400, 800, 1200)
# Part of every name, because browsers keep these files for ever: change it together with what encode.py does.
RECIPE = "1"


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of one file, in points."""

    width: int
    height: int


def sizes(facts: PictureMetadata) -> tuple[Size, ...]:
    """The sizes of a picture, smallest first and never larger than it is."""
    widest = min(facts.width, WIDTHS[-1])
    return tuple([_scaled(facts, width) for width in (*(w for w in WIDTHS if w < widest), widest)])


def fallback_kind(facts: PictureMetadata) -> str:
    """The kind of file for clients that know nothing newer: as it is, where everything can show that."""
    if facts.is_animated:
        return facts.kind
    if facts.kind in ("jpeg", "png"):
        return facts.kind
    return "png" if facts.has_alpha or facts.kind == "gif" else "jpeg"


def is_drawing(facts: PictureMetadata) -> bool:
    """Whether it was saved without loss, as diagrams and screenshots are."""
    return facts.kind in ("png", "gif")


def ending(kind: str) -> str:
    """What the names of files of this kind end in."""
    return ".jpg" if kind == "jpeg" else f".{kind}"


def _scaled(facts: PictureMetadata, width: int) -> Size:
    return Size(width, max(round(facts.height * width / facts.width), 1))
