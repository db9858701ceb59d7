"""Lists of articles: home, topics, sources, people, months, each with numbered pages that are stable under growth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlsplit

from ..core.digest import Hashed, digest
from ..core.errors import Location
from ..views.common import (
    AlternateView,
    FeedLinkView,
    LinkView,
)
from ..views.pages import (
    ListView,
    LogoView,
)
from .about import contribution_counts
from .context import PublishedArticle, SiteContext
from .feed_formats import feed_links
from .icons import manifest_url, publisher_logo
from .paginate import stable_pages
from .published import ARCHIVE, PEOPLE, SOURCES, TOPICS, PublishedSite
from .record import roles
from .types import File, LazyView, Page

MONTH_PAGE = 100  # a line each, without summaries: still a small page


@dataclass(frozen=True, slots=True)
class Subject:
    """What a list is about. description: for search engines, when lead is empty."""

    kind: str
    path: str
    title: str
    lead: str
    description: str
    origin: Location
    facts: tuple[LinkView, ...] = ()
    parent: LinkView | None = None
    website: str = ""
    feeds: tuple[FeedLinkView, ...] = ()
    logo: LogoView | None = None
    manifest: str = ""


def plan(layout: PublishedSite) -> Iterator[Page | File]:
    """The home page, then topics, sources, people and months."""
    settings = layout.settings
    logo = publisher_logo(layout)
    home = Subject(
        "home", layout.at("/"), settings.title, settings.tagline, "", Location("config.yaml"),
        logo=logo, manifest=manifest_url(layout),
    )  # fmt: skip
    yield from _list(layout, home, layout.stories, settings.page_size)
    for slug, stories in layout.by_topic.items():
        yield from _list(layout, _topic(slug, stories, layout), stories, settings.page_size)
    for slug, stories in layout.by_source.items():
        yield from _list(layout, _source(slug, stories, layout), stories, settings.page_size)
    for slug, stories in layout.by_person.items():
        yield from _list(layout, _person(slug, stories, layout), stories, settings.page_size)
    for (year, month), group in groupby(layout.stories, key=lambda story: story.month):
        stories = tuple(group)
        yield from _list(layout, _month(year, month, stories, layout), stories, MONTH_PAGE)


def _topic(slug: str, stories: Sequence[PublishedArticle], layout: PublishedSite) -> Subject:
    topic = layout.site.topics[slug]
    return Subject(
        kind="topic",
        path=layout.topic_path(slug),
        title=topic.title,
        lead=topic.description,
        description=layout.words.text("topic_lead").replace("{topic}", topic.title),
        origin=stories[-1].article.where("topics"),
        facts=(_count(stories, layout),),
        parent=_parent("topics", TOPICS, layout),
        feeds=feed_links(layout.settings, layout.addresses, "topics", layout.topic_path(slug), topic.title),
    )


def _source(slug: str, stories: Sequence[PublishedArticle], layout: PublishedSite) -> Subject:
    source, words = layout.site.sources[slug], layout.words
    facts = [_count(stories, layout)]
    if source.url:
        facts.append(LinkView(_host(source.url), source.url))
    if source.paywall:
        facts.append(LinkView(words.text("paywall"), ""))
    facts += [LinkView(use, "") for use in roles([story.article for story in stories], layout)]
    if source.licence:
        facts.append(LinkView(words.text("licence").replace("{licence}", source.licence).rstrip("."), ""))
    return Subject(
        kind="source",
        path=layout.source_path(slug),
        title=source.name,
        lead=source.description,
        description=words.text("source_lead").replace("{name}", source.name),
        origin=stories[-1].article.where("source"),
        facts=tuple(facts),
        parent=_parent("sources", SOURCES, layout),
        website=source.url,
        feeds=feed_links(layout.settings, layout.addresses, "sources", layout.source_path(slug), source.name),
    )


def _person(slug: str, stories: Sequence[PublishedArticle], layout: PublishedSite) -> Subject:
    person = layout.site.people[slug]
    facts = [LinkView(person.role, "")] if person.role else []
    facts += [_count(stories, layout), *[LinkView(done, "") for done in contribution_counts(slug, stories, layout)]]
    if person.url:
        facts.append(LinkView(_host(person.url), person.url))
    return Subject(
        kind="group" if person.group else "person",
        path=layout.person_path(slug),
        title=person.name,
        lead=person.bio,
        description=layout.words.text("person_lead").replace("{name}", person.name),
        origin=stories[-1].article.where("editor"),
        facts=tuple(facts),
        parent=_parent("people", PEOPLE, layout),
        website=person.url,
    )


def _month(year: int, month: int, stories: Sequence[PublishedArticle], layout: PublishedSite) -> Subject:
    title = f"{layout.calendar.month_name(month)} {year}"
    return Subject(
        kind="month",
        path=layout.at(f"{ARCHIVE}{year:04}/{month:02}/"),
        title=title,
        lead="",
        description=layout.words.text("month_lead").replace("{month}", title),
        origin=stories[-1].article.where("date"),
        facts=(_count(stories, layout),),
        parent=_parent("archive", ARCHIVE, layout),
    )


def _count(stories: Sequence[PublishedArticle], layout: PublishedSite) -> LinkView:
    return LinkView(layout.counts.text("articles", len(stories)), "")


def _parent(word: str, path: str, layout: PublishedSite) -> LinkView:
    return LinkView(layout.words.text(word), layout.addresses.relative(layout.at(path)))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _list(
    layout: PublishedSite, subject: Subject, stories: Sequence[PublishedArticle], per_page: int
) -> Iterator[Page]:
    front, numbered = stable_pages(stories, per_page)
    own = Hashed(layout.house, layout.house.digest)
    rest = replace(subject, facts=())  # how many articles there are is no affair of a full page
    subjects = [Hashed(about, digest(about)) for about in (subject, rest)]

    def page(number: int, shown: Sequence[PublishedArticle]) -> Page:
        path = address(subject.path, number)
        newer, older = _neighbours(number, len(numbered))
        known = tuple([story.known for story in shown])
        call = LazyView(
            list_view, (own, subjects[number > 0], number, newer, older, known, layout.alternates.get(path, ()))
        )
        modified = max((story.modified for story in shown), default="")
        return Page(path, "page", "list.html", call, subject.origin, modified, is_listed=True)

    yield page(0, front)
    for number, shown in enumerate(numbered, start=1):
        yield page(number, shown)


def address(path: str, number: int) -> str:
    """The site path of a page of a list; 0 is the list's own."""
    return f"{path}page/{number}/" if number else path


