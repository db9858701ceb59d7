"""Interface text: one file for each language, plural forms, and the problems when some of it is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from broadsheet.i18n.messages import Counts, Messages, load_messages
from broadsheet.source.tree import SourceTree, source_tree
from tests.sites import HOUSE_TEMPLATES, SMALL_SITE, built, edit, outputs, tree

SITE = tree(SMALL_SITE)
RUSSIAN = edit(SITE, "config.yaml", "title: Small News", "title: Малые новости\nlanguage: ru")


def test_every_language_has_every_message() -> None:
    """The files that come with Broadsheet are complete: no problem, the same names."""
    messages, problems = load_messages(SITE, ["en-GB", "ru"])

    assert problems == []
    assert messages["en-GB"].language == "en"
    assert {*messages["ru"].texts} == {*messages["en-GB"].texts}


def test_pages_speak_the_newsletters_language() -> None:
    """Messages, dates and plural forms are Russian, with one article and with two."""
    pages = outputs(built(RUSSIAN))
    topics = html.fromstring(pages["topics/index.html"].decode())

    assert topics.xpath("//h1/text()") == ["Темы"]
    assert topics.xpath("//main//li/span/text()") == ["2 статьи", "2 статьи"]
    assert "1 статья" in pages["sources/index.html"].decode()
    assert "1 ноября 2026" in pages["articles/first/index.html"].decode()


THEME = {f"broadsheet/theme/{path.removeprefix('templates/')}": data for path, data in HOUSE_TEMPLATES.items()}


def overridden(**files: str) -> SourceTree:
    """The Russian newsletter with the theme, and messages of its own by language."""
    own = {f"templates/messages/{language}.yaml": text for language, text in files.items()}
    return source_tree({**THEME, **{file.path: file.read() for file in RUSSIAN}, **own})


def test_messages_are_overridden_one_by_one() -> None:
    """What the newsletter's file does not have is the theme's, in the same language."""
    result = built(overridden(ru="related: Что ещё прочитать\narticles: {other: 'Всего статей: {n}'}\n"))
    pages = outputs(result)

    assert result.problems == ()
    assert "Что ещё прочитать" in pages["articles/second/index.html"].decode()
    assert "Всего статей: 2" in pages["topics/index.html"].decode()
    assert "Темы" in pages["topics/index.html"].decode()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"ru": "topics: Темы\nrelatde: Ещё\n"},
            'templates/messages/ru.yaml:2:1: warning: nothing uses the message "relatde"\n'
            '  hint: did you mean "related"?',
        ),
        (
            {"en": "slogan: All of it\n", "ru": "slogan: Всё\n"},
            'templates/messages/en.yaml:1:1: warning: nothing uses the message "slogan"\n'
            "  hint: remove it, or use it in a template",
        ),
        (
            {"ru": "articles: статей\n"},
            'templates/messages/ru.yaml:1:1: error: "articles" needs a text for each plural form\n'
            '  hint: write "one:", "other:" and whatever forms the language has, each on a line of its own below it',
        ),
        (
            {"ru": "topics:\n  other: Темы\n"},
            'templates/messages/ru.yaml:1:1: error: "topics" is a single text, without plural forms\n'
            "  hint: write it on the same line, after the colon",
        ),
        (
            {"ru": "articles:\n  one: статья\n"},
            'templates/messages/ru.yaml:2:3: error: "articles" has no form "other"\n'
            '  hint: every language needs it: add "other: …"',
        ),
    ],
)
def test_wrong_overrides_are_reported(files: dict[str, str], said: str) -> None:
    """With the line, and the name that was probably meant."""
    assert str(built(overridden(**files)).problems[0]) == said


def test_messages_of_ones_own() -> None:
    """A message that no theme has is right when a template uses it."""
    source = edit(
        overridden(en="slogan: All of it\n", ru="slogan: Всё\n"),
        "templates/list.html",
        "messages.empty_list",
        "messages.slogan",
    )

    assert built(source).problems == ()


def test_a_language_with_few_messages_gets_the_others_in_english() -> None:
    """And one warning, which names them."""
    source = edit(overridden(de="topics: Themen\n"), "config.yaml", "language: ru", "language: de-AT")
    result = built(source)
    (problem,) = result.problems

    assert problem.severity == "warning"
    assert problem.where.path == "templates/messages/de.yaml"
    assert 'messages are missing, and pages use the English text: "accessed_on", "adjacent' in problem.message
    assert '"topics"' not in problem.message
    assert "Themen" in outputs(result)["topics/index.html"].decode()


def test_an_unknown_message_in_a_template_is_a_problem() -> None:
    """It names the template, the line and the message that was probably meant."""
    source = edit(SITE, "templates/list.html", "messages.empty_list", "messages.empty_lost")
    lines = source.files["templates/list.html"].read().decode().splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "empty_lost" in text)

    assert [str(problem).split(" (")[0] for problem in built(source).problems if "empty_lost" in str(problem)][:1] == [
        f'templates/list.html:{line}:1: error: there is no message "empty_lost"\n  hint: did you mean "empty_list"?'
    ]


def test_a_language_without_messages_gets_english_and_a_warning() -> None:
    """The newsletter is published."""
    result = built(edit(SITE, "config.yaml", "title: Small News", "title: Kleine Zeitung\nlanguage: de"))

    assert [problem.severity for problem in result.problems] == ["warning"]
    assert 'no interface text for the language "de"' in result.problems[0].message
    assert "1. November 2026" in outputs(result)["articles/first/index.html"].decode()


def test_a_plural_follows_the_rule_of_its_own_language() -> None:
    """A message that a language lacks is English, and so are its forms: "1 article found" on a Chinese page."""
    english = Messages("en", {}, {"found": {"one": "{n} article", "other": "{n} articles"}}, {}, {"found": "en"})
    mixed = replace(english, language="zh", plurals={**english.plurals, "minutes": {"other": "{n} 分钟"}})

    assert Counts(mixed).text("found", 1) == "1 article"
    assert Counts(mixed).text("found", 2) == "2 articles"
    assert Counts(mixed).text("minutes", 1) == "1 分钟"


def test_common_words_of_records_are_translated() -> None:
    """Others stay as they were written."""
    messages = Messages("ru", {"term_shortening": "сокращение", "term_fact_checking": "проверка фактов"}, {})

    assert [messages.term(word) for word in ("Shortening", "fact-checking", "magic")] == [
        "сокращение",
        "проверка фактов",
        "magic",
    ]


@pytest.mark.parametrize("text", ["From {sorce}", "From {source", "From {source.x}", "}"])
def test_a_byline_with_an_unknown_placeholder_is_an_error(text: str) -> None:
    """At its place; it is never filled in wrongly."""
    source = edit(SITE, "templates/messages/en.yaml", 'byline_own: "By {author}"', f'byline_own: "{text}"')

    found = [str(problem) for problem in built(source).problems if "placeholder" in problem.message]
    assert len(found) == 1
    assert found[0].startswith("templates/messages/en.yaml:")
