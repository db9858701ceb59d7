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
    """A correction in the list of all corrections."""

    title: str
    """The article's title."""
    url: str
    """The note in the article."""
    language: str
    notice: CorrectionView


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article page."""

    head: HeadView
    headline: str
    summary: str
    byline: str
    """One sentence: what it is based on, how it was made and who is responsible."""
    sources: tuple[SourceView, ...]
    editor: PersonView
    date: DateView
    updated: DateView | None
    minutes: int
    """Reading time."""
    topics: tuple[LinkView, ...]
    figure: FigureView | None
    contents: tuple[HeadingView, ...]
    """Empty below three headings."""
    body: ProseView
    promo: PromoView | None
    previous: LinkView | None
    """The article published before this one."""
    next: LinkView | None
    """The article published after this one."""
    related: tuple[ItemView, ...]
    is_draft: bool
    reading: str = ""
    """Such as "4 min read"."""
    authors: tuple[PersonView, ...] = ()
    """Who wrote an original article, if named."""
    reviewer: PersonView | None = None
    """Who reviewed the current text."""
    ai_note: str = ""
    """Whole sentences; empty if there is nothing to say."""
    review_note: str = ""
    """Whole sentences, or empty."""
    corrections: tuple[CorrectionView, ...] = ()
    """Newest first."""
    digital_source: str = ""
    """schema.org's term for how AI was used."""
    id: str = ""
    """The ID that feeds use."""
    copy: str = ""
    """The URL of its Markdown copy, if there is one."""


@dataclass(frozen=True, slots=True)
class LogoView:
    """The publisher's logo."""

    url: str
    """Absolute."""
    width: int = 0
    """In pixels, as is the height; 0 if unknown."""
    height: int = 0


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of articles, newest first, or one numbered page of it."""

    head: HeadView
    kind: str
    """One of "home", "topic", "source", "person", "group" or "month"."""
    title: str
    lead: str
    """What the list is about, or empty."""
    number: int
    """0 for the list's own page; numbered pages count from the oldest."""
    facts: tuple[LinkView, ...]
    """More about the subject, some with a link."""
    parent: LinkView | None
    """The index page it belongs to."""
    items: tuple[ItemView, ...]
    newer: LinkView | None
    """The neighbouring page with newer articles."""
    older: LinkView | None
    """The neighbouring page with older articles."""
    website: str = ""
    """The subject's website."""
    logo: LogoView | None = None
    """The publisher's, on the home page."""
    manifest: str = ""
    """The URL of the web app manifest, on the home page."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of an index page: a topic, a source or a month."""

    title: str
    url: str
    lead: str
    count: str
    """Such as "7 articles"."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """Entries under a common title, such as a year."""

    title: str
    """Empty if there is only one section."""
    url: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """An index page: all topics, all sources, or the archive by year and month."""

    head: HeadView
    title: str
    lead: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class TextPageView:
    """A page of content/pages."""

    head: HeadView
    headline: str
    summary: str
    updated: DateView | None
    """None if the page has no date."""
    contents: tuple[HeadingView, ...]
    body: ProseView
    feeds: tuple[FeedGroupView, ...] = ()
    """All feeds of the site, on the page that lists them."""
    feed_list: str = ""
    """The URL of the same list as OPML."""
    corrections: tuple[CorrectedView, ...] | None = None
    """All of them, newest first, on the corrections page; None elsewhere."""
    facts: tuple[LinkView, ...] = ()
    """The newsletter in numbers, on the page about how it works."""
    people: tuple[EntryView, ...] = ()
    """Who is responsible for what, on the same page."""


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """The 404 page: the newest articles and the topics help readers find their way back."""

    head: HeadView
    items: tuple[ItemView, ...]
    topics: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class WordFormView:
    """A text in one of its plural forms."""

    form: str
    """The CLDR category: "one", "few", "other"."""
    text: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page."""

    head: HeadView
    title: str
    lead: str
    lists: tuple[str, ...]
    """URLs of the lists of articles it loads, newest year first."""
    topics: tuple[LinkView, ...]
    sources: tuple[LinkView, ...]
    years: tuple[LinkView, ...]
    found: tuple[WordFormView, ...]
    """Such as "3 articles found", in each plural form."""
    found_language: str
    """The language whose plural rule these forms follow."""
    indexes: tuple[str, ...] = ()
    """URLs of the full-text indexes, newest year first, if there are any."""


@dataclass(frozen=True, slots=True)
class SearchListView:
    """A list of articles for the search page."""

    prefix: str
    """What the addresses of all rows begin with."""
    rows: tuple[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]], ...]
    """Newest first: address without the prefix, title, summary, date for people, year, topics, sources."""
