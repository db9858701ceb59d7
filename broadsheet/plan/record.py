"""The record of an article as its page and its feed entries show it: who made it and how, and what was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ..content.model import Article, Correction
from ..content.provenance import has_ai, standing_review
from ..i18n.messages import BYLINE_PLACEHOLDER
from ..views.common import CorrectionView, DateView, PersonView
from ..views.feeds import AiView, ReviewView
from .context import SiteContext


def byline(article: Article, context: SiteContext) -> str:
    """The newsletter's own sentence on where a piece comes from and who answers for it, without its full stop."""
    bylines = context.settings.bylines
    names = [context.site.sources[citation.publication].name for citation in article.citations]
    if not has_ai(article):
        kinds = ["human" if names else "own"]
    elif names and article.ai:
        kinds = [article.ai.role, "ai"]
    else:
        kinds = ["own_ai"]
    own = next((sentence for kind in kinds if (sentence := getattr(bylines, kind))), "")
    pattern = own or context.messages.text(f"byline_{kinds[-1]}")
    writers = [citation.author for citation in article.citations if citation.author]
    if article.authors or not names:
        writers = [_name(slug, context) for slug in article.authors or (article.editor,)]
    answering = _name(article.editor, context)
    values = {"{source}": ", ".join(names), "{editor}": answering, "{author}": ", ".join(writers)}
    return BYLINE_PLACEHOLDER.sub(lambda token: values[token[0]], pattern)


def editor(article: Article, context: SiteContext, *, is_absolute: bool = False) -> PersonView:
    """Who answers for an article: a person, with our page about that person, else the house."""
    return person(article.editor, context, is_absolute=is_absolute)


def authors(article: Article, context: SiteContext, *, is_absolute: bool = False) -> tuple[PersonView, ...]:
    """Who wrote an article; where nobody is named, whoever answers for it."""
    slugs = article.authors or (article.editor,)
    return tuple([person(slug, context, is_absolute=is_absolute) for slug in slugs])


def reviewer(article: Article, context: SiteContext) -> PersonView | None:
    """Who has checked the text as it stands."""
    review = standing_review(article)
    return person(review.by, context) if review else None


def person(slug: str, context: SiteContext, *, is_absolute: bool = False) -> PersonView:
    """A person or a group, with our page about them; the house for an empty slug."""
    if not slug:
        publisher = context.settings.publisher
        return PersonView(publisher.name, publisher.url, is_person=False)
    found = context.site.people[slug]
    address = context.addresses.absolute if is_absolute else context.addresses.relative
    return PersonView(found.name, address(context.person_path(slug)), is_person=not found.group)


def _name(slug: str, context: SiteContext) -> str:
    return context.site.people[slug].name if slug else context.settings.publisher.name


def ai_view(article: Article) -> AiView | None:
    """What machines did to the text, for programs."""
    ai = article.ai
    return AiView(ai.role, ai.tool, ai.model, ai.tasks, ai.date.isoformat() if ai.date else "") if ai else None


def ai_note(article: Article, context: SiteContext) -> str:
    """A sentence on what machines did, beyond what the byline says; empty when nothing more is known."""
    ai = article.ai
    if ai is None or not has_ai(article):
        return ""
    tool = f"{ai.tool} ({ai.model})" if ai.tool and ai.model else ai.tool or ai.model
    known = [tool, ", ".join(map(context.messages.term, ai.tasks)), day_view(ai.date, context).text if ai.date else ""]
    details = "; ".join(filter(None, known))
    return context.messages.text("ai_note").replace("{details}", details) if details else ""


def review_view(article: Article, context: SiteContext) -> ReviewView | None:
    """The review of the text as it stands, for programs."""
    review = standing_review(article)
    if review is None:
        return None
    return ReviewView(_name(review.by, context), review.role, day_view(review.date, context), review.checked)


def review_note(article: Article, context: SiteContext) -> str:
    """A sentence on who has checked the text as it stands, when and what of it; empty when nobody has."""
    review = review_view(article, context)
    if review is None:
        return ""
    name = f"{review.by} ({review.role})" if review.role else review.by
    said = context.messages.text("checked_by").replace("{name}", name).replace("{date}", review.date.text)
    return f"{said}: {', '.join(map(context.messages.term, review.checked))}." if review.checked else f"{said}."


def notices(article: Article, context: SiteContext) -> tuple[CorrectionView, ...]:
    """What was put right, the newest first; each has an anchor that stays its own when there are more."""
    ordered = sorted(article.corrections, key=lambda correction: correction.date)
    return tuple([_notice(correction, number, article, context) for number, correction in enumerate(ordered, 1)][::-1])


def _notice(correction: Correction, number: int, article: Article, context: SiteContext) -> CorrectionView:
    return CorrectionView(
        kind=context.messages.text(correction.kind),
        # Of one that names but the day of publishing: not before it.
        date=context.calendar.view(max(correction.date, article.date)),
        said=correction.said,
        says=correction.says,
        by=_name(correction.by, context) if correction.by else "",
        # No heading of a body can have this id: their ids hold no underscore at the start.
        anchor=f"_note-{number}",
        # A reader who was told something wrong must meet it first; what was added or put more clearly can wait.
        is_first=correction.kind == "correction",
    )


def day_view(day: date, context: SiteContext) -> DateView:
    """A day as pages show it."""
    text = context.calendar.view(datetime(day.year, day.month, day.day, 12, tzinfo=context.settings.zone)).text
    return DateView(day.isoformat(), text)


def roles(articles: Sequence[Article], context: SiteContext) -> list[str]:
    """How often machines did what in these articles: "3 summarised", in a fixed order, without those that are none."""
    kinds = [article.ai.role if article.ai else "unknown" for article in articles]
    every = ("none", "assisted", "translated", "summarised", "generated", "unknown")
    return [context.counts.text(f"role_{role}", kinds.count(role)) for role in every if role in kinds]
