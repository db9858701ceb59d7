"""Ahead of the plan: the page of an article of which only the words have changed, without looking at any other.

It is shown at once, whatever the size of the archive; the whole plan, in which lists and feeds have the words too, is
made as soon as it is quiet, and comes to the same page.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace

from ..content.article import Loaded
from ..content.model import Article
from ..content.reading import Reading
from ..markdown.document import ProseSummary
from ..plan.articles import article_view
from ..plan.context import PublishedArticle
from ..plan.types import LazyView, Page
from ..source.scan import SIZE_LIMIT, digest_file
from ..source.tree import SourceFile, SourceTree


def glance(root: str, tree: SourceTree, paths: frozenset[str]) -> SourceTree | None:
    """The tree with these files as they are now; None when more must be looked at to know it.

    root: a real path. Only plain files that are known and have no link on their way are taken in like this.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        place = f"{root}/{path}"
        if path not in tree or os.path.realpath(place) != place:
            return None
        try:
            status = os.lstat(place)
            if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
                return None
            found[path] = SourceFile(path, *digest_file(place, status.st_size), place)
        except OSError:
            return None
    return SourceTree({**tree.files, **found})


def page_ahead(page: Page, before: Reading, now: tuple[str, Reading]) -> Page | None:
    """The page of an article after a change of its words; None when something else has changed too.

    Front matter and what links lead to must be as they were, for then neighbours, addresses and pictures are. Nothing
    may be wrong with the file, before or after.
    """
    key, reading = now
    old, new = before.prose_summary, reading.prose_summary
    if (
        not isinstance(page.content, LazyView)
        or page.content.function is not article_view
        or old is None
        or new is None
    ):
        return None
    if reading.problems or before.problems or before.loaded is None or reading.loaded is None:
        return None
    if _targets(new) != _targets(old) or not _says_the_same(before.loaded, reading.loaded):
        return None
    hashed, *rest = page.content.arguments
    old_article: PublishedArticle = hashed.value
    article = _with_words_of(old_article.model, reading.loaded.article)
    fresh = PublishedArticle(article, new, old_article.context, old_article.path, key)
    return page._replace(content=LazyView(article_view, (fresh.hashed, *rest)))


def _says_the_same(old: Loaded, new: Loaded) -> bool:
    """Whether two readings differ in nothing but the words of the prose."""
    return replace(new, article=_with_words_of(new.article, old.article)) == old


def _with_words_of(article: Article, other: Article) -> Article:
    """The article with all that comes from the prose of another one."""
    return replace(article, prose=other.prose, text_digest=other.text_digest)


def _targets(prose_summary: ProseSummary) -> list[tuple[str, bool]]:
    return [(reference.target, reference.is_image) for reference in prose_summary.outline.references]


def article_page(outputs: Mapping[str, object], path: str) -> tuple[str, Page] | None:
    """The page of the article in a file, with its own file in the site."""
    for name, output in outputs.items():
        if isinstance(output, Page) and output.origin.path == path and output.template == "article.html":
            return name, output
    return None
