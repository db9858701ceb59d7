"""Which sizes and formats a picture is published in, and encoding them: the same source gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from .decode import check_decodes, pixels
from .facts import PictureMetadata
from .strip_metadata import stripped

# The text column is 600 points wide at most: 1,200 is twice that, and enough for a telephone with three for one.
WIDTHS = (400, 800, 1200)
# Part of every name, because browsers keep these files for ever: change it together with `encoded`.
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


# RECIPE in ladder.py names these settings: whoever changes them changes it, and with it the names of all files.
_JPEG: dict[str, Any] = {"quality": 82, "optimize": True, "progressive": True, "subsampling": "4:2:0"}
_LOSSY: dict[str, Any] = {"quality": 80, "method": 4}
_LOSSLESS: dict[str, Any] = {"lossless": True, "quality": 60, "method": 4}


def encoded(data: bytes, width: int, height: int, kind: str, *, is_drawing: bool) -> bytes:
    """A picture file as a file of a kind ("jpeg", "png", "webp") and size; width 0 gives it as it is, less metadata.

    Raises DamagedPicture. is_drawing: whether it comes from a format without loss, as diagrams and screenshots do.
    """
    if not width:
        check_decodes(data)
        return stripped(data)
    image = pixels(data, width, height)
    if kind == "jpeg":
        return _saved(image, "JPEG", _JPEG)
    if kind == "png":
        return _saved(image, "PNG", {"optimize": True})
    if kind != "webp":
        raise ValueError(f"no encoder for {kind!r}")
    if image.mode in ("L", "LA"):
        image = image.convert("RGB" if image.mode == "L" else "RGBA")
    lossy = _saved(image, "WEBP", _LOSSY)
    if not is_drawing:
        return lossy
    # Flat colours are smaller without loss, photographs with it.
    return min(_saved(image, "WEBP", _LOSSLESS), lossy, key=len)


def _saved(image: Image.Image, kind: str, settings: dict[str, Any]) -> bytes:
    file = BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()
