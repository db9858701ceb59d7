"""A newsletter is started in an empty folder, and what comes of it can be published as it is."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from broadsheet.authoring.json_schema import schema_files
from broadsheet.authoring.new_newsletter import Start, newsletter_files, update_schemas
from broadsheet.commands.main import main
from broadsheet.schema.values import InvalidValue, plain_text, title_text
from broadsheet.schema.yaml import read_mapping
from broadsheet.source.tree import SourceTree, source_tree
from tests.cost import HANG_SECONDS
from tests.sites import AS_OF, HOUSE_TEMPLATES, REPOSITORY, built, outputs, without_drawings

GIVEN = ("--title", "Example Weekly", "--url", "https://weekly.example.org", "--publisher", "Weekly & Sons")


def start(**given: str) -> Start:
    known: dict[str, Any] = {
        "title": "Example Weekly", "url": "https://weekly.example.org/", "language": "en", "publisher": "Weekly & Sons",
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001", "date": "2026-11-20 09:30", "version": "1.0",
        "requirement": "./x.whl",
    }  # fmt: skip
    return Start(**{**known, **given})


def texts(page: bytes, path: str) -> list[str]:
    """The texts at an XPath of a page."""
    found: Any = html.fromstring(page.decode()).xpath(path)
    return [text if isinstance(text, str) else text.text_content() for text in found]


def newsletter(files: Mapping[str, str], *, published: bool = True) -> SourceTree:
    """The tree of a new newsletter, with its first article published."""
    article = "content/articles/welcome.md"
    text = files[article].replace("draft: true\n", "") if published else files[article]
    return source_tree({**HOUSE_TEMPLATES, **files, article: text})


@pytest.mark.parametrize("language", ["en", "en-GB", "ru"])
@pytest.mark.parametrize("published", [False, True])
def test_it_builds_and_checks_without_a_word(
    language: str, published: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under `provenance: strict`, no error and no warning, also once the first article is published."""
    folder = tmp_path / "news"
    assert main(["init", str(folder), *GIVEN, "--language", language]) == 0
    assert capsys.readouterr().out == (
        f"Created Example Weekly. Next: cd {folder}, then `broadsheet serve --open` to look at it and write.\n"
    )
    article = folder / "content/articles/welcome.md"
    if published:
        article.write_text(article.read_text().replace("draft: true\n", ""))

    assert "provenance: strict\n" in (folder / "config.yaml").read_text()
    for command in ("build", "check"):
        assert main([command, "--root", str(folder), "--quiet"]) == 0
        assert capsys.readouterr() == ("", "")
    assert (folder / "site/articles/welcome/index.html").exists() == published


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_in_it_is_somebody_elses(language: str) -> None:
    """No trace of the newsletter of this repository, and the icons show the newsletter's own initial."""
    files = newsletter_files(start(language=language, title="Wochenblick"))
    found = outputs(built(newsletter(files)))
    other = outputs(built(newsletter(newsletter_files(start(language=language, title="Hochenblick")))))

    for path, data in {**{path: text.encode() for path, text in files.items()}, **found}.items():
        is_text = not path.endswith((".png", ".ico"))
        assert not (is_text and re.search(rb"hamidun|academy|<<", data, re.IGNORECASE)), path
    assert not [path for path in found if path.endswith("favicon.svg")]
    for icon in ("favicon.ico", "apple-touch-icon.png", "icons/512.png"):
        assert found[icon] != other[icon]  # W is not H


def test_russian_pages_are_in_russian() -> None:
    """No English word is left on them, but for names and formats."""
    files = newsletter_files(start(language="ru", title="Неделя", publisher="Редакция"))
    pages = outputs(built(without_drawings(newsletter(files))))

    for path in [path for path in pages if path.endswith("index.html")]:
        shown = texts(pages[path], "//body//*[not(self::script or self::style)]/text()")
        words = set(re.findall(r"[A-Za-z]+", " ".join(shown)))
        assert words <= {"cookie", "RSS", "Atom", "JSON", "Feed", "OPML", "JavaScript"}, path


@settings(max_examples=25)
@given(
    st.text(st.characters(codec="utf-8") | st.sampled_from("*_`#[]<>|&\\~!:{}@=+"), min_size=1, max_size=40),
    st.sampled_from(["en", "ru"]),
)
def test_any_name_will_do(name: str, language: str) -> None:
    """It is read back exactly from the settings, shown as it is on a page, and the newsletter builds."""
    try:
        title = title_text(name)
        files = newsletter_files(start(title=title, publisher=title, language=language))
    except InvalidValue:
        return
    if not title:
        return
    mapping, problems = read_mapping(files["config.yaml"], "config.yaml")
    result = built(without_drawings(newsletter(files)), as_of=AS_OF)

    assert problems == []
    assert mapping.values["title"] == title
    assert result.problems == ()
    about = plain_text(texts(outputs(result)["about/index.html"], "//main")[0])
    assert plain_text(title) in about or set(title) & set("'\".-(")  # of which some become quotation marks and dashes


