"""The newsletter as types: what content/ says, typed, sorted and with its references checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import count
from typing import Literal, TypeVar, get_args
from zoneinfo import reset_tzpath

from ..core.errors import Location
from ..core.feed_formats import FORMATS, FeedFormat
from ..core.serialize import Interned
from ..core.slugs import SlugStyle
from ..schema.fields import Alternative, Declaration, Group, declared
from ..schema.kinds import DAY, MOMENT, ListOf, MapOf, Text
from ..schema.values import host_name
from .field_kinds import (
    ID,
    LANGUAGE,
    LONG,
    NAME,
    PATH,
    PERSON,
    PICTURE,
    SHORT,
    SLUG,
    TRUTH,
    URL,
    KeyOf,
    NameOf,
    choice,
    number,
)  # fmt: skip

# Time zones come from the package tzdata, whose version the engine's fingerprint knows. Those of the system would be an
# input that no key knows of. Here, since settings with their zone are unpickled in workers by way of this module.
reset_tzpath(())


T = TypeVar("T")

# https://archive.org/help/wayback_api.php
WAYBACK = "https://archive.org/wayback/available"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its text and a root-relative path or an absolute URL."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who is responsible for the newsletter."""

    name: str
    url: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Promo:
    """A house ad, which is labelled as such."""

    label: str
    title: str
    text: str
    link: Link | None = None
    is_sponsored: bool = False
    """Whether somebody pays for it."""


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
    """Sentences with {source}, {editor} and {author}: for work with AI, without AI, and the same for original pieces.

    An empty one is that of the interface text (`byline_ai` and so on). One for a single role of AI, such as translated,
    takes the place of `ai`.
    """

    ai: str = ""
    human: str = ""
    own: str = ""
    own_ai: str = ""
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
    slugs: SlugStyle = ""
    silenced: tuple[str, ...] = ()
    """Names of warnings that are switched off."""
    provenance: Policy = "warn"
    digital_sources: DigitalSources = field(default_factory=DigitalSources)
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)

    def where(self, name: str) -> Location:
        """The place of a setting, else of the file."""
        return self.places.get(name) or Location("config.yaml")


_ENTRY_NAME = {"example": 'write "name: Some words" below its key, or the name after the colon'}


@dataclass(frozen=True, slots=True)
class Publication:
    """A source that articles cite."""

    slug: str
    name: str = declared(SHORT, "What it is called.", **_ENTRY_NAME)
    url: str = declared(URL, "Its address.", default="")
    feed: str = declared(URL, "The address of its feed.", default="")
    description: str = declared(LONG, "What kind of publication it is.", default="")
    licence: str = declared(SHORT, "Under what terms we may use what it publishes.", default="")
    paywall: bool = declared(TRUTH, "Whether readers have to pay for it.", default=False)
    quote_words: int | None = declared(
        number(0, 1000), "How many words in a row may be taken over; else as in config.yaml.", default=None
    )
    quote_share: int | None = declared(
        number(0, 100), "How many percent of an article may be its words; else as in config.yaml.", default=None
    )
    hosts: tuple[str, ...] = declared(
        ListOf(
            Text(host_name, "host name"), needs_list=True, hint="write the host names in brackets, as in [example.org]"
        ),
        "Other hosts on which it publishes.",
        default=(),
    )


