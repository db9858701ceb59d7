"""The theme's files in a newsletter: listed, ejected, and compared with the theme after an upgrade."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from broadsheet.authoring import theme as theme_module
from broadsheet.commands.main import main
from broadsheet.source import scan as scan_module
from tests.sites import REPOSITORY, SMALL_SITE, written


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A theme that can be upgraded."""
    folder = copytree(REPOSITORY / "templates", tmp_path / "theme")
    for module in (theme_module, scan_module):
        monkeypatch.setattr(module, "theme_folder", lambda: folder)
    return folder


@pytest.fixture
def news(tmp_path: Path, package: Path) -> Path:
    """A newsletter without templates."""
    return written(SMALL_SITE, tmp_path / "news", templates={})


def run(news: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of a command and what it prints to standard output and standard error."""
    code = main([*arguments, "--root", str(news)])
    return code, *capsys.readouterr()


def page(news: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The front page of a build that must succeed without a warning."""
    assert run(news, capsys, "build", "--quiet") == (0, "", "")
    return (news / "site/index.html").read_text()


def upgrade(package: Path, name: str, old: str, new: str) -> None:
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))


def test_an_upgrade_keeps_what_was_ejected_and_brings_the_rest(
    news: Path, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each page follows the package, but for the newsletter's own change; `diff` shows what it has missed."""
    assert run(news, capsys, "theme", "eject", "list.html") == (0, "templates/list.html\n", "")
    own = news / "templates/list.html"
    own.write_text(own.read_text().replace("{% block main %}", "{% block main %}<p>Our own words.</p>"))
    before = page(news, capsys)
    assert "Our own words." in before
    assert run(news, capsys, "theme", "diff") == (0, "", "Nothing has changed.\n")

    upgrade(package, "base.html", "</footer>", "<p>New in the footer.</p></footer>")
    upgrade(package, "list.html", "{% block main %}", "{% block main %}<p>New in lists.</p>")
    after = page(news, capsys)

    assert ("New in the footer." in after, "Our own words." in after, "New in lists." in after) == (True, True, False)
    code, shown, _ = run(news, capsys, "theme", "diff")
    assert code == 0
    assert "+{% block main %}<p>New in lists.</p>" in shown.splitlines()
    assert "Our own words." not in shown
    listed = run(news, capsys, "theme", "list")[1]
    assert "list.html         yours; the theme's has changed since you ejected it\n" in listed
    assert "\nbase.html\n" in listed

    assert run(news, capsys, "theme", "diff", "--applied")[2] == "templates/list.html: recorded.\n"
    assert run(news, capsys, "theme", "diff") == (0, "", "Nothing has changed.\n")
    assert "Our own words." in own.read_text()


def test_a_file_that_was_not_ejected_is_compared_with_the_theme(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Since nobody knows which version it was copied from."""
    (news / "templates").mkdir()
    (news / "templates/redirect.html").write_text("Moved.\n")
    code, shown, told = run(news, capsys, "theme", "diff", "templates/redirect.html")

    assert code == 0
    assert "templates/redirect.html was not ejected" in told
    assert shown.startswith("--- theme/redirect.html\n+++ templates/redirect.html\n")
    assert "+Moved.\n" in shown


def test_another_language_starts_from_the_english_messages(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the warning about it says; the warning is then gone."""
    config = news / "config.yaml"
    config.write_text(config.read_text() + "language: de\n")
    _, _, told = run(news, capsys, "build", "--quiet")
    assert "`broadsheet theme eject messages/de.yaml`" in told

    assert run(news, capsys, "theme", "eject", "messages/de.yaml")[0] == 0
    german = news / "templates/messages/de.yaml"
    german.write_text(german.read_text().replace("topics: Topics", "topics: Themen"))
    assert "Themen" in page(news, capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eject", "artcle.html"), 'the theme has no file "artcle.html": did you mean "article.html"?'),
        (("eject", "../config.yaml"), 'the theme has no file "../config.yaml": `broadsheet theme list` lists them'),
        (("eject", "messages/../x.yaml"), 'the theme has no file "messages/../x.yaml"'),
        (("eject", "messages/ru.yaml"), "messages are replaced one by one: write only those that you want to change"),
        (("eject", "templates/base.html"), "templates/base.html is there already: edit it, or delete it first"),
        (("diff", "bse.html"), '"templates/bse.html" in the place of a file of the theme: did you mean "base.html"?'),
    ],
)
def test_what_cannot_be_is_said(
    arguments: tuple[str, ...], said: str, news: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, with what to do; nothing is written."""
    (news / "templates").mkdir()
    (news / "templates/base.html").write_text("x")
    code, _, told = run(news, capsys, "theme", *arguments)

    assert (code, said in " ".join(told.split())) == (2, True), told
    assert [path.name for path in (news / "templates").rglob("*")] == ["base.html"]


def test_the_theme_itself_is_not_ejected(capsys: pytest.CaptureFixture[str]) -> None:
    """In the repository of Broadsheet, templates/ is the theme."""
    code, _, told = run(REPOSITORY, capsys, "theme", "eject", "base.html")

    assert (code, "templates/ is the theme itself here" in told) == (2, True)
