"""Interface text in files for each language, which newsletters override key by key, with its plural forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from ..core.errors import Location, Problem, did_you_mean, warning
from ..schema.yaml import YamlMapping, read_mapping
from ..source.tree import TEMPLATES, THEME, SourceFile, SourceTree
from .calendar import locale_of

FOLDER = f"{TEMPLATES}/messages/"
THEME_FOLDER = f"{THEME}/messages/"
DEFAULT = "en"
BYLINE_PLACEHOLDER = re.compile(r"\{(?:source|editor|author)\}")


@dataclass(frozen=True, slots=True)
class Messages:
    """The interface text of one language."""

    language: str
    """The language of the text: the default one if there is no file for the language of the pages."""
    texts: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    """For each name its forms by CLDR plural category ("one", "few", "other")."""
    places: Mapping[str, Location] = field(default_factory=dict)
    plural_languages: Mapping[str, str] = field(default_factory=dict)
    """The language of each plural, whose rule it follows: a page may fall back to English for one of them."""

    def text(self, name: str) -> str:
        """Return the message of this name."""
        return self.texts[name]

    def term(self, word: str) -> str:
        """Return a common word of provenance records, such as "shortening", in this language; any other as it is."""
        return self.texts.get(f"term_{word.casefold().replace(' ', '_').replace('-', '_')}", word)

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return (name, message) sorted by name, with an entry for each plural form ("found_one")."""
        forms = {f"{name}_{form}": text for name, group in self.plurals.items() for form, text in group.items()}
        return tuple(sorted((self.texts | forms).items()))  # type: ignore[operator]

    def counted(self, name: str, number: int, plural_form: Callable[[int], str]) -> str:
        """Return the message in the plural form for this number, with the number filled in."""
        forms = self.plurals[name]
        return forms.get(plural_form(number), forms["other"]).replace("{n}", str(number))


def load_messages(tree: SourceTree, languages: Iterable[str]) -> tuple[dict[str, Messages], list[Problem]]:
    """Return the messages for each language, and the problems in their files.

    For each message the newsletter's own text is taken, else that of the theme, else the same in English. A language
    without a file of its own ("en-GB.yaml", else "en.yaml") gets the English messages, and a warning.
    """
    problems: list[Problem] = []
    messages = {}
    for language in languages:
        messages[language] = _messages(tree, language, problems)
        if messages[language].language == DEFAULT != language.split("-")[0]:
            message = f'there is no interface text for the language "{language}"; its pages use English'
            hint = f"run `broadsheet theme eject messages/{language}.yaml`, and translate that file"
            problems.append(warning(Location("config.yaml"), message, hint))
    return messages, problems


def message_names(tree: SourceTree) -> frozenset[str] | None:
    """Return the names that templates may use, or None if the tree has no messages."""
    if f"{FOLDER}{DEFAULT}.yaml" not in tree:
        return None
    return frozenset(name for name, _ in _messages(tree, DEFAULT, []).entries())


def unused_messages(tree: SourceTree, used: Set[str]) -> list[Problem]:
    """Return a warning for each message of the newsletter that the theme does not have and that no template uses."""
    theme = {file.path.removeprefix(THEME_FOLDER): file for file in tree.under(THEME_FOLDER)}
    own_files = [
        file
        for file in tree.under(FOLDER)
        if (original := theme.get(file.path.removeprefix(FOLDER))) is None or original.digest != file.digest
    ]
    if not theme or not own_files:  # to parse a file of the theme takes 10 ms
        return []
    known = _read(theme[f"{DEFAULT}.yaml"], DEFAULT, [])
    names = {*known.texts, *known.plurals}
    problems = []
    for file in own_files:
        own = _read(file, "", [])
        for name, place in own.places.items():
            forms = {name, *(f"{name}_{form}" for form in own.plurals.get(name, ()))}
            if name not in names and not forms & used:
                hint = did_you_mean(name, names) or "remove it, or use it in a template"
                problems.append(warning(place, f'nothing uses the message "{name}"', hint))
    return problems


