"""Interface text: one file for each language, plural forms, and the problems when some of it is missing."""

from __future__ import annotations

from lxml import html

from broadsheet.i18n.messages import load_messages
from tests.sites import SMALL_SITE, built, changed, edit, outputs, tree

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


def test_a_missing_message_is_a_problem() -> None:
    """It names the file, the message and its English text."""
    source = edit(RUSSIAN, "templates/messages/ru.yaml", "related: По теме\n", "")

    assert [str(problem) for problem in built(source).problems] == [
        'templates/messages/ru.yaml:1:1: error: the message "related" is missing\n  hint: in English it is "Related"'
    ]


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


def test_missing_messages_are_one_problem() -> None:
    """The English file is the one that every language falls back on."""
    problems = built(changed(SITE, {"templates/messages/en.yaml": None})).problems

    assert "templates/messages/en.yaml:1:1: error: this file is missing" in "\n".join(map(str, problems))
