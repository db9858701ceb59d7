"""Extracts: what a source said, kept beside the article to compare the two, and never published."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ..core.errors import Location, Problem, warning
from ..source.tree import SourceTree

_NAME = re.compile(r"(?P<article>.+)\.source(?:\.(?P<slug>[^./]+))?\.txt", re.IGNORECASE)


def is_extract(path: str) -> bool:
    """Whether a file is an extract by its name, wherever it lies: "small-models.source.txt"."""
    return path[-4:].lower() == ".txt" and _NAME.fullmatch(path) is not None


def extracts(tree: SourceTree, article: str, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The extracts of an article's file, each with the slug of its source: the first of them, if none is named."""
    beside = article.removesuffix(".md")
    if f"{beside}.source.txt" in tree and sources:
        yield f"{beside}.source.txt", sources[0]
    for slug in sources:
        if f"{beside}.source.{slug}.txt" in tree:
            yield f"{beside}.source.{slug}.txt", slug


def strays(paths: Collection[str]) -> list[Problem]:
    """A warning for each extract without its article, which is then compared with nothing."""
    hint = 'name it like the article: "small-models.source.txt" goes with "small-models.md"'
    return [
        warning(Location(path), "this source text does not belong to an article", hint)
        for path in paths
        if is_extract(path) and f"{_article(path)}.md" not in paths
    ]


def _article(path: str) -> str:
    found = _NAME.fullmatch(path)
    return found["article"] if found else ""
