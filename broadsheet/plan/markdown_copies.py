"""A copy of each article in Markdown, for programs that read texts."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.digest import Hashed
from ..core.urls import copy_path
from ..views.feeds import CopyView, FeedMessagesView
from .context import ResolvedLinks
from .feed_items import feed_item, feed_messages
from .published import PublishedSite
from .types import LazyView, Page


def plan(published: PublishedSite) -> Iterator[Page]:
    """The copies, newest first; none unless the settings ask for them."""
    context = published.context
    if not context.settings.markdown_copies:
        return
    messages = feed_messages(context.messages)
    for article in published.articles:
        arguments = (article.hashed, published.resolved_links.get(article.model.path), messages)
        yield Page(
            copy_path(article.path),
            "markdown",
            "",
            LazyView(copy_view, arguments),
            article.model.where("slug"),
            kind="Markdown copies",
            owner=article.model.path,
            documents=(article.prose_summary.document,),
        )


def copy_view(known: Hashed, leads: ResolvedLinks | None, messages: FeedMessagesView) -> CopyView:
    """What the copy of a story says."""
    return CopyView(feed_item(known.value, leads), messages)
