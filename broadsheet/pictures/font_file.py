"""What Pillow does not tell of a font: which characters it has, and how pairs of them are kerned.

With its plain layout Pillow does not kern; its other one needs FriBiDi, which is on some machines and not on others,
so that the same title would give other bytes. https://learn.microsoft.com/typography/opentype/spec/gpos
"""

from __future__ import annotations

import struct
import unicodedata
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


# Latin with its accents, Greek, Cyrillic, Vietnamese, punctuation, currencies: of these ranges the font has every
# letter (tests/pictures/test_card.py compares).
_RANGES = (
    " ~", "\u00a0\u00ac", "\u00ae\u012b", "\u012e\u0131", "\u0134\u0165", "\u0168\u017f", "\u018f", "\u0192",
    "\u01a0\u01a1", "\u01af\u01b0", "\u01cd\u01dc", "\u01e6\u01e7", "\u01f8\u01f9", "\u0218\u021b", "\u0237",
    "\u0251", "\u0259", "\u0261", "\u02b0", "\u02b2\u02b3", "\u02b7\u02b8", "\u02bb\u02bc", "\u02be\u02bf",
    "\u02c6\u02cc", "\u02d8\u02dd", "\u02e1\u02e3", "\u0300\u0304", "\u0306\u030c", "\u031b", "\u0323\u0324",
    "\u0326\u0329", "\u032e", "\u0331", "\u0374\u0375", "\u037e", "\u0384\u038a", "\u038c", "\u038e\u03a1",
    "\u03a3\u03ce", "\u03d7", "\u03d9", "\u03db", "\u03dd", "\u03e1", "\u0400\u045f", "\u0462\u0463",
    "\u0472\u0475", "\u0490\u0493", "\u0496\u049b", "\u04a0\u04a3", "\u04aa\u04ab", "\u04ae\u04b3", "\u04b6\u04b7",
    "\u04ba\u04bb", "\u04c0\u04c2", "\u04cf\u04d1", "\u04d4\u04d9", "\u04e2\u04e3", "\u04e6\u04e9", "\u04ee\u04ef",
    "\u04f2\u04f3", "\u1d43", "\u1d47\u1d49", "\u1d4d", "\u1d4f\u1d50", "\u1d52", "\u1d56\u1d58", "\u1d5b",
    "\u1d9c", "\u1da0", "\u1dbb", "\u1e0c\u1e0f", "\u1e20\u1e21", "\u1e24\u1e25", "\u1e2a\u1e2b", "\u1e36\u1e3b",
    "\u1e3e\u1e3f", "\u1e42\u1e49", "\u1e5a\u1e63", "\u1e6c\u1e6f", "\u1e80\u1e85", "\u1e8e\u1e8f", "\u1e92\u1e93",
    "\u1e97", "\u1e9e", "\u1ea0\u1ef9", "\u2002\u2007", "\u2009\u200a", "\u2010", "\u2012\u2015", "\u2018\u201a",
    "\u201c\u201e", "\u2020\u2022", "\u2025\u2026", "\u202f\u2030", "\u2032\u2033", "\u2039\u203a", "\u203c",
    "\u2044", "\u2047\u2049", "\u2070\u2071", "\u2074\u2079", "\u207d\u2089", "\u208d\u208e", "\u20a1", "\u20a4",
    "\u20a6\u20a7", "\u20a9", "\u20ab\u20ac", "\u20ae", "\u20b1\u20b2", "\u20b4\u20b5", "\u20b8\u20ba", "\u20bd",
    "\u20bf", "\u2113", "\u2116\u2117", "\u2120", "\u2122", "\u2126", "\u212e", "\u2153\u2154", "\u215b\u215e",
    "\u2190\u2193", "\u2196\u2199", "\u2202", "\u2206", "\u220f", "\u2211\u2212", "\u2215", "\u2219\u221a",
    "\u221e", "\u222b", "\u2248", "\u2260", "\u2264\u2265", "\u25a0", "\u25b2\u25b3", "\u25b6\u25b7",
    "\u25bc\u25bd", "\u25c0\u25c1", "\u25c6", "\u25c9\u25ca", "\u2610\u2611", "\u266a", "\u2713", "\u2752",
    "\u2e3a\u2e3b", "\ufb00\ufb04",
)  # fmt: skip
COVERED = frozenset([chr(code) for pair in _RANGES for code in range(ord(pair[0]), ord(pair[-1]) + 1)])


def drawable(text: str) -> str:
    """The text as a card can show it, without emoji and invisible characters; empty when it holds other scripts.

    Half a title would say something else than the whole one: it is all or nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if COVERED.issuperset(text):
        return text
    text = text.replace("\u2011", "-")
    kept = "".join([character for character in text if not _is_dispensable(character)])
    text = " ".join([word for word in kept.split(" ") if word])
    return text if COVERED.issuperset(text) else ""


def _is_dispensable(character: str) -> bool:
    """Whether a character may be left out: controls, joiners, variation selectors, and emoji."""
    return character not in COVERED and (
        unicodedata.category(character) in ("Cc", "Cf", "So", "Sk") or "\ufe00" <= character <= "\ufe0f"
    )
