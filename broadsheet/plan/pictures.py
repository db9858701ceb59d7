"""The pictures that prose and front matter use: which files are made of each, and what pages say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import splitext

from ..core.digest import digest
from ..core.errors import Location, Problem
from ..core.urls import Addresses, is_external, on_any_disk
from ..markdown.document import Outline
from ..pictures.facts import KINDS, PictureMetadata
from ..pictures.srcset import RECIPE, Size, ending, fallback_kind, is_drawing, sizes
from ..source.tree import SourceFile
from ..views.assets import ImageView
from ..views.common import FigureView, PictureView, VariantsView
from .types import Page

# How wide the text column of templates/style.css is, which a browser must know before it has read any style.
COLUMN = "(min-width:40em) 34rem,90vw"
WEBP = "image/webp"
IMAGE_COST = 100  # in ordinary pages: resizing and encoding takes a tenth of a second and more


@dataclass(frozen=True, slots=True)
class PublishedPicture:
    """A published picture: its size, and its variants, each with site path and width; none if it is left as it is."""

    width: int
    height: int
    variants: tuple[tuple[str, int], ...] = ()


PictureLookup = Callable[[str], PublishedPicture | None]  # what is known of a picture, by its target


@dataclass(slots=True)
class Gallery:
    """Owns, for one planning, the picture files to be made and what is known of those already asked for.

    facts: by path of the source file. shown: by the site path that stands for the picture.
    """

    facts: Mapping[str, PictureMetadata]
    pages: dict[str, Page] = field(default_factory=dict)
    places: dict[str, list[Location]] = field(default_factory=dict)
    """By site path, every place at which a picture is used."""
    shown: dict[str, PublishedPicture] = field(default_factory=dict)

    def known(self, target: str) -> PublishedPicture | None:
        """What is known of a picture by its site path, be it one of ours or a static file."""
        found = self.shown.get(target)
        if found is None and target.startswith("/"):
            facts = self.facts.get(f"content/static{target}") or self.facts.get(f"templates{target}")
            found = PublishedPicture(facts.width, facts.height) if facts and facts.width else None
        return found

    def publish(self, file: SourceFile, where: Location) -> str | Problem:
        """The site path of a picture for every client, its variants being planned too; or why it cannot be shown."""
        facts = self.facts.get(file.path)
        if facts is None:
            return Problem(where, f'"{_name(file)}" is not a picture that can be shown', f"save it as {KINDS}")
        if facts.fault:
            return Problem(where, f'"{_name(file)}": {facts.fault}', facts.hint)
        if facts.is_animated:
            path = self._make(file, facts.kind, Size(0, 0), facts, where)
            self.shown[path] = PublishedPicture(facts.width, facts.height)
            return path
        ladder = sizes(facts)
        path = self._make(file, fallback_kind(facts), ladder[-1], facts, where)
        if path not in self.shown:
            variants = tuple([(self._make(file, "webp", size, facts, where), size.width) for size in ladder])
            self.shown[path] = PublishedPicture(ladder[-1].width, ladder[-1].height, variants)
        return path

    def publish_whole(self, file: SourceFile, where: Location) -> str | Problem:
        """The site path of a picture that is linked to: as large as it is, but without its metadata."""
        facts = self.facts[file.path]
        if facts.fault:
            return Problem(where, f'"{_name(file)}": {facts.fault}', facts.hint)
        size = Size(0, 0) if facts.is_animated else Size(facts.width, facts.height)
        return self._make(file, fallback_kind(facts), size, facts, where)

    def _make(self, file: SourceFile, kind: str, size: Size, facts: PictureMetadata, where: Location) -> str:
        # The recipe is in the name too: browsers keep these files for ever.
        name = f"{on_any_disk(_stem(file))}.{digest(RECIPE, file.digest)[:8]}"
        width = f".{size.width}" if size.width else ""
        path = f"/media/{name}{width}{ending(kind)}"
        self.places.setdefault(path, []).append(where)
        if path not in self.pages:
            view = ImageView(file.digest, RECIPE, kind, size.width, size.height, is_drawing(facts))
            self.pages[path] = Page(
                path,
                "image",
                "",
                view,
                where,
                source=f'"{_name(file)}"',
                kind="images",
                owner=where.path,
                files=(file.digest,),
                cost=IMAGE_COST,
            )
        return path

    def outputs(self) -> Iterator[Page]:
        """The picture files to be made, each with all places that ask for it."""
        for path, page in self.pages.items():
            _, *others = self.places[path]
            yield page._replace(other_origins=tuple(others)) if others else page


def page_pictures(
    outline: Outline, targets: tuple[str, ...], known: PictureLookup, addresses: Addresses, *, has_figure: bool = False
) -> tuple[PictureView, ...]:
    """What a page of the site says of the pictures in its prose. has_figure: one stands above the prose."""
    found = []
    turn = "later" if has_figure else "first"
    for slot, reference in enumerate(outline.references):
        if reference.is_image:
            shown = known(targets[slot])
            if shown is None:
                found.append(PictureView(slot, 0, 0, (), "", turn))
            else:
                variants = _variants(shown, addresses)
                sizes = COLUMN if variants else ""
                found.append(PictureView(slot, shown.width, shown.height, variants, sizes, turn))
            turn = "later"
    return tuple(found)


def feed_pictures(outline: Outline, targets: tuple[str, ...], known: PictureLookup) -> tuple[PictureView, ...]:
    """What feeds and mail say of the pictures in some prose: their size. Their readers know no variants."""
    return tuple(
        [
            PictureView(slot, shown.width, shown.height, (), "", "")
            for slot, reference in enumerate(outline.references)
            if reference.is_image and (shown := known(targets[slot]))
        ]
    )


def figure_view(
    target: str,
    alt: str,
    caption: str,
    credit: str,
    shown: PublishedPicture | None,
    addresses: Addresses,
    *,
    is_absolute: bool,
) -> FigureView:
    """The picture at the head of an article; its target is a site path or an external URL, and shown what is known."""
    if is_external(target):
        return FigureView(target, alt, caption, credit)
    url = addresses.absolute(target) if is_absolute else addresses.relative(target)
    if shown is None:
        return FigureView(url, alt, caption, credit)
    variants = () if is_absolute else _variants(shown, addresses)
    return FigureView(url, alt, caption, credit, shown.width, shown.height, variants, COLUMN if variants else "")


def _variants(shown: PublishedPicture, addresses: Addresses) -> tuple[VariantsView, ...]:
    if not shown.variants:
        return ()
    # A comma ends a URL in srcset (HTML §4.8.4.2.1), and a space does.
    links = [f"{addresses.relative(path).replace(',', '%2C')} {width}w" for path, width in shown.variants]
    return (VariantsView(WEBP, ", ".join(links)),)


def _name(file: SourceFile) -> str:
    return file.path.rpartition("/")[2]


def _stem(file: SourceFile) -> str:
    # Small letters, so that Photo.jpg and photo.jpg with the same content are one file; short, for long names.
    return splitext(_name(file))[0].lower()[:60]
