"""The fast path: when only the prose of one article has changed, its page is made without planning the whole site.

It is shown at once, whatever the size of the archive. The whole plan, which also updates lists and feeds, follows when
there are no more events, and makes the same page.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace

from ..content.article import ParsedArticle
from ..content.model import Article
from ..content.reading import Reading
from ..markdown.document import ProseSummary
from ..plan.articles import article_view
from ..plan.context import PublishedArticle
from ..plan.types import LazyView, Page
from ..source.scan import SIZE_LIMIT, digest_file
from ..source.tree import SourceFile, SourceTree


def tree_with(root: str, tree: SourceTree, paths: frozenset[str]) -> SourceTree | None:
    """The tree with the current bytes of these files; None if that takes a scan.

    root: a resolved path. A scan is needed for new files, and for everything but regular files without symbolic links
    on their path.
    """
    files: dict[str, SourceFile] = {}
    for path in paths:
        full_path = f"{root}/{path}"
        if path not in tree or os.path.realpath(full_path) != full_path:
            return None
        try:
            status = os.lstat(full_path)
            if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
                return None
            files[path] = SourceFile(path, *digest_file(full_path, status.st_size), full_path)
        except OSError:
            return None
    return replace(tree, files={**tree.files, **files})


def updated_page(page: Page, before: Reading, now: tuple[str, Reading]) -> Page | None:
    """The page of an article after a change of its prose; None if anything else has changed too.

    now: key and reading of the changed file. Front matter and link targets must be unchanged, since neighbours, URLs
    and pictures depend on them, and the file must be free of problems before and after.
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
    if reading.problems or before.problems or before.parsed is None or reading.parsed is None:
        return None
    if _link_targets(new) != _link_targets(old) or not _differ_only_in_prose(before.parsed, reading.parsed):
        return None
    hashed, *rest = page.content.arguments
    old_article: PublishedArticle = hashed.value
    article = _with_prose_of(old_article.model, reading.parsed.article)
    fresh = PublishedArticle(article, new, old_article.context, old_article.path, key)
    return page._replace(content=LazyView(article_view, (fresh.hashed, *rest)), documents=(new.document,))


def _differ_only_in_prose(old: ParsedArticle, new: ParsedArticle) -> bool:
    """Whether two readings differ in nothing but the prose."""
    return replace(new, article=_with_prose_of(new.article, old.article)) == old


def _with_prose_of(article: Article, other: Article) -> Article:
    """The article with everything that comes from the prose of another one."""
    return replace(article, prose=other.prose, text_digest=other.text_digest)


def _link_targets(prose_summary: ProseSummary) -> list[tuple[str, bool]]:
    return [(reference.target, reference.is_image) for reference in prose_summary.outline.references]


def article_page(outputs: Mapping[str, object], path: str) -> tuple[str, Page] | None:
    """The output file and the page of the article in a source file."""
    for name, output in outputs.items():
        if isinstance(output, Page) and output.kind == "articles" and output.owner == path:
            return name, output
    return None
