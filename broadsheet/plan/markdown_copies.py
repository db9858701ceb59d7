"""A copy of each article in Markdown, for programs that read texts."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.digest import Known
from ..core.urls import copy_path
from ..views.feeds import (
    CopyView,
    FeedWordsView,
)
from .context import Leads
from .feed_items import feed_item, feed_words
from .published import Layout
from .types import Call, Page


def plan(layout: Layout) -> Iterator[Page]:
    """The copies, newest first; none unless the settings ask for them."""
    if not layout.settings.markdown_copies:
        return
    words = feed_words(layout.words)
    for story in layout.stories:
        parts = (story.known, layout.leads.get(story.article.path), words)
        yield Page(copy_path(story.path), "markdown", "", Call(copy_view, parts), story.article.where("slug"))


def copy_view(known: Known, leads: Leads | None, words: FeedWordsView) -> CopyView:
    """What the copy of a story says."""
    return CopyView(feed_item(known.value, leads), words)
