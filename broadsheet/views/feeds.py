"""Views of the feeds, the list of feeds and the Markdown copies."""

from __future__ import annotations

from dataclasses import dataclass

from .common import CorrectionView, DateView, FigureView, LinkView, PersonView, ProseView


@dataclass(frozen=True, slots=True)
class FeedSourceView:
    """A publication that an entry cites. url: the original's address; feed: the publication's own feed; both if known.

    taken: when the original was published, else when we took it up.
    """

    name: str
    url: str
    title: str
    author: str
    licence: str
    feed: str
    taken: DateView | None
    accessed: str = ""


@dataclass(frozen=True, slots=True)
class AiView:
    """What machines did to the text, for programs; people read it in the byline and in a note. date: ISO 8601."""

    role: str
    tool: str
    model: str
    tasks: tuple[str, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Who has checked the text as it stands, for programs."""

    by: str
    role: str
    date: DateView
    checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedImageView:
    """An entry's picture with what an enclosure needs; media_type is empty and size 0 where they are unknown."""

    figure: FigureView
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FeedItemView:
    """An entry of a feed. All URLs are absolute, those of the body too; id never changes.

    body is None for an entry that only tells of something, such as a correction; contributors: who else had part in it.
    ai_note and review_note are whole sentences, or empty.
    """

    id: str
    url: str
    title: str
    summary: str
    language: str
    direction: str
    byline: str
    sources: tuple[FeedSourceView, ...]
    authors: tuple[PersonView, ...]
    contributors: tuple[str, ...]
    date: DateView
    updated: DateView
    topics: tuple[str, ...]
    image: FeedImageView | None
    corrections: tuple[CorrectionView, ...]
    ai: AiView | None
    body: ProseView | None
    review: ReviewView | None = None
    ai_note: str = ""
    review_note: str = ""


@dataclass(frozen=True, slots=True)
class FeedMessagesView:
    """What feeds say themselves."""

    source: str = "Source"
    no_source_link: str = "No link to the original is on record."
    licence: str = "Licence"
    correction_before: str = "It said:"
    correction_after: str = "It now says:"
    corrected_by: str = "Corrected by {name}."


@dataclass(frozen=True, slots=True)
class CopyView:
    """An article in Markdown, for programs: what its entry in feeds says, in a file of its own."""

    item: FeedItemView
    messages: FeedMessagesView


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed, or one page of its archive, in any format. items newest first; all URLs are absolute.

    url: its own; current: the feed that readers subscribe to, the same unless is_archive (RFC 5005 §4); older and
    newer: neighbouring pages of the archive, or empty, archive_type: their media type. id never changes while the feed
    stays where it is.
    updated is the latest moment in it, None when it is empty. has_full_text: else items hold summaries.
    """

    id: str
    title: str
    description: str
    url: str
    home_url: str
    language: str
    direction: str
    publisher: LinkView
    hub: str
    updated: DateView | None
    has_full_text: bool
    is_archive: bool
    current: str
    older: str
    newer: str
    archive_type: str
    messages: FeedMessagesView
    items: tuple[FeedItemView, ...]


@dataclass(frozen=True, slots=True)
class OutlineView:
    """A feed in the list for programs; group: the kind of feed. URLs are absolute."""

    group: str
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
