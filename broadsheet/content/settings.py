"""config.yaml as Settings: one required key, everything else with a default, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from functools import partial
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..core.errors import WARNINGS, Location, Problem, did_you_mean
from ..core.slugs import slug_fault
from ..schema.fields import Fields
from ..schema.textfile import decode_text
from ..schema.values import (
    InvalidValue,
    address_or_path,
    language_tag,
    long_text,
    one_of,
    picture_source,
    quoted,
    title_text,
    truth,
    web_address,
    whole_number,
)
from ..schema.yaml import SIZE_LIMIT, YamlMapping, read_mapping, unreadable_mapping
from ..source.tree import SourceTree
from .feed_settings import read_feeds
from .model import (
    WAYBACK,
    Bylines,
    DigitalSources,
    Link,
    Localised,
    Permalinks,
    Policy,
    Promo,
    Publisher,
    QuoteLimits,
    Settings,
)  # fmt: skip

DEFAULT_BASE_URL = "http://localhost:8000/"
KEYS = (
    "title", "tagline", "base_url", "language", "timezone", "publisher", "navigation", "permalinks", "byline",
    "page_size", "feeds", "share_cards", "markdown_copies", "full_text", "promos", "languages", "provenance",
    "digital_sources", "archive", "quotes", "warnings", "slugs",
)  # fmt: skip
PROMO_KEYS = ("label", "title", "text", "url", "link", "sponsored")
DATE_TOKENS = ("year", "month", "day")
BYLINE_TOKENS = ("source", "editor", "author")
# The members of https://schema.org/IPTCDigitalSourceEnumeration (August 2026); each ends in "DigitalSource".
DIGITAL_SOURCES = tuple(
    f"{name}DigitalSource"
    for name in (
        "AlgorithmicMedia", "AlgorithmicallyEnhanced", "CompositeCapture", "Composite", "CompositeSynthetic",
        "CompositeWithTrainedAlgorithmicMedia", "DataDrivenMedia", "DigitalArt", "DigitalCapture", "MinorHumanEdits",
        "MultiFrameComputationalCapture", "NegativeFilm", "PositiveFilm", "Print", "ScreenCapture",
        "TrainedAlgorithmicMedia", "VirtualRecording",
    )
)  # fmt: skip
_TOKEN = re.compile(r"\{([^{}]*)\}")


def load_settings(
    tree: SourceTree, path: str = "config.yaml", *, base_url: str | None = None
) -> tuple[Settings | None, list[Problem]]:
    """The settings, or None and all that is wrong with them; base_url overrides the one of the file."""
    override, problems = _override(base_url)
    mapping, faults = _mapping(tree, path)
    problems += faults
    settings, faults = _settings(mapping, override)
    problems += faults if "" not in mapping.unreadable else []
    return (None if problems else settings), problems


def makeshift_settings(tree: SourceTree, path: str = "config.yaml") -> Settings:
    """What can be made out of settings that have problems: good enough to check the content, not to publish it."""
    mapping, _ = _mapping(tree, path)
    settings, _ = _settings(mapping, "")
    # A publisher who is not known may be any person that articles name.
    is_known = "publisher.name" in mapping.keys or not (mapping.unreadable or "publisher" in mapping.keys)
    publisher = settings.publisher if is_known else replace(settings.publisher, name="")
    return replace(settings, promos=_EveryName(), publisher=publisher)


class _EveryName(dict[str, Promo]):
    """Promos that are not known: no article's choice is judged by them."""

    def __contains__(self, name: object) -> bool:
        return True


def _mapping(tree: SourceTree, path: str) -> tuple[YamlMapping, list[Problem]]:
    file = tree.get(path)
    if file is None:
        hint = 'create it with the line "title: My Newsletter"'
        return unreadable_mapping(path), [Problem(Location(path), f"{path} is missing", hint)]
    text, faults = decode_text(file.read(), path, limit=SIZE_LIMIT)
    return (unreadable_mapping(path), faults) if faults else read_mapping(text, path)


def base_address(value: str) -> str:
    """The address of a site: http or https, ending in "/"."""
    address = web_address(value)
    if not address:
        raise InvalidValue("the address of the site is empty", "write it like https://news.example.org/")
    if "?" in address or "#" in address:
        raise InvalidValue(f'{quoted(value)} contains "?" or "#"', "write only the address of the home page")
    scheme, _, rest = address.partition("://")
    if "//" in rest or {"..", "."} & set(rest.split("/")):
        raise InvalidValue(f'{quoted(value)} contains "//", "." or ".."', "write the plain address of the home page")
    return f"{scheme.lower()}://{rest.rstrip('/')}/"


