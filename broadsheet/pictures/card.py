"""Share cards: the picture by which an article is known where it is shared.

Paper, ink and accent are those of templates/style.css. The palette has 16 colours, four bits a point: a card takes two
milliseconds and about 15 KB. Colour 0 is paper; 1 to 7 are shades of ink, 8 the accent, 9 to 15 shades of soft ink.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from .lettering import INK_STEPS, face, fitted, shortened

WIDTH, HEIGHT = 1200, 630
PAPER, INK, SOFT, ACCENT = (0xFD, 0xFB, 0xF6), (0x1C, 0x1A, 0x17), (0x54, 0x4C, 0x43), (0x8A, 0x1A, 0x2B)
_ACCENT, _SOFT = INK_STEPS + 1, INK_STEPS + 1  # the accent, and the shade before the first one of soft ink
_LEFT, _ROOM = 80, WIDTH - 160
_TOP, _BOTTOM = 140, 512  # between which the title stands
_LEADING = 1.16
# From large to small, and how many lines of each there is room for.
_TITLE_SIZES = tuple(
    [(size, int((_BOTTOM - _TOP) / (size * _LEADING))) for size in (116, 104, 92, 84, 76, 68, 60, 52, 46)]
)
_NAME_SIZES = ((150, 1), (120, 2), (96, 3), (72, 4))
# Run lengths alone: flat areas cost nothing, and it takes a fraction of the time that looking for repetitions does.
_PNG: dict[str, Any] = {"bits": 4, "compress_level": 1, "compress_type": 3}


def card(name: str, title: str, line: str) -> bytes:
    """A PNG of 1200 × 630 points; without a title the newsletter's own, its name large."""
    canvas = _ground().copy()
    if title:
        _article(canvas, name, title)
        _foot(canvas, line)
    else:
        _newsletter(canvas, name, line)
    canvas.putpalette(_palette())
    file = BytesIO()
    canvas.save(file, "PNG", **_PNG)
    return file.getvalue()


def _article(canvas: Image.Image, name: str, title: str) -> None:
    small, large = face(650, 24), face(640, 60)
    small.write(canvas, shortened(name, small, _ROOM / 40), _LEFT, 80, 40)
    _double_rule(canvas, _LEFT, WIDTH - _LEFT, 104)
    size, lines = fitted(title, large, _ROOM, _TITLE_SIZES)
    step = round(size * _LEADING)
    # Somewhat above the middle, where the eye looks for the middle.
    free = _BOTTOM - _TOP - step * len(lines)
    baseline = _TOP + round(free * 0.42) + round(size * 0.9)
    for number, words in enumerate(lines):
        large.write(canvas, words, _LEFT - size * 0.03, baseline + number * step, size)


def _foot(canvas: Image.Image, line: str) -> None:
    letters = face(420, 20)
    canvas.paste(_ACCENT, (_LEFT, 537, _LEFT + 64, 541))
    letters.write(canvas, shortened(line, letters, _ROOM / 34), _LEFT, 588, 34, first_shade=_SOFT)


def _newsletter(canvas: Image.Image, name: str, line: str) -> None:
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
