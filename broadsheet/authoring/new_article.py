"""New articles and pages, and ids for articles that have none; the ids come from outside, since they are chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime, tzinfo

from ..content.gaps import PLACEHOLDER_TEXT
from ..content.load import ARTICLES, PAGES
from ..content.model import Article, StaticPage
from ..content.newsletter import Newsletter
from ..core.slugs import SLUG_LIMIT, slug_fault, slug_from
from ..schema import dates
from ..schema.fields import Group, declarations_of
from ..schema.kinds import ListOf
from ..schema.values import InvalidValue, title_text
from ..schema.yaml import read_mapping

_OPENING = re.compile("\ufeff*---[ \t]*(\r\n|\r|\n)")
_CLOSING = re.compile("(?:^|(?<=[\r\n]))---[ \t]*(?=[\r\n]|$)")
_EMPTY = """(?<=[\r\n])%s:[ \t]*(?:~|null|''|"")?[ \t]*(?:(?=[\r\n])|(?<=[ \t])(?=#))"""
_LOOKS_TYPED = frozenset({"true", "false", "yes", "no", "on", "off", "null"})  # to YAML tools, not to us
_REVIEW = """\
# When it is done, have it reviewed, and record that with
#   broadsheet approve {path} --by "Name" --checked facts,figures
"""
_MOST_NAMES = 20  # of topics or sources that a new article lists


def new_article(title: str, newsletter: Newsletter, *, id: str, now: datetime) -> tuple[str, str]:
    """The path and the text of a new draft with this title; path and slug are those of no other.

    Raises InvalidValue for a title that is empty, too long or contains a character that no title may.
    """
    title = _title(title, "article")
    site, settings = newsletter.site, newsletter.settings
    local = now.astimezone(settings.zone)
    slug = _free_slug(ARTICLES, title, local, newsletter, {article.slug for article in site.articles})
    path = f"{ARTICLES}/{slug}.md"
    values = {
        "id": id,
        "title": in_yaml(title),
        "slug": in_yaml(slug),
        "date": _minute(local, settings.zone),
        "draft": "true",
        "topics": "[]",
    }
    existing = {
        "topics": _existing("Topics", list(site.topics)),
        "source": _existing("Sources", [source.name for source in site.sources.values()]),
    }
    form = "".join(f"{line}\n" for line in _form(Article, values, existing))
    form = form.replace("{publisher}", settings.publisher.name)
    return path, f"---\n{form}{_REVIEW.format(path=path)}---\n{PLACEHOLDER_TEXT}"


def new_page(title: str, newsletter: Newsletter, *, now: datetime) -> tuple[str, str]:
    """The path and the text of a new page with this title, a draft; path and slug are those of no other.

    Raises InvalidValue like `new_article`.
    """
    title = _title(title, "page")
    local = now.astimezone(newsletter.settings.zone)
    slug = _free_slug(PAGES, title, local, newsletter, {page.slug for page in newsletter.site.pages})
    values = {"title": in_yaml(title), "slug": in_yaml(slug), "draft": "true"}
    form = "".join(f"{line}\n" for line in _form(StaticPage, values, {}))
    return f"{PAGES}/{slug}.md", f"---\n{form}---\n\nWrite the page here.\n"


def _title(title: str, word: str) -> str:
    title = title_text(title)
    if not title:
        raise InvalidValue("the title is empty", f'run `broadsheet new {word} "Some words"`')
    return title


def _form(kind: type, values: Mapping[str, str | None], comments: Mapping[str, list[str]]) -> Iterator[str]:
    """The lines of the fields that declare to be in the form, each below its comments; a value of None leaves one out.

    values: what is filled in. comments: further ones, by field.
    """
    for attribute, declaration in declarations_of(kind).declarations.items():
        name = declaration.name or attribute
        value = values.get(name, "")
        if declaration.form is None or value is None:
            continue
        if declaration.form:
            yield f"# {declaration.form}"
        yield from comments.get(name, ())
        yield f"{name}: {value}".rstrip()
        group = declaration.kind.item if isinstance(declaration.kind, ListOf) else declaration.kind
        if isinstance(group, Group):
            yield from (f"  {line}" for line in _form(group.type, {}, {}))


def _existing(what: str, names: Sequence[str]) -> list[str]:
    """A comment with the names that there are already, if there are any."""
    if not names:
        return []
    more = ", …" if len(names) > _MOST_NAMES else ""
    return [f"# {what} so far: {', '.join(names[:_MOST_NAMES])}{more}"]


def with_field(text: str, name: str, value: str) -> str:
    """The text of a file with a field as the first line of its front matter, every other character as it was.

    value: as YAML. A line of that field without a value gets it instead. Read the text with newline="" (or decode its
    bytes), else its line ends are lost before they come here. Raises ValueError for a text without front matter.
    """
    start, _, line_end = front_matter(text)
    empty = _empty(text, name)
    if empty:
        space = " " * text.startswith("#", empty.end())
        return f"{text[: empty.start()]}{name}: {value}{space}{text[empty.end() :]}"
    return f"{text[:start]}{name}: {value}{line_end}{text[start:]}"


def has_empty(text: str, name: str) -> bool:
    """Whether the front matter of a file has a line for this field, without a value. Raises like `with_field`."""
    return _empty(text, name) is not None


def _empty(text: str, name: str) -> re.Match[str] | None:
    start, end, _ = front_matter(text)
    return re.compile(_EMPTY % re.escape(name)).search(text, start, end)


def front_matter(text: str) -> tuple[int, int, str]:
    """Where the lines between the two "---" begin and end in the text of a file, and how its lines end.

    Raises ValueError for a text without front matter.
    """
    opening = _OPENING.match(text)
    if not opening:
        raise ValueError("the front matter is missing")
    closing = _CLOSING.search(text, opening.end())
    return opening.end(), closing.start() if closing else len(text), opening.group(1)


def in_yaml(value: str) -> str:
    """The text as a YAML value on one line, in quotes where it needs them.

    Raises InvalidValue when it holds a character that YAML does not allow.
    """
    if value[:1].isalpha() and value.lower() not in _LOOKS_TYPED and _read_back(value) == value:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    quoted = f'"{escaped}"'
    if _read_back(quoted) != value:
        raise InvalidValue("the title contains a character that is not allowed", "use letters, digits and punctuation")
    return quoted


def _read_back(written: str) -> object:
    mapping, _ = read_mapping(f"title: {written}\n", "")
    return mapping and mapping.values.get("title")


def _free_slug(folder: str, title: str, local: datetime, newsletter: Newsletter, slugs: Set[str]) -> str:
    """The slug of a title, when no file of the folder has it; else one with a date or a number behind it."""
    settings = newsletter.settings
    slug = slug_from(title, settings.language, settings.slugs)
    if slug_fault(slug):
        slug = f"{slug or folder.rpartition('/')[2].removesuffix('s')}-{local:%Y-%m-%d}"
    taken = {file.path.lower() for file in newsletter.tree.under(folder)}
    names = {path.removeprefix(f"{folder}/").partition("/")[0].removesuffix(".md") for path in taken}
    names |= {path.rpartition("/")[2].removesuffix(".md") for path in taken} | slugs
    number, free = 1, slug
    while free in names:
        number += 1
        free = f"{slug[: SLUG_LIMIT - len(str(number)) - 1].rstrip('-')}-{number}"
    return free


def _minute(local: datetime, zone: tzinfo) -> str:
    text = f"{local:%Y-%m-%d %H:%M}"
    try:
        dates.parse_datetime(text, zone)
    except InvalidValue:  # the hour that comes twice when the clocks are set back
        return local.isoformat(" ", "minutes")
    return text
