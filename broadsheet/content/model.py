"""The newsletter as types: what content/ says, typed, sorted and with its references checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Literal
from zoneinfo import reset_tzpath

from ..core.errors import Location
from ..core.feed_formats import FORMATS, FeedFormat
from ..core.serialize import Interned

# Time zones come from the package tzdata, whose version the engine's fingerprint knows. Those of the system would be an
# input that no key knows of. Here, since settings with their zone are unpickled in workers by way of this module.
reset_tzpath(())


# https://archive.org/help/wayback_api.php
WAYBACK = "https://archive.org/wayback/available"


@dataclass(frozen=True, slots=True)
class Link:
    """A title and where it leads: a root-relative path or an absolute URL."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for the newsletter."""

    name: str
    url: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Promo:
    """A note of the house that stands apart from an article and is labelled as what it is."""

    label: str
    title: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Patterns of URL paths; {slug} for all, and {year} {month} {day} of an article's date."""

    article: str = "/articles/{slug}/"
    page: str = "/{slug}/"
    topic: str = "/topics/{slug}/"
    source: str = "/sources/{slug}/"
    person: str = "/people/{slug}/"


@dataclass(frozen=True, slots=True)
class Bylines:
    """Sentences with {source}, {editor} and {author}: for work with AI, without AI, and pieces of the house likewise.

    One for a single role of AI, such as translated, takes the place of `ai` where it is not empty.
    """

    ai: str = "AI-processed from {source}; edited by {editor}"
    human: str = "From {source}; edited by {editor}"
    own: str = "By {author}"
    own_ai: str = "Written with AI by {author}; edited by {editor}"
    assisted: str = ""
    translated: str = ""
    summarised: str = ""
    generated: str = ""


@dataclass(frozen=True, slots=True)
class DigitalSources:
    """How each role of AI is named in structured data: a member of schema.org's IPTCDigitalSourceEnumeration, or "" """

    none: str = ""
    assisted: str = "CompositeWithTrainedAlgorithmicMediaDigitalSource"
    translated: str = "CompositeWithTrainedAlgorithmicMediaDigitalSource"
    summarised: str = "CompositeWithTrainedAlgorithmicMediaDigitalSource"
    generated: str = "TrainedAlgorithmicMediaDigitalSource"


# What a gap in the record of an article is: an error, a warning, or nothing.
Policy = Literal["strict", "warn", "off"]


FeedFamily = Literal["newsletter", "topics", "sources", "languages", "corrections"]


@dataclass(frozen=True, slots=True)
class Feeds:
    """Which feeds there are. families: the formats of each, in the order in which they are offered; none turn it off.

    archive: formats in which everything ever published can be fetched. aliases: old addresses of feeds, with the site
    path of the feed that each leads to. page: slug of the page that lists all feeds. places: of each field in the file.
    """

    families: Mapping[FeedFamily, tuple[FeedFormat, ...]]
    content: Literal["full", "summary"] = "full"
    length: int = 20
    archive: tuple[FeedFormat, ...] = (FORMATS["atom"],)
    hub: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    page: str = "subscribe"
    places: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Localised:
    """The newsletter in one more language, below its own address ("/ru/"); what it leaves out is the main one's."""

    title: str = ""
    tagline: str = ""
    navigation: tuple[Link, ...] = ()
    bylines: Bylines | None = None


@dataclass(frozen=True, slots=True)
class QuoteLimits:
    """How close a text may be to its source: words in a row, percent of all, and words of a marked quotation."""

    words: int = 15
    share: int = 10
    quotation: int = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """config.yaml, typed. base_url ends in "/"; zone is the newsletter's time zone.

    languages: those that have lists of their own beside the main one, by tag. archive: who is asked for copies.
    places: where each setting stands in the file, by its dotted name ("navigation.0.url"), for later problems.
    """

    title: str
    tagline: str
    base_url: str
    language: str
    timezone: str
    zone: tzinfo
    publisher: Publisher
    navigation: tuple[Link, ...]
    permalinks: Permalinks
    bylines: Bylines
    page_size: int
    feeds: Feeds
    promos: Mapping[str, Promo]
    languages: Mapping[str, Localised] = field(default_factory=dict)
    share_cards: bool = True
    markdown_copies: bool = False
    full_text: bool = False
    archive: str = WAYBACK
    quotes: QuoteLimits = field(default_factory=QuoteLimits)
    provenance: Policy = "warn"
    digital_sources: DigitalSources = field(default_factory=DigitalSources)
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)

    def where(self, name: str) -> Location:
        """The place of a setting, else of the file."""
        return self.places.get(name) or Location("config.yaml")


