"""Translations: the article that each one says in another language, found by its file or its id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from posixpath import dirname, normpath
from unicodedata import normalize

from ..core.errors import Problem, did_you_mean
from .model import Article

FIELD = "translation_of"


def with_originals(articles: Sequence[Article], problems: list[Problem]) -> list[Article]:
    """The articles, translation_of now an id; one that cannot be a translation of that is a problem."""
    if not any(article.translation_of for article in articles):
        return list(articles)
    by_name = {name: article for article in articles for name in (normalize("NFC", article.path), article.id)}
    taken: dict[tuple[str, str], str] = {}
    found = []
    for article in articles:
        if article.translation_of:
            original = _original(article, by_name)
            fault = _fault(article, original, by_name, taken)
            if fault is not None:
                problems.append(fault)
                article = replace(article, invalid=(*article.invalid, FIELD))
            article = replace(article, translation_of=original.id if original and not fault else "")
        found.append(article)
    return found


def _original(article: Article, by_name: dict[str, Article]) -> Article | None:
    path = normalize("NFC", normpath(f"{dirname(article.path)}/{article.translation_of}"))
    return by_name.get(article.translation_of) or by_name.get(path)


def _fault(
    article: Article, original: Article | None, by_name: dict[str, Article], taken: dict[tuple[str, str], str]
) -> Problem | None:
    where = article.where(FIELD)
    if original is None:
        hint = "write the path of the original's file, as in a link, or its ID"
        others = [name for name, other in by_name.items() if other is not article]
        guess = did_you_mean(f"{dirname(article.path)}/{article.translation_of}", others)
        return Problem(where, f'unknown article "{article.translation_of}"', guess or hint)
    if original.translation_of:
        message = f"{original.path} is itself a translation"
        return Problem(where, message, f'refer to the original: "{original.translation_of}"')
    if original.lang == article.lang and original.is_sound("lang") and article.is_sound("lang"):
        message = f'{original.path} is in the same language, "{article.lang}"'
        return Problem(where, message, 'set the language of the translation: "lang: ru"')
    other = taken.setdefault((original.id, article.lang), article.path)
    if other != article.path:
        message = f"{other} is already the translation of {original.path} into this language"
        return Problem(where, message, "keep only one, or correct the language of one")
    return None
