"""From the source tree to the newsletter as types: every reference checked, every problem collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from ..core.errors import Location, Problem, did_you_mean, warning
from ..schema.reader import NamedReference
from ..source.tree import SourceFile, SourceTree
from .advice import shared_sources
from .article import ParsedArticle, load_article, load_page, stand_in_slug
from .extracts import strays
from .model import Article, Person, Publication, Settings, Site, StaticPage, Topic
from .registries import PEOPLE, SOURCES, TOPICS, RegistryEntry, RegistryState, entry_name, identity_of, load_registry
from .translations import with_originals

ARTICLES = "content/articles"
PAGES = "content/pages"
EDITIONS = "content/editions"
_LOOKS_LIKE_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
_DUPLICATE_HINTS = {
    "slug": 'set a different slug in one of them: "slug: some-words"',
    "id": "remove the line from the newer of the two, never from the one that has been published; then run "
    "`broadsheet mint`",
}

Piece = TypeVar("Piece", Article, StaticPage)


def load_site(tree: SourceTree, settings: Settings) -> tuple[Site, list[Problem]]:
    """The site of a tree, and all problems of its content."""
    problems = overlooked(tree)
    articles: list[ParsedArticle] = []
    for file in markdown_files(tree, ARTICLES):
        parsed, found = load_article(file, settings)
        problems += found
        if parsed is not None:
            articles.append(parsed)
    pages: list[StaticPage] = []
    for file in markdown_files(tree, PAGES):
        page, found = load_page(file, settings)
        problems += found
        if page is not None:
            pages.append(page)
    return assemble(tree, settings, articles, pages, problems)


def assemble(
    tree: SourceTree,
    settings: Settings,
    parsed: Sequence[ParsedArticle],
    pages: Sequence[StaticPage],
    problems: Iterable[Problem] = (),
) -> tuple[Site, list[Problem]]:
    """The site made of files already loaded, each in order of path: references, duplicates, missing ids.

    A file with errors is there with what is right in it, so that all else that is wrong is found in the same run.
    """
    problems = list(problems)
    topics = Registry("topic", TOPICS, *load_registry(tree, TOPICS, Topic, problems), Topic)
    sources = Registry("source", SOURCES, *load_registry(tree, SOURCES, Publication, problems), Publication)
    people = Registry("person", PEOPLE, *load_registry(tree, PEOPLE, Person, problems), Person)
    if not settings.publisher.name:  # some names may be the publisher's
        people.state = "broken"
    registries: dict[str, Registry[Any]] = {"topic": topics, "source": sources, "person": people}
    articles = [_resolve(article, registries, settings, problems) for article in parsed]
    articles = _without_duplicates(articles, "id", lambda article: article.id, problems, _seniority)
    articles = _without_duplicates(articles, "slug", partial(_slug_place, settings), problems)
    articles = with_originals(articles, problems)
    problems += _missing_ids(articles)
    articles.sort(key=lambda article: article.id)
    articles.sort(key=lambda article: article.date, reverse=True)
    problems += shared_sources(reversed(articles))
    site = Site(
        settings=settings,
        articles=tuple(articles),
        pages=tuple(sorted(_without_duplicates(pages, "slug", _page_place, problems), key=lambda page: page.slug)),
        topics=topics.in_order(),
        sources=sources.in_order(),
        people=people.in_order(),
    )
    return site, problems


@dataclass(slots=True)
class Registry(Generic[RegistryEntry]):
    """Owns the entries of one kind while a site is put together."""

    word: str
    """What an entry is called: "topic"."""
    path: str
    entries: dict[str, RegistryEntry]
    state: RegistryState
    make: Callable[[str, str], RegistryEntry]
    identity: Callable[[str], str]
    """A form in which two names are equal when they are taken for the same."""
    slugs: dict[str, str]
    """The slug of an entry by each name that articles may write for it, as `identity` has it: its own, or its key."""
    unknown: dict[str, RegistryEntry]
    """Stand-ins for what was not found, which has been reported: the articles that name it can be judged further."""

    def __init__(
        self,
        word: str,
        path: str,
        entries: dict[str, RegistryEntry],
        state: RegistryState,
        make: Callable[[str, str], RegistryEntry],
    ) -> None:
        self.word, self.path, self.entries, self.state, self.make = word, path, entries, state, make
        self.identity = identity_of(word)
        self.slugs = {self.identity(entry_name(entry)): slug for slug, entry in entries.items()}
        self.slugs.update((self.identity(slug), slug) for slug in entries)
        self.unknown = {}

    def slug_of(self, reference: NamedReference) -> str:
        """The slug of the entry that is meant, a new one where any name is allowed; "" when there is none."""
        found = self.slugs.get(self.identity(reference.name or reference.slug))
        if found is not None:
            return found
        is_taken = reference.slug in self.entries  # by an entry of another name, such as "NET" for ".NET"
        if self.state == "complete" or is_taken or (self.state == "absent" and not reference.name):
            self.unknown[reference.slug] = self.make(reference.slug, reference.name or reference.slug)
            return ""
        self.slugs[self.identity(reference.name)] = reference.slug
        self.entries[reference.slug] = self.make(reference.slug, reference.name or reference.slug)
        return reference.slug

    def unknown_problem(self, reference: NamedReference, where: Location) -> Problem:
        """The problem of a reference to an entry that does not exist."""
        name = reference.name or reference.slug
        if self.state != "complete" and reference.slug in self.entries:
            other = entry_name(self.entries[reference.slug])
            message = f'the {self.word}s "{other}" and "{name}" would have the same address, "{reference.slug}"'
            hint = f"use one name for both, or list them in {self.path} under different keys"
            return Problem(where, message, hint)
        if self.state == "absent":
            return Problem(where, f'"ref" needs {self.path}, which does not exist', 'use "name" instead')
        kind = "People" if self.word == "person" else f"{self.word.capitalize()}s"
        guess = did_you_mean(
            name, {*self.entries, *map(entry_name, self.entries.values())} if reference.name else self.entries
        )
        return Problem(where, f'unknown {self.word} "{name}"', f"{guess} {kind} are listed in {self.path}".strip())

    def in_order(self) -> Mapping[str, RegistryEntry]:
        """The entries by slug, in order of slug."""
        every = self.unknown | self.entries
        return {slug: every[slug] for slug in sorted(every)}


def _resolve(
    parsed: ParsedArticle, registries: Mapping[str, Registry[Any]], settings: Settings, problems: list[Problem]
) -> Article:
    """The article with its references looked up; those to nothing become problems."""
    article = parsed.article
    renamed = {}
    unknown: list[str] = []
    topics: dict[str, None] = {}
    for reference in parsed.references:
        registry = registries[reference.kind]
        slug = registry.slug_of(reference)
        if not slug:
            problems.append(registry.unknown_problem(reference, article.where(reference.field)))
            unknown.append(reference.field)
        if reference.kind == "topic":  # of two topics, one may have the slug that the name of the other gives
            topics[slug or reference.slug] = None
        elif slug and slug != reference.slug:
            renamed[reference.kind, reference.slug] = slug
    if tuple(topics) != article.topics:
        article = replace(article, topics=tuple(topics))
    if article.promo and article.promo not in settings.promos:
        guess = did_you_mean(article.promo, settings.promos)
        hint = f"{guess} Promos are listed in config.yaml".strip()
        problems.append(Problem(article.where("promo"), f'unknown promo "{article.promo}"', hint))
        unknown.append("promo")
        article = replace(article, promo="")
    if unknown:
        article = replace(article, invalid=(*article.invalid, *unknown))
    return _renamed(article, renamed) if renamed else article


def _renamed(article: Article, renamed: Mapping[tuple[str, str], str]) -> Article:
    """The article with the slugs of its registries where it wrote names that differ from them."""

    def person(slug: str) -> str:
        return renamed.get(("person", slug), slug)

    return replace(
        article,
        citations=tuple(
            replace(citation, publication=renamed.get(("source", citation.publication), citation.publication))
            for citation in article.citations
        ),
        authors=tuple(dict.fromkeys(map(person, article.authors))),
        editor=person(article.editor),
        review=article.review and replace(article.review, by=person(article.review.by)),
        corrections=tuple(replace(correction, by=person(correction.by)) for correction in article.corrections),
    )


def _without_duplicates(
    items: Sequence[Piece],
    name: str,
    key: Callable[[Piece], object],
    problems: list[Problem],
    seniority: Callable[[Piece], Any] = attrgetter("path"),
) -> list[Piece]:
    """The items, with a slug (or id) of its own for each that has the key of another one, which is a problem.

    seniority: of items with the same key, the smallest keeps it.
    """
    first: dict[object, Piece] = {}
    for item in items:
        other = first.setdefault(key(item), item)
        if other is not item and seniority(item) < seniority(other):
            first[key(item)] = item
    if len(first) == len(items):
        return list(items)
    return [
        item if first[key(item)] is item else _with_stand_in(item, name, first[key(item)], problems) for item in items
    ]


def _with_stand_in(item: Piece, name: str, other: Piece, problems: list[Problem]) -> Piece:
    """The item with a slug (or id) that nothing else has, since another item has the same, which is a problem."""
    message = f'the {name} "{getattr(item, name)}" is already taken by {other.path}'
    place = item.where(name if item.has(name) else "title")
    problems.append(Problem(place, message, _DUPLICATE_HINTS[name]))
    stand_in: dict[str, Any] = {name: stand_in_slug(item.path)}
    return replace(item, invalid=(*item.invalid, name), **stand_in)


def _seniority(article: Article) -> tuple[datetime, int, str]:
    # Of a file and its copy, "story.md" and "story copy.md", the copy has the longer name.
    return article.date, len(article.path), article.path


def _slug_place(settings: Settings, article: Article) -> tuple[str, ...]:
    """What may be there once: a translation's address begins with its language, and the date may be part of it."""
    parts = [name for name in ("year", "month", "day") if f"{{{name}}}" in settings.permalinks.article]
    if parts and not article.is_sound("date"):
        return (article.path,)
    date = article.date.astimezone(settings.zone)
    return (article.lang, article.slug, *[str(getattr(date, name)) for name in parts])


