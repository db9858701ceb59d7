"""Views that several kinds of page share: dates, links, pictures, prose, and what every page shows."""

from __future__ import annotations

from dataclasses import Field, dataclass
from typing import Any, ClassVar, Protocol


class View(Protocol):
    """A view: any frozen dataclass of this package, or of a module that adds a kind of page."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


class Html(str):
    """Markup that is already safe to be put into a page; everything else is escaped."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class DateView:
    """A date and time in two forms."""

    iso: str
    """For programs: RFC 3339 with offset."""
    text: str
    """For people: in the newsletter's language and time zone."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A title with a link."""

    title: str
    url: str
    """Empty if there is nothing to link to."""


@dataclass(frozen=True, slots=True)
class AlternateView:
    """The same page in another language."""

    language: str
    """Its language (BCP 47)."""
    title: str
    """The language's own name for itself."""
    url: str
    absolute_url: str


@dataclass(frozen=True, slots=True)
class FeedLinkView:
    """A feed, as pages name it to programs and people."""

    title: str
    format: str
    """Either "RSS", "Atom" or "JSON Feed"."""
    media_type: str
    url: str
    """Root-relative."""


@dataclass(frozen=True, slots=True)
class FeedChoiceView:
    """A feed in the list for people."""

    title: str
    feeds: tuple[FeedLinkView, ...]
    """The same articles in each format."""


@dataclass(frozen=True, slots=True)
class FeedGroupView:
    """Feeds of one kind, as the subscribe page lists them."""

    title: str
    choices: tuple[FeedChoiceView, ...]


@dataclass(frozen=True, slots=True)
class PromoView:
    """A house ad, shown after an article and apart from it."""

    label: str
    """Such as "From our publisher"."""
    title: str
    text: str
    link: LinkView | None
    is_sponsored: bool = False
    """Whether somebody pays for it: its link then says so to search engines."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """What every page shows. Each field is an input of every page, so nothing that counts or changes belongs here.

    Addresses are root-relative unless their name says otherwise, and empty where there is no such page.
    """

    title: str
    tagline: str
    language: str
    direction: str
    """Either "ltr" or "rtl"."""
    url: str
    """The home page; ends in "/"."""
    absolute_url: str
    publisher: LinkView
    navigation: tuple[LinkView, ...]
    feed: LinkView
    """The first format of the main feed."""
    topics_url: str
    sources_url: str
    archive_url: str
    people_url: str = ""
    search_url: str = ""
    root_url: str = "/"
    """Where the icons are, whatever the language."""
    about_url: str = ""
    principles_url: str = ""
    corrections_url: str = ""
    ethics_url: str = ""
    verification_url: str = ""
    languages: tuple[AlternateView, ...] = ()
    """The home pages, if the newsletter appears in several languages."""
    messages: tuple[tuple[str, str], ...] = ()
    """What templates know as `messages`, by name."""
    favicon: str = ""
    """An SVG icon, if there is one."""
    feeds: tuple[FeedLinkView, ...] = ()
    """The main feed in each of its formats."""
    is_staging: bool = False
    """Whether there are drafts or scheduled articles, so that search engines are to stay away from every page."""


@dataclass(frozen=True, slots=True)
class ShareView:
    """The image that represents a page on social networks."""

    url: str
    """Absolute."""
    alt: str
    """What it shows."""
    width: int
    """In pixels, as is the height."""
    height: int


@dataclass(frozen=True, slots=True)
class HeadView:
    """What the <head> of a page needs."""

    title: str
    """Plain text."""
    description: str
    canonical: str
    """Absolute; empty for a page that search engines should not index."""
    language: str
    direction: str
    share: ShareView | None = None
    """None if the page has no image."""
    feeds: tuple[FeedLinkView, ...] = ()
    """This page's own feeds (a topic, a source), in addition to the newsletter's."""
    alternates: tuple[AlternateView, ...] = ()
    """This page in all its languages, itself included; empty if there is only one."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article in a list, without its text."""

    title: str
    url: str
    summary: str
    date: DateView
    source: LinkView | None
    topics: tuple[LinkView, ...]
    minutes: int
    """Reading time."""
    language: str
    reading: str = ""
    """Such as "4 min"."""


@dataclass(frozen=True, slots=True)
class VariantsView:
    """The same picture in several sizes of a smaller file format, for browsers that support it."""

    type: str
    """Such as "image/webp"."""
    srcset: str
    """As in HTML."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """What a page knows about the picture in a slot, apart from its URL."""

    slot: int
    """Index into `ProseView.urls`."""
    width: int
    """In pixels, as is the height; 0 if unknown."""
    height: int
    variants: tuple[VariantsView, ...]
    sizes: str
    """The `sizes` attribute in HTML; empty without variants."""
    turn: str
    """When a browser should fetch it: "first" on the page, "later" when it comes into view, "" for no preference."""


@dataclass(frozen=True, slots=True)
class ProseView:
    """Parsed text by reference. The worker is given the document; templates see the finished Html in its place."""

    document: str
    """The digest of the document."""
    urls: tuple[str, ...]
    """The URL of each slot; absolute in feeds."""
    id_prefix: str = ""
    pictures: tuple[PictureView, ...] = ()
    """The slots that are pictures."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """A picture with its caption."""

    url: str
    alt: str
    """Empty for a decorative picture."""
    caption: str
    credit: str
    width: int = 0
    """In pixels, as is the height; 0 if unknown."""
    height: int = 0
    variants: tuple[VariantsView, ...] = ()
    """As in PictureView; feeds have none."""
    sizes: str = ""
    """As in PictureView."""


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A line of the table of contents."""

    level: int
    """2 or 3."""
    title: str
    url: str
    """Within the page."""


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """A copy of a source that is no longer online."""

    url: str
    date: DateView | None
    """When it was archived, if known."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """What an article is based on."""

    name: str
    page_url: str
    """Our page about this source."""
    url: str
    """Empty if no link is on record; the page then says so."""
    title: str
    author: str
    published: DateView | None
    """When the original was published."""
    licence: str
    archive: ArchiveView | None = None
    """A copy to read if the original is gone."""
    accessed: DateView | None = None
    """When we read it."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person or organisation that wrote, edited or reviewed something."""

    title: str
    url: str
    """Our page about them; for the publisher its website, if known."""
    is_person: bool
    """False for a group and for the publisher."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction to an article."""

    kind: str
    """Such as "Correction" or "Clarification"."""
    date: DateView
    said: str
    """What the article said; empty if it said nothing wrong."""
    says: str
    by: str
    anchor: str
    """The ID of the note on the article's page."""
    is_first: bool
    """True: above the text; False: below it."""
