"""The front matter of articles and pages as a schema: what each field may hold, and how it becomes a typed value.

Pydantic takes 60 ms to start, so this module is imported only where front matter must be validated; it also writes
docs/schema/*.json, from which editors complete and check front matter while it is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic import WithJsonSchema as Json

from ..core.errors import Location, Problem
from ..core.slugs import SLUG_LIMIT
from ..schema import dates
from ..schema.fields import kind_of, unknown_field
from ..schema.values import (
    ID_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    InvalidValue,
    frozen_id,
    language_tag,
    local_path,
    long_text,
    one_of,
    picture_source,
    quoted,
    title_text,
    truth,
    web_address,
)
from ..schema.yaml import YamlMapping
from .field_values import as_text, not_empty, slug, topic
from .model import AiRole, CorrectionKind

Model = TypeVar("Model", bound=BaseModel)
DATE_EXAMPLE = '"date: 2026-11-20" or "date: 2026-11-20 09:30"'


def _of(check: Callable[[str], object]) -> PlainValidator:
    def validate(value: object) -> object:
        return check(as_text(value))

    return PlainValidator(validate)


def _of_date(check: Callable[[str, tzinfo], object]) -> PlainValidator:
    def validate(value: object, info: ValidationInfo) -> object:
        return check(as_text(value), _zone(info))

    return PlainValidator(validate)


def _zone(info: ValidationInfo) -> tzinfo:
    zone: tzinfo = info.context["zone"]  # type: ignore[index]  # validate() always gives it
    return zone


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_list(value: object) -> object:
    # A group in which nothing was filled in was not given: `new` lays one out.
    return value if isinstance(value, list) else [] if value == {} else [value]


def _filled_in(value: object) -> object:
    return value or None


def _group(field: str, **schema: Any) -> BeforeValidator:
    """A plain text stands for the group with this one field."""
    return BeforeValidator(lambda value: {field: value} if isinstance(value, str) else value, **schema)


def _text_schema(limit: int, **more: object) -> Json:
    return Json({"type": "string", "maxLength": limit, **more})


def _list_schema(limit: int, **more: object) -> Json:
    item = {"type": "string", "maxLength": limit, **more}
    return Json({"anyOf": [item, {"type": "array", "items": item}]})


Name = Annotated[str, _of(not_empty), _text_schema(TITLE_LIMIT, minLength=1)]
Short = Annotated[str, _of(title_text), _text_schema(TITLE_LIMIT)]
Long = Annotated[str, _of(long_text), _text_schema(TEXT_LIMIT)]
Id = Annotated[str, _of(frozen_id), _text_schema(ID_LIMIT, pattern="^(urn:|tag:|https?://)")]
Slug = Annotated[str, _of(slug), _text_schema(SLUG_LIMIT, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Url = Annotated[str, _of(web_address), _text_schema(URL_LIMIT, pattern="^(https?://.*)?$")]
Picture = Annotated[str, _of(picture_source), _text_schema(URL_LIMIT)]
Language = Annotated[str, _of(language_tag), Json({"type": "string", "examples": ["en", "ru", "pt-BR"]})]
Truth = Annotated[bool, _of(truth), Json({"type": "boolean"})]
Moment = Annotated[datetime, _of_date(dates.moment), Json({"type": "string", "examples": ["2026-11-20 09:30"]})]
Day = Annotated[date, _of_date(dates.day), Json({"type": "string", "examples": ["2026-11-20"]})]
Role = Annotated[AiRole, _of(partial(one_of, get_args(AiRole))), Json({"enum": list(get_args(AiRole))})]
Kind = Annotated[
    CorrectionKind, _of(partial(one_of, get_args(CorrectionKind))), Json({"enum": list(get_args(CorrectionKind))})
]
Topics = Annotated[list[Annotated[str, _of(topic)]], BeforeValidator(_listed), _list_schema(TITLE_LIMIT)]
Names = Annotated[list[Name], BeforeValidator(_listed), _list_schema(TITLE_LIMIT)]
Paths = Annotated[
    list[Annotated[str, _of(local_path)]], BeforeValidator(_listed), _list_schema(URL_LIMIT, pattern="^/[^/]")
]


def _not_before_date(value: object, info: ValidationInfo) -> object:
    updated = dates.moment(as_text(value), _zone(info))
    published = info.data.get("date")
    if isinstance(published, datetime) and updated < published:
        hint = "an article is updated after it is published"
        raise InvalidValue(f'{quoted(as_text(value))} is before the "date" of the article', hint)
    return updated


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceFields(_Group):
    """Where an article comes from."""

    name: Name = Field("", description="The publication's name; with sources.yaml, one that is listed there.")
    ref: Short = Field("", description="The publication's key in sources.yaml, instead of its name.")
    url: Url = Field("", description="The address of the piece itself.")
    title: Short = Field("", description="The title of the piece.")
    author: Short = Field("", description="Who wrote the piece.")
    published: Moment | None = Field(None, description="When the piece was published.")
    licence: Short = Field("", description="Under what terms we may use it.")
    license: Short = Field("", description='Another spelling of "licence".')
    accessed: Day | None = Field(None, description="When we read it.")


class ImageFields(_Group):
    """An article's picture."""

    src: Picture = Field(description="The file, relative to the article, or a web address.")
    alt: Short = Field(description='What the picture shows, for people who do not see it; "" for a decorative one.')
    credit: Short = Field("", description="Who made the picture.")
    caption: Long = Field("", description="The words below the picture.")


