"""Reviews written into articles by `approve`, each with the digest of the text that was checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..content.article import load_article
from ..content.load import load_site
from ..content.model import Article, Prose, Settings, Site
from ..core.digest import digest_bytes
from ..core.errors import Problem, did_you_mean
from ..schema.values import InvalidValue, quoted, title_text
from ..source.tree import SourceFile, SourceTree
from .new_article import front_matter, in_yaml

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_REVIEW = re.compile(r"review[ \t]*:")
_PLAIN = re.compile(r"[\w .-]+")  # what needs no quotes within brackets, once it needs none outside


def article_named(name: str, site: Site) -> Article:
    """The article with this path, slug, file name or address. Raises InvalidValue when there is none, or several."""
    plain = name.removeprefix("./").strip("/")
    last = plain.rpartition("/")[2].removesuffix(".md")
    found = (
        [article for article in site.articles if article.path in (plain, f"{plain}/index.md")]
        or [article for article in site.articles if article.slug == last]
        or [article for article in site.articles if last == _file_name(article.path)]
    )
    if len(found) > 1:
        raise InvalidValue(f"{quoted(name)} could be {found[0].path} or {found[1].path}", "name the file")
    if not found:
        names = [name for article in site.articles for name in (article.slug, _file_name(article.path))]
        hint = did_you_mean(last, names) or "name its file, as in content/articles/some-words.md"
        raise InvalidValue(f"unknown article {quoted(name)}", hint)
    if found[0].invalid:
        raise InvalidValue(f"{found[0].path} has errors", "fix them first")
    return found[0]


def _file_name(path: str) -> str:
    return path.removesuffix("/index.md").rpartition("/")[2].removesuffix(".md")


def approved(
    article: Article,
    site: Site,
    tree: SourceTree,
    *,
    day: date,
    by: str = "",
    role: str = "",
    checked: Sequence[str] = (),
) -> tuple[str, list[Problem]]:
    """The text of an article's file with a review of it as it stands now, in the place of the old one.

    All else is as it was. What is not given is as in the old review. Problems: what would be wrong with the file then,
    such as a name that the registry does not know. Raises InvalidValue when nobody is named or it cannot be written in.
    """
    old = article.review
    by = title_text(by) or (_name(old.by, site) if old else "")
    if not by:
        raise InvalidValue("the reviewer is missing", 'name the reviewer: --by "Name"')
    role = title_text(role) or (old.role if old else "")
    parts = [part for what in checked if (part := title_text(what))] or (list(old.checked) if old else [])
    lines = [f"by: {in_yaml(by)}", *([f"role: {in_yaml(role)}"] if role else []), f"date: {day.isoformat()}"]
    lines += [f"checked: [{', '.join(map(_in_list, parts))}]"] if parts else []
    lines += [f"text: {in_yaml(article.text_digest)}"]
    text = with_review(tree.files[article.path].read().decode(), lines)
    return text, _problems_of(article, text, tree, site.settings)


def with_review(text: str, lines: Sequence[str]) -> str:
    """The text of a file with these lines as its review, below its other fields or where the old one was.

    Every other character stays as it was. Raises ValueError for a text without front matter.
    """
    start, end, line_end = front_matter(text)
    front = _LINE.findall(text[start:end])
    first = next((at for at, line in enumerate(front) if _REVIEW.match(line)), len(front))
    last = first + 1
    while last < len(front) and (front[last][0] in " \t" or not front[last].strip()):
        last += 1
    while last > first + 1 and not front[last - 1].strip():  # blank lines belong to what comes next
        last -= 1
    block = [f"{line}{line_end}" for line in ("review:", *(f"  {line}" for line in lines))]
    return text[:start] + "".join([*front[:first], *block, *front[last:]]) + text[end:]


def _problems_of(before: Article, text: str, tree: SourceTree, settings: Settings) -> list[Problem]:
    """What would be wrong with the file; raises InvalidValue when more than the review would be another."""
    data = text.encode()
    file = SourceFile(before.path, digest_bytes(data), len(data), data)
    site, problems = load_site(SourceTree({**tree.files, before.path: file}), settings)
    after = next(article for article in site.articles if article.path == before.path)
    parsed, faults = load_article(file, settings)
    if after.invalid and parsed is not None and not faults:  # only its names are unknown
        return [problem for problem in problems if problem.where.path == before.path and problem.severity == "error"]
    if after.invalid or _without_review(after) != _without_review(before):
        hint = "write each field on a line of its own, as `broadsheet new article` does"
        raise InvalidValue("a review cannot be inserted into front matter of this form", hint)
    return []


def _without_review(article: Article) -> Article:
    return replace(article, review=None, places="", prose=Prose(article.prose.digest, 0))


def _name(slug: str, site: Site) -> str:
    return site.people[slug].name if slug else site.settings.publisher.name


def _in_list(text: str) -> str:
    written = in_yaml(text)
    if written.startswith('"') or _PLAIN.fullmatch(written):
        return written
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
