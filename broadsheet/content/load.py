"""From the source tree to the newsletter as types: every reference checked, every problem collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ..core.errors import Location, Problem, did_you_mean, warning
from ..core.slugs import slug_from
from ..source.tree import SourceFile, SourceTree
from .article import Kind, Loaded, Written, load_article, load_page
from .extracts import strays
from .model import Article, Person, Publication, Settings, Site, StaticPage, Topic
from .registries import PEOPLE, SOURCES, TOPICS, load_people, load_sources, load_topics
from .translations import with_originals

__all__ = ["Loaded", "load_article", "load_page", "load_site"]

ARTICLES = "content/articles"
PAGES = "content/pages"
EDITIONS = "content/editions"
_LOOKS_LIKE_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
_TWIN_HINTS = {
    "slug": 'give one of the two another one: "slug: some-words"',
    "id": "an id is given once: remove the copied line and run `python build.py mint`",
}

Entry = TypeVar("Entry", Topic, Publication, Person)
Item = TypeVar("Item", Article, StaticPage)


def load_site(tree: SourceTree, settings: Settings) -> tuple[Site, list[Problem]]:
    """The site of a tree, without the files that have errors, and all problems of its content."""
    problems = overlooked(tree)
    articles: list[Loaded] = []
    for file in markdown_files(tree, ARTICLES):
        loaded, found = load_article(file, settings)
        problems += found
        if loaded is not None:
            articles.append(loaded)
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
    loaded: Sequence[Loaded],
    pages: Sequence[StaticPage],
    problems: Iterable[Problem] = (),
) -> tuple[Site, list[Problem]]:
    """The site made of files already loaded, each in order of path: references, duplicates, missing ids."""
    problems = list(problems)
    topics = _Names("topic", TOPICS, *_registry(tree, TOPICS, load_topics, problems), Topic)
    sources = _Names("source", SOURCES, *_registry(tree, SOURCES, load_sources, problems), Publication)
    people = _Names("person", PEOPLE, *_registry(tree, PEOPLE, load_people, problems), Person)
    names: dict[Kind, _Names[Any]] = {"topic": topics, "source": sources, "person": people}
    articles = []
    for item in loaded:
        article, found = _resolve(item, names, settings)
        problems += found
        if not found:
            articles.append(article)
    articles = with_originals(_without_twins(articles, ("slug", "id"), problems), problems)
    problems += _missing_ids(articles)
    articles.sort(key=lambda article: article.id)
    articles.sort(key=lambda article: article.date, reverse=True)
    site = Site(
        settings=settings,
        articles=tuple(articles),
        pages=tuple(sorted(_without_twins(pages, ("slug",), problems), key=lambda page: page.slug)),
        topics=topics.in_order(),
        sources=sources.in_order(),
        people=people.in_order(),
    )
    return site, problems


@dataclass(slots=True)
class _Names(Generic[Entry]):
    """Owns the entries of one kind while a site is put together; `known` are the names that lead to an entry."""

    word: str
    registry: str
    entries: dict[str, Entry]
    is_closed: bool
    make: Callable[[str, str], Entry]
    known: dict[str, str]

    def __init__(
        self,
        word: str,
        registry: str,
        entries: dict[str, Entry],
        is_closed: bool,
        make: Callable[[str, str], Entry],
    ) -> None:
        self.word, self.registry, self.entries, self.is_closed, self.make = word, registry, entries, is_closed, make
        self.known = {slug_from(_name(entry)): slug for slug, entry in entries.items()}
        self.known.update((slug, slug) for slug in entries)

    def slug_of(self, written: Written) -> str:
        """The slug of the entry that is meant, taken in when names are free; "" when there is none."""
        found = self.known.get(written.slug)
        if found is not None:
            return found
        if self.is_closed or not written.name:
            return ""
        self.known[written.slug] = written.slug
        self.entries[written.slug] = self.make(written.slug, written.name)
        return written.slug

    def unknown(self, written: Written, where: Location) -> Problem:
        """The problem of a name that leads nowhere."""
        name = written.name or written.slug
        if not self.is_closed:
            return Problem(where, f'"ref" needs {self.registry}, which is not there', 'write "name" instead of "ref"')
        kind = "People" if self.word == "person" else f"{self.word.capitalize()}s"
        guess = did_you_mean(
            name, {*self.entries, *map(_name, self.entries.values())} if written.name else self.entries
        )
        return Problem(
            where, f'there is no {self.word} "{name}"', f"{guess} {kind} are listed in {self.registry}".strip()
        )

    def in_order(self) -> Mapping[str, Entry]:
        """The entries by slug, in order of slug."""
        return {slug: self.entries[slug] for slug in sorted(self.entries)}


def _name(entry: Topic | Publication | Person) -> str:
    return entry.title if isinstance(entry, Topic) else entry.name


def _registry(
    tree: SourceTree,
    path: str,
    load: Callable[[SourceFile], tuple[dict[str, Entry] | None, list[Problem]]],
    problems: list[Problem],
) -> tuple[dict[str, Entry], bool]:
    """The entries of a registry, and whether names are checked against it."""
    file = tree.get(path)
    if file is None:
        return {}, False
    entries, found = load(file)
    problems += found
    # With a broken registry every name would be unknown: one mistake should not look like a hundred.
    return ({}, False) if entries is None else (entries, True)


def _resolve(item: Loaded, names: Mapping[Kind, _Names[Any]], settings: Settings) -> tuple[Article, list[Problem]]:
    article = item.article
    problems = []
    renamed = {}
    for written in item.written:
        slug = names[written.kind].slug_of(written)
        if not slug:
            problems.append(names[written.kind].unknown(written, article.where(written.field)))
        elif slug != written.slug:
            renamed[written.kind, written.slug] = slug
    if article.promo and article.promo not in settings.promos:
        guess = did_you_mean(article.promo, settings.promos)
        hint = f"{guess} Promos are listed in config.yaml".strip()
        problems.append(Problem(article.where("promo"), f'there is no promo "{article.promo}"', hint))
    return (_renamed(article, renamed) if renamed else article), problems


def _renamed(article: Article, renamed: Mapping[tuple[Kind, str], str]) -> Article:
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


def _without_twins(items: Sequence[Item], names: tuple[str, ...], problems: list[Problem]) -> list[Item]:
    """The items whose slug (and id) no earlier one has; each other one becomes a problem."""
    first: dict[tuple[str, str], str] = {}
    unique = []
    for item in items:
        twins = [name for name in names if first.setdefault(_claim(item, name), item.path) != item.path]
        for name in twins:
            value = getattr(item, name)
            message = f'the {name} "{value}" is already taken by {first[_claim(item, name)]}'
            place = item.where(name if item.has(name) else "title")
            problems.append(Problem(place, message, _TWIN_HINTS[name]))
        if not twins:
            unique.append(item)
    return unique


def _claim(item: Article | StaticPage, name: str) -> tuple[str, str]:
    # A translation may have the slug of its original: it lies below the address of its language.
    return (f"{name} {item.lang}" if name == "slug" else name, getattr(item, name))


def _missing_ids(articles: Sequence[Article]) -> list[Problem]:
    missing = [article for article in articles if not article.has_own_id]
    if not missing:
        return []
    have = "1 article has" if len(missing) == 1 else f"{len(missing)} articles have"
    message = f"{have} no id: a renamed file would come up in feed readers a second time"
    return [warning(missing[0].where(), message, "run `python build.py mint`, which writes the ids in")]


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
                message = "this file is not published: it lies in none of the folders that are read"
                problems.append(warning(Location(path), message, f"move it to {ARTICLES} or {PAGES}"))
        elif path.lower().endswith(_LOOKS_LIKE_MARKDOWN):
            better = path.rpartition("/")[2].rpartition(".")[0] + ".md"
            message = 'this file is not published: only files that end in ".md" are read'
            problems.append(warning(Location(path), message, f'rename it to "{better}"'))
    return problems + strays({file.path for file in tree.under(ARTICLES)})
