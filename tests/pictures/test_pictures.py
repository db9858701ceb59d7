"""Pictures: what is made of them, what is thrown away, and what becomes of hostile ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from PIL import Image, ImageCms, ImageDraw

from broadsheet.cache.cache import MemoryCache
from broadsheet.cache.execute import WorkerPool
from broadsheet.core.serialize import decode, encode
from broadsheet.pictures.decode import measured, pixels
from broadsheet.pictures.facts import DamagedPicture, PictureMetadata
from broadsheet.pictures.srcset import WIDTHS, encoded, sizes
from broadsheet.pictures.strip_metadata import stripped
from broadsheet.source.tree import SourceTree
from tests.sites import built, changed, outputs, tree

html: Any = lxml_html  # the stubs know no more of XPath than that it gives something
SITE = """\
-- config.yaml --
title: Small News
base_url: https://small.example/paper/
share_cards: false
provenance: off
-- content/articles/story/index.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000a
title: Story
date: 2026-11-01T10:00Z
---
Words.

![A wide one](wide.jpg "Caption")

![A small one](small.png) and [the file](wide.jpg)
"""
FOLDER = "content/articles/story/"


def picture(
    width: int = 1600, height: int = 1000, mode: str = "RGB", kind: str = "JPEG", **settings: Any
) -> bytes:  # fmt: skip
    """A picture file: the left half red, the right half blue, with a diagonal."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    ImageDraw.Draw(image).line((0, 0, width, height), (255, 255, 255), 3)
    return saved(image.convert(mode), kind, **settings)