class AiFields(_Group):
    """What machines did to the text."""

    role: Role = Field(description="How far machines made the text.")
    tool: Short = Field("", description="The program that was used.")
    model: Short = Field("", description="The model that was used.")
    tasks: Names = Field(default_factory=list, description="What it was used for.")
    date: Day | None = Field(None, description="When it was used.")


class ReviewFields(_Group):
    """Who checked the text."""

    by: Name = Field(description="The person who checked it.")
    date: Day = Field(description="When it was checked.")
    role: Short = Field("", description="As what that person checked it.")
    checked: Names = Field(default_factory=list, description="What was checked: facts, figures, quotes, rights.")
    text: Short = Field("", description="The digest of the text that was checked, which `approve` writes in.")


class CorrectionFields(_Group):
    """One thing that was put right after publishing."""

    date: Moment = Field(description="When it was put right.")
    kind: Kind = Field("correction", description="What kind of change it was.")
    said: Long = Field("", description="What the article said before.")
    says: Long = Field(description="What the article says now.")
    by: Short = Field("", description="Who put it right.")


class _TextFields(_Group):
    """What articles and pages have in common."""

    title: Name = Field(description="The title, as it stands in lists, browser tabs and search results.")
    headline: Short = Field("", description="The heading of the page, when it differs from the title.")
    slug: Slug = Field("", description="The last part of the address; made from the title when left out.")
    summary: Long = Field("", description="One or two sentences that say what readers find here.")
    lang: Language = Field("", description="The language, when it is not the newsletter's.")
    aliases: Paths = Field(default_factory=list, description="Old paths that lead here.")
    draft: Truth = Field(False, description="Whether it is kept back from publishing.")


class PageFields(_TextFields):
    """The front matter of a page."""

    updated: Moment | None = Field(None, description="When the text last changed in substance.")


class ArticleFields(_TextFields):
    """The front matter of an article; `updated` stands below `date`, with which it is compared."""

    id: Id = Field("", description="Names the article for ever, so that no feed reader shows it twice.")
    date: Moment = Field(description="When it is published; a time without a zone is the newsletter's.")
    updated: Annotated[datetime | None, PlainValidator(_not_before_date), Json({"type": "string"})] = Field(
        None, description="When the text last changed in substance."
    )
    topics: Topics = Field(
        default_factory=list, description="What the article is about; with topics.yaml, topics listed there."
    )
    tags: Topics = Field(default_factory=list, description='Another name for "topics".')
    source: Annotated[
        list[Annotated[SourceFields, _group("name")]],
        BeforeValidator(_as_list, json_schema_input_type=str | SourceFields | list[str | SourceFields]),
    ] = Field(
        default_factory=list, description="Where the article comes from: a name, a group of fields or a list of them."
    )
    editor: Short = Field("", description="Who answers for the article; left out, it is the publisher.")
    image: Annotated[ImageFields, _group("src")] | None = Field(None, description="The article's picture.")
    promo: Short = Field("", description="The name of a note from config.yaml that is shown after the article.")
    author: Names = Field(
        default_factory=list, description="Who wrote a piece of our own, people or the publisher; it needs no source."
    )
    ai: Annotated[
        Annotated[AiFields, _group("role", json_schema_input_type=Role | AiFields)] | None, BeforeValidator(_filled_in)
    ] = Field(None, description="What machines did to the text.")
    review: Annotated[ReviewFields | None, BeforeValidator(_filled_in)] = Field(
        None, description="Who checked the text; `approve` writes it in."
    )
    translation_of: Short = Field("", description="The article that this one says in another language: its file or id.")
    corrections: list[CorrectionFields] = Field(
        default_factory=list, description="What was put right after publishing."
    )


