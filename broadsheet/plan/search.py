"""The search page, and the lists of articles it looks through: one for each year, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..core.digest import Hashed
from ..core.errors import Location
from ..views.common import (
    LinkView,
)
from ..views.pages import (
    SearchListView,
    SearchView,
    WordFormView,
)
from .context import PublishedArticle
from .published import SEARCH, PublishedSite
from .types import LazyView, Page

# Where a list lies, and where the index of full text for the same year.
LIST = re.compile(r"(?P<prefix>(/[^/]+)?)/search/(?P<year>\d{4})-\d+\.json")
INDEX = "{prefix}/search/full/{year}/"
PART = 1_000  # articles in one list: about 160 KB compressed at most


def plan(layout: PublishedSite) -> Iterator[Page]:
    """The search page of a language and its lists."""
    path = layout.at(SEARCH)
    lists = []
    years = []
    indexes = []
    for year, group in groupby(layout.stories, key=lambda story: story.month[0]):
        stories = tuple(group)
        years.append(LinkView(str(year), ""))
        indexes.append(layout.addresses.relative(INDEX.format(prefix=layout.prefix, year=f"{year:04}")))
        # Counted from the oldest, so that a list that is full never changes again.
        starts = range(len(stories) % PART - PART if len(stories) % PART else 0, len(stories), PART)
        for number, start in zip(range(len(starts), 0, -1), starts, strict=True):
            address = f"{path}{year:04}-{number}.json"
            lists.append(layout.addresses.relative(address))
            shown = tuple([story.known for story in stories[max(start, 0) : start + PART]])
            yield Page(address, "search", "", LazyView(search_list, (shown,)), Location("config.yaml"))
    words = layout.words
    title, lead = words.text("search"), words.text("search_lead")
    topics = sorted((layout.site.topics[slug].title for slug in layout.by_topic), key=str.casefold)
    sources = sorted((layout.site.sources[slug].name for slug in layout.by_source), key=str.casefold)
    view = SearchView(
        head=layout.head(title, lead, path),
        title=title,
        lead=lead,
        lists=tuple(lists),
        topics=tuple(LinkView(name, "") for name in topics),
        sources=tuple(LinkView(name, "") for name in sources),
        years=tuple(years),
        indexes=tuple(indexes) if layout.settings.full_text else (),
        found=tuple(WordFormView(*form) for form in sorted(words.plurals.get("search_found", {}).items())),
    )
    yield Page(path, "page", "search.html", view, Location("templates/search.html"), is_listed=True)


def search_list(known: tuple[Hashed, ...]) -> SearchListView:
    """The lines of these stories."""
    stories: list[PublishedArticle] = [story.value for story in known]
    prefix = _common_prefix([story.item.url for story in stories])
    return SearchListView(prefix, tuple([_row(story, len(prefix)) for story in stories]))


def _row(story: PublishedArticle, cut: int) -> tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]]:
    item, sources = story.item, story.house.site.sources
    names = tuple([sources[citation.publication].name for citation in story.article.citations])
    topics = tuple([topic.title for topic in item.topics])
    return item.url[cut:], item.title, item.summary, item.date.text, item.date.iso[:4], topics, names


def _common_prefix(urls: Sequence[str]) -> str:
    first, last = min(urls), max(urls)
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length].rpartition("/")[0] + "/"
