"""Overviews: all topics, all sources, all people, the archive by year and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ..core.errors import Location
from ..views.pages import (
    EntryView,
    OverviewView,
    SectionView,
)
from .published import ARCHIVE, PEOPLE, SOURCES, TOPICS, PublishedArticle, PublishedSite
from .types import File, Page

ORIGIN = Location("config.yaml")


def plan(layout: PublishedSite) -> Iterator[Page | File]:
    """The overviews, that of people if there are any; each year of the archive has one of its own."""
    site, words = layout.site, layout.words
    topics = [
        _entry(site.topics[slug].title, layout.topic_path(slug), site.topics[slug].description, stories, layout)
        for slug, stories in layout.by_topic.items()
    ]
    sources = [
        _entry(site.sources[slug].name, layout.source_path(slug), site.sources[slug].description, stories, layout)
        for slug, stories in layout.by_source.items()
    ]
    people = [
        _entry(site.people[slug].name, layout.person_path(slug), site.people[slug].bio, stories, layout)
        for slug, stories in layout.by_person.items()
    ]
    yield _overview(layout, TOPICS, words.text("topics"), words.text("topics_lead"), _one_section(topics))
    yield _overview(layout, SOURCES, words.text("sources"), words.text("sources_lead"), _one_section(sources))
    if site.people:
        yield _overview(layout, PEOPLE, words.text("people"), words.text("people_lead"), _one_section(people))
    years = _years(layout)
    yield _overview(layout, ARCHIVE, words.text("archive"), words.text("archive_lead"), tuple(years.values()))
    for year, section in years.items():
        title = words.text("archive_of").replace("{year}", str(year))
        lead = words.text("month_lead").replace("{month}", str(year))
        yield _overview(layout, f"{ARCHIVE}{year:04}/", title, lead, (replace(section, title="", url=""),))


def _overview(layout: PublishedSite, path: str, title: str, lead: str, sections: tuple[SectionView, ...]) -> Page:
    path = layout.at(path)
    view = OverviewView(layout.head(title, lead, path), title, lead, sections)
    return Page(path, "page", "overview.html", view, ORIGIN, is_listed=True)


def _entry(title: str, path: str, lead: str, stories: Sequence[PublishedArticle], layout: PublishedSite) -> EntryView:
    return EntryView(title, layout.addresses.relative(path), lead, layout.counts.text("articles", len(stories)))


def _one_section(entries: list[EntryView]) -> tuple[SectionView, ...]:
    ordered = tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.url)))
    return (SectionView("", "", ordered),) if ordered else ()


def _years(layout: PublishedSite) -> Mapping[int, SectionView]:
    """Newest year first, and in it the newest month first."""
    months: dict[int, list[EntryView]] = {}

    def month_of(story: PublishedArticle) -> tuple[int, int]:
        return story.month

    for (year, month), group in groupby(layout.stories, key=month_of):
        path = layout.at(f"{ARCHIVE}{year:04}/{month:02}/")
        title = f"{layout.calendar.month_name(month)} {year}"  # "October" alone would lead to several pages
        months.setdefault(year, []).append(_entry(title, path, "", tuple(group), layout))
    return {
        year: SectionView(str(year), layout.addresses.relative(layout.at(f"{ARCHIVE}{year:04}/")), tuple(entries))
        for year, entries in months.items()
    }
