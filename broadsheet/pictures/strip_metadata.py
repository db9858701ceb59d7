"""A moving picture as it is, but without what it says about place, time and camera."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_METADATA = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})  # W3C PNG, third edition, §11.3
_GIF = (b"GIF87a", b"GIF89a")


def stripped(data: bytes) -> bytes:
    """The file less its metadata, its frames untouched; a file of another kind comes back unchanged."""
    if data.startswith(_PNG):
        return _without_png_chunks(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _without_webp_chunks(data)
    if data[:6] in _GIF:
        return _without_gif_extensions(data)
    return data


def _without_png_chunks(data: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind not in _PNG_METADATA:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if kind == b"IEND":
            break  # what stands behind it is no part of the picture
    return b"".join(kept)


def _without_webp_chunks(data: bytes) -> bytes:
    # https://developers.google.com/speed/webp/docs/riff_container: chunks of even length, flags in VP8X.
    kept, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        end = at + 8 + length + length % 2
        kind, chunk = data[at : at + 4], data[at:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _without_gif_extensions(data: bytes) -> bytes:
    """Less comments and application blocks, but for the one that says how often to repeat (GIF89a, appendix A)."""
    at = 13 + _table_bytes(data[10])
    kept = [data[:at]]
    while at < len(data):
        start, mark = at, data[at]
        if mark == 0x21:
            at = _after_blocks(data, at + 2)
            if data[start + 1] == 0xF9 or data[start + 3 : start + 14] == b"NETSCAPE2.0":
                kept.append(data[start:at])
        elif mark == 0x2C:
            at = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            kept.append(data[start:at])
        else:
            break
    return b"".join([*kept, b"\x3b"])


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
