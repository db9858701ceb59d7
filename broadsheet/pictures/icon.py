"""The newsletter's icons: its logo, or else its initial, paper on accent, as the share cards have it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from .card import ACCENT, PAPER
from .decode import measured, pixels
from .text_layout import face

_FINE = 4  # corners are drawn so many times larger first, for smooth edges
# Colours by number: half of them from accent to paper for the letter, half accent more and more opaque for the edges.
_COLOURS = [
    *[(a * (127 - step) + p * step + 63) // 127 for step in range(128) for a, p in zip(ACCENT, PAPER, strict=True)],
    *(ACCENT * 128),
]
_OPACITY = bytes([255] * 128 + [(step * 255 + 63) // 127 for step in range(128)])
_INKS = [shade // 2 for shade in range(256)]
_EDGES = [128 + shade // 2 for shade in range(256)]
_INSIDE = [0] * 255 + [255]


def drawn_icon(letter: str, kind: str, size: int, margin: int, *, has_ground: bool) -> bytes:
    """A letter on a square; margin in hundredths of the size on each side; with a ground it has square corners."""
    room = size * (100 - 2 * margin) // 100
    left, top, right, bottom = face(700, 30).font(room).getbbox(letter, anchor="ls")
    font = face(700, 30).font(round(room * room / max(right - left, bottom - top, 1)))
    left, top, right, bottom = font.getbbox(letter, anchor="ls")
    ink = Image.new("L", (size, size))
    ImageDraw.Draw(ink).text(((size - right - left) / 2, (size - bottom - top) / 2), letter, 255, font, anchor="ls")
    shades = ink.point(_INKS)
    if not has_ground:
        corners = _rounded(size)
        shades = Image.composite(shades, corners.point(_EDGES), corners.point(_INSIDE, "1"))
    shades.putpalette(_COLOURS)
    if kind == "ico":
        image = shades.convert("RGB")
        image.putalpha(255 if has_ground else corners)
        return _saved(image, kind)
    file = BytesIO()
    shades.save(file, "PNG", **({} if has_ground else {"transparency": _OPACITY}))
    return file.getvalue()


def _rounded(size: int) -> Image.Image:
    """How much of each point lies in a square with round corners."""
    side = size * _FINE
    large = Image.new("L", (side, side))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, side - 1, side - 1), side // 8, 255)
    return large.resize((size, size), Image.Resampling.BOX)


def logo_icon(data: bytes, kind: str, size: int, margin: int, *, has_ground: bool) -> bytes:
    """A logo in the middle of a square, as large as the margin allows."""
    facts = measured(data)
    room = size * (100 - 2 * margin) / 100
    scale = room / max(facts.width, facts.height)
    logo = pixels(data, max(round(facts.width * scale), 1), max(round(facts.height * scale), 1)).convert("RGBA")
    image = Image.new("RGBA", (size, size), (*PAPER, 255 if has_ground else 0))
    image.alpha_composite(logo, ((size - logo.width) // 2, (size - logo.height) // 2))
    return _saved(image, kind)


def _saved(image: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    if kind == "ico":
        image.save(file, "ICO", sizes=[image.size])
    else:
        plain = image if image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")
        plain.save(file, "PNG", optimize=True)
    return file.getvalue()