def _page_place(page: StaticPage) -> tuple[str, str]:
    return page.lang, page.slug


def _missing_ids(articles: Sequence[Article]) -> list[Problem]:
    # `mint` writes into no file with errors.
    missing = [article for article in articles if not article.has_own_id and not article.invalid]
    if not missing:
        return []
    have = "1 article has" if len(missing) == 1 else f"{len(missing)} articles have"
    message = f"{have} no ID: if the file is renamed, feed readers will show the article twice"
    return [warning(missing[0].where(), message, "run `broadsheet mint`, which assigns IDs")]


def markdown_files(tree: SourceTree, folder: str) -> list[SourceFile]:
    """The Markdown files below a folder, by path."""
    return [file for file in tree.under(folder) if file.path.endswith(".md")]


def overlooked(tree: SourceTree) -> list[Problem]:
    """A warning for every file that looks like an article but is none by its name or place."""
    hint = "rename it, and make a folder of this name"
    problems = [
        Problem(Location(folder), "this is a file, not a folder", hint)
        for folder in (ARTICLES, PAGES, EDITIONS)
        if folder in tree
    ]
    for file in tree.under("content"):
        path = file.path
        if path.endswith(".md"):
            if not path.startswith((f"{ARTICLES}/", f"{PAGES}/", f"{EDITIONS}/")):
                message = "this file is not published: it is in none of the folders that are read"
                problems.append(warning(Location(path), message, f"move it to {ARTICLES} or {PAGES}"))
        elif path.lower().endswith(_LOOKS_LIKE_MARKDOWN):
            better = path.rpartition("/")[2].rpartition(".")[0] + ".md"
            message = 'this file is not published: only files that end in ".md" are read'
            problems.append(warning(Location(path), message, f'rename it to "{better}"'))
    return problems + strays({file.path for file in tree.under(ARTICLES)})
