"""From a file to pixels: bounded before anything is decoded, upright, in sRGB, without metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import cast

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .facts import KINDS, PIXELS_LIMIT, SIDE_LIMIT, PictureMetadata

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_KINDS = {"MPO": "jpeg"}  # a JPEG with a second picture behind it, as telephones make them
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4: 5 to 8 lie on their side


def measured(data: bytes) -> PictureMetadata:
    """The facts of a file, whatever it holds."""
    if _is_svg(data):
        hint = "an SVG can carry scripts: export it as PNG; one of your own making can lie in content/static"
        return PictureMetadata(fault="SVG pictures are not published from articles", hint=hint)
    try:
        with _opened(data) as image:
            return _facts(image)
    except UnidentifiedImageError:
        message = "this is no picture that can be read"
        return PictureMetadata(fault=message, hint=f"save it as {KINDS}")
    except Image.DecompressionBombError:
        return _too_many_points("more than 100 million")
    except Exception:  # a hostile file makes Pillow's readers raise anything; see docs/decisions/0003-pictures.md
        return PictureMetadata(
            fault="the picture is damaged", hint="export it anew, or copy it again from where it came"
        )


def pixels(data: bytes, width: int, height: int) -> Image.Image:
    """The picture at a size, its first frame if it moves: mode RGB, RGBA, L or LA, upright, sRGB, without metadata."""
    with _opened(data) as image:
        size = (height, width) if _lies_on_its_side(image) else (width, height)
        profile = image.info.get("icc_profile")
        image.draft(None, size)  # a JPEG decodes faster to an eighth, a quarter or a half
        image.load()
        upright = ImageOps.exif_transpose(_plain(image))
        if upright.size != (width, height):
            upright = upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        result = _in_srgb(upright, profile)
    result.info.clear()
    return result


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about odd metadata, which is thrown away, and about size, bounded below
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            yield image


def _facts(image: Image.Image) -> PictureMetadata:
    width, height = image.size
    if width * height > PIXELS_LIMIT:
        return _too_many_points(f"{width} × {height}")
    if max(width, height) > SIDE_LIMIT:
        message = f"the picture has {width} × {height} points; at most {SIDE_LIMIT} are allowed for a side"
        return PictureMetadata(fault=message, hint="cut it into several")
    kind = _KINDS.get(image.format or "", (image.format or "").lower())
    is_animated = kind != "jpeg" and bool(getattr(image, "is_animated", False))
    if is_animated and kind == "avif":
        hint = "save it as WebP or GIF, or link to a film"
        return PictureMetadata(fault="a moving AVIF picture cannot be published", hint=hint)
    has_alpha = image.has_transparency_data
    if _lies_on_its_side(image):
        width, height = height, width
    image.draft(None, (1, 1))
    image.load()
    return PictureMetadata(kind, width, height, has_alpha, is_animated)


def _too_many_points(size: str) -> PictureMetadata:
    message = f"the picture has {size} points; at most {PIXELS_LIMIT // 1_000_000} million are allowed"
    return PictureMetadata(fault=message, hint="save it smaller: readers get 1,200 points of width at most")


def _is_svg(data: bytes) -> bool:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return data[:2] == b"\x1f\x8b" or (start.startswith(b"<") and b"<svg" in data[:4096].lower())


def _lies_on_its_side(image: Image.Image) -> bool:
    return image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)


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
