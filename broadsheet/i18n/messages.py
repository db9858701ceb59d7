"""Interface text, one file for each language (templates/messages/en.yaml), with the plural forms of each language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..core.errors import Location, Problem, did_you_mean, warning
from ..schema.yaml import YamlMapping, read_mapping
from ..source.tree import SourceFile, SourceTree
from .calendar import locale_of

FOLDER = "templates/messages/"
DEFAULT = "en"

# The messages that planning uses; those that templates use are found in the templates (render/jinja/templates.py).
NEEDED = (
    "topics", "sources", "people", "archive", "search", "reading_time", "minutes", "articles", "page_number",
    "newer", "older", "website", "paywall", "licence", "topics_lead", "sources_lead", "people_lead", "archive_lead",
    "archive_of", "month_lead", "source_lead", "person_lead", "topic_lead", "search_lead", "not_found",
    "not_found_lead", "feed", "source", "no_source_link", "feeds_newsletter", "feeds_topics", "feeds_sources",
    "feeds_languages", "feeds_corrections", "feeds_licence", "correction_before", "correction_after", "correction",
    "clarification", "update", "corrected_by", "ai_note", "checked_by", "role_none", "role_assisted",
    "role_translated", "role_summarised", "role_generated", "role_unknown", "articles_written", "articles_edited",
    "articles_checked", "statistics_ai", "statistics_checked", "statistics_sources", "statistics_correction",
    "statistics_clarification", "statistics_update", "responsible_publisher", "policy_strict", "policy_warn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Messages:
    """The interface text of one language."""

    language: str
    """The language of the text: the default one if there is no file for the language of the pages."""
    texts: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    """For each name its forms by CLDR plural category ("one", "few", "other")."""
    places: Mapping[str, Location] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the message of this name, or the name itself if the file lacks it."""
        return self.texts.get(name, name)

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return (name, message) sorted by name, with an entry for each plural form ("found_one")."""
        forms = {f"{name}_{form}": text for name, group in self.plurals.items() for form, text in group.items()}
        return tuple(sorted((self.texts | forms).items()))  # type: ignore[operator]

    def counted(self, name: str, number: int, plural_form: Callable[[int], str]) -> str:
        """Return the message in the plural form for this number, with the number filled in."""
        forms = self.plurals.get(name) or {"other": f"{{n}} {name}"}
        return forms.get(plural_form(number), forms["other"]).replace("{n}", str(number))


def load_messages(tree: SourceTree, languages: Iterable[str]) -> tuple[dict[str, Messages], list[Problem]]:
    """Return the messages for each language, and the problems in their files.

    A language without a file of its own ("en-GB.yaml", else "en.yaml") gets the English messages, and a warning.
    """
    problems: list[Problem] = []
    files = {file.path.removeprefix(FOLDER).removesuffix(".yaml"): file for file in tree.under(FOLDER)}
    standard = _read(files.get(DEFAULT), DEFAULT, problems)
    if DEFAULT in files:
        problems += [
            Problem(Location(files[DEFAULT].path), f'the message "{name}" is missing', "pages need it")
            for name in NEEDED
            if name not in standard.texts and name not in standard.plurals
        ]
    found = {DEFAULT: standard}
    messages = {}
    for language in languages:
        name = next((tag for tag in (language, language.split("-")[0]) if tag in files), DEFAULT)
        if name == DEFAULT and language.split("-")[0] != DEFAULT:
            message = f'there is no interface text for the language "{language}"; its pages use English'
            hint = f"copy {FOLDER}{DEFAULT}.yaml to {FOLDER}{language}.yaml and translate it"
            problems.append(warning(Location("config.yaml"), message, hint))
        if name not in found:
            found[name] = _complete(_read(files[name], name, problems), standard, problems)
        messages[language] = found[name]
    return messages, problems


def message_names(tree: SourceTree) -> frozenset[str] | None:
    """Return the names that templates may use, or None if the English file is missing."""
    file = tree.get(f"{FOLDER}{DEFAULT}.yaml")
    return frozenset(name for name, _ in _read(file, DEFAULT, []).entries()) if file else None


def _read(file: SourceFile | None, language: str, problems: list[Problem]) -> Messages:
    if file is None:
        path = f"{FOLDER}{language}.yaml"
        problems.append(Problem(Location(path), "this file is missing", "it contains the interface text of all pages"))
        return Messages(language, {}, {})
    try:
        messages, found = _parsed(file.read().decode("utf-8-sig"), file.path, language)
    except UnicodeDecodeError:
        messages, found = Messages(language, {}, {}), (Problem(Location(file.path), "this file is not UTF-8 text"),)
    problems += [problem for problem in found if problem not in problems]
    return messages


@lru_cache(maxsize=32)
def _parsed(text: str, path: str, language: str) -> tuple[Messages, tuple[Problem, ...]]:
    mapping, problems = read_mapping(text, path)
    if mapping is None:
        return Messages(language, {}, {}), tuple(problems)
    texts = {name: value for name, value in mapping.values.items() if isinstance(value, str)}
    plurals = {
        name: {form: text for form, text in value.items() if isinstance(text, str)}
        for name, value in mapping.values.items()
        if isinstance(value, dict)
    }
    problems += [
        Problem(mapping.where(name), f'"{name}" has no form "other"', 'every language needs it: add "other: …"')
        for name, forms in plurals.items()
        if "other" not in forms
    ]
    sound = {name: forms for name, forms in plurals.items() if "other" in forms}
    return Messages(language, texts, sound, _places(mapping)), tuple(problems)


def _places(mapping: YamlMapping) -> Mapping[str, Location]:
    return {name: mapping.where_key(name) for name in mapping.values}


def _complete(messages: Messages, standard: Messages, problems: list[Problem]) -> Messages:
    """Return the messages, with English ones for those that are missing; each missing or unknown name is a problem."""
    path = f"{FOLDER}{messages.language}.yaml"
    known = {*standard.texts, *standard.plurals}
    for name in sorted(known - {*messages.texts, *messages.plurals}):
        line = standard.texts.get(name) or standard.plurals[name]["other"]
        message = f'the message "{name}" is missing'
        problems.append(Problem(Location(path), message, f'in English it is "{line}"'))
    for name in sorted({*messages.texts, *messages.plurals} - known):
        hint = did_you_mean(name, known) or f"add it to {FOLDER}{DEFAULT}.yaml first"
        problems.append(Problem(messages.places[name], f'there is no message "{name}"', hint))
    texts = {**standard.texts, **messages.texts}
    plurals = {**standard.plurals, **messages.plurals}
    return Messages(messages.language, texts, plurals, messages.places)


@dataclass(slots=True)
class Counts:
    """Owns, for one planning, the texts already made: thousands of articles share a few reading times."""

    messages: Messages
    _texts: dict[tuple[str, int], str] = field(default_factory=dict)

    def text(self, name: str, number: int) -> str:
        """ "4 articles", "1 статья", in the messages' own language."""
        text = self._texts.get((name, number))
        if text is None:
            plural_form = locale_of(self.messages.language).plural_form
            text = self._texts[name, number] = self.messages.counted(name, number, plural_form)
        return text
