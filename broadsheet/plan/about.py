"""What the newsletter tells of itself: all its corrections, and how it works in numbers that are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import Article
from ..content.provenance import has_ai, standing_review
from ..i18n.calendar import moment_of
from ..views.common import (
    LinkView,
)
from ..views.pages import (
    CorrectedView,
    EntryView,
)
from .published import PublishedArticle, PublishedSite
from .record import notices, roles

DID = ("write", "edit", "check")


def corrected(layout: PublishedSite) -> tuple[CorrectedView, ...]:
    """Everything that was put right, newest first, each with the way to its note in the article."""
    found = [
        CorrectedView(story.item.title, f"{story.item.url}#{notice.anchor}", story.item.language, notice)
        for story in layout.stories
        if story.article.corrections
        for notice in notices(story.article, layout)
    ]
    return tuple(sorted(found, key=lambda entry: (moment_of(entry.notice.date), entry.url), reverse=True))


def facts(layout: PublishedSite) -> tuple[LinkView, ...]:
    """The newsletter in numbers: articles, those with AI, those checked, sources, corrections; and its policy."""
    words, counts, site = layout.words, layout.counts, layout.site_view
    articles = [story.article for story in layout.stories]
    with_ai = [article for article in articles if has_ai(article)]
    checked = sum(standing_review(article) is not None for article in articles)
    share = round(100 * len(with_ai) / len(articles)) if articles else 0
    said = words.text("facts_ai").replace("{n}", str(len(with_ai))).replace("{all}", str(len(articles)))
    told = roles([article for article in articles if article.ai is None or has_ai(article)], layout)
    named = ": " + ", ".join(told) if told else ""
    lines = [
        LinkView(counts.text("articles", len(articles)), site.archive_url),
        LinkView(said.replace("{share}", str(share)) + named, ""),
        LinkView(words.text("facts_checked").replace("{n}", str(checked)).replace("{all}", str(len(articles))), ""),
        LinkView(counts.text("facts_sources", len(layout.by_source)), site.sources_url),
        *[LinkView(text, site.corrections_url) for text in _kinds(articles, layout)],
    ]
    policy = layout.settings.provenance
    return (*lines, LinkView(words.text(f"policy_{policy}"), "")) if policy != "off" else tuple(lines)


def people(layout: PublishedSite) -> tuple[EntryView, ...]:
    """Who is responsible: the publisher, then everybody who wrote, edited or checked, by name."""
    publisher = layout.settings.publisher
    named = [
        EntryView(
            person.name,
            layout.addresses.relative(layout.person_path(slug)),
            person.role,
            ", ".join(contribution_counts(slug, stories, layout)),
        )
        for slug, stories in layout.by_person.items()
        for person in (layout.site.people[slug],)
    ]
    house = EntryView(publisher.name, publisher.url, layout.words.text("facts_publisher"), "")
    return (house, *sorted(named, key=lambda entry: (entry.title.casefold(), entry.url)))


def contribution_counts(slug: str, stories: Sequence[PublishedArticle], layout: PublishedSite) -> list[str]:
    """What somebody did in these articles: "3 written", "2 edited"."""
    done = [kind for story in stories for kind in _did(slug, story.article)]
    return [layout.counts.text(f"did_{kind}", done.count(kind)) for kind in DID if kind in done]


def _did(slug: str, article: Article) -> Iterator[str]:
    review = standing_review(article)
    if slug in article.authors:
        yield "write"
    if slug == article.editor:
        yield "edit"
    if review and review.by == slug:
        yield "check"


def _kinds(articles: list[Article], layout: PublishedSite) -> list[str]:
    kinds: list[str] = [correction.kind for article in articles for correction in article.corrections]
    shown = ["correction", *[kind for kind in ("clarification", "update") if kind in kinds]]
    return [layout.counts.text(f"facts_{kind}", kinds.count(kind)) for kind in shown]
