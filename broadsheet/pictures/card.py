"""Share cards: the picture by which an article is known where it is shared.

Paper, ink and accent are those of templates/style/base.css. The palette has 16 colours, four bits a point: a card takes
1.2 milliseconds and about 20 KB. Colour 0 is paper; 1 to 7 are shades of ink, 8 the accent, 9 to 15 shades of soft ink.
"""

from __future__ import annotations

import struct
from functools import cache, lru_cache
from io import BytesIO
from typing import Any
from zlib import crc32

from PIL import Image

from .text_layout import INK_STEPS, face, fitted, shortened

WIDTH, HEIGHT = 1200, 630
PAPER, INK, SOFT, ACCENT = (0xFD, 0xFB, 0xF6), (0x1C, 0x1A, 0x17), (0x54, 0x4C, 0x43), (0x8A, 0x1A, 0x2B)
_ACCENT, _SOFT = INK_STEPS + 1, INK_STEPS + 1  # the accent, and the shade before the first one of soft ink
_LEFT, _ROOM = 80, WIDTH - 160
_TOP, _BOTTOM = 140, 512  # between which the title stands
_FOOT = 530  # from which row on the line at the foot has the card for itself
_LEADING = 1.16
# From large to small, and how many lines of each there is room for.
_TITLE_SIZES = tuple(
    [(size, int((_BOTTOM - _TOP) / (size * _LEADING))) for size in (116, 104, 92, 84, 76, 68, 60, 52, 46)]
)
_NAME_SIZES = ((150, 1), (120, 2), (96, 3), (72, 4))
# Run lengths alone: flat areas cost nothing, and it takes a fraction of the time that looking for repetitions does.
_PNG: dict[str, Any] = {"bits": 8, "compress_level": 1, "compress_type": 3}


def card(name: str, title: str, line: str) -> bytes:
    """A PNG of 1200 × 630 points; without a title the newsletter's own, its name large."""
    return _png(_article(name, title, line) if title else _newsletter(name, line))


def _png(canvas: Image.Image) -> bytes:
    """The file. Pillow would try five filters on each row of a picture of four bits, which takes as long as all the
    rest: it is handed one of eight bits and half as wide, which it leaves alone, and the head is ours."""
    canvas.putpalette(_palette())
    packed = Image.frombytes("P", (WIDTH // 2, HEIGHT), canvas.tobytes("raw", "P;4"))
    packed.putpalette(bytes(768))
    file = BytesIO()
    packed.save(file, "PNG", **_PNG)
    return _head() + file.getvalue()[file.getvalue().index(b"IDAT") - 4 :]


@cache
def _head() -> bytes:
    """What stands before the points: https://www.w3.org/TR/png-3/#11IHDR and #11PLTE."""
    size = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"PLTE", bytes(_palette()))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))


def _article(name: str, title: str, line: str) -> Image.Image:
    canvas, large = _headed(name).copy(), face(640, 60)
    size, lines = fitted(title, large, _ROOM, _TITLE_SIZES)
    step = round(size * _LEADING)
    # Somewhat above the middle, where the eye looks for the middle.
    free = _BOTTOM - _TOP - step * len(lines)
    baseline = _TOP + round(free * 0.42) + round(size * 0.9)
    for number, words in enumerate(lines):
        large.write(canvas, words, _LEFT - size * 0.03, baseline + number * step, size)
    canvas.paste(_foot(line), (0, _FOOT))
    return canvas


@lru_cache(maxsize=8)
def _headed(name: str) -> Image.Image:
    """What all cards of a newsletter begin with."""
    canvas, small = _ground().copy(), face(650, 24)
    small.write(canvas, shortened(name, small, _ROOM / 40), _LEFT, 80, 40)
    _double_rule(canvas, _LEFT, WIDTH - _LEFT, 104)
    return canvas


@lru_cache(maxsize=256)
def _foot(line: str) -> Image.Image:
    """The last rows of a card; many articles share a source, and so this."""
    canvas, letters = Image.new("L", (WIDTH, HEIGHT - _FOOT)), face(420, 20)
    canvas.paste(_ACCENT, (_LEFT, 537 - _FOOT, _LEFT + 64, 541 - _FOOT))
    letters.write(canvas, shortened(line, letters, _ROOM / 34), _LEFT, 588 - _FOOT, 34, first_shade=_SOFT)
    return canvas


def _newsletter(name: str, line: str) -> Image.Image:
    canvas = _ground().copy()
    large, letters = face(680, 60), face(420, 24)
    size, lines = fitted(name, large, _ROOM, _NAME_SIZES)
    step = round(size * 1.08)
    tagline_size, tagline = fitted(line, letters, _ROOM - 120, ((40, 2), (34, 3))) if line else (0, ())
    height = step * len(lines) + (70 + 50 * len(tagline) if tagline else 0)
    y = (HEIGHT - height) // 2 - 8
    for words in lines:
        y += step
        large.write(canvas, words, (WIDTH - large.width(words) * size) / 2, y - round(size * 0.18), size)
    if tagline:
        _double_rule(canvas, WIDTH // 2 - 220, WIDTH // 2 + 220, y + 20)
        y += 30
        for words in tagline:
            y += 50
            x = (WIDTH - letters.width(words) * tagline_size) / 2
            letters.write(canvas, words, x, y, tagline_size, first_shade=_SOFT)
    return canvas


def _double_rule(canvas: Image.Image, left: int, right: int, y: int) -> None:
    canvas.paste(INK_STEPS, (left, y, right, y + 2))
    canvas.paste(INK_STEPS, (left, y + 5, right, y + 7))


@cache
def _ground() -> Image.Image:
    canvas = Image.new("L", (WIDTH, HEIGHT))
    canvas.paste(_ACCENT, (0, 0, WIDTH, 14))
    return canvas


@cache
def _palette() -> tuple[int, ...]:
    colours = [PAPER]
    colours += [_between(PAPER, INK, step) for step in range(1, INK_STEPS + 1)]
    colours += [ACCENT]
    colours += [_between(PAPER, SOFT, step) for step in range(1, INK_STEPS + 1)]
    return tuple([part for colour in colours for part in colour])


def _between(one: tuple[int, int, int], other: tuple[int, int, int], step: int) -> tuple[int, int, int]:
    first, second, third = [round(a + (b - a) * step / INK_STEPS) for a, b in zip(one, other, strict=True)]
    return first, second, third
