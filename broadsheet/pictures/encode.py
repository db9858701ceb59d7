"""From pixels to files, with settings that never vary: the same source gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from .decode import check_decodes, pixels
from .strip_metadata import stripped

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
