"""The interface words: one file for each language, plural forms, and what is said when some are missing."""

from __future__ import annotations

from lxml import html

from broadsheet.i18n.messages import load_messages
from tests.sites import SMALL_SITE, built, changed, edit, outputs, tree

SITE = tree(SMALL_SITE)
RUSSIAN = edit(SITE, "config.yaml", "title: Small News", "title: Малые новости\nlanguage: ru")


def test_every_language_has_every_word() -> None:
    """The files that come with Broadsheet are complete: no problem, the same names."""
    words, problems = load_messages(SITE, ["en-GB", "ru"])

    assert problems == []
    assert words["en-GB"].language == "en"
    assert {*words["ru"].texts} == {*words["en-GB"].texts}


def test_pages_speak_the_newsletters_language() -> None:
    """Words, dates and plural forms are Russian, with one article and with two."""
    pages = outputs(built(RUSSIAN))
    topics = html.fromstring(pages["topics/index.html"].decode())

    assert topics.xpath("//h1/text()") == ["Темы"]
    assert topics.xpath("//main//li/span/text()") == ["2 статьи", "2 статьи"]
    assert "1 статья" in pages["sources/index.html"].decode()
    assert "1 ноября 2026" in pages["articles/first/index.html"].decode()


def test_a_missing_word_is_a_problem() -> None:
    """The file, the word, and what it is in English."""
    source = edit(RUSSIAN, "templates/words/ru.yaml", "related: По теме\n", "")

    assert [str(problem) for problem in built(source).problems] == [
        'templates/words/ru.yaml:1:1: error: the word "related" is missing\n  hint: in English it is "Related"'
    ]


def test_an_unknown_word_in_a_template_is_a_problem() -> None:
    """With the template, the line and the word that was meant."""
    source = edit(SITE, "templates/list.html", "words.nothing_here", "words.nothing_hear")
    lines = source.files["templates/list.html"].read().decode().splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "nothing_hear" in text)

    assert [str(problem).split(" (")[0] for problem in built(source).problems if "hear" in str(problem)][:1] == [
        f'templates/list.html:{line}:1: error: there is no word "nothing_hear"\n  hint: did you mean "nothing_here"?'
    ]


def test_a_language_without_words_speaks_english_and_is_told_so() -> None:
    """The newsletter is published all the same."""
    result = built(edit(SITE, "config.yaml", "title: Small News", "title: Kleine Zeitung\nlanguage: de"))

    assert [problem.severity for problem in result.problems] == ["warning"]
    assert 'no words for the language "de"' in result.problems[0].message
    assert "1. November 2026" in outputs(result)["articles/first/index.html"].decode()


def test_no_words_at_all_is_one_problem() -> None:
    """Without the English file nothing can be said."""
    problems = built(changed(SITE, {"templates/words/en.yaml": None})).problems

    assert "templates/words/en.yaml:1:1: error: this file is missing" in "\n".join(map(str, problems))
