"""The words that pages say themselves: one file for each language, templates/words/en.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..core.errors import Location, Problem, did_you_mean, warning
from ..schema.yaml import YamlMapping, read_mapping
from ..source.tree import SourceFile, SourceTree

FOLDER = "templates/words/"
DEFAULT = "en"

# What planning says by itself; what templates say is found in them (templates.py).
NEEDED = (
    "topics", "sources", "people", "archive", "search", "reading", "minutes", "articles", "page", "newer", "older",
    "website", "paywall", "licence", "topics_lead", "sources_lead", "people_lead", "archive_lead", "archive_of",
    "month_lead", "source_lead", "person_lead", "topic_lead", "search_lead", "not_found", "not_found_lead", "feed",
    "source", "no_link", "feeds_newsletter", "feeds_topics", "feeds_sources", "feeds_languages", "feeds_corrections",
    "feeds_licence", "feeds_it_said", "feeds_it_says", "correction", "clarification", "update", "put_right_by",
    "ai_note", "checked_by", "role_none", "role_assisted", "role_translated", "role_summarised", "role_generated",
    "role_unknown", "did_write", "did_edit", "did_check", "facts_ai", "facts_checked", "facts_sources",
    "facts_correction", "facts_clarification", "facts_update", "facts_publisher", "policy_strict", "policy_warn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Messages:
    """The words of one language. plurals: by name, the forms by CLDR category ("one", "few", "other").

    language: the one they are in, which is the default's where there is no file for the one asked for.
    """

    language: str
    texts: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Location] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A word by its name, which stands for itself where the file lacks it."""
        return self.texts.get(name, name)

    def entries(self) -> tuple[tuple[str, str], ...]:
        """The words by name, in order of name; of those with plural forms, one line for each ("found_one")."""
        forms = {f"{name}_{form}": text for name, group in self.plurals.items() for form, text in group.items()}
        return tuple(sorted((self.texts | forms).items()))  # type: ignore[operator]

    def counted(self, name: str, number: int, plural_form: Callable[[int], str]) -> str:
        """A word in the form that goes with the number, with the number in it."""
        forms = self.plurals.get(name) or {"other": f"{{n}} {name}"}
        return forms.get(plural_form(number), forms["other"]).replace("{n}", str(number))


def load_messages(tree: SourceTree, languages: Iterable[str]) -> tuple[dict[str, Messages], list[Problem]]:
    """The words for each language, and what is wrong with their files.

    A language without a file of its own ("en-GB.yaml", else "en.yaml") gets the default's words, and a warning.
    """
    problems: list[Problem] = []
    files = {file.path.removeprefix(FOLDER).removesuffix(".yaml"): file for file in tree.under(FOLDER)}
    standard = _read(files.get(DEFAULT), DEFAULT, problems)
    if DEFAULT in files:
        problems += [
            Problem(Location(files[DEFAULT].path), f'the word "{name}" is missing', "the pages cannot do without it")
            for name in NEEDED
            if name not in standard.texts and name not in standard.plurals
        ]
    found = {DEFAULT: standard}
    words = {}
    for language in languages:
        name = next((tag for tag in (language, language.split("-")[0]) if tag in files), DEFAULT)
        if name == DEFAULT and language.split("-")[0] != DEFAULT:
            message = f'there are no words for the language "{language}": its pages say theirs in English'
            hint = f"copy {FOLDER}{DEFAULT}.yaml to {FOLDER}{language}.yaml and translate it"
            problems.append(warning(Location("config.yaml"), message, hint))
        if name not in found:
            found[name] = _complete(_read(files[name], name, problems), standard, problems)
        words[language] = found[name]
    return words, problems


def message_names(tree: SourceTree) -> frozenset[str] | None:
    """The names that templates may use, or None when there is no file to tell."""
    file = tree.get(f"{FOLDER}{DEFAULT}.yaml")
    return frozenset(name for name, _ in _read(file, DEFAULT, []).entries()) if file else None


def _read(file: SourceFile | None, language: str, problems: list[Problem]) -> Messages:
    if file is None:
        path = f"{FOLDER}{language}.yaml"
        problems.append(Problem(Location(path), "this file is missing", "it holds the words that pages say themselves"))
        return Messages(language, {}, {})
    try:
        words, found = _parsed(file.read().decode("utf-8-sig"), file.path, language)
    except UnicodeDecodeError:
        words, found = Messages(language, {}, {}), (Problem(Location(file.path), "this file is not UTF-8 text"),)
    problems += [problem for problem in found if problem not in problems]
    return words


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
        Problem(mapping.where(name), f'"{name}" has no form "other"', 'every language has one: write "other: …"')
        for name, forms in plurals.items()
        if "other" not in forms
    ]
    sound = {name: forms for name, forms in plurals.items() if "other" in forms}
    return Messages(language, texts, sound, _places(mapping)), tuple(problems)


def _places(mapping: YamlMapping) -> Mapping[str, Location]:
    return {name: mapping.where_key(name) for name in mapping.values}


def _complete(words: Messages, standard: Messages, problems: list[Problem]) -> Messages:
    """The words with the default's where some are missing, each of which is a problem, as are unknown ones."""
    path = f"{FOLDER}{words.language}.yaml"
    known = {*standard.texts, *standard.plurals}
    for name in sorted(known - {*words.texts, *words.plurals}):
        line = standard.texts.get(name) or standard.plurals[name]["other"]
        message = f'the word "{name}" is missing'
        problems.append(Problem(Location(path), message, f'in English it is "{line}"'))
    for name in sorted({*words.texts, *words.plurals} - known):
        hint = did_you_mean(name, known) or f"words stand in {FOLDER}{DEFAULT}.yaml first"
        problems.append(Problem(words.places[name], f'there is no word "{name}"', hint))
    texts = {**standard.texts, **words.texts}
    plurals = {**standard.plurals, **words.plurals}
    return Messages(words.language, texts, plurals, words.places)
