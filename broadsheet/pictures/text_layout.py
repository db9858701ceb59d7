"""Words set in the one font that ships with us: letters cached, kerned, and set into lines that look even."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import fontpkg_source_serif_4
from PIL import Image, ImageDraw, ImageFont

from .font_file import FontFile

INK_STEPS = 7  # shades between paper and ink in the pictures that we draw
_MEASURE = 1000  # size at which widths are taken
_THIN = 18  # a shade of grey below which a point is paper
_SHADES = [(value * INK_STEPS + 127) // 255 for value in range(256)]
_INKED = [255 if value > _THIN else 0 for value in range(256)]
_ELLIPSIS = "…"
# By its path, FreeType reads of it what it needs; as bytes it is held anew for each size, 600 KB.
_PATH = str(Path(fontpkg_source_serif_4.ROOT) / "files" / "SourceSerif4[opsz,wght].ttf")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter as shades of ink, and where it stands from its point on the base line; None when there is no ink."""

    shades: Image.Image | None
    mask: Image.Image | None
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class DrawnWord:
    """A word and how wide it is at size 1."""

    text: str
    width: float


class Face:
    """Owns the letters of one weight that were drawn so far, for as long as the process lives."""

    def __init__(self, weight: int, optical_size: int) -> None:
        self._axes: list[float] = [weight, optical_size]
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        self._glyphs: dict[tuple[str, int, int], Glyph] = {}
        self._advances: dict[str, float] = {}
        self._kerns: dict[str, float] = {}

    def width(self, text: str) -> float:
        """How wide some words are at size 1."""
        kerns = [self._kern(one + next) for one, next in pairwise(text)]
        return sum(map(self._advance, text)) + sum(kerns)

    def write(self, canvas: Image.Image, text: str, x: float, y: int, size: int, *, first_shade: int = 0) -> None:
        """Put words on a canvas of shades, from x on, on the base line y; first_shade is where their ramp begins."""
        previous = ""
        for character in text:
            if previous:
                x += self._kern(previous + character) * size
            glyph = self._glyphs.get((character, size, first_shade))
            if glyph is None:
                glyph = self._glyphs[character, size, first_shade] = self._drawn(character, size, first_shade)
            if glyph.shades is not None:
                canvas.paste(glyph.shades, (round(x) + glyph.left, y + glyph.top), glyph.mask)
            x += self._advance(character) * size
            previous = character

    def _drawn(self, character: str, size: int, first_shade: int) -> Glyph:
        sheet = Image.new("L", (3 * size, 2 * size))
        ImageDraw.Draw(sheet).text((size, size + size // 2), character, 255, self.font(size), anchor="ls")
        box = sheet.point(_INKED).getbbox()
        if box is None:
            return Glyph(None, None, 0, 0)
        ink = sheet.crop(box)
        mask = ink.point(_INKED, "1")
        shades = ink.point([shade + first_shade for shade in _SHADES])
        return Glyph(shades, mask, box[0] - size, box[1] - size - size // 2)

    def _advance(self, character: str) -> float:
        found = self._advances.get(character)
        if found is None:
            found = self._advances[character] = self.font(_MEASURE).getlength(character) / _MEASURE
        return found

    def _kern(self, pair: str) -> float:
        found = self._kerns.get(pair)
        if found is None:
            file = _file()
            found = self._kerns[pair] = file.kerning(pair[0], pair[1]) / file.units
        return found

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at a size in points."""
        font = self._sizes.get(size)
        if font is None:
            font = ImageFont.truetype(_PATH, size, layout_engine=ImageFont.Layout.BASIC)
            font.set_variation_by_axes(self._axes)
            self._sizes[size] = font
        return font


@lru_cache(maxsize=8)
def face(weight: int, optical_size: int) -> Face:
    """The one Face of a weight (200 to 900) and an optical size (8 to 60)."""
    return Face(weight, optical_size)


@cache
def _file() -> FontFile:
    return FontFile(Path(_PATH).read_bytes())


def font_file() -> FontFile:
    """What is known of the font."""
    return _file()


def fitted(text: str, letters: Face, width: float, sizes: tuple[tuple[int, int], ...]) -> tuple[int, tuple[str, ...]]:
    """The first (size, most lines) into which the words fit, and the lines, as even as can be.

    What fits into none is cut off in the last one.
    """
    words = [DrawnWord(word, letters.width(word)) for word in text.split(" ")]
    space = letters.width(" ")
    widest = max([word.width for word in words])
    for size, most in sizes:
        room = width / size
        if widest <= room:
            count = len(_filled(words, space, room))
            if count <= most:
                return size, _even(words, space, (widest, room), count)
    size, most = sizes[-1]
    return size, _cut(text, letters, width / size, most)


def shortened(text: str, letters: Face, room: float) -> str:
    """The text, or as much of it as fits into one line, with an ellipsis."""
    if letters.width(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        if letters.width(text[:middle].rstrip() + _ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS


def _filled(words: list[DrawnWord], space: float, room: float) -> list[str]:
    """As many words in each line as there is room for."""
    lines, line, used = [], [words[0].text], words[0].width
    for word in words[1:]:
        used += space + word.width
        if used <= room:
            line.append(word.text)
        else:
            lines.append(" ".join(line))
            line, used = [word.text], word.width
    return [*lines, " ".join(line)]


def _even(words: list[DrawnWord], space: float, rooms: tuple[float, float], count: int) -> tuple[str, ...]:
    """The words in the narrowest column, between two widths, that takes no more lines than `count`."""
    low, high = rooms
    best = _filled(words, space, high)
    for _ in range(7):  # to a hundredth of the width
        middle = (low + high) / 2
        lines = _filled(words, space, middle)
        if len(lines) <= count:
            best, high = lines, middle
        else:
            low = middle
    return tuple(best)


def _cut(text: str, letters: Face, room: float, most: int) -> tuple[str, ...]:
    """As much as fits into so many lines; a word longer than a line is broken anywhere."""
    lines: list[str] = []
    rest = text[:2000]  # longer than any card
    while rest and len(lines) < most - 1:
        words = [DrawnWord(word, letters.width(word)) for word in rest.split(" ")]
        line = _filled(words, letters.width(" "), room)[0]
        while letters.width(line) > room:
            line = line[: max(int(len(line) * room / letters.width(line)), 1)] if len(line) > 1 else line
            if len(line) == 1:
                break
        lines.append(line)
        rest = rest[len(line) :].lstrip(" ")
    if rest:
        lines.append(shortened(rest, letters, room))
    return tuple(lines)
