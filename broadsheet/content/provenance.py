"""What an article's record comes to: whether AI took part, whether its review still holds, when it last changed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..core.digest import digest
from .model import Article, Prose, Review

# unbound: it does not say which text was checked. changed: the text is another one. older: it was updated since.
ReviewFault = Literal["", "unbound", "changed", "older"]


def text_digest(title: str, headline: str, summary: str, prose: Prose) -> str:
    """16 hex characters for what readers read: the rest of an article may change freely."""
    return digest("text", title, headline, summary, prose.digest)[:16]


def review_fault(article: Article) -> ReviewFault:
    """Why an article's review does not vouch for the text as it stands; "" when it does, or when there is none."""
    review = article.review
    if review is None:
        return ""
    if review.text and review.text != article.text_digest:
        return "changed"
    changed = changed_at(article)
    if changed is not None and review.date < changed.date():
        return "older"
    return "" if review.text else "unbound"


def standing_review(article: Article) -> Review | None:
    """The review that readers may be told of: none that is of another text."""
    return article.review if review_fault(article) in ("", "unbound") else None


def changed_at(article: Article) -> datetime | None:
    """When readers were last told of a change, by `updated` or by a correction; never before publishing."""
    moments = [article.updated] if article.updated else []
    moments += [correction.date for correction in article.corrections]
    return max(article.date, *moments) if moments else None


def has_ai(article: Article) -> bool:
    """Whether machines took part in the text."""
    return article.ai is not None and article.ai.role != "none"