def permalink(tokens: tuple[str, ...], value: str) -> str:
    """A pattern of URL paths that begins and ends in "/", holds {slug} and beside it only known tokens."""
    example = "write it like /articles/{slug}/"
    if not value.startswith("/") or not value.endswith("/") or "//" in value:
        raise InvalidValue(f'{quoted(value)} does not begin and end with one "/"', example)
    _check_tokens(value, tokens)
    if value.count("{slug}") != 1:
        raise InvalidValue(f"{quoted(value)} does not contain {{slug}} once", example)
    plain = _TOKEN.sub("", value)
    if not re.fullmatch("[A-Za-z0-9/._~-]*", plain):
        raise InvalidValue(f"{quoted(value)} contains more than letters, digits and / - _ ~ .", example)
    if "/." in value:
        raise InvalidValue(f"{quoted(value)} has a part that begins with a dot", example)
    return value


def byline(value: str) -> str:
    """A sentence in which only {source}, {editor} and {author} stand in braces."""
    text = title_text(value)
    _check_tokens(text, BYLINE_TOKENS)
    return text


def zone_named(value: str) -> ZoneInfo:
    """The time zone of this name."""
    try:
        if re.fullmatch("[A-Za-z0-9_+/-]+", value):  # ZoneInfo opens a file of this name
            return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise InvalidValue(f"unknown time zone {quoted(value)}", _zone_hint(value))


def _settings(mapping: YamlMapping, override: str) -> tuple[Settings, list[Problem]]:
    reader = Fields(mapping)
    reader.group("", KEYS)
    reader.require("title", '"title: My Newsletter"')
    title = reader.read("title", title_text, "")
    policy: Any = reader.read("provenance", partial(one_of, get_args(Policy)), "warn")
    slugs: Any = reader.read("slugs", partial(one_of, ("ascii", "unicode")), "")
    zone = reader.read("timezone", zone_named, ZoneInfo("UTC"))
    base_url = reader.read("base_url", base_address, DEFAULT_BASE_URL)  # checked also where it is overridden
    settings = Settings(
        title=title,
        tagline=reader.read("tagline", long_text, ""),
        base_url=override or base_url,
        language=reader.read("language", language_tag, "en"),
        timezone=zone.key,
        zone=zone,
        publisher=_publisher(reader, title),
        navigation=_navigation(reader, "navigation"),
        permalinks=_permalinks(reader),
        bylines=_bylines(reader, "byline"),
        page_size=reader.read("page_size", partial(whole_number, 1, 100), 10),
        feeds=read_feeds(reader),
        promos=_promos(reader),
        languages=_languages(reader),
        share_cards=reader.read("share_cards", truth, True),
        markdown_copies=reader.read("markdown_copies", truth, False),
        full_text=reader.read("full_text", truth, False),
        archive=reader.read("archive", web_address, "") or WAYBACK,
        quotes=_quotes(reader),
        silenced=_silenced(reader),
        slugs=slugs,
        provenance=policy,
        digital_sources=_digital_sources(reader),
        places={name: Location(mapping.path, *place) for name, place in mapping.places.items()},
    )
    return settings, reader.problems


def _override(base_url: str | None) -> tuple[str, list[Problem]]:
    if base_url is None:
        return "", []
    try:
        return base_address(base_url), []
    except InvalidValue as fault:
        return "", [Problem(Location("--base-url"), fault.message, fault.hint)]


def _publisher(reader: Fields, title: str) -> Publisher:
    if not reader.group("publisher", ("name", "url", "logo")):
        return Publisher(title)
    return Publisher(
        name=reader.read("publisher.name", title_text, "") or title,
        url=reader.read("publisher.url", web_address, ""),
        logo=reader.read("publisher.logo", picture_source, ""),
    )


def _languages(reader: Fields) -> Mapping[str, Localised]:
    written = reader.at("languages")
    if not isinstance(written, dict):
        reader.group("languages", ())
        return {}
    return {tag: _localised(reader, tag) for tag in written}


def _localised(reader: Fields, tag: str) -> Localised:
    place = f"languages.{tag}"
    try:
        language_tag(tag)
    except InvalidValue as fault:
        reader.report(place, fault.message, fault.hint)
    if tag == reader.at("language"):
        reader.report(place, f'"{tag}" is the newsletter\'s own language', "list only additional languages here")
    if not reader.group(place, ("title", "tagline", "navigation", "byline")):
        return Localised()
    has_byline = reader.at(f"{place}.byline") is not None
    return Localised(
        title=reader.read(f"{place}.title", title_text, ""),
        tagline=reader.read(f"{place}.tagline", long_text, ""),
        navigation=_navigation(reader, f"{place}.navigation"),
        bylines=_bylines(reader, f"{place}.byline") if has_byline else None,
    )


def _navigation(reader: Fields, place: str) -> tuple[Link, ...]:
    items = reader.at(place)
    if items is None:
        return ()
    if not isinstance(items, list):
        reader.report(place, f'"{place}" must be a list', 'begin each item with "- title: "')
        return ()
    return tuple(_link(reader, f"{place}.{number}") for number in range(len(items)))


