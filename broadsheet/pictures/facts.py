"""What planning needs to know of a picture, as a small record in the store, and the worker that finds it out."""

from __future__ import annotations

from dataclasses import dataclass

# By their names; what a file really is, its content says.
ENDINGS = frozenset({
    "avif", "bmp", "gif", "heic", "heif", "ico", "jfif", "jpe", "jpeg", "jpg", "jxl", "png", "psd", "svg", "svgz",
    "tif", "tiff", "webp",
})  # fmt: skip
BYTES_LIMIT = 30_000_000
PIXELS_LIMIT = 50_000_000  # 200 MB once decoded; cameras of today have 24 to 50 million
SIDE_LIMIT = 16_383  # of a WebP picture
KINDS = "JPEG, PNG, WebP, AVIF or GIF"


@dataclass(frozen=True, slots=True)
class PictureMetadata:
    """A picture as readers see it: width and height with its orientation applied.

    kind: "jpeg", "png", "webp", "avif" or "gif". fault and hint: why it cannot be published, else empty.
    """

    kind: str = ""
    width: int = 0
    height: int = 0
    has_alpha: bool = False
    is_animated: bool = False
    fault: str = ""
    hint: str = ""


class DamagedPicture(Exception):
    """The pixels of a picture cannot be decoded, which only rendering it shows; its text is for authors."""

    hint = "export it again, or copy it again from where it came"

    def __init__(self) -> None:
        super().__init__("the picture is damaged")


def is_picture(path: str) -> bool:
    """Whether a file is a picture by its name."""
    return path.rpartition(".")[2].lower() in ENDINGS


def too_large(size: int) -> PictureMetadata:
    """The facts of a file that is not even looked at."""
    message = f"the picture has {size // 1_000_000} MB; at most {BYTES_LIMIT // 1_000_000} MB are allowed"
    return PictureMetadata(fault=message, hint="resize it: images are served at up to 1,200 pixels wide")
