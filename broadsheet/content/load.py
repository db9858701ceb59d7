"""From the source tree to the newsletter as types: every reference checked, every problem collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ..core.errors import Location, Problem, did_you_mean, warning
from ..core.slugs import slug_from
from ..schema.reader import NamedReference
from ..source.tree import SourceFile, SourceTree
from .article import ParsedArticle, load_article, load_page, stand_in_slug
from .extracts import strays
from .model import Article, Person, Publication, Settings, Site, StaticPage, Topic
from .registries import PEOPLE, SOURCES, TOPICS, RegistryEntry, RegistryState, entry_name, load_registry
from .translations import with_originals

ARTICLES = "content/articles"
PAGES = "content/pages"
EDITIONS = "content/editions"
_LOOKS_LIKE_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
_DUPLICATE_HINTS = {
    "slug": 'set a different slug in one of them: "slug: some-words"',
    "id": "every article has an ID of its own: remove the copied line and run `broadsheet mint`",
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
    articles = with_originals(_without_duplicates(articles, ("slug", "id"), problems), problems)
    problems += _missing_ids(articles)
    articles.sort(key=lambda article: article.id)
    articles.sort(key=lambda article: article.date, reverse=True)
    site = Site(
        settings=settings,
        articles=tuple(articles),
        pages=tuple(sorted(_without_duplicates(pages, ("slug",), problems), key=lambda page: page.slug)),
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
    slugs: dict[str, str]
    """The slug of an entry by each slug that articles may write for it: its own, or that of its name."""
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
        self.slugs = {slug_from(entry_name(entry)): slug for slug, entry in entries.items()}
        self.slugs.update((slug, slug) for slug in entries)
        self.unknown = {}

    def slug_of(self, reference: NamedReference) -> str:
        """The slug of the entry that is meant, a new one where any name is allowed; "" when there is none."""
        found = self.slugs.get(reference.slug)
        if found is not None:
            return found
        if self.state == "complete" or (self.state == "absent" and not reference.name):
            self.unknown[reference.slug] = self.make(reference.slug, reference.name or reference.slug)
            return ""
        self.slugs[reference.slug] = reference.slug
        self.entries[reference.slug] = self.make(reference.slug, reference.name or reference.slug)
        return reference.slug

    def unknown_problem(self, reference: NamedReference, where: Location) -> Problem:
        """The problem of a reference to an entry that does not exist."""
        name = reference.name or reference.slug
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
    for reference in parsed.references:
        registry = registries[reference.kind]
        slug = registry.slug_of(reference)
        if not slug:
            problems.append(registry.unknown_problem(reference, article.where(reference.field)))
            unknown.append(reference.field)
        elif slug != reference.slug:
            renamed[reference.kind, reference.slug] = slug
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

    topics = dict.fromkeys(renamed.get(("topic", slug), slug) for slug in article.topics)
    return replace(
        article,
        topics=tuple(topics),
        citations=tuple(
            replace(citation, publication=renamed.get(("source", citation.publication), citation.publication))
            for citation in article.citations
        ),
        authors=tuple(dict.fromkeys(map(person, article.authors))),
        editor=person(article.editor),
        review=article.review and replace(article.review, by=person(article.review.by)),
        corrections=tuple(replace(correction, by=person(correction.by)) for correction in article.corrections),
    )


def _without_duplicates(items: Sequence[Piece], names: tuple[str, ...], problems: list[Problem]) -> list[Piece]:
    """The items, with another slug (and id) where an earlier one has the same, which is a problem."""
    first: dict[tuple[str, str], str] = {}
    unique = []
    for item in items:
        taken = [name for name in names if first.setdefault(_unique_key(item, name), item.path) != item.path]
        for name in taken:
            value = getattr(item, name)
            message = f'the {name} "{value}" is already taken by {first[_unique_key(item, name)]}'
            place = item.where(name if item.has(name) else "title")
            problems.append(Problem(place, message, _DUPLICATE_HINTS[name]))
        if taken:
            unique.append(_with_stand_ins(item, taken))
        else:
            unique.append(item)
    return unique


def _with_stand_ins(item: Piece, names: list[str]) -> Piece:
    """The item, with a slug (or id) that nothing else has in the place of one that is taken."""
    replaced: dict[str, Any] = {name: stand_in_slug(item.path) for name in names}
    return replace(item, invalid=(*item.invalid, *names), **replaced)


def _unique_key(item: Article | StaticPage, name: str) -> tuple[str, str]:
    # A translation may have the slug of its original: its address begins with its language.
    return (f"{name} {item.lang}" if name == "slug" else name, getattr(item, name))


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
    problems = []
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
