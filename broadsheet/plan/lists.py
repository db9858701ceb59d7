"""Lists of articles: home, topics, sources, people, months, each with numbered pages that are stable under growth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlsplit

from ..core.digest import Hashed, digest
from ..core.errors import Location
from ..views.common import AlternateView, FeedLinkView, LinkView
from ..views.pages import ListView, LogoView
from .about import contribution_counts
from .context import PublishedArticle, SiteContext, feed_links
from .icons import manifest_url, publisher_logo
from .published import ARCHIVE, PEOPLE, SOURCES, TOPICS, PublishedSite
from .record import roles
from .types import File, LazyView, Page, cost_of_list

T = TypeVar("T")


def stable_pages(newest_first: Sequence[T], per_page: int) -> tuple[tuple[T, ...], tuple[tuple[T, ...], ...]]:
    """The front page, and the numbered pages from number 1, the oldest, upwards; all newest first.

    Numbered pages are full and never change again. The front page holds the rest: per_page to 2 × per_page - 1 items,
    or fewer when that is all there is. Every item stands on exactly one page.
    Raises ValueError if per_page < 1.
    """
    if per_page < 1:
        raise ValueError(f"a page holds at least one item, not {per_page}")
    numbered = max(len(newest_first) // per_page - 1, 0)
    end = len(newest_first) - numbered * per_page
    starts = range(len(newest_first) - per_page, end - 1, -per_page) if numbered else ()
    return tuple(newest_first[:end]), tuple(tuple(newest_first[at : at + per_page]) for at in starts)


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


def plan(published: PublishedSite) -> Iterator[Page | File]:
    """The home page, then topics, sources, people and months."""
    context = published.context
    settings = context.settings
    logo = publisher_logo(published)
    home = Subject(
        "home", context.at("/"), settings.title, settings.tagline, "", Location("config.yaml"),
        logo=logo, manifest=manifest_url(published),
    )  # fmt: skip
    yield from _list(published, home, published.articles, settings.page_size)
    for slug, articles in published.by_topic.items():
        yield from _list(published, _topic(slug, articles, published), articles, settings.page_size)
    for slug, articles in published.by_source.items():
        yield from _list(published, _source(slug, articles, published), articles, settings.page_size)
    for slug, articles in published.by_person.items():
        yield from _list(published, _person(slug, articles, published), articles, settings.page_size)
    for (year, month), group in groupby(published.articles, key=lambda article: article.month):
        articles = tuple(group)
        yield from _list(published, _month(year, month, articles, published), articles, MONTH_PAGE)


def _topic(slug: str, articles: Sequence[PublishedArticle], published: PublishedSite) -> Subject:
    context = published.context
    topic = context.site.topics[slug]
    return Subject(
        kind="topic",
        path=context.topic_path(slug),
        title=topic.title,
        lead=topic.description,
        description=context.messages.text("topic_lead").replace("{topic}", topic.title),
        origin=articles[-1].model.where("topics"),
        facts=(_count(articles, published),),
        parent=_parent("topics", TOPICS, published),
        feeds=feed_links(context.settings, context.addresses, "topics", context.topic_path(slug), topic.title),
    )


def _source(slug: str, articles: Sequence[PublishedArticle], published: PublishedSite) -> Subject:
    context = published.context
    source, messages = context.site.sources[slug], context.messages
    facts = [_count(articles, published)]
    if source.url:
        facts.append(LinkView(_host(source.url), source.url))
    if source.paywall:
        facts.append(LinkView(messages.text("paywall"), ""))
    facts += [LinkView(use, "") for use in roles([article.model for article in articles], context)]
    if source.licence:
        facts.append(LinkView(messages.text("licence").replace("{licence}", source.licence).rstrip("."), ""))
    return Subject(
        kind="source",
        path=context.source_path(slug),
        title=source.name,
        lead=source.description,
        description=messages.text("source_lead").replace("{name}", source.name),
        origin=articles[-1].model.where("source"),
        facts=tuple(facts),
        parent=_parent("sources", SOURCES, published),
        website=source.url,
        feeds=feed_links(context.settings, context.addresses, "sources", context.source_path(slug), source.name),
    )


def _person(slug: str, articles: Sequence[PublishedArticle], published: PublishedSite) -> Subject:
    context = published.context
    person = context.site.people[slug]
    facts = [LinkView(person.role, "")] if person.role else []
    facts += [
        _count(articles, published),
        *[LinkView(done, "") for done in contribution_counts(slug, articles, published)],
    ]
    if person.url:
        facts.append(LinkView(_host(person.url), person.url))
    return Subject(
        kind="group" if person.group else "person",
        path=context.person_path(slug),
        title=person.name,
        lead=person.bio,
        description=context.messages.text("person_lead").replace("{name}", person.name),
        origin=articles[-1].model.where("editor"),
        facts=tuple(facts),
        parent=_parent("people", PEOPLE, published),
        website=person.url,
    )


def _month(year: int, month: int, articles: Sequence[PublishedArticle], published: PublishedSite) -> Subject:
    context = published.context
    title = f"{context.calendar.month_name(month)} {year}"
    return Subject(
        kind="month",
        path=context.at(f"{ARCHIVE}{year:04}/{month:02}/"),
        title=title,
        lead="",
        description=context.messages.text("month_lead").replace("{month}", title),
        origin=articles[-1].model.where("date"),
        facts=(_count(articles, published),),
        parent=_parent("archive", ARCHIVE, published),
    )


def _count(articles: Sequence[PublishedArticle], published: PublishedSite) -> LinkView:
    return LinkView(published.context.counts.text("articles", len(articles)), "")


def _parent(word: str, path: str, published: PublishedSite) -> LinkView:
    context = published.context
    return LinkView(context.messages.text(word), context.addresses.relative(context.at(path)))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _list(
    published: PublishedSite, subject: Subject, articles: Sequence[PublishedArticle], per_page: int
) -> Iterator[Page]:
    front, numbered = stable_pages(articles, per_page)
    own = Hashed(published.context, published.context.digest)
    rest = replace(subject, facts=())  # how many articles there are is no affair of a full page
    subjects = [Hashed(each, digest(each)) for each in (subject, rest)]

    def page(number: int, shown: Sequence[PublishedArticle]) -> Page:
        path = address(subject.path, number)
        newer, older = _neighbours(number, len(numbered))
        hashed = tuple([article.hashed for article in shown])
        view = LazyView(
            list_view, (own, subjects[number > 0], number, newer, older, hashed, published.alternates.get(path, ()))
        )
        modified = max((article.modified for article in shown), default="")
        return Page(
            path,
            "page",
            "list.html",
            view,
            subject.origin,
            kind="lists",
            cost=cost_of_list(len(shown)),
            modified=modified,
            is_listed=True,
        )

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
    hashed_context: Hashed,
    hashed_subject: Hashed,
    number: int,
    newer: int | None,
    older: int | None,
    articles: tuple[Hashed, ...],
    alternates: tuple[AlternateView, ...],
) -> ListView:
    """The view of one page of a list. newer, older: the numbers of its neighbours, 0 for the first page."""
    context: SiteContext = hashed_context.value
    subject: Subject = hashed_subject.value
    messages, path = context.messages, subject.path

    def neighbour(number: int | None) -> LinkView | None:
        if number is None:
            return None
        title = messages.text("page_number").replace("{n}", str(number)) if number else subject.title
        return LinkView(title, context.addresses.relative(address(path, number)))

    on_page = messages.text("page_number").replace("{n}", str(number)) if number else ""
    description = subject.lead or subject.description
    return ListView(
        head=context.head_of(
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
        items=tuple([article.value.item for article in articles]),
        newer=neighbour(newer),
        older=neighbour(older),
        website=subject.website,
        logo=None if number else subject.logo,
        manifest="" if number else subject.manifest,
    )
