"""What Pillow does not tell of a font: which characters it has, and how pairs of them are kerned.

With its plain layout Pillow does not kern; its other one needs FriBiDi, which is on some machines and not on others,
so that the same title would give other bytes. https://learn.microsoft.com/typography/opentype/spec/gpos
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from functools import cached_property

Subtable = Callable[[int, int], int | None]


class FontFile:
    """Owns the bytes of a TrueType or OpenType font, and the tables read from it when they were first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        count = self._u16(4)
        entries = [struct.unpack_from(">4s4xII", data, 12 + 16 * number) for number in range(count)]
        self._tables = {name: offset for name, offset, _ in entries}
        self.units = self._u16(self._tables[b"head"] + 18)

    @cached_property
    def glyphs(self) -> Mapping[str, int]:
        """The glyph of each character of the basic plane that the font has (cmap format 4)."""
        cmap = self._tables[b"cmap"]
        offsets = [self._u32(cmap + 8 + 8 * number) for number in range(self._u16(cmap + 2))]
        at = next(cmap + offset for offset in offsets if self._u16(cmap + offset) == 4)
        count = self._u16(at + 6) // 2
        ends, starts, deltas, ranges = [at + 14 + n * 2 * count + 2 * (n > 0) for n in range(4)]
        found = {}
        for segment in range(count):
            first, last = self._u16(starts + 2 * segment), self._u16(ends + 2 * segment)
            delta, offset = self._u16(deltas + 2 * segment), self._u16(ranges + 2 * segment)
            for code in range(first, min(last, 0xFFFE) + 1):
                glyph = code
                if offset:
                    glyph = self._u16(ranges + 2 * segment + offset + 2 * (code - first))
                if glyph and (glyph + delta) % 0x10000:
                    found[chr(code)] = (glyph + delta) % 0x10000
        return found

    def kerning(self, left: str, right: str) -> int:
        """By how much two characters move apart, in units of the font; mostly not at all, or less than nothing."""
        first, second = self.glyphs.get(left), self.glyphs.get(right)
        if first is None or second is None:
            return 0
        for lookup in self._lookups:
            for subtable in lookup:
                value = subtable(first, second)
                if value is not None:  # the first subtable that knows the pair ends the lookup
                    return value
        return 0

    @cached_property
    def _lookups(self) -> tuple[tuple[Subtable, ...], ...]:
        gpos = self._tables.get(b"GPOS")
        if gpos is None:
            return ()
        features, lookups = gpos + self._u16(gpos + 6), gpos + self._u16(gpos + 8)
        numbers: set[int] = set()
        for record in range(self._u16(features)):
            at = features + 2 + 6 * record
            if self._data[at : at + 4] == b"kern":
                feature = features + self._u16(at + 4)
                numbers.update(self._u16(feature + 4 + 2 * n) for n in range(self._u16(feature + 2)))
        return tuple([self._lookup(lookups + self._u16(lookups + 2 + 2 * number)) for number in sorted(numbers)])

    def _lookup(self, at: int) -> tuple[Subtable, ...]:
        kind = self._u16(at)
        places = [at + self._u16(at + 6 + 2 * number) for number in range(self._u16(at + 4))]
        if kind == 9:  # an extension: the same, further away
            places = [place + self._u32(place + 4) for place in places if self._u16(place + 2) == 2]
        elif kind != 2:
            return ()
        return tuple([self._pairs(place) if self._u16(place) == 1 else self._classes(place) for place in places])

    def _pairs(self, at: int) -> Subtable:
        """Pairs one by one (PairPosFormat1)."""
        covered = self._coverage(at + self._u16(at + 2))
        size, advance = self._value(at)
        found: dict[tuple[int, int], int] = {}
        for glyph, index in covered.items():
            place = at + self._u16(at + 10 + 2 * index)
            for number in range(self._u16(place)):
                record = place + 2 + (2 + size) * number
                found[glyph, self._u16(record)] = self._i16(record + 2 + advance) if advance >= 0 else 0
        return lambda left, right: found.get((left, right))

    def _classes(self, at: int) -> Subtable:
        """Pairs by the classes of their glyphs (PairPosFormat2)."""
        covered = self._coverage(at + self._u16(at + 2))
        size, advance = self._value(at)
        firsts, seconds = self._class_of(at + self._u16(at + 8)), self._class_of(at + self._u16(at + 10))
        columns = self._u16(at + 14)

        def value(left: int, right: int) -> int | None:
            if left not in covered:
                return None
            record = at + 16 + (firsts.get(left, 0) * columns + seconds.get(right, 0)) * size
            return self._i16(record + advance) if advance >= 0 else 0

        return value

    def _value(self, at: int) -> tuple[int, int]:
        """How many bytes a pair's values take, and where among them is the advance of its first glyph, or -1."""
        first, second = self._u16(at + 4), self._u16(at + 6)
        advance = 2 * (first & 0b11).bit_count() if first & 0b100 else -1
        return 2 * (first.bit_count() + second.bit_count()), advance

    def _coverage(self, at: int) -> dict[int, int]:
        count = self._u16(at + 2)
        if self._u16(at) == 1:
            return {self._u16(at + 4 + 2 * index): index for index in range(count)}
        found = {}
        for number in range(count):
            first, last, index = struct.unpack_from(">HHH", self._data, at + 4 + 6 * number)
            found.update({glyph: index + glyph - first for glyph in range(first, last + 1)})
        return found

    def _class_of(self, at: int) -> dict[int, int]:
        if self._u16(at) == 1:
            first, count = self._u16(at + 2), self._u16(at + 4)
            return {first + number: self._u16(at + 6 + 2 * number) for number in range(count)}
        found = {}
        for number in range(self._u16(at + 2)):
            first, last, kind = struct.unpack_from(">HHH", self._data, at + 4 + 6 * number)
            found.update(dict.fromkeys(range(first, last + 1), kind))
        return found

    def _u16(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 2])

    def _i16(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 2], signed=True)

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4])