def saved(image: Image.Image, kind: str, **settings: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def opened(data: bytes) -> Any:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def site(**files: bytes) -> SourceTree:
    """The site above with pictures in its folder; __ in a name stands for a dot."""
    pictures: dict[str, str | bytes | None] = {"wide.jpg": picture(), "small.png": picture(300, 200, kind="PNG")}
    pictures |= {name.replace("__", "."): data for name, data in files.items()}
    return changed(tree(SITE), {FOLDER + name: data for name, data in pictures.items()})


def problems(source: SourceTree) -> list[str]:
    return [str(problem) for problem in built(source).problems]


def test_a_picture_is_published_in_several_sizes_and_kinds() -> None:
    """Each size up to the original in WebP, the largest in the original's kind; the linked file at its full size."""
    made = sorted(path for path in outputs(built(site())) if path.startswith("media/"))
    names = [path.split(".", 1)[0] + "." + path.split(".", 2)[2] for path in made]

    assert names == [
        "media/small.300.png", "media/small.300.webp",
        "media/wide.1200.jpg", "media/wide.1200.webp", "media/wide.1600.jpg", "media/wide.400.webp",
        "media/wide.800.webp",
    ]  # fmt: skip
    found = outputs(built(site()))
    for path in made:
        image = opened(found[path])
        assert image.width == int(path.split(".")[-2])
        assert image.format == {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[path.rpartition(".")[2]]


def test_a_page_names_size_and_variants_of_its_pictures() -> None:
    """Width and height keep the page from jumping; the first picture is not lazy; every file named is there."""
    found = outputs(built(site()))
    page = html.fromstring(found["articles/story/index.html"])
    first, second = page.xpath("//div[@class='text']//img")

    assert (first.get("width"), first.get("height"), first.get("loading")) == ("1200", "750", None)
    assert (second.get("width"), second.get("height"), second.get("loading")) == ("300", "200", "lazy")
    assert (first.get("alt"), second.get("decoding")) == ("A wide one", "async")
    assert [*first.iterancestors("picture")]  # lxml does not know that <source> is void
    for source in page.xpath("//picture/source"):
        assert source.get("type") == "image/webp" and source.get("sizes")
        for candidate in source.get("srcset").split(", "):
            url, width = candidate.split(" ")
            assert url.startswith("/paper/media/")
            assert opened(found[url.removeprefix("/paper/")]).width == int(width.removesuffix("w"))
    for url in page.xpath("//img/@src"):
        assert url.removeprefix("/paper/") in found


def test_a_feed_names_size_and_whole_address() -> None:
    """Feed readers get the kind of file that all of them know, absolute, with its size, and nothing lazy."""
    feed = outputs(built(site()))["feed.xml"].decode()

    assert '&lt;img src="https://small.example/paper/media/wide.' in feed
    assert '.1200.jpg" width="1200" height="750" alt="A wide one"&gt;' in feed
    assert "srcset" not in feed and "lazy" not in feed


def test_the_figure_of_an_article_is_made_too() -> None:
    """The picture of the front matter gets the same care; those in the prose then wait for it."""
    source = tree(SITE.replace("title: Story\n", 'title: Story\nimage: {src: wide.jpg, alt: ""}\n'))
    source = changed(source, {FOLDER + "wide.jpg": picture(), FOLDER + "small.png": picture(300, 200, kind="PNG")})
    found = outputs(built(source))
    page = html.fromstring(found["articles/story/index.html"])
    figure, first, _ = page.xpath("//main//img")

    assert (figure.get("alt"), figure.get("width"), figure.get("loading")) == ("", "1200", None)
    assert [*figure.iterancestors("picture")]
    assert (figure.get("fetchpriority"), first.get("fetchpriority")) == ("low", None)
    assert first.get("loading") == "lazy"
    assert page.xpath("//meta[@property='og:image']/@content")[0].endswith(".1200.jpg")
    assert 'width="1200"' in found["feed.xml"].decode()


@pytest.mark.parametrize(
    ("prose", "before"), [("*One.*\n\nTwo.", ["One."]), ("- One.\n\nTwo.", []), ("## One.\n\nTwo.", []), ("", [])]
)
def test_text_comes_before_the_figure(prose: str, before: list[str]) -> None:
    """The first paragraph, when the text begins with one; nothing is lost or said twice."""
    matter, _, _ = SITE.replace("title: Story\n", 'title: Story\nimage: {src: wide.jpg, alt: ""}\n').partition("Words.")
    source = changed(tree(matter + prose + "\n"), {FOLDER + "wide.jpg": picture()})
    page = html.fromstring(outputs(built(source))["articles/story/index.html"])

    assert [part.text_content() for part in page.xpath("//figure/preceding-sibling::*")] == before
    assert page.xpath("//div[@class='text']")[0].text_content().split() == ["One.", "Two."][: 2 * bool(prose)]


def test_an_unchanged_picture_costs_nothing() -> None:
    """A second build measures and makes none; a change to the prose makes none either."""
    store = MemoryCache()
    built(site(), store=store)
    before = {stage: dict(records) for stage, records in store.records.items()}

    assert built(site(), store=store).rendered == ()
    assert store.records == before
    other = changed(site(), {FOLDER + "index.md": SITE.partition("index.md --\n")[2].replace("Words", "Other words")})
    assert not [path for path in built(other, store=store).rendered if path.startswith("/media/")]


def test_the_number_of_workers_changes_no_byte() -> None:
    """Two processes make the same files as one."""
    inline = outputs(built(site()))
    with WorkerPool(2, inline_below=1) as workers:
        assert outputs(built(site(), workers=workers)) == inline


def test_where_a_picture_was_taken_stays_private() -> None:
    """Neither the smaller files nor the one that is linked to keep Exif, XMP, comments or profiles."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of A. Person"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = picture(
        exif=exif, comment=b"secret place", xmp=b"<x:xmpmeta>secret</x:xmpmeta>",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )  # fmt: skip
    assert b"A. Person" in data and b"secret" in data
    found = outputs(built(site(wide__jpg=data)))

    for path, made in found.items():
        if path.startswith("media/wide"):
            image = opened(made)
            assert not image.getexif()
            assert not {"icc_profile", "comment", "xmp", "exif"} & set(image.info)
            assert b"A. Person" not in made and b"secret" not in made


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    """What Exif says of its orientation is done to the picture itself, and to the size that pages name."""
    upright = Image.new("RGB", (80, 40), (200, 30, 30))
    upright.paste((30, 30, 200), (40, 0, 80, 20))  # the upper right quarter is blue
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(stored, "JPEG", exif=exif, quality=95)

    assert (measured(data).width, measured(data).height) == (80, 40)
    shown: Any = pixels(data, 80, 40)
    assert shown.getpixel((70, 5))[2] > 150 and shown.getpixel((10, 5))[0] > 150 and shown.getpixel((70, 35))[0] > 150


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"),
        ("1", "PNG"), ("L", "PNG"), ("P", "GIF"), ("RGB", "WEBP"), ("RGBA", "WEBP"), ("RGB", "AVIF"), ("RGBA", "AVIF"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_can_be_published(mode: str, kind: str) -> None:
    """Colour models, grey, palettes: the left comes out red (or grey), the right blue (or darker), in each kind."""
    data = picture(600, 400, mode=mode, kind=kind)
    facts = measured(data)

    assert (facts.fault, facts.width, facts.height) == ("", 600, 400)
    for wanted in ("png", "webp") if facts.has_alpha else ("jpeg", "png", "webp"):
        image = opened(encoded(data, 300, 200, wanted, is_drawing=False)).convert("RGB")
        left, right = image.getpixel((40, 150)), image.getpixel((260, 50))
        assert image.size == (300, 200)
        if mode in ("RGB", "RGBA", "P", "CMYK"):
            assert left[0] > 150 > left[2] and right[2] > 150 > right[0], (wanted, left, right)
        else:
            assert left[0] == left[2]


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    """A grey of 40,000 of 65,535 is 156 of 255, and not white."""
    data = saved(Image.new("I;16", (50, 50), 40_000), "PNG")

    shown: Any = pixels(data, 50, 50).getpixel((5, 5))

    assert abs(shown - 156) <= 1


def test_transparency_stays() -> None:
    """See-through corners of a palette picture stay so; the fallback is a PNG, whatever the source was."""
    image = Image.new("P", (500, 500), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (100, 100, 400, 400))
    for kind in ("PNG", "GIF"):
        data = saved(image, kind, transparency=0)
        assert measured(data).has_alpha
        made = opened(encoded(data, 400, 400, "png", is_drawing=True))
        assert made.mode == "RGBA" and made.getpixel((2, 2))[3] == 0 and made.getpixel((200, 200))[3] == 255


def test_colours_of_another_profile_become_srgb() -> None:
    """A picture whose profile is not sRGB is converted; a profile that is damaged is passed over."""
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    grey = saved(Image.new("RGB", (20, 20), (100, 100, 100)), "PNG", icc_profile=b"no profile at all")

    assert pixels(grey, 20, 20).getpixel((1, 1)) == (100, 100, 100)
    assert pixels(saved(opened(grey), "PNG", icc_profile=linear), 20, 20).mode == "RGB"


def moving(kind: str, **settings: Any) -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0, **settings)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_is_published_as_it_is(kind: str) -> None:
    """All frames, no variants, no metadata, and its size on the page."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of A. Person"
    data = moving(kind, **({"comment": b"A. Person"} if kind == "GIF" else {"exif": exif}))
    assert b"A. Person" in data
    found = outputs(built(site(small__png=data)))
    (made,) = [held for path, held in found.items() if path.startswith("media/small")]

    assert opened(made).n_frames == 3 and b"A. Person" not in made
    page = html.fromstring(found["articles/story/index.html"])
    image = page.xpath("//img[@alt='A small one']")[0]
    assert (image.get("width"), image.get("height"), image.getparent().tag) == ("60", "40", "p")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be this large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "this is not a picture that can be read", "save it as JPEG, PNG, WebP, AVIF or GIF"),
        (b"<!doctype html><script>", "this is not a picture that can be read", "save it as JPEG"),
        (picture(kind="TIFF"), "this is not a picture that can be read", "save it as JPEG"),
        (picture()[:5000], "the picture is damaged", "export it again"),
        (picture(kind="PNG")[:900], "the picture is damaged", "export it again"),
        (picture(kind="WEBP")[:900], "the picture is damaged", "export it again"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG pictures are not published", "as PNG"),
        (bomb(10_000, 6_000), "the picture has 10000 × 6000 pixels; at most 50 million are allowed", "resize it"),
        (bomb(60_000, 60_000), "the picture has more than 100 million pixels; at most 50 million", "resize it"),
        (bomb(20_000, 10), "the picture has 20000 × 10 pixels; at most 16383", "cut it into several"),
        (bytes(30_000_001), "the picture has 30 MB; at most 30 MB are allowed", "resize it"),
    ],
    ids=["empty", "html", "tiff", "jpeg", "png", "webp", "svg", "large", "bomb", "long", "heavy"],
)
def test_a_bad_picture_is_a_problem_where_it_is_used(data: bytes, message: str, hint: str) -> None:
    """File, line and column of the reference, once for each; nothing is published."""
    found = problems(site(wide__jpg=data))

    assert len(found) == 2
    assert found[0].startswith(f'{FOLDER}index.md:8:15: error: "wide.jpg": {message}')
    assert found[1].startswith(f"{FOLDER}index.md:10:42: error: ")
    assert f"\n  hint: {hint}" in found[0] or hint in found[0].partition("hint: ")[2]


