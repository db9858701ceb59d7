"""Views of the HTML pages: one for each kind of page."""

from __future__ import annotations

from dataclasses import dataclass

from .common import (
    CorrectionView,
    DateView,
    FeedGroupView,
    FigureView,
    HeadingView,
    HeadView,
    ItemView,
    LinkView,
    PersonView,
    PromoView,
    ProseView,
    SourceView,
)


@dataclass(frozen=True, slots=True)
class CorrectedView:
    """A correction in the list of all: of which article, and the way to the note in it."""

    title: str
    url: str
    language: str
    notice: CorrectionView


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article page. byline is the newsletter's own sentence on where the piece comes from and who answers for it.

    authors: who wrote a piece of our own, if anybody is named; reviewer: who has checked the text as it stands.
    ai_note and review_note are whole sentences, empty when there is nothing to say; corrections: the newest first.
    digital_source: schema.org's name for what machines did to the text; id: the one that feeds know it by.
    contents is empty below three headings; previous is the article published before this one, next the one after.
    copy: the address of its copy in Markdown, if it has one.
    """

    head: HeadView
    headline: str
    summary: str
    byline: str
    sources: tuple[SourceView, ...]
    editor: PersonView
    date: DateView
    updated: DateView | None
    minutes: int
    topics: tuple[LinkView, ...]
    figure: FigureView | None
    contents: tuple[HeadingView, ...]
    body: ProseView
    promo: PromoView | None
    previous: LinkView | None
    next: LinkView | None
    related: tuple[ItemView, ...]
    is_draft: bool
    reading: str = ""  # "4 min read"
    authors: tuple[PersonView, ...] = ()
    reviewer: PersonView | None = None
    ai_note: str = ""
    review_note: str = ""
    corrections: tuple[CorrectionView, ...] = ()
    digital_source: str = ""
    id: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class LogoView:
    """The publisher's logo: absolute url, and its size in points, which is 0 where it is not known."""

    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ListView:
    """The home page, a topic, a source, a person or a month: items newest first, or one numbered page of them.

    kind: "home", "topic", "source", "person", "group" or "month". number: 0 for the list's own page, else counted from
    the oldest; lead: what the subject is, if anything was said; facts: what else is to be said of it, some with a link;
    parent: the overview it belongs to; newer and older: the neighbouring pages. website: the subject's own; logo: of
    the publisher, and manifest: the URL of the web manifest, on the home page.
    """

    head: HeadView
    kind: str
    title: str
    lead: str
    number: int
    facts: tuple[LinkView, ...]
    parent: LinkView | None
    items: tuple[ItemView, ...]
    newer: LinkView | None
    older: LinkView | None
    website: str = ""
    logo: LogoView | None = None
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of an overview: a topic, a source, a month, with how many articles it holds ("7 articles")."""

    title: str
    url: str
    lead: str
    count: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """Entries under a common title (a year); the title is empty when there is but one section."""

    title: str
    url: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """All topics, all sources, or the archive by year and month."""

    head: HeadView
    title: str
    lead: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class TextPageView:
    """A page of content/pages. updated is None when the page has no date.

    corrections: all of them, newest first, on the page about them; None elsewhere. facts and people: the newsletter
    in numbers, and who is responsible for what, on the page about how it works.
    feeds: all feeds of the site, on the one page that lists them; feed_list: the address of the same list as OPML.
    """

    head: HeadView
    headline: str
    summary: str
    updated: DateView | None
    contents: tuple[HeadingView, ...]
    body: ProseView
    feeds: tuple[FeedGroupView, ...] = ()
    feed_list: str = ""
    corrections: tuple[CorrectedView, ...] | None = None
    facts: tuple[LinkView, ...] = ()
    people: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """The page for addresses that lead nowhere: the newest items and the topics as ways back in."""

    head: HeadView
    items: tuple[ItemView, ...]
    topics: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class WordFormView:
    """A word in one of its plural forms, by CLDR category: "one", "few", "other"."""

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page: the lists of articles it loads (newest year first), and what to filter by.

    found: how to say how many were found. indexes: folders with an index of full text, newest year first, if there are
    any.
    """

    head: HeadView
    title: str
    lead: str
    lists: tuple[str, ...]
    topics: tuple[LinkView, ...]
    sources: tuple[LinkView, ...]
    years: tuple[LinkView, ...]
    found: tuple[WordFormView, ...]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchListView:
    """A list of articles for the search page: prefix of all addresses, and a row for each article, newest first.

    A row: address without the prefix, title, summary, date for people, year, names of topics, names of sources.
    """

    prefix: str
    rows: tuple[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]], ...]
