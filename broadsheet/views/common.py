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
    """A moment: iso for machines (RFC 3339 with offset), text for people in the newsletter's language and zone."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A title and where it leads; url is empty when there is nowhere to lead."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class AlternateView:
    """A page in another language: its language, that language's name for itself, and its addresses."""

    language: str
    title: str
    url: str
    absolute_url: str


@dataclass(frozen=True, slots=True)
class FeedLinkView:
    """A feed as pages name it to programs and people; format: "RSS"; url is root-relative."""

    title: str
    format: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedChoiceView:
    """A feed in the list for people: the same articles in each of its formats."""

    title: str
    feeds: tuple[FeedLinkView, ...]


@dataclass(frozen=True, slots=True)
class FeedGroupView:
    """Feeds of one kind, as the subscribe page lists them."""

    title: str
    choices: tuple[FeedChoiceView, ...]


@dataclass(frozen=True, slots=True)
class PromoView:
    """A note of the house, to be shown apart from the article and under its label ("From our publisher")."""

    label: str
    title: str
    text: str
    link: LinkView | None


@dataclass(frozen=True, slots=True)
class SiteView:
    """What every page shows. Each field is an input of every page: nothing that counts or changes belongs here.

    languages: the newsletter's home pages, if it appears in several languages. Addresses are empty where there is no
    such page. messages: what templates know as `messages`, by name.
    feeds: the newsletter's own feed in each of its formats; feed: the first of them.
    """

    title: str
    tagline: str
    language: str
    direction: str  # "ltr" or "rtl"
    url: str  # root-relative URL of the home page; ends in "/"
    absolute_url: str
    publisher: LinkView
    navigation: tuple[LinkView, ...]
    feed: LinkView
    topics_url: str
    sources_url: str
    archive_url: str
    people_url: str = ""
    search_url: str = ""
    root_url: str = "/"  # where icons lie, whatever the language
    about_url: str = ""
    principles_url: str = ""
    corrections_url: str = ""
    ethics_url: str = ""
    verification_url: str = ""
    languages: tuple[AlternateView, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    favicon: str = ""  # root-relative URL of an SVG icon, if there is one
    feeds: tuple[FeedLinkView, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareView:
    """The picture that stands for a page where it is shared: absolute url, what it shows, and its size in points."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HeadView:
    """What the <head> of a page needs. title is plain; canonical is absolute, or empty for pages not to be indexed.

    share is None where there is no picture to share a page with. feeds: those of this page (a topic, a source), beside
    the newsletter's own. alternates: this page in all its languages, itself among them; empty when there is but one.
    """

    title: str
    description: str
    canonical: str
    language: str
    direction: str
    share: ShareView | None = None
    feeds: tuple[FeedLinkView, ...] = ()
    alternates: tuple[AlternateView, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article as it stands in a list: without its body."""

    title: str
    url: str
    summary: str
    date: DateView
    source: LinkView | None
    topics: tuple[LinkView, ...]
    minutes: int
    language: str
    reading: str = ""  # "4 min"


@dataclass(frozen=True, slots=True)
class VariantsView:
    """The same picture in several sizes of a better kind of file, for browsers that know it: type is "image/webp"."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """What is known of the picture in a slot beside its URL: its size in points, 0 when unknown, and its variants.

    sizes: how wide it is shown, as HTML says it; empty without variants. turn: when a browser fetches
    it: "first" of the pictures on its page, "later", when it comes into view, or "", as it likes.
    """

    slot: int
    width: int
    height: int
    variants: tuple[VariantsView, ...]
    sizes: str
    turn: str


@dataclass(frozen=True, slots=True)
class ProseView:
    """Parsed prose by reference: the digest of its document and the URL of each slot, absolute where feeds need it.

    pictures: those among the slots. `run` hands the document to the worker; templates see the filled Html in its place.
    """

    document: str
    urls: tuple[str, ...]
    id_prefix: str = ""
    pictures: tuple[PictureView, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureView:
    """A picture, with its size in points where that is known (else 0); alt is empty for a decorative picture.

    variants and sizes as in PictureView; feeds have none.
    """

    url: str
    alt: str
    caption: str
    credit: str
    width: int = 0
    height: int = 0
    variants: tuple[VariantsView, ...] = ()
    sizes: str = ""


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A line of the table of contents: level 2 or 3, and a URL within the page."""

    level: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """A copy of a source that is gone, and the day it was made, if that is known."""

    url: str
    date: DateView | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where an article comes from. url is empty when no link is on record, and the page then says so.

    archive: a copy to read instead, when the original is no longer there.
    """

    name: str
    page_url: str
    url: str
    title: str
    author: str
    published: DateView | None
    licence: str
    archive: ArchiveView | None = None
    accessed: DateView | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who made, answers for or checked something; is_person: else it is a group or the house itself.

    url: our page about them; of the house its own website, if that is known.
    """

    title: str
    url: str
    is_person: bool


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Something put right in an article; kind: "Correction". said is empty when nothing wrong was said.

    anchor: id of the note on the article's page; is_first: whether it stands before the text, else below it.
    """

    kind: str
    date: DateView
    said: str
    says: str
    by: str
    anchor: str
    is_first: bool
