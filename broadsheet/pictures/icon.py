"""The newsletter's icons: its logo, or else its initial, paper on accent, as the share cards have it."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from .card import ACCENT, PAPER
from .decode import measured, pixels
from .lettering import face

_FINE = 4  # drawn so many times larger first, for smooth edges


def drawn_icon(letter: str, kind: str, size: int, margin: int, *, has_ground: bool) -> bytes:
    """A letter on a square; margin in hundredths of the size on each side; with a ground it has square corners."""
    side = size * _FINE
    image = Image.new("RGBA", (side, side), (*ACCENT, 255) if has_ground else (*ACCENT, 0))
    pen = ImageDraw.Draw(image)
    if not has_ground:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), side // 8, (*ACCENT, 255))
    room = side * (100 - 2 * margin) // 100
    left, top, right, bottom = face(700, 30).font(room).getbbox(letter, anchor="ls")
    font = face(700, 30).font(round(room * room / max(right - left, bottom - top, 1)))
    left, top, right, bottom = font.getbbox(letter, anchor="ls")
    place = ((side - right - left) / 2, (side - bottom - top) / 2)
    pen.text(place, letter, (*PAPER, 255), font, anchor="ls")
    return _saved(image.resize((size, size), Image.Resampling.BOX), kind)


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