def _neighbours(number: int, last: int) -> tuple[int | None, int | None]:
    """The numbers of the newer and the older page, where there are such."""
    if not number:
        return None, last or None
    return (number + 1 if number < last else 0), number - 1 or None


def list_view(
    house: Hashed,
    about: Hashed,
    number: int,
    newer: int | None,
    older: int | None,
    stories: tuple[Hashed, ...],
    alternates: tuple[AlternateView, ...],
) -> ListView:
    """What a page of a list shows. about: its Subject; newer, older: the numbers of its neighbours."""
    layout: SiteContext = house.value
    subject: Subject = about.value
    words, path = layout.words, subject.path

    def neighbour(number: int | None) -> LinkView | None:
        if number is None:
            return None
        title = words.text("page").replace("{n}", str(number)) if number else subject.title
        return LinkView(title, layout.addresses.relative(address(path, number)))

    on_page = words.text("page").replace("{n}", str(number)) if number else ""
    description = subject.lead or subject.description
    return ListView(
        head=layout.head_of(
            f"{subject.title} · {on_page}" if number else subject.title,
            f"{on_page}. {description}".rstrip() if number else description,
            address(path, number),
            feeds=subject.feeds,
            alternates=alternates,
        ),
        kind=subject.kind,
        title=subject.title,
        lead=subject.lead,
        number=number,
        facts=(LinkView(on_page, ""),) if number else subject.facts,
        parent=subject.parent,
        items=tuple([story.value.item for story in stories]),
        newer=neighbour(newer),
        older=neighbour(older),
        website=subject.website,
        logo=None if number else subject.logo,
        manifest="" if number else subject.manifest,
    )
