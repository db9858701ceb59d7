"""From a file to pixels: bounded before anything is decoded, upright, in sRGB, without metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import cast

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from ..core.outcome import TooLong
from .facts import KINDS, PIXELS_LIMIT, SIDE_LIMIT, DamagedPicture, PictureMetadata

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_KINDS = {"MPO": "jpeg"}  # a JPEG with a second picture behind it, as telephones make them
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_EXIF_TEXTS = (b"Raw profile type exif", b"XML:com.adobe.xmp")
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4: 5 to 8 lie on their side


def measured(data: bytes) -> PictureMetadata:
    """The metadata of a file, whatever it is. Only the header is read: milliseconds, where decoding takes 0.1 s."""
    if _is_svg(data):
        hint = "an SVG can contain scripts: export it as PNG, or put an SVG of your own into content/static"
        return PictureMetadata(fault="SVG pictures are not published from articles", hint=hint)
    try:
        with _opened(data) as image:
            return _metadata(image, data)
    except UnidentifiedImageError:
        message = "this is not a picture that can be read"
        return PictureMetadata(fault=message, hint=f"save it as {KINDS}")
    except Image.DecompressionBombError:
        return _too_many_pixels("more than 100 million")
    except Exception:  # a hostile file makes Pillow's readers raise anything; see docs/decisions/0003-pictures.md
        return PictureMetadata(fault=str(DamagedPicture()), hint=DamagedPicture.hint)


def pixels(data: bytes, width: int, height: int) -> Image.Image:
    """The picture at a size, its first frame if it moves: mode RGB, RGBA, L or LA, upright, sRGB, without metadata.

    Raises DamagedPicture.
    """
    with _decoded(data, width, height) as image:
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(_plain(image))
        if upright.size != (width, height):
            upright = upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        result = _in_srgb(upright, profile)
    result.info.clear()
    return result


def check_decodes(data: bytes) -> None:
    """Raise DamagedPicture if the first frame of a picture that is published as it is cannot be decoded."""
    with _decoded(data, 1, 1):
        pass


@contextmanager
def _decoded(data: bytes, width: int, height: int) -> Iterator[Image.Image]:
    """The open picture, its pixels in memory; at about the size that is wanted, where that is faster to decode."""
    with ExitStack() as stack:
        try:
            image = stack.enter_context(_opened(data))
            size = (height, width) if _is_rotated(image.getexif()) else (width, height)
            image.draft(None, size)  # a JPEG decodes faster to an eighth, a quarter or a half
            image.load()
        except TooLong:
            raise
        except Exception as error:  # a hostile file makes Pillow's readers raise anything
            raise DamagedPicture from error
        yield image


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about odd metadata, which is thrown away, and about size, bounded below
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            yield image


def _metadata(image: Image.Image, data: bytes) -> PictureMetadata:
    width, height = image.size
    if width * height > PIXELS_LIMIT:
        return _too_many_pixels(f"{width} × {height}")
    if max(width, height) > SIDE_LIMIT:
        message = f"the picture has {width} × {height} pixels; at most {SIDE_LIMIT} are allowed for a side"
        return PictureMetadata(fault=message, hint="cut it into several")
    kind = _KINDS.get(image.format or "", (image.format or "").lower())
    is_animated = kind != "jpeg" and bool(getattr(image, "is_animated", False))
    if is_animated and kind == "avif":
        hint = "save it as WebP or GIF, or link to a film"
        return PictureMetadata(fault="a moving AVIF picture cannot be published", hint=hint)
    has_alpha = image.has_transparency_data
    if _is_rotated(_exif(image, data)):
        width, height = height, width
    return PictureMetadata(kind, width, height, has_alpha, is_animated)


def _too_many_pixels(size: str) -> PictureMetadata:
    message = f"the picture has {size} pixels; at most {PIXELS_LIMIT // 1_000_000} million are allowed"
    return PictureMetadata(fault=message, hint="resize it: images are served at up to 1,200 pixels wide")


def _is_svg(data: bytes) -> bool:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return data[:2] == b"\x1f\x8b" or (start.startswith(b"<") and b"<svg" in data[:4096].lower())


def _exif(image: Image.Image, data: bytes) -> Image.Exif:
    """The Exif data of a picture. Pillow decodes all of a PNG in case some is behind the pixels; we look first."""
    if image.format == "PNG" and not _has_late_exif(data):
        return Image.Image.getexif(image)
    return image.getexif()


def _has_late_exif(data: bytes) -> bool:
    """Whether a PNG has Exif data, or text in which it may be, behind its first pixels (W3C PNG, 3rd edition, §5.6)."""
    at, has_pixels = 8, False
    while at + 8 <= len(data):
        kind = data[at + 4 : at + 8]
        has_pixels |= kind == b"IDAT"
        start = data[at + 8 : at + 8 + len(_EXIF_TEXTS[0])]
        if has_pixels and (kind == b"eXIf" or (kind in _TEXTS and start.startswith(_EXIF_TEXTS))):
            return True
        at += 12 + int.from_bytes(data[at : at + 4])
    return False


def _is_rotated(exif: Image.Exif) -> bool:
    """Whether a picture has been turned by a quarter, so that its width is its height."""
    return exif.get(_ORIENTATION, 1) in (5, 6, 7, 8)


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be resized and saved."""
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        return image
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at 255
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours that a file without a profile is taken to have."""
    target = {"L": "L", "LA": "LA", "RGBA": "RGBA"}.get(image.mode, "RGB")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(own):
                return _converted(image, own, target)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that is damaged, or made for another kind of picture, says nothing
    return image.convert(target)


def _converted(image: Image.Image, own: ImageCms.ImageCmsProfile, target: str) -> Image.Image:
    to_srgb = ImageCms.createProfile("sRGB")
    if image.mode in ("L", "LA"):
        grey = ImageCms.profileToProfile(image.convert("L"), own, to_srgb, outputMode="RGB")
        flat = cast(Image.Image, grey).convert("L")
        return Image.merge("LA", (flat, image.getchannel("A"))) if image.mode == "LA" else flat
    if image.mode == "RGBA":
        colours = cast(Image.Image, ImageCms.profileToProfile(image.convert("RGB"), own, to_srgb, outputMode="RGB"))
        colours.putalpha(image.getchannel("A"))
        return colours
    return cast(Image.Image, ImageCms.profileToProfile(image, own, to_srgb, outputMode=target))