def test_a_bad_picture_that_nobody_uses_is_nobodys_business() -> None:
    """Only what is published must be readable."""
    assert problems(site(unused__jpg=b"junk")) == []


def test_what_is_no_picture_is_not_shown_as_one() -> None:
    """A file of another kind can be linked to, but not shown."""
    source = tree(SITE.replace("(small.png)", "(notes.txt)"))
    source = changed(source, {FOLDER + "wide.jpg": picture(), FOLDER + "notes.txt": "Notes."})

    assert problems(source) == [
        f'{FOLDER}index.md:10:16: error: "notes.txt" is not a picture that can be shown\n'
        "  hint: save it as JPEG, PNG, WebP, AVIF or GIF"
    ]


def test_a_static_picture_has_its_size_too() -> None:
    """One that is published as it is, from content/static, does not make the page jump either."""
    source = tree(SITE.replace("(small.png)", "(/logo.png)"))
    source = changed(source, {FOLDER + "wide.jpg": picture(), "content/static/logo.png": picture(120, 60, kind="PNG")})
    page = html.fromstring(outputs(built(source))["articles/story/index.html"])

    assert page.xpath("//img[@alt='A small one']/@height") == ["60"]


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_sizes_climb_and_never_exceed_the_original(width: int, height: int) -> None:
    """Widths grow strictly, up to the original or the widest; shapes stay within a point."""
    ladder = sizes(PictureMetadata("jpeg", width, height))

    assert [size.width for size in ladder] == sorted({size.width for size in ladder})
    assert ladder[-1].width == min(width, WIDTHS[-1])
    for size in ladder:
        assert 1 <= size.height <= height
        assert abs(size.height - height * size.width / width) <= 1


