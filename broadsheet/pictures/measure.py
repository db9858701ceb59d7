"""Measuring a picture without importing Pillow before there is one."""

from __future__ import annotations

from .facts import PictureMetadata


def measure(data: bytes) -> PictureMetadata:
    """Size, kind and faults of a file, by its header. Damage behind the header is found when the picture is made."""
    from .decode import measured  # Pillow takes 60 ms to import

    return measured(data)
