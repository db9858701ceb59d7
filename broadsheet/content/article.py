"""One file to one Article or StaticPage: a pure function of its bytes, its path and a few settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from ..core.digest import digest_bytes
from ..core.errors import Problem
from ..core.slugs import shape_fault, slug_fault, slug_from
from ..schema.yaml import YamlMapping, read_mapping
from ..source.tree import SourceFile
from .front_matter import Parts, read_parts
from .model import AiUse, Article, Citation, Correction, Image, Prose, Review, Settings, StaticPage, places_of
from .plain_fields import ordinary_fields
from .provenance import text_digest

if TYPE_CHECKING:
    from .field_schema import ArticleFields, SourceFields

Kind = Literal["topic", "source", "person"]


class Written(NamedTuple):
    """A name as an article wrote it, for the registries to check; of a reference by slug the name is empty."""

    kind: Kind
    slug: str
    name: str
    field: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article whose references are slugs of the names it wrote, and those names."""

    article: Article
    written: tuple[Written, ...]


def load_article(file: SourceFile, settings: Settings) -> tuple[Loaded | None, list[Problem]]:
    """The article of a file, or None and everything that is wrong with it.

    Of the settings it needs the zone, the language and the publisher's name.
    """
    parts, problems = read_parts(file)
    return article_of(parts, file.path, settings) if parts else (None, problems)


def article_of(parts: Parts, path: str, settings: Settings) -> tuple[Loaded | None, list[Problem]]:
    """As load_article, of the two halves of a file."""
    mapping, problems = read_mapping(parts.front, path, parts.front_line)
    if mapping is None:
        return None, problems
    fields, problems = _fields(mapping, settings)
    if fields is None:
        return None, problems
    slug, problems = _slug(fields.slug, fields.title, mapping)
    names = _Names(mapping, settings.publisher.name)
    prose = _prose(parts)
    article = Article(
        id=fields.id or id_from_path(path),
        has_own_id=bool(fields.id),
        path=path,
        slug=slug,
        title=fields.title,
        headline=fields.headline,
        summary=fields.summary,
        date=fields.date,
        updated=fields.updated,
        topics=names.topics(fields),
        citations=tuple(_citation(source, names, number) for number, source in enumerate(fields.source)),
        editor=names.person(fields.editor, "editor"),
        image=_image(fields),
        lang=fields.lang or settings.language,
        aliases=tuple(fields.aliases),
        is_draft=fields.draft,
        promo=fields.promo,
        ai=_ai_use(fields),
        review=_review(fields, names),
        corrections=_corrections(fields, names),
        prose=prose,
        places=places_of(mapping.places),
        translation_of=fields.translation_of,
        text_digest=text_digest(fields.title, fields.headline, fields.summary, prose),
        authors=tuple(dict.fromkeys(names.person(name, f"author.{at}") for at, name in enumerate(fields.author))),
    )
    problems += names.problems
    return (None if problems else Loaded(article, tuple(names.written))), problems


def load_page(file: SourceFile, settings: Settings) -> tuple[StaticPage | None, list[Problem]]:
    """The page of a file, or None and everything that is wrong with it; of the settings it needs zone and language."""
    parts, problems = read_parts(file)
    return page_of(parts, file.path, settings) if parts else (None, problems)


def page_of(parts: Parts, path: str, settings: Settings) -> tuple[StaticPage | None, list[Problem]]:
    """As load_page, of the two halves of a file."""
    from .field_schema import PageFields, validate  # as in _fields

    mapping, problems = read_mapping(parts.front, path, parts.front_line)
    if mapping is None:
        return None, problems
    fields, problems = validate(PageFields, mapping, settings.zone)
    if fields is None:
        return None, problems
    slug, problems = _slug(fields.slug, fields.title, mapping)
    if problems:
        return None, problems
    page = StaticPage(
        path=path,
        slug=slug,
        title=fields.title,
        headline=fields.headline,
        summary=fields.summary,
        updated=fields.updated,
        lang=fields.lang or settings.language,
        aliases=tuple(fields.aliases),
        is_draft=fields.draft,
        prose=_prose(parts),
        places=places_of(mapping.places),
    )
    return page, []


def id_from_path(path: str) -> str:
    """The id of an article that has none of its own."""
    from uuid import NAMESPACE_URL, uuid5  # 3 ms to import

    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'broadsheet:{path}')}"