_EXAMPLES = {
    "title": 'write "title: Some words"',
    "date": f"write {DATE_EXAMPLE}",
    "image.src": 'write the picture\'s file: "src: picture.jpg"',
    "image.alt": 'say what the picture shows; `alt: ""` says that it is decorative',
    "ai.role": f'write "role:" and one of {", ".join(get_args(AiRole))}',
    "review.by": 'write who checked the text: "by: Name"',
    "review.date": 'write when the text was checked: "date: 2026-11-20"',
    "corrections.date": 'write when it was put right: "date: 2026-11-20"',
    "corrections.says": 'write what the article says now: "says: Some words"',
}


def validate(kind: type[Model], mapping: YamlMapping, zone: tzinfo) -> tuple[Model | None, list[Problem]]:
    """The typed fields, or None and everything that is wrong with them, each at its place."""
    problems = _rivals(mapping)
    try:
        fields = kind.model_validate(mapping.values, context={"zone": zone})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=True)
        return None, problems + [_problem(mapping, kind, detail) for detail in details]
    return (None if problems else fields), problems


def _problem(mapping: YamlMapping, kind: type[BaseModel], detail: Any) -> Problem:
    steps = detail["loc"]
    name = ".".join(step for step in steps if isinstance(step, str))
    place = _place(mapping, steps)
    fault = detail.get("ctx", {}).get("error")
    if isinstance(fault, InvalidValue):
        message = f'"{name}"{fault.message[4:]}' if fault.message.startswith("this must") else fault.message
        return Problem(place, message, fault.hint)
    if detail["type"] == "extra_forbidden":
        return unknown_field(_place(mapping, steps, of_key=True), str(steps[-1]), _known(kind, steps[:-1]))
    if detail["type"] == "missing":
        return Problem(place, f'"{name}" is missing', _EXAMPLES.get(name, ""))
    wanted = "a list" if detail["type"] == "list_type" else "a group of fields"
    hint = 'begin each item with "- "' if wanted == "a list" else "indent its fields below it"
    return Problem(place, f'"{name}" must be {wanted}, not {kind_of(detail["input"])}', hint)


def _place(mapping: YamlMapping, steps: tuple[str | int, ...], *, of_key: bool = False) -> Location:
    name = ".".join(map(str, steps))
    if name not in mapping.places and name not in mapping.keys:
        # A single source or topic was made a list of one, so its 0 does not stand in the file.
        single = ".".join(str(step) for step in steps if step != 0)
        name = single if not isinstance(mapping.values.get(str(steps[0])), list) else name
    return mapping.where_key(name) if of_key else mapping.where(name)


def _known(kind: type[BaseModel], steps: tuple[str | int, ...]) -> list[str]:
    groups: dict[str, type[BaseModel]] = {
        "source": SourceFields, "image": ImageFields, "ai": AiFields, "review": ReviewFields,
        "corrections": CorrectionFields,
    }  # fmt: skip
    model = groups[str(steps[0])] if steps else kind
    return list(model.model_fields)


def _rivals(mapping: YamlMapping) -> list[Problem]:
    """The problems of fields of which only one may be given, or one must be."""
    values = mapping.values
    problems = []
    if "topics" in values and "tags" in values:
        message = '"tags" is another name for "topics", and both are given'
        problems.append(Problem(mapping.where_key("tags"), message, 'move its words to "topics"'))
    written = values.get("source")
    for name, source in _sources(written):
        if "licence" in source and "license" in source:
            message = '"license" is another spelling of "licence", and both are given'
            problems.append(Problem(mapping.where_key(f"{name}.license"), message, "keep one of the two"))
        if "name" in source and "ref" in source:
            message = 'a source has a "name" or a "ref", and both are given'
            problems.append(Problem(mapping.where_key(f"{name}.ref"), message, "keep one of the two"))
        if "name" not in source and "ref" not in source:
            problems.append(Problem(mapping.where(name), 'this source has no "name"', 'write "name: Bloomberg Tech"'))
    return problems


def _sources(written: object) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(written, dict):
        return [("source", written)] if written else []
    listed = enumerate(written) if isinstance(written, list) else ()
    return [(f"source.{number}", item) for number, item in listed if isinstance(item, dict)]
