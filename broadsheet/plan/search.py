"""The search page, and the lists of articles it looks through: one for each year, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..core.digest import Hashed
from ..core.errors import Location
from ..views.common import LinkView
from ..views.pages import SearchListView, SearchView, WordFormView
from .context import PublishedArticle
from .published import SEARCH, PublishedSite
from .types import LazyView, Page, cost_of_list

# Where a list lies, and where the index of full text for the same year.
LIST = re.compile(r"(?P<prefix>(/[^/]+)?)/search/(?P<year>\d{4})-\d+\.json")
INDEX = "{prefix}/search/full/{year}/"
PART = 1_000  # articles in one list: about 160 KB compressed at most


def plan(published: PublishedSite) -> Iterator[Page]:
    """The search page of a language and its lists."""
    context = published.context
    path = context.at(SEARCH)
    lists = []
    years = []
    indexes = []
    for year, group in groupby(published.articles, key=lambda article: article.month[0]):
        articles = tuple(group)
        years.append(LinkView(str(year), ""))
        indexes.append(context.addresses.relative(INDEX.format(prefix=context.prefix, year=f"{year:04}")))
        # Counted from the oldest, so that a list that is full never changes again.
        starts = range(len(articles) % PART - PART if len(articles) % PART else 0, len(articles), PART)
        for number, start in zip(range(len(starts), 0, -1), starts, strict=True):
            address = f"{path}{year:04}-{number}.json"
            lists.append(context.addresses.relative(address))
            shown = tuple([article.hashed for article in articles[max(start, 0) : start + PART]])
            rows = LazyView(search_list, (shown,))
            origin = Location("config.yaml")
            yield Page(address, "search", "", rows, origin, kind="search", cost=cost_of_list(len(shown)))
    messages = context.messages
    title, lead = messages.text("search"), messages.text("search_lead")
    topics = sorted((context.site.topics[slug].title for slug in published.by_topic), key=str.casefold)
    sources = sorted((context.site.sources[slug].name for slug in published.by_source), key=str.casefold)
    view = SearchView(
        head=published.head(title, lead, path),
        title=title,
        lead=lead,
        lists=tuple(lists),
        topics=tuple(LinkView(name, "") for name in topics),
        sources=tuple(LinkView(name, "") for name in sources),
        years=tuple(years),
        indexes=tuple(indexes) if context.settings.full_text else (),
        found_language=messages.plural_languages.get("search_results", messages.language),
        found=tuple(WordFormView(*form) for form in sorted(messages.plurals.get("search_results", {}).items())),
    )
    yield Page(path, "page", "search.html", view, Location("templates/search.html"), kind="search", is_listed=True)


def search_list(known: tuple[Hashed, ...]) -> SearchListView:
    """The lines of these stories."""
    articles: list[PublishedArticle] = [article.value for article in known]
    prefix = _common_prefix([article.item.url for article in articles])
    return SearchListView(prefix, tuple([_row(article, len(prefix)) for article in articles]))


def _row(article: PublishedArticle, cut: int) -> tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]]:
    item, sources = article.item, article.context.site.sources
    names = tuple([sources[citation.publication].name for citation in article.model.citations])
    topics = tuple([topic.title for topic in item.topics])
    return item.url[cut:], item.title, item.summary, item.date.text, item.date.iso[:4], topics, names


def _common_prefix(urls: Sequence[str]) -> str:
    first, last = min(urls), max(urls)
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length].rpartition("/")[0] + "/"