def stem(path: str) -> str:
    """What a file is called: its name without ".md", or its folder's when it is an index.md."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name == "index.md" else name.removesuffix(".md")


def _fields(mapping: YamlMapping, settings: Settings) -> tuple[ArticleFields | None, list[Problem]]:
    ordinary = ordinary_fields(mapping.values, settings.zone)
    if ordinary is not None:
        return cast("ArticleFields", ordinary), []
    from .field_schema import ArticleFields, validate  # pydantic: 50 ms

    return validate(ArticleFields, mapping, settings.zone)


class _Names:
    """Owns the names that one article writes, while it is put together."""

    def __init__(self, mapping: YamlMapping, publisher: str) -> None:
        self.mapping = mapping
        self.publisher = publisher
        self.written: list[Written] = []
        self.problems: list[Problem] = []

    def topics(self, fields: ArticleFields) -> tuple[str, ...]:
        field = "topics" if fields.topics else "tags"
        listed = fields.topics or fields.tags
        slugs = [self.slug("topic", name, f"{field}.{number}") for number, name in enumerate(listed)]
        return tuple(dict.fromkeys(slugs))

    def source(self, source: SourceFields, field: str) -> str:
        if not source.ref:
            return self.slug("source", source.name, f"{field}.name")
        fault = shape_fault(source.ref)
        if fault:
            hint = "write the key of the source in content/sources.yaml"
            self.problems.append(Problem(self.mapping.where(f"{field}.ref"), f'"{source.ref}" {fault}', hint))
        self.written.append(Written("source", source.ref, "", f"{field}.ref"))
        return source.ref

    def person(self, name: str, field: str) -> str:
        """The slug of a person; "" for the house itself."""
        if not name or name.casefold() == self.publisher.casefold():
            return ""
        return self.slug("person", name, field)

    def slug(self, kind: Kind, name: str, field: str) -> str:
        slug = slug_from(name)
        if not slug:
            message = f'"{name}" has no letter or digit to make an address from'
            self.problems.append(Problem(self.mapping.where(field), message, "write it in words"))
        while field not in self.mapping.places:  # a single topic or source is written without its list or group
            field = field.rpartition(".")[0]
        self.written.append(Written(kind, slug, name, field))
        return slug


def _slug(written: str, title: str, mapping: YamlMapping) -> tuple[str, list[Problem]]:
    slug = written or slug_from(title) or slug_from(stem(mapping.path))
    fault = slug_fault(slug)
    if not fault:
        return slug, []
    message = f'the title gives the slug "{slug}", which {fault}' if slug else "the title has no letter or digit"
    return slug, [Problem(mapping.where("title"), message, 'write another address: "slug: some-words"')]


def _citation(source: SourceFields, names: _Names, number: int) -> Citation:
    field = f"source.{number}" if isinstance(names.mapping.values.get("source"), list) else "source"
    return Citation(
        publication=names.source(source, field),
        url=source.url,
        title=source.title,
        author=source.author,
        published=source.published,
        licence=source.licence or source.license,
        accessed=source.accessed,
    )


def _image(fields: ArticleFields) -> Image | None:
    image = fields.image
    return Image(image.src, image.alt, image.credit, image.caption) if image else None


def _ai_use(fields: ArticleFields) -> AiUse | None:
    ai = fields.ai
    return AiUse(ai.role, ai.tool, ai.model, tuple(ai.tasks), ai.date) if ai else None


def _review(fields: ArticleFields, names: _Names) -> Review | None:
    review = fields.review
    if review is None:
        return None
    by = names.person(review.by, "review.by")
    return Review(by, review.date, review.role, tuple(review.checked), review.text)


def _corrections(fields: ArticleFields, names: _Names) -> tuple[Correction, ...]:
    for number, item in enumerate(fields.corrections):
        # Often only the day is written: one on the day of publishing counts as later.
        if item.date < fields.date and item.date.date() < fields.date.date():
            message = f'"{item.date:%Y-%m-%d}" is before the "date" of the article'
            where = names.mapping.where(f"corrections.{number}.date")
            names.problems.append(Problem(where, message, "an article is corrected after it is published"))
    return tuple(
        Correction(item.date, item.kind, item.said, item.says, names.person(item.by, f"corrections.{number}.by"))
        for number, item in enumerate(fields.corrections)
    )


def _prose(parts: Parts) -> Prose:
    return Prose(digest_bytes(parts.body.encode()), parts.body_line)
