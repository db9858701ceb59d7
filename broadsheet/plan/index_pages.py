"""Overviews: all topics, all sources, all people, the archive by year and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ..core.errors import Location
from ..views.pages import EntryView, OverviewView, SectionView
from .published import ARCHIVE, PEOPLE, SOURCES, TOPICS, PublishedArticle, PublishedSite
from .types import File, Page

ORIGIN = Location("config.yaml")


def plan(published: PublishedSite) -> Iterator[Page | File]:
    """The overviews, that of people if there are any; each year of the archive has one of its own."""
    context = published.context
    site, messages = context.site, context.messages
    topics = [
        _entry(site.topics[slug].title, context.topic_path(slug), site.topics[slug].description, articles, published)
        for slug, articles in published.by_topic.items()
    ]
    sources = [
        _entry(site.sources[slug].name, context.source_path(slug), site.sources[slug].description, articles, published)
        for slug, articles in published.by_source.items()
    ]
    people = [
        _entry(site.people[slug].name, context.person_path(slug), site.people[slug].bio, articles, published)
        for slug, articles in published.by_person.items()
    ]
    yield _overview(published, TOPICS, messages.text("topics"), messages.text("topics_lead"), _one_section(topics))
    yield _overview(published, SOURCES, messages.text("sources"), messages.text("sources_lead"), _one_section(sources))
    if site.people:
        yield _overview(published, PEOPLE, messages.text("people"), messages.text("people_lead"), _one_section(people))
    years = _years(published)
    yield _overview(published, ARCHIVE, messages.text("archive"), messages.text("archive_lead"), tuple(years.values()))
    for year, section in years.items():
        title = messages.text("archive_of").replace("{year}", str(year))
        lead = messages.text("month_lead").replace("{month}", str(year))
        yield _overview(published, f"{ARCHIVE}{year:04}/", title, lead, (replace(section, title="", url=""),))


def _overview(published: PublishedSite, path: str, title: str, lead: str, sections: tuple[SectionView, ...]) -> Page:
    path = published.context.at(path)
    view = OverviewView(published.head(title, lead, path), title, lead, sections)
    return Page(path, "page", "overview.html", view, ORIGIN, kind="lists", is_listed=True)


def _entry(
    title: str, path: str, lead: str, articles: Sequence[PublishedArticle], published: PublishedSite
) -> EntryView:
    context = published.context
    return EntryView(title, context.addresses.relative(path), lead, context.counts.text("articles", len(articles)))


def _one_section(entries: list[EntryView]) -> tuple[SectionView, ...]:
    ordered = tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.url)))
    return (SectionView("", "", ordered),) if ordered else ()


def _years(published: PublishedSite) -> Mapping[int, SectionView]:
    """Newest year first, and in it the newest month first."""
    context = published.context
    months: dict[int, list[EntryView]] = {}

    def month_of(article: PublishedArticle) -> tuple[int, int]:
        return article.month

    for (year, month), group in groupby(published.articles, key=month_of):
        path = context.at(f"{ARCHIVE}{year:04}/{month:02}/")
        title = f"{context.calendar.month_name(month)} {year}"  # "October" alone would lead to several pages
        months.setdefault(year, []).append(_entry(title, path, "", tuple(group), published))
    return {
        year: SectionView(str(year), context.addresses.relative(context.at(f"{ARCHIVE}{year:04}/")), tuple(entries))
        for year, entries in months.items()
    }
