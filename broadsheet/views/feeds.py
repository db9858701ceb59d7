"""Views of the feeds, the list of feeds and the Markdown copies."""

from __future__ import annotations

from dataclasses import dataclass

from .common import CorrectionView, DateView, FigureView, LinkView, PersonView, ProseView


@dataclass(frozen=True, slots=True)
class FeedSourceView:
    """A publication that an entry cites."""

    name: str
    url: str
    """The original's address, if known."""
    title: str
    author: str
    licence: str
    feed: str
    """The publication's own feed, if known."""
    taken: DateView | None
    """When the original was published, or else when we published our article."""
    accessed: str = ""
    """ISO 8601, or empty."""


@dataclass(frozen=True, slots=True)
class AiView:
    """How AI was used, for programs; people read it in the byline and in a note."""

    role: str
    tool: str
    model: str
    tasks: tuple[str, ...]
    date: str = ""
    """ISO 8601, or empty."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Who reviewed the current text, for programs."""

    by: str
    role: str
    date: DateView
    checked: tuple[str, ...]
    """What was checked."""


@dataclass(frozen=True, slots=True)
class FeedImageView:
    """An entry's picture with what an enclosure needs."""

    figure: FigureView
    media_type: str
    """Empty if unknown."""
    size: int
    """In bytes; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class FeedItemView:
    """An entry of a feed. All URLs are absolute, also those in the text."""

    id: str
    """Never changes."""
    url: str
    title: str
    summary: str
    language: str
    direction: str
    byline: str
    sources: tuple[FeedSourceView, ...]
    authors: tuple[PersonView, ...]
    contributors: tuple[str, ...]
    """Who else took part."""
    date: DateView
    updated: DateView
    topics: tuple[str, ...]
    image: FeedImageView | None
    corrections: tuple[CorrectionView, ...]
    ai: AiView | None
    body: ProseView | None
    """None for an entry that is only a notice, such as a correction."""
    review: ReviewView | None = None
    ai_note: str = ""
    """Whole sentences, or empty."""
    review_note: str = ""
    """Whole sentences, or empty."""


@dataclass(frozen=True, slots=True)
class FeedMessagesView:
    """The interface text of feeds."""

    source: str = "Source"
    no_source_link: str = "No link to the original is on record."
    licence: str = "Licence"
    correction_before: str = "It said:"
    correction_after: str = "It now says:"
    corrected_by: str = "Corrected by {name}."


@dataclass(frozen=True, slots=True)
class CopyView:
    """An article in Markdown, for programs: what its feed entry says, in a file of its own."""

    item: FeedItemView
    messages: FeedMessagesView


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed, or one page of its archive, in any format. All URLs are absolute."""

    id: str
    """Never changes as long as the feed keeps its address."""
    title: str
    description: str
    url: str
    """Its own address."""
    home_url: str
    language: str
    direction: str
    publisher: LinkView
    hub: str
    updated: DateView | None
    """The latest date and time in it; None if it is empty."""
    has_full_text: bool
    """If False, entries contain summaries only."""
    is_archive: bool
    current: str
    """The feed that readers subscribe to; differs from url only in an archive (RFC 5005 §4)."""
    older: str
    """The neighbouring page of the archive, or empty."""
    newer: str
    """The neighbouring page of the archive, or empty."""
    archive_type: str
    """Their media type."""
    messages: FeedMessagesView
    items: tuple[FeedItemView, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class OutlineView:
    """A feed in the list for programs. URLs are absolute."""

    group: str
    """The kind of feed."""
    title: str
    url: str
    home_url: str
    language: str


@dataclass(frozen=True, slots=True)
class FeedListView:
    """All feeds of the site, each in its first format (http://opml.org/spec2.opml)."""

    title: str
    publisher: str
    outlines: tuple[OutlineView, ...]
