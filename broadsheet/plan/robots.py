"""What robots and servers are told: robots.txt, the news sitemap, llms.txt and _headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ..core.errors import Location
from ..core.urls import copy_path
from ..views.assets import (
    HeadersView,
    NewsEntryView,
    NewsSitemapView,
    TextView,
)
from .feed_formats import feed_path
from .published import TOPICS, PublishedArticle, PublishedSite
from .redirects import SITEMAP
from .types import Page

ORIGIN = Location("config.yaml")
NEWS = "/sitemap-news.xml"
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
NEWS_AGE = timedelta(days=2)
NEWS_LIMIT = 1_000
LLMS_ARTICLES = 50


def plan(layouts: Sequence[PublishedSite]) -> Iterator[Page]:
    """The files for machines, once for all languages."""
    layout = layouts[0]
    maps = "".join(f"Sitemap: {layout.addresses.absolute(path)}\n" for path in (SITEMAP, NEWS))
    yield _text("/robots.txt", f"User-agent: *\nAllow: /\n\n{maps}")
    yield Page(NEWS, "page", "sitemap-news.xml", NewsSitemapView(_news(layouts)), ORIGIN)
    yield _text("/llms.txt", _llms(layouts))
    yield Page("/_headers", "page", "headers.txt", HeadersView(layout.settings.full_text), ORIGIN)


def _news(layouts: Sequence[PublishedSite]) -> tuple[NewsEntryView, ...]:
    first = layouts[0].as_of - NEWS_AGE
    recent = [
        (story.article.date, _news_entry(story, layout))
        for layout in layouts
        for story in layout.stories[:NEWS_LIMIT]
        if first <= story.article.date <= layout.as_of and not story.article.is_draft
    ]
    recent.sort(key=lambda pair: (pair[0], pair[1].url), reverse=True)
    return tuple(entry for _, entry in recent[:NEWS_LIMIT])


def _news_entry(story: PublishedArticle, layout: PublishedSite) -> NewsEntryView:
    item = story.item
    language = _iso_639(story.article.lang)
    url = layout.addresses.absolute(story.path)
    return NewsEntryView(layout.settings.title, url, item.title, language, item.date.iso)


def _iso_639(language: str) -> str:
    # Two letters, or zh-cn and zh-tw for Chinese.
    return language.lower() if language.lower() in ("zh-cn", "zh-tw") else language.split("-")[0].lower()


def _llms(layouts: Sequence[PublishedSite]) -> str:
    """https://llmstxt.org: title, one quoted sentence, then lists of links."""
    parts = []
    for layout in layouts:
        settings, absolute = layout.settings, layout.addresses.absolute
        shown = copy_path if settings.markdown_copies else str
        first = next(iter(settings.feeds.families["newsletter"]))
        pages = [
            f"- [{_plain(page.title)}]({absolute(layout.references.homes[page.path])}): {_plain(page.summary)}"
            for page, _ in layout.pages
            if not page.is_draft
        ]
        pages.append(f"- [{layout.words.text('topics')}]({absolute(layout.at(TOPICS))})")
        pages.append(f"- [{layout.words.text('feed')}]({absolute(feed_path(layout.at('/'), first))})")
        newest = [
            f"- [{_plain(story.item.title)}]({absolute(shown(story.path))}): {_plain(story.summary)}"
            for story in layout.stories[:LLMS_ARTICLES]
        ]
        lines = [f"# {_plain(settings.title)}", ""] + (
            [f"> {_plain(settings.tagline)}", ""] if settings.tagline else []
        )
        lines += ["## Pages", "", *pages, ""] + (["## Articles", "", *newest, ""] if newest else [])
        parts.append("\n".join(line.removesuffix(": ") for line in lines))
    return "\n".join(parts)


def _plain(text: str) -> str:
    """Text that stays on its line and within its brackets."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def _text(path: str, text: str) -> Page:
    return Page(path, "text", "", TextView(text), ORIGIN)