@dataclass(frozen=True, slots=True)
class TopicTexts:
    """A topic in an additional language."""

    title: str = declared(SHORT, "What it is called there.", example='write "title: Some words"')
    description: str = declared(LONG, "What belongs to it.", default="")


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that articles are filed under."""

    slug: str
    title: str = declared(
        SHORT, "What it is called.", example='write "title: Some words" below its key, or the title after the colon'
    )
    description: str = declared(LONG, "What belongs to it.", default="")
    languages: Mapping[str, TopicTexts] = declared(
        MapOf(Group(TopicTexts)), "Its texts in additional languages, by language tag.", factory=dict
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes, edits or reviews; or a group of people."""

    slug: str
    name: str = declared(SHORT, "The name.", **_ENTRY_NAME)
    role: str = declared(SHORT, "What the person does here.", default="")
    url: str = declared(URL, "The person's own page.", default="")
    bio: str = declared(LONG, "A few sentences on the person.", default="")
    group: bool = declared(TRUTH, "Whether it is a group rather than a single person.", default=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an article comes from."""

    publication: Interned = declared(
        NameOf("source"),
        "The publication's name; with sources.yaml, one that is listed there.",
        name="name",
        also=(Alternative("ref", KeyOf("source"), "The publication's key in sources.yaml, instead of its name."),),
        example='write "name: Bloomberg Tech"',
        form="",
    )
    """A key of Site.sources."""
    url: str = declared(URL, "The address of the piece itself.", default="", form="")
    title: str = declared(SHORT, "The title of the piece.", default="", form="")
    author: str = declared(SHORT, "Who wrote the piece.", default="", form="")
    published: datetime | None = declared(MOMENT, "When the piece was published.", default=None, form="")
    licence: Interned = declared(
        SHORT,
        "The terms under which it may be used.",
        default="",
        also=(Alternative("license", SHORT, 'Another spelling of "licence".'),),
        form="",
    )
    accessed: date | None = declared(DAY, "When it was read.", default=None, form="")


@dataclass(frozen=True, slots=True)
class Archived:
    """A copy of a page that is gone, and the day it was made, if that is known."""

    url: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """The lead image of an article."""

    src: str = declared(
        PICTURE,
        "The file, relative to the article, or a web address.",
        example='add the file of the picture: "src: picture.jpg"',
    )
    alt: str = declared(
        SHORT,
        'What the picture shows, for people who do not see it; "" for a decorative one.',
        example='describe the picture; `alt: ""` marks a decorative one',
    )
    credit: str = declared(SHORT, "Who made the picture.", default="")
    caption: str = declared(LONG, "The text below the picture.", default="")


AiRole = Literal["none", "assisted", "translated", "summarised", "generated"]
CorrectionKind = Literal["correction", "clarification", "update"]


@dataclass(frozen=True, slots=True)
class AiUse:
    """How AI was used."""

    role: AiRole = declared(
        choice(*get_args(AiRole)),
        "What AI did.",
        example=f'write "role:" and one of {", ".join(get_args(AiRole))}',
        form="",
    )
    tool: Interned = declared(SHORT, "The program that was used.", default="", form="")
    model: Interned = declared(SHORT, "The model that was used.", default="")
    tasks: tuple[Interned, ...] = declared(ListOf(NAME), "What it was used for.", default=(), form="")
    date: date | None = declared(DAY, "When it was used.", default=None)


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed the text."""

    by: Interned = declared(NameOf("person"), "The reviewer.", example='name the reviewer: "by: Name"')
    """A key of Site.people; empty for the publisher."""
    date: date = declared(DAY, "When it was reviewed.", example='add the date of the review: "date: 2026-11-20"')
    role: Interned = declared(SHORT, "The reviewer's role.", default="")
    checked: tuple[Interned, ...] = declared(
        ListOf(NAME), "What was checked: facts, figures, quotes, rights.", default=()
    )
    text: str = declared(SHORT, "The digest of the approved text, which `approve` writes.", default="")
    """See provenance.text_digest; empty when nobody recorded it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction made after publication."""

    date: datetime = declared(
        MOMENT, "When it was corrected.", example='add the date of the correction: "date: 2026-11-20"'
    )
    kind: CorrectionKind = declared(
        choice(*get_args(CorrectionKind)), "What kind of change it was.", default="correction"
    )
    said: str = declared(LONG, "What the article said before.", default="")
    says: str = declared(
        LONG, "What the article says now.", example='add what the article says now: "says: Some words"'
    )
    by: Interned = declared(PERSON, "Who corrected it.", default="")
    """A key of Site.people; empty for the publisher."""


@dataclass(frozen=True, slots=True)
class Prose:
    """The Markdown of a file, by reference: digest of its text, and the line of the file on which it begins."""

    digest: str
    line: int


def places_of(places: Mapping[str, tuple[int, int]]) -> str:
    """Line and column of fields by their dotted names ("source.url") as text, a line each: a tenth of the memory."""
    return "".join([f"\n{name} {line} {column}" for name, (line, column) in places.items()]) + "\n"


def are_sound(fields: Iterable[str], invalid: Collection[str]) -> bool:
    """Whether no field is among the invalid ones, and not the whole front matter is ("")."""
    return "" not in invalid and not any(field in invalid for field in fields)


def sound_items(field: str, items: Iterable[T], invalid: Collection[str]) -> Iterator[tuple[int, T]]:
    """The items of a list with their numbers in the file, in which those that are invalid are counted."""
    return zip((number for number in count() if f"{field}.{number}" not in invalid), items, strict=False)


# What articles and pages have in common.
_TITLE = Declaration(
    NAME,
    "The title, as shown in lists, browser tabs and search results.",
    example='write "title: Some words"',
    form="",
)
_HEADLINE = Declaration(SHORT, "The heading of the page, when it differs from the title.", default="")
_SLUG = Declaration(SLUG, "The last part of the address; by default it is made from the title.", default="", form="")
_SUMMARY = Declaration(
    LONG,
    "One or two sentences that say what readers find here.",
    default="",
    form="One or two sentences that say what readers find here; by default, the first paragraph.",
)
_UPDATED = Declaration(MOMENT, "When the text last changed in substance.", default=None)
_LANG = Declaration(LANGUAGE, "The language, if it is not the newsletter's.", default="")
_ALIASES = Declaration(ListOf(PATH), "Old paths that redirect here.", default=())
_DRAFT = Declaration(
    TRUTH,
    "Whether it is held back from publication.",
    name="draft",
    default=False,
    form="Remove the next line to publish it.",
)


# Each topic of an article is on its page and in its feeds, and each of its topics has feeds with the article: their
# number counts by its square.
_TOPICS = ListOf(NameOf("topic"), is_set=True, most=50)


class Placed:
    """What articles and pages have in common: the places of their fields, for problems that are found later."""

    __slots__ = ()
    path: str
    """The file, below the root."""
    places: str
    """Where each field is in the file; see `places_of`."""
    invalid: tuple[str, ...]
    """Dotted names of fields with errors, which have been reported: nothing may be concluded from their values.

    "" for all of them, when the front matter cannot be read. An article with such fields is never published.
    """

    def where(self, field: str = "") -> Location:
        """The place of a field, else of the file."""
        at = self.places.find(f"\n{field} ")
        if at < 0:
            return Location(self.path)
        start = at + len(field) + 2
        line, column = self.places[start : self.places.index("\n", start)].split(" ")
        return Location(self.path, int(line), int(column))

    def has(self, field: str) -> bool:
        """Whether a field is in the file."""
        return f"\n{field} " in self.places

    def is_sound(self, *fields: str) -> bool:
        """Whether these fields are free of errors."""
        return not self.invalid or are_sound(fields, self.invalid)

    def has_known_address(self, permalinks: Permalinks) -> bool:
        """Whether the errors, if there are any, leave no doubt about the address."""
        has_date = any(f"{{{token}}}" in permalinks.article for token in ("year", "month", "day"))
        return self.is_sound("slug", "title", "lang", "draft", *(["date"] if has_date else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Placed):
    """The front matter of an article."""

    id: str = declared(
        ID, "Identifies the article for ever, so that feed readers never show it twice.", default="", form=""
    )
    title: str = _TITLE.field()
    headline: str = _HEADLINE.field()
    """Empty when the front matter has none: planning takes it from the prose, as it does the summary."""
    slug: str = _SLUG.field()
    date: datetime = declared(
        MOMENT,
        "When it is published; a time without a zone is the newsletter's.",
        example='write "date: 2026-11-20" or "date: 2026-11-20 09:30"',
        form="",
    )
    updated: datetime | None = _UPDATED.field()
    is_draft: bool = _DRAFT.field()
    summary: str = _SUMMARY.field()
    topics: tuple[Interned, ...] = declared(
        _TOPICS,
        "What the article is about; with topics.yaml, topics listed there.",
        default=(),
        also=(Alternative("tags", _TOPICS, 'Another name for "topics".'),),
        form="",
    )
    """Keys of Site.topics."""
    citations: tuple[Citation, ...] = declared(
        ListOf(Group(Citation, "name")),
        "Where the article comes from: a name, a group of fields or a list of them.",
        name="source",
        default=(),
        form="Where the piece comes from. Fill in what you know, and leave the rest empty.",
    )
    editor: Interned = declared(PERSON, "Who is responsible for the article; by default the publisher.", default="")
    """A key of Site.people; empty for the publisher."""
    image: Image | None = declared(Group(Image, "src"), "The lead image.", default=None)
    lang: Interned = _LANG.field()
    translation_of: str = declared(SHORT, "The original of this translation: its file or ID.", default="")
    """An id, once all articles are loaded."""
    aliases: tuple[str, ...] = _ALIASES.field()
    promo: Interned = declared(SHORT, "The name of a house ad from config.yaml, shown after the article.", default="")
    authors: tuple[Interned, ...] = declared(
        ListOf(NameOf("person"), is_set=True),
        "Who wrote an original piece: people or the publisher; it needs no source.",
        name="author",
        default=(),
        form="For an original piece: who wrote it, people or {publisher}.",
    )
    """Keys of Site.people; empty for the publisher."""
    ai: AiUse | None = declared(
        Group(AiUse, "role"),
        "How AI was used.",
        default=None,
        form="How AI was used. role: none, assisted, translated, summarised or generated.",
    )
    review: Review | None = declared(Group(Review), "Who reviewed the text; `approve` writes it.", default=None)
    corrections: tuple[Correction, ...] = declared(
        ListOf(Group(Correction), needs_list=True), "What was corrected after publication.", default=()
    )

    path: str
    places: str
    invalid: tuple[str, ...] = ()
    has_own_id: bool
    """Whether the id is in the file rather than derived from its path."""
    prose: Prose
    text_digest: str = ""
    """Digest of what readers read (provenance.py), made when the file is read: a build asks for it several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPage(Placed):
    """The front matter of a page."""

    title: str = _TITLE.field()
    headline: str = _HEADLINE.field()
    slug: str = _SLUG.field()
    summary: str = _SUMMARY.field()
    lang: str = _LANG.field()
    aliases: tuple[str, ...] = _ALIASES.field()
    is_draft: bool = _DRAFT.field()
    updated: datetime | None = _UPDATED.field()

    path: str
    places: str
    invalid: tuple[str, ...] = ()
    prose: Prose


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