def _link(reader: Fields, name: str) -> Link:
    if not reader.group(name, ("title", "url")):
        return Link("", "")
    reader.require(f"{name}.title", '"title: About"')
    reader.require(f"{name}.url", '"url: /about/"')
    return Link(reader.read(f"{name}.title", title_text, ""), reader.read(f"{name}.url", address_or_path, ""))


def _permalinks(reader: Fields) -> Permalinks:
    names = [field.name for field in fields_of(Permalinks)]
    reader.group("permalinks", names)
    patterns = {}
    for name in names:
        tokens = ("slug", *DATE_TOKENS) if name == "article" else ("slug",)
        patterns[name] = reader.read(f"permalinks.{name}", partial(permalink, tokens), getattr(Permalinks(), name))
    return Permalinks(**patterns)


def _quotes(reader: Fields) -> QuoteLimits:
    names = [field.name for field in fields_of(QuoteLimits)]
    reader.group("quotes", names)
    most = {"words": 1000, "share": 100, "quotation": 1000}
    given = {
        name: reader.read(f"quotes.{name}", partial(whole_number, 0, most[name]), getattr(QuoteLimits(), name))
        for name in names
    }
    return QuoteLimits(**given)


def _silenced(reader: Fields) -> tuple[str, ...]:
    reader.group("warnings", WARNINGS)
    return tuple([name for name in WARNINGS if not reader.read(f"warnings.{name}", switch, True)])


def switch(value: str) -> bool:
    """on or off."""
    if value.lower() not in ("on", "off"):
        raise InvalidValue(f"{quoted(value)} is neither on nor off", 'write "on" or "off"')
    return value.lower() == "on"


def _bylines(reader: Fields, place: str) -> Bylines:
    names = [field.name for field in fields_of(Bylines)]
    reader.group(place, names)
    return Bylines(**{name: reader.read(f"{place}.{name}", byline, getattr(Bylines(), name)) for name in names})


def _digital_sources(reader: Fields) -> DigitalSources:
    default = DigitalSources()
    names = [field.name for field in fields_of(DigitalSources)]
    reader.group("digital_sources", names)
    return DigitalSources(
        **{name: reader.read(f"digital_sources.{name}", digital_source, getattr(default, name)) for name in names}
    )


def digital_source(value: str) -> str:
    """A member of schema.org's IPTCDigitalSourceEnumeration; empty text stays empty."""
    return one_of(DIGITAL_SOURCES, value) if value else ""


def _promos(reader: Fields) -> Mapping[str, Promo]:
    promos = reader.at("promos")
    if not isinstance(promos, dict):
        reader.group("promos", ())
        return {}
    return {name: _promo(reader, name) for name in promos}


def _promo(reader: Fields, name: str) -> Promo:
    place = f"promos.{name}"
    fault = slug_fault(name)
    if fault:
        reader.report(place, f'the promo name "{name[:60]}" {fault}', 'write it like "academy"')
    if not reader.group(place, PROMO_KEYS):
        return Promo("", "", "")
    for key in ("label", "title", "text"):
        reader.require(f"{place}.{key}", f'"{key}: Some words"')
    url = reader.read(f"{place}.url", address_or_path, "")
    words = reader.read(f"{place}.link", title_text, "")
    if words and reader.at(f"{place}.url") is None:
        reader.report(f"{place}.link", 'the link has a text but no "url"', 'add "url: https://…"')
    title = reader.read(f"{place}.title", title_text, "")
    return Promo(
        label=reader.read(f"{place}.label", title_text, ""),
        title=title,
        text=reader.read(f"{place}.text", long_text, ""),
        link=Link(words or title, url) if url else None,
        is_sponsored=reader.read(f"{place}.sponsored", truth, False),
    )


def _check_tokens(value: str, known: tuple[str, ...]) -> None:
    every = ", ".join(f"{{{token}}}" for token in known)
    for token in _TOKEN.findall(value):
        if token not in known:
            guess = did_you_mean(token, known)
            raise InvalidValue(f'unknown placeholder "{{{token}}}"', f"{guess} available: {every}".lstrip())
    if "{" in _TOKEN.sub("", value) or "}" in _TOKEN.sub("", value):
        raise InvalidValue(f"{quoted(value)} contains an unmatched brace", f"available: {every}")


def _zone_hint(value: str) -> str:
    from zoneinfo import available_timezones  # reads a whole folder, so only when the name is wrong

    names = sorted(available_timezones())
    lowered = {name.lower(): name for name in names}
    exact = lowered.get(value.lower().replace(" ", "_"))
    by_city = [name for name in names if name.lower().rpartition("/")[2] == value.lower().replace(" ", "_")]
    near = exact or (by_city[0] if by_city else "")
    return f'did you mean "{near}"?' if near else did_you_mean(value, names) or "write it like Europe/London or UTC"