@dataclass(frozen=True, slots=True)
class Publication:
    """A source that articles cite, from sources.yaml or from the articles' own words. hosts: where it publishes too.

    quote_words, quote_share: how close articles may be to it, where that differs from the settings.
    """

    slug: str
    name: str
    url: str = ""
    feed: str = ""
    description: str = ""
    licence: str = ""
    paywall: bool = False
    quote_words: int | None = None
    quote_share: int | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that articles are filed under, from topics.yaml or from the articles' own words."""

    slug: str
    title: str
    description: str = ""
    languages: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # title and description by tag


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes, edits or reviews, from people.yaml or from the articles' own words; or a group of people."""

    slug: str
    name: str
    role: str = ""
    url: str = ""
    bio: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an article comes from; `publication` is a slug of Site.sources, `url` is empty when unknown."""

    publication: Interned
    url: str = ""
    title: str = ""
    author: str = ""
    published: datetime | None = None
    licence: Interned = ""
    accessed: date | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """A copy of a page that is gone, and the day it was made, if that is known."""

    url: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An article's picture; `src` as written, `alt` empty for a decorative one."""

    src: str
    alt: str
    credit: str = ""
    caption: str = ""


AiRole = Literal["none", "assisted", "translated", "summarised", "generated"]
CorrectionKind = Literal["correction", "clarification", "update"]


@dataclass(frozen=True, slots=True)
class AiUse:
    """What machines did to the text."""

    role: AiRole
    tool: Interned = ""
    model: Interned = ""
    tasks: tuple[Interned, ...] = ()
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Who checked the text, when and what of it; an empty `by` is the house itself.

    `text` is the digest of what was approved (provenance.py), or empty when nobody wrote it down.
    """

    by: Interned
    date: date
    role: Interned = ""
    checked: tuple[Interned, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that was put right after publishing."""

    date: datetime
    kind: CorrectionKind
    said: str
    says: str
    by: Interned = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """The Markdown of a file, by reference: digest of its text, and the line of the file on which it begins."""

    digest: str
    line: int


def places_of(places: Mapping[str, tuple[int, int]]) -> str:
    """Line and column of fields by their dotted names ("source.url") as text, a line each: a tenth of the memory."""
    return "".join([f"\n{name} {line} {column}" for name, (line, column) in places.items()]) + "\n"


def _place(path: str, places: str, field: str) -> Location:
    at = places.find(f"\n{field} ")
    if at < 0:
        return Location(path)
    start = at + len(field) + 2
    line, column = places[start : places.index("\n", start)].split(" ")
    return Location(path, int(line), int(column))


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `path` is its file below the root; `slug`, `id` and `date` are always there once loaded.

    topics, citations, authors and editor name entries of Site.topics, Site.sources and Site.people by slug; an empty
    editor or author is the house itself. authors: who wrote a piece of our own. headline and summary are empty when
    the front matter has none: planning takes them from the prose. has_own_id: whether the id stands in the file rather
    than being derived from its path.
    places: where each field stands in the file, for later problems (see `places_of`).
    translation_of: id of the article that this one says in another language, or empty. text_digest: of what readers
    read (provenance.py), made when the file is read, since a build asks for it several times.
    """

    id: str
    has_own_id: bool
    path: str
    slug: str
    title: str
    headline: str
    summary: str
    date: datetime
    updated: datetime | None
    topics: tuple[Interned, ...]
    citations: tuple[Citation, ...]
    editor: Interned
    image: Image | None
    lang: Interned
    aliases: tuple[str, ...]
    is_draft: bool
    promo: Interned
    ai: AiUse | None
    review: Review | None
    corrections: tuple[Correction, ...]
    prose: Prose
    places: str
    translation_of: str = ""
    authors: tuple[Interned, ...] = ()
    text_digest: str = ""

    def where(self, field: str = "") -> Location:
        """The place of a field, else of the file."""
        return _place(self.path, self.places, field)

    def has(self, field: str) -> bool:
        """Whether a field stands in the file."""
        return f"\n{field} " in self.places


@dataclass(frozen=True, slots=True)
class StaticPage:
    """A page of content/pages: about, how we work, subscribe."""

    path: str
    slug: str
    title: str
    headline: str
    summary: str
    updated: datetime | None
    lang: str
    aliases: tuple[str, ...]
    is_draft: bool
    prose: Prose
    places: str

    def where(self, field: str = "") -> Location:
        """The place of a field, else of the file."""
        return _place(self.path, self.places, field)

    def has(self, field: str) -> bool:
        """Whether a field stands in the file."""
        return f"\n{field} " in self.places


@dataclass(frozen=True, slots=True)
class Site:
    """Everything content/ says: articles newest first (ties by id), the rest by slug.

    Holds drafts and scheduled articles too: what of it is published is the plan's to decide. archives: by address, the
    copies of sources that are dead, from links.lock.
    """

    settings: Settings
    articles: tuple[Article, ...]
    pages: tuple[StaticPage, ...]
    topics: Mapping[str, Topic]
    sources: Mapping[str, Publication]
    people: Mapping[str, Person]
    archives: Mapping[str, Archived] = field(default_factory=dict)