def _messages(tree: SourceTree, language: str, problems: list[Problem]) -> Messages:
    """Return the messages for a language, each from the last of the files that has it."""
    tags = dict.fromkeys((DEFAULT, language.split("-")[0], language))
    found = Messages(DEFAULT, {}, {})
    for tag in [tag for tag in tags if f"{FOLDER}{tag}.yaml" in tree]:
        own, theme = tree.files[f"{FOLDER}{tag}.yaml"], tree.get(f"{THEME_FOLDER}{tag}.yaml")
        files = [theme, own] if theme and theme.digest != own.digest else [own]
        layers = [_read(file, tag, problems) for file in files]
        if tag != DEFAULT:
            problems += _untranslated(own.path, found, layers)
        for layer in layers:
            found = _laid_over(found, layer, problems)
            problems += _byline_problems(layer)
    return found


def _byline_problems(messages: Messages) -> Iterator[Problem]:
    """Yield a problem for each byline with a placeholder that nothing fills in."""
    for name, text in messages.texts.items():
        if name.startswith("byline_") and re.search(r"[{}]", BYLINE_PLACEHOLDER.sub("", text)):
            message = f'"{name}" has a placeholder other than {{source}}, {{editor}} and {{author}}'
            yield Problem(messages.places[name], message, "correct it, or write the sentence without braces")


def _untranslated(path: str, english: Messages, layers: Sequence[Messages]) -> list[Problem]:
    """Return a warning if there are messages that a language does not have."""
    translated = {name for layer in layers for name in (*layer.texts, *layer.plurals)}
    missing = sorted({*english.texts, *english.plurals} - translated)
    if not missing:
        return []
    names = ", ".join(f'"{name}"' for name in missing)
    message = "this message is missing" if len(missing) == 1 else f"{len(missing)} messages are missing"
    return [warning(Location(path), f"{message}, and pages use the English text: {names}", "translate them here")]


def _laid_over(below: Messages, above: Messages, problems: list[Problem]) -> Messages:
    """Return the messages below, with those above in the place of the ones with the same name."""
    for name in above.texts.keys() & below.plurals.keys():
        hint = 'write "one:", "other:" and whatever forms the language has, each on a line of its own below it'
        problems.append(Problem(above.places[name], f'"{name}" needs a text for each plural form', hint))
    for name in above.plurals.keys() & below.texts.keys():
        message = f'"{name}" is a single text, without plural forms'
        problems.append(Problem(above.places[name], message, "write it on the same line, after the colon"))
    texts = {name: text for name, text in above.texts.items() if name not in below.plurals}
    plurals = {name: forms for name, forms in above.plurals.items() if name not in below.texts}
    return Messages(
        above.language,
        {**below.texts, **texts},
        {**below.plurals, **plurals},
        {**below.places, **above.places},
        {**below.plural_languages, **dict.fromkeys(plurals, above.language)},
    )


def _read(file: SourceFile, language: str, problems: list[Problem]) -> Messages:
    try:
        messages, found = _parsed(file.read().decode("utf-8-sig"), file.path, language)
    except UnicodeDecodeError:
        messages, found = Messages(language, {}, {}), (Problem(Location(file.path), "this file is not UTF-8 text"),)
    problems += [problem for problem in found if problem not in problems]
    return messages


@lru_cache(maxsize=32)
def _parsed(text: str, path: str, language: str) -> tuple[Messages, tuple[Problem, ...]]:
    mapping, problems = read_mapping(text, path)
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


@dataclass(slots=True)
class Counts:
    """Owns, for one planning, the texts already made: thousands of articles share a few reading times."""

    messages: Messages
    _texts: dict[tuple[str, int], str] = field(default_factory=dict)

    def text(self, name: str, number: int) -> str:
        """ "4 articles", "1 статья", by the rule of the message's own language."""
        text = self._texts.get((name, number))
        if text is None:
            language = self.messages.plural_languages.get(name, self.messages.language)
            plural_form = locale_of(language).plural_form
            text = self._texts[name, number] = self.messages.counted(name, number, plural_form)
        return text