@given(st.binary(max_size=300))
def test_no_file_breaks_the_measuring(data: bytes) -> None:
    """Whatever a file holds, there are facts or a fault with a hint."""
    facts = measured(data)

    assert facts.width or (facts.fault and facts.hint)
    assert decode(PictureMetadata, encode(facts)) == facts


SOUND = [picture(64, 48, kind=kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")] + [moving("GIF"), moving("PNG")]


@given(st.sampled_from(SOUND), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_no_damage_breaks_anything(data: bytes, at: int, junk: bytes) -> None:
    """A sound file with some bytes overwritten has a fault, is found to be damaged, or can be made smaller."""
    at %= len(data)
    harmed = data[:at] + junk + data[at + len(junk) :]
    facts = measured(harmed)
    if not facts.fault and not facts.is_animated:
        try:
            assert encoded(harmed, facts.width, facts.height, "webp", is_drawing=False)
        except DamagedPicture:
            pass
        except (OSError, ValueError, SyntaxError, EOFError):
            pytest.fail("what was measured could not be made")


@given(st.binary(max_size=200), st.sampled_from([b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"]))
def test_stripping_never_fails_on_what_pillow_takes(data: bytes, start: bytes) -> None:
    """Files that cannot be measured are never stripped; those that can, can be."""
    if measured(start + data).width:
        assert stripped(start + data)
