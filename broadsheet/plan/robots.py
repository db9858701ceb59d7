"""What robots and servers are told: robots.txt, the news sitemap, llms.txt and _headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ..core.errors import Location
from ..core.urls import copy_path
from ..views.assets import HeadersView, NewsEntryView, NewsSitemapView, TextView
from .published import TOPICS, PublishedArticle, PublishedSite
from .redirects import SITEMAP
from .types import Page

ORIGIN = Location("config.yaml")
NEWS = "/sitemap-news.xml"
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
NEWS_AGE = timedelta(days=2)
NEWS_LIMIT = 1_000
LLMS_ARTICLES = 50


def plan(sites: Sequence[PublishedSite]) -> Iterator[Page]:
    """The files for machines, once for all languages."""
    published = sites[0]
    context = published.context
    staging = is_staging(sites)
    maps = "".join(f"Sitemap: {context.addresses.absolute(path)}\n" for path in (SITEMAP, NEWS))
    rule = "Disallow" if staging else "Allow"
    yield _text("/robots.txt", f"User-agent: *\n{rule}: /\n\n{maps}")
    yield Page(NEWS, "page", "sitemap-news.xml", NewsSitemapView(_news(sites)), ORIGIN)
    yield _text("/llms.txt", _llms(sites))
    yield Page("/_headers", "page", "headers.txt", HeadersView(context.settings.full_text, staging), ORIGIN)


def is_staging(sites: Sequence[PublishedSite]) -> bool:
    """Whether there are drafts or scheduled articles in any language, which search engines must not find."""
    return any(_has_unpublished(published) for published in sites)


def _has_unpublished(published: PublishedSite) -> bool:
    articles = [article.model for article in published.articles]
    return any(model.is_draft or model.date > published.as_of for model in articles) or any(
        page.is_draft for page, _ in published.pages
    )


def _news(sites: Sequence[PublishedSite]) -> tuple[NewsEntryView, ...]:
    first = sites[0].as_of - NEWS_AGE
    recent = [
        (article.model.date, _news_entry(article, published))
        for published in sites
        for article in published.articles[:NEWS_LIMIT]
        if first <= article.model.date <= published.as_of and not article.model.is_draft
    ]
    recent.sort(key=lambda pair: (pair[0], pair[1].url), reverse=True)
    return tuple(entry for _, entry in recent[:NEWS_LIMIT])


def _news_entry(article: PublishedArticle, published: PublishedSite) -> NewsEntryView:
    context = published.context
    item = article.item
    language = _iso_639(article.model.lang)
    url = context.addresses.absolute(article.path)
    return NewsEntryView(context.settings.title, url, item.title, language, item.date.iso)


def _iso_639(language: str) -> str:
    # Two letters, or zh-cn and zh-tw for Chinese.
    return language.lower() if language.lower() in ("zh-cn", "zh-tw") else language.split("-")[0].lower()


def _llms(sites: Sequence[PublishedSite]) -> str:
    """https://llmstxt.org: title, one quoted sentence, then lists of links."""
    parts = []
    for published in sites:
        settings, absolute = published.context.settings, published.context.addresses.absolute
        shown = copy_path if settings.markdown_copies else str
        first = settings.feeds.families["newsletter"][0]
        pages = [
            f"- [{_plain(page.title)}]({absolute(published.references.homes[page.path])}): {_plain(page.summary)}"
            for page, _ in published.pages
            if not page.is_draft
        ]
        pages.append(f"- [{published.context.messages.text('topics')}]({absolute(published.context.at(TOPICS))})")
        pages.append(
            f"- [{published.context.messages.text('feed')}]({absolute(first.path(published.context.at('/')))})"
        )
        newest = [
            f"- [{_plain(article.item.title)}]({absolute(shown(article.path))}): {_plain(article.summary)}"
            for article in published.articles[:LLMS_ARTICLES]
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