def test_a_settings_file_of_a_few_lines() -> None:
    """Everything else has a default."""
    lines = newsletter_files(start())["config.yaml"].splitlines()
    assert len([line for line in lines if not line.startswith("#")]) <= 16


def test_editors_know_the_fields(tmp_path: Path) -> None:
    """Schemas are there, of this version; each file that names one, and the editor's settings, find it."""
    files = newsletter_files(start())
    schemas = {path.rpartition("/")[2]: text for path, text in files.items() if path.startswith(".vscode/schemas/")}
    mapped = json.loads(files[".vscode/settings.json"])["yaml.schemas"]

    assert schemas == schema_files()
    assert set(mapped) <= set(files)
    for path in ("config.yaml", "content/topics.yaml"):
        (named,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", files[path], re.MULTILINE)
        assert os.path.normpath(Path(path).parent / named) in files


def test_schemas_follow_the_version(tmp_path: Path) -> None:
    """The preview writes them again after an upgrade, where a newsletter has them."""
    assert not update_schemas(tmp_path)
    for path, text in newsletter_files(start()).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert not update_schemas(tmp_path)
    (tmp_path / ".vscode/schemas/topics.json").write_text("{}")

    assert update_schemas(tmp_path)
    assert (tmp_path / ".vscode/schemas/topics.json").read_text() == schema_files()["topics.json"]


@pytest.mark.parametrize("names", [["notes.txt"], ["a", "b", "c", "d"], [".vscode/settings.json"]])
def test_a_folder_that_is_not_empty_is_refused(
    names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name, and nothing is written."""
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    before = sorted(tmp_path.rglob("*"))

    assert main(["init", str(tmp_path), *GIVEN]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "is not empty: it contains" in said
    assert names[0] in said
    assert ("and 1 more" in said) == (len(names) == 4)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_repository_and_an_environment_are_no_obstacle(tmp_path: Path) -> None:
    """Most people make these first."""
    for name in (".git", ".venv"):
        (tmp_path / name).mkdir()
    assert main(["init", str(tmp_path), *GIVEN]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), 'the newsletter needs a name: --title "My Newsletter"'),
        (("--title", " "), 'the newsletter needs a name: --title "My Newsletter"'),
        (("--title", "x" * 301), "has 301 characters; at most 300 are allowed"),
        ((*GIVEN, "--url", "weekly.example.org"), "--url: "),
        ((*GIVEN, "--language", "Russian!"), '--language: "Russian!" is not a valid language tag'),
    ],
)
def test_wrong_answers_are_refused(
    arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal nothing is asked, and nothing is written."""
    assert main(["init", str(tmp_path / "news"), *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "news").exists()


def test_what_is_left_out_has_a_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name is enough."""
    assert main(["init", str(tmp_path), "--title", "Weekly"]) == 0
    config = (tmp_path / "config.yaml").read_text()

    assert "# base_url: https://…\nlanguage: en\ntimezone: UTC\npublisher:\n  name: Weekly\n" in config
    assert main(["build", "--root", str(tmp_path), "--quiet"]) == 0


def test_other_languages_start_from_english_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the command says so."""
    assert main(["init", str(tmp_path), *GIVEN, "--language", "de"]) == 0
    assert capsys.readouterr().out.startswith("The pages are in English: translate them")


def test_in_a_terminal_it_asks(tmp_path: Path) -> None:
    """Again after an answer that cannot be; Enter takes what is offered."""
    ours, theirs = pty.openpty()
    answers = b"Weekly\nnowhere\nhttps://weekly.example.org\nru\n\n"
    os.write(ours, answers)
    command = [sys.executable, str(REPOSITORY / "build.py"), "init", str(tmp_path / "news")]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        assert process.wait(HANG_SECONDS) == 0
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    config = (tmp_path / "news/config.yaml").read_text()

    assert "Publisher [Weekly]:" in shown
    assert "--url: " in shown
    assert "title: Weekly\n" in config
    assert "base_url: https://weekly.example.org/\nlanguage: ru\n" in config
    assert "  name: Weekly\n" in config
