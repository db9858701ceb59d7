"""What the newsletter tells of itself: all its corrections, and how it works in numbers that are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.model import Article
from ..content.provenance import has_ai, standing_review
from ..i18n.calendar import moment_of
from ..views.common import LinkView
from ..views.pages import CorrectedView, EntryView
from .published import PublishedArticle, PublishedSite
from .record import notices, roles

DID = ("written", "edited", "checked")


def corrected(published: PublishedSite) -> tuple[CorrectedView, ...]:
    """Everything that was put right, newest first, each with the way to its note in the article."""
    found = [
        CorrectedView(article.item.title, f"{article.item.url}#{notice.anchor}", article.item.language, notice)
        for article in published.articles
        if article.model.corrections
        for notice in notices(article.model, published.context)
    ]
    return tuple(sorted(found, key=lambda entry: (moment_of(entry.notice.date), entry.url), reverse=True))


def facts(published: PublishedSite) -> tuple[LinkView, ...]:
    """The newsletter in numbers: articles, those with AI, those checked, sources, corrections; and its policy."""
    context = published.context
    messages, counts, site = context.messages, context.counts, published.site_view
    articles = [article.model for article in published.articles]
    with_ai = [model for model in articles if has_ai(model)]
    checked = sum(standing_review(model) is not None for model in articles)
    share = round(100 * len(with_ai) / len(articles)) if articles else 0
    said = messages.text("statistics_ai").replace("{n}", str(len(with_ai))).replace("{all}", str(len(articles)))
    told = roles([model for model in articles if model.ai is None or has_ai(model)], context)
    named = ": " + ", ".join(told) if told else ""
    lines = [
        LinkView(counts.text("articles", len(articles)), site.archive_url),
        LinkView(said.replace("{share}", str(share)) + named, ""),
        LinkView(
            messages.text("statistics_checked").replace("{n}", str(checked)).replace("{all}", str(len(articles))), ""
        ),
        LinkView(counts.text("statistics_sources", len(published.by_source)), site.sources_url),
        *[LinkView(text, site.corrections_url) for text in _kinds(articles, published)],
    ]
    policy = context.settings.provenance
    return (*lines, LinkView(messages.text(f"policy_{policy}"), "")) if policy != "off" else tuple(lines)


def people(published: PublishedSite) -> tuple[EntryView, ...]:
    """Who is responsible: the publisher, then everybody who wrote, edited or checked, by name."""
    context = published.context
    publisher = context.settings.publisher
    named = [
        EntryView(
            person.name,
            context.addresses.relative(context.person_path(slug)),
            person.role,
            ", ".join(contribution_counts(slug, articles, published)),
        )
        for slug, articles in published.by_person.items()
        for person in (context.site.people[slug],)
    ]
    house = EntryView(publisher.name, publisher.url, context.messages.text("responsible_publisher"), "")
    return (house, *sorted(named, key=lambda entry: (entry.title.casefold(), entry.url)))


def contribution_counts(slug: str, articles: Sequence[PublishedArticle], published: PublishedSite) -> list[str]:
    """What somebody did in these articles: "3 written", "2 edited"."""
    done = [kind for article in articles for kind in _did(slug, article.model)]
    return [published.context.counts.text(f"articles_{kind}", done.count(kind)) for kind in DID if kind in done]


def _did(slug: str, article: Article) -> Iterator[str]:
    review = standing_review(article)
    if slug in article.authors:
        yield "written"
    if slug == article.editor:
        yield "edited"
    if review and review.by == slug:
        yield "checked"


def _kinds(articles: list[Article], published: PublishedSite) -> list[str]:
    kinds: list[str] = [correction.kind for article in articles for correction in article.corrections]
    shown = ["correction", *[kind for kind in ("clarification", "update") if kind in kinds]]
    return [published.context.counts.text(f"statistics_{kind}", kinds.count(kind)) for kind in shown]
