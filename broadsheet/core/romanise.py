"""Kana in Latin letters, by the Hepburn system (ISO 3602 has another, which readers of English do not expect)."""

from __future__ import annotations

import re
import unicodedata

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_SIGNS = (
    "あいうえおかきくけこがぎぐげごさしすせそざじずぜぞたちつてとだぢづでどなにぬねのはひふへほばびぶべぼぱぴぷぺぽ"
    "まみむめもやゆよらりるれろわゐゑをんゔぁぃぅぇぉゃゅょゎゕゖ"
)
_READINGS = (
    "a i u e o ka ki ku ke ko ga gi gu ge go sa shi su se so za ji zu ze zo ta chi tsu te to da ji zu de do na ni nu "
    "ne no ha hi fu he ho ba bi bu be bo pa pi pu pe po ma mi mu me mo ya yu yo ra ri ru re ro wa i e o n vu a i u e o "
    "ya yu yo wa ka ke"
)
_SOUNDS = dict(zip(_SIGNS, _READINGS.split(" "), strict=True))
_SMALL = frozenset("ぁぃぅぇぉゃゅょ")


def has_kana(text: str) -> bool:
    """Whether a text has kana, and so is Japanese."""
    return _KANA.search(text) is not None


def romanised_kana(text: str) -> str:
    """The text with its kana in Latin letters: "ガジェット" is "gajetto"."""
    if text.isascii():
        return text
    return _KANA.sub(lambda run: _romanised(run[0]), unicodedata.normalize("NFKC", text))


def _romanised(kana: str) -> str:
    out = ""
    is_doubled = False
    for character in kana:
        hiragana = chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character
        if hiragana in ("っ", "ー"):
            is_doubled = hiragana == "っ"
            continue
        sound = _SOUNDS.get(hiragana, "")
        if hiragana in _SMALL and out and not is_doubled:
            out = _joined(out, sound)
        else:
            out += ("t" if sound.startswith("ch") else sound[:1]) * is_doubled + sound
        is_doubled = False
    return out


def _joined(before: str, small: str) -> str:
    """A syllable with a small vowel or y-sound behind it: shi and yo are sho, ki and yo kyo, fu and a fa."""
    stem = before[:-1]
    if small[0] == "y":
        return (
            stem + (small[1:] if stem.endswith(("sh", "ch", "j")) else small)
            if before.endswith("i")
            else before + small
        )
    return stem + small if before[-1:] in "aiueo" and len(before) > 1 else before + small
