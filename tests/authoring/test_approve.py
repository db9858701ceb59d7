"""Reviews are written into articles without touching anything else, and hold for one text only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.authoring.approve import approved, article_named, with_review
from broadsheet.commands.main import main
from broadsheet.content.load import load_site
from broadsheet.content.model import Article, Review, Site
from broadsheet.content.provenance import review_fault, standing_review
from broadsheet.content.settings import load_settings
from broadsheet.schema.values import InvalidValue, plain_text
from broadsheet.source.tree import SourceTree, source_tree
from tests.sites import written

DAY = date(2026, 11, 24)
PATH = "content/articles/a.md"
ARTICLE = """\
---
title: "A: b"  # a note
date: 2026-11-20

# On the review:
review:
    by: Ann
    date: 2026-11-21
    checked:
        - facts

    role: editor

topics: [ai]
---
Prose,  as it  was.\x20

"""
REVIEW = ["by: Bob", "date: 2026-11-24"]


def newsletter(article: str | bytes = ARTICLE, people: str = "") -> tuple[SourceTree, Site]:
    """A tree with this article, and its site."""
    found = source_tree(
        {"config.yaml": "title: News\npublisher: {name: The House}", PATH: article}
        | ({"content/people.yaml": people} if people else {})
    )
    settings, _ = load_settings(found)
    assert settings is not None
    site, problems = load_site(found, settings)
    assert site.articles, problems
    return found, site


def approve(article: str | bytes = ARTICLE, *, people: str = "", **given: str) -> Article:
    """The article as it is read after it has been approved."""
    found, site = newsletter(article, people)
    checked = given.pop("checked", "").split(",")
    text, problems = approved(site.articles[0], site, found, day=DAY, checked=checked, **given)
    assert problems == []
    return newsletter(text.encode(), people)[1].articles[0]


def test_the_review_stands_where_the_old_one_was() -> None:
    """All other lines, comments and blanks stay as they were."""
    assert with_review(ARTICLE, REVIEW) == (
        '---\ntitle: "A: b"  # a note\ndate: 2026-11-20\n\n# On the review:\nreview:\n  by: Bob\n  date: 2026-11-24\n'
        "\ntopics: [ai]\n---\nProse,  as it  was. \n\n"
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_a_first_review_is_the_last_field(line_end: str, mark: str) -> None:
    """With the line ends that the file has."""
    text = mark + "---\ntitle: A\ndate: 2026-11-20\n---\nProse.\n\nreview: no field.\n".replace("\n", line_end)
    expected = text.replace(f"20{line_end}---", f"20{line_end}review:{line_end}  by: Bob{line_end}---", 1)

    assert with_review(text, ["by: Bob"]) == expected


def test_a_review_on_one_line_is_replaced() -> None:
    """And one that is the last field."""
    text = "---\ntitle: A\ndate: 2026-11-20\nreview: {by: Ann, date: 2026-11-21}\n---\nProse.\n"

    assert with_review(text, ["by: Bob"]) == "---\ntitle: A\ndate: 2026-11-20\nreview:\n  by: Bob\n---\nProse.\n"


def test_the_review_holds_for_the_text_as_it_stands() -> None:
    """Who, when, what, as what; and nothing is wrong with it."""
    article = approve(by="Bob: the elder", checked="facts, quotes [all]", role="fact checker")

    assert article.review == Review(
        "bob-the-elder", DAY, "fact checker", ("facts", "quotes [all]"), article.text_digest
    )
    assert review_fault(article) == ""
    assert standing_review(article) == article.review


def test_what_is_not_said_again_stays() -> None:
    """Approving once more needs no words; the house is known by its name."""
    again = approve()
    house = approve(ARTICLE.replace("by: Ann", "by: The House"), people="ann: Ann\n")

    assert again.review == Review("ann", DAY, "editor", ("facts",), again.text_digest)
    assert house.review is not None
    assert house.review.by == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Prose,", "Prose;"),
        ('title: "A: b"', "title: A"),
        ("topics: [ai]", "summary: Another."),
        ("topics: [ai]", "headline: Another"),
    ],
)
def test_another_text_needs_review(old: str, new: str) -> None:
    """Whatever readers read: then nobody is told of the review."""
    found, site = newsletter()
    text, _ = approved(site.articles[0], site, found, day=DAY)
    after = newsletter(text.replace(old, new))[1].articles[0]

    assert review_fault(after) == "changed"
    assert standing_review(after) is None


@pytest.mark.parametrize(
    "new",
    [
        "topics: [ml]",
        "topics: [ai]\nslug: other",
        "topics: [ai]\nai: summarised",
        "topics: [ai]\neditor: Zoe",
        "updated: 2026-11-24",
    ],
)
def test_other_fields_need_no_review(new: str) -> None:
    """Filing an article elsewhere changes nothing that was checked."""
    found, site = newsletter()
    text, _ = approved(site.articles[0], site, found, day=DAY)

    assert review_fault(newsletter(text.replace("topics: [ai]", new))[1].articles[0]) == ""


def test_an_update_after_the_review_needs_review() -> None:
    """Even if the editor forgot to change the text."""
    found, site = newsletter()
    text, _ = approved(site.articles[0], site, found, day=DAY)

    assert review_fault(newsletter(text.replace("topics:", "updated: 2026-11-25\ntopics:"))[1].articles[0]) == "older"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_any_name_is_written_so_that_it_is_read_again(name: str) -> None:
    """In the words of its own or within a list."""
    try:
        article = approve(by="Bob", role=f"x{name}", checked=f"y{name.replace(',', ';')}")
    except InvalidValue as fault:
        assert "character" in fault.message
        return
    assert article.review is not None
    assert (article.review.role, article.review.checked) == (
        plain_text(f"x{name}"),
        (plain_text(f"y{name}").replace(",", ";"),),
    )


def test_a_name_that_nobody_knows_is_a_problem() -> None:
    """With a registry, a slip is caught before anything is written."""
    found, site = newsletter(people="ann: Ann\nbob: Bob Li\n")
    _, problems = approved(site.articles[0], site, found, day=DAY, by="Bob Lee")

    assert [problem.message for problem in problems] == ['unknown person "Bob Lee"']
    assert problems[0].hint.startswith('did you mean "Bob Li"?')


@pytest.mark.parametrize(
    "front",
    ["{title: A, date: 2026-11-20}", "title: A\ndate: 2026-11-20\nreview: {by: Ann,\ndate: 2026-11-21}"],
)
def test_a_form_that_cannot_be_written_into_is_refused(front: str) -> None:
    """Rather than damaged."""
    found, site = newsletter(f"---\n{front}\n---\nProse.\n")

    with pytest.raises(InvalidValue) as fault:
        approved(site.articles[0], site, found, day=DAY, by="Bob")
    assert fault.value.hint


def test_nobody_is_nobody() -> None:
    """A first review must name somebody."""
    found, site = newsletter("---\ntitle: A\ndate: 2026-11-20\n---\nProse.\n")

    with pytest.raises(InvalidValue, match="the reviewer is missing"):
        approved(site.articles[0], site, found, day=DAY, by=" ")


@pytest.mark.parametrize("name", [PATH, f"./{PATH}", "a-b", "/articles/a-b/", "https://x.example/articles/a-b/"])
def test_an_article_has_several_names(name: str) -> None:
    """Its file, its short name, its address."""
    assert article_named(name, newsletter()[1]).path == PATH


@pytest.mark.parametrize("path", ["content/articles/2026-11-story-1.md", "content/articles/2026-11-story-1/index.md"])
@pytest.mark.parametrize("name", ["2026-11-story-1", "2026-11-story-1.md"])
def test_the_name_of_its_file_is_enough(path: str, name: str) -> None:
    """Although the slug comes from the title."""
    found = source_tree({"config.yaml": "title: News", path: "---\ntitle: Another\ndate: 2026-11-20\n---\nProse.\n"})
    settings, _ = load_settings(found)
    assert settings is not None
    site, _ = load_site(found, settings)

    assert article_named(name, site).path == path
    with pytest.raises(InvalidValue) as fault:
        article_named("2026-11-story-2", site)
    assert fault.value.hint == 'did you mean "2026-11-story-1"?'


def test_an_article_that_is_not_there() -> None:
    """Is told as such."""
    with pytest.raises(InvalidValue, match='unknown article "b"'):
        article_named("b", newsletter()[1])


def test_a_name_of_two_articles_is_refused() -> None:
    """A translation may have the short name of its original: the file tells them apart."""
    found = source_tree(
        {
            "config.yaml": "title: News\nlanguages: {ru: {}}",
            "content/articles/a.md": "---\nid: urn:x:1\ntitle: A\ndate: 2026-11-20\n---\nProse.\n",
            "content/articles/b.md": "---\nid: urn:x:2\ntitle: A\nlang: ru\ndate: 2026-11-20\n---\nProse.\n",
        }
    )
    settings, _ = load_settings(found)
    assert settings is not None
    site, problems = load_site(found, settings)

    assert (len(site.articles), problems) == (2, [])
    with pytest.raises(InvalidValue, match='"a" could be'):
        article_named("a", site)
    assert article_named("content/articles/b.md", site).lang == "ru"


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which file it wrote; what cannot be is refused, with the file as it was."""
    root = written(f"-- config.yaml --\ntitle: News\n-- {PATH} --\n{ARTICLE}", tmp_path, templates={})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")  # 24 November 2026, noon
    before = (root / PATH).read_bytes()

    assert main(["approve", "nothing", "--root", str(root)]) == 2
    assert (root / PATH).read_bytes() == before
    capsys.readouterr()
    assert main(["approve", "a-b", "--by", "Bob", "--checked", "facts,rights", "--root", str(root)]) == 0
    assert capsys.readouterr().out == f"{PATH}\n"
    after = (root / PATH).read_text()
    digest = newsletter(after)[1].articles[0].text_digest
    expected = (
        f'review:\n  by: Bob\n  role: editor\n  date: 2026-11-24\n  checked: [facts, rights]\n  text: "{digest}"\n'
    )
    assert expected.replace('"', "") in after.replace('"', "")


def test_several_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, or none if one cannot be approved."""
    paths = [f"content/articles/{name}.md" for name in ("one", "two")]
    site = "".join(f"-- {path} --\n---\ntitle: {path}\ndate: 2026-11-20\n---\nProse.\n" for path in paths)
    root = written(f"-- config.yaml --\ntitle: News\n{site}", tmp_path, templates={})
    before = [(root / path).read_bytes() for path in paths]

    assert main(["approve", "one", "three", "--by", "Bob", "--root", str(root)]) == 2
    assert [(root / path).read_bytes() for path in paths] == before
    assert 'unknown article "three"' in capsys.readouterr().err
    assert main(["approve", "one", "two", "--by", "Bob", "--root", str(root)]) == 0
    assert capsys.readouterr().out.splitlines() == paths
    assert all("by: Bob" in (root / path).read_text() for path in paths)
