"""Overviews: all topics, all sources, the archive by year and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from ..errors import Where
from ..views import EntryView, OverviewView, SectionView
from .layout import ARCHIVE, SOURCES, TOPICS, Layout, Story
from .lists import year_and_month
from .types import File, Page

ORIGIN = Where("config.yaml")


def plan(layout: Layout) -> Iterator[Page | File]:
    """The overviews; each year of the archive has one of its own."""
    topics = [
        EntryView(topic.title, layout.addresses.relative(layout.topic_path(slug)), topic.description, len(stories))
        for slug, stories in layout.by_topic.items()
        for topic in (layout.site.topics[slug],)
    ]
    sources = [
        EntryView(source.name, layout.addresses.relative(layout.source_path(slug)), source.description, len(stories))
        for slug, stories in layout.by_source.items()
        for source in (layout.site.sources[slug],)
    ]
    yield _overview(layout, TOPICS, "Topics", _one_section(topics))
    yield _overview(layout, SOURCES, "Sources", _one_section(sources))
    years = _years(layout)
    yield _overview(layout, ARCHIVE, "Archive", tuple(years.values()))
    for year, section in years.items():
        yield _overview(layout, f"{ARCHIVE}{year:04}/", f"Archive {year}", (section,))


def _overview(layout: Layout, path: str, title: str, sections: tuple[SectionView, ...]) -> Page:
    lead = {
        TOPICS: "What we write about.",
        SOURCES: "Where our stories come from.",
        ARCHIVE: "Everything we have published.",
    }
    view = OverviewView(layout.head(title, lead.get(path, ""), path), title, lead.get(path, ""), sections)
    return Page(path, "page", "overview.html", view, ORIGIN, is_listed=True)


def _one_section(entries: list[EntryView]) -> tuple[SectionView, ...]:
    ordered = tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.url)))
    return (SectionView("", "", ordered),) if ordered else ()


def _years(layout: Layout) -> Mapping[int, SectionView]:
    """Newest year first, and in it the newest month first."""
    counts: dict[int, list[EntryView]] = {}

    def month_of(story: Story) -> tuple[int, int]:
        return year_and_month(story, layout)

    for (year, month), group in groupby(layout.stories, key=month_of):
        title = layout.calendar.month_name(month)
        url = layout.addresses.relative(f"{ARCHIVE}{year:04}/{month:02}/")
        counts.setdefault(year, []).append(EntryView(title, url, "", sum(1 for _ in group)))
    return {
        year: SectionView(str(year), layout.addresses.relative(f"{ARCHIVE}{year:04}/"), tuple(months))
        for year, months in counts.items()
    }
