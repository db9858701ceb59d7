"""Every command and option as somebody would use it: what is written, what is said and where, and how it ends."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path

import feedparser
import pytest

from broadsheet import __version__
from broadsheet.commands import main as command_line
from broadsheet.commands.main import GROUPS, cli, main
from broadsheet.commands.theme import theme
from broadsheet.content.article import load_article
from broadsheet.content.model import Article
from broadsheet.content.settings import load_settings
from broadsheet.markdown.typography import typographic
from broadsheet.source.scan import scan
from tests.cost import HANG_SECONDS
from tests.sites import REPOSITORY, files, written

ESCAPE = "\x1b"
SITE = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
provenance: off
-- content/articles/good.md --
---
id: urn:uuid:00000000-0000-4000-8000-0000000000ff
title: A good article
date: 2026-11-01T10:00Z
---
Some prose.
-- content/pages/about.md --
---
title: About
---
Who we are.
"""
LATER = """\
-- content/articles/later.md --
---
id: urn:uuid:00000000-0000-4000-8000-000000000001
title: Later
date: 2026-12-24T09:00+03:00
---
Prose of tomorrow.
"""
DRAFT = """\
-- content/articles/draft.md --
---
id: urn:uuid:00000000-0000-4000-8000-000000000002
title: Half done
date: 2026-11-02
draft: true
---
Prose of some day.
"""
BROKEN = """\
-- content/articles/broken.md --
---
title: Broken
date: 3/4/2026
---
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small newsletter that has been built once, so that its pages are in the cache, and not yet published."""
    root = written(SITE, tmp_path_factory.mktemp("built"))
    assert main(["check", "--root", str(root), "--as-of", "2026-11-24T12:00Z", "--quiet"]) == 0
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it in the current folder; it is noon of the 24th of November 2026."""
    folder = tmp_path / "newsletter"
    shutil.copytree(built, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    gc.enable()  # a build, which is a process of its own, turns it off


def add(text: str, root: Path) -> None:
    """Puts the files of a site string into the newsletter."""
    written(text, root, templates={})


def pages(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in pages(folder)}


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What came of the real command in the current folder."""
    return subprocess.run(
        [sys.executable, REPOSITORY / "build.py", *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANG_SECONDS,
    )


# build


def test_build_is_what_happens_without_a_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on standard error says what was written, rendered and reused; standard output stays empty."""
    main(["clean"])
    capsys.readouterr()

    assert main([]) == 0
    told = capsys.readouterr()
    count = len(pages(root / "site"))
    rendered = count - len(pages(root / "site/static")) - 1  # the ledger is made of what was rendered
    assert told.out == ""
    assert re.fullmatch(
        rf"Published {count} files in site; {count} written, 0 removed; {rendered} pages rendered, 0 reused; "
        r"\d+\.\d\d s\.\n",
        told.err,
    )
    assert (root / "site/articles/a-good-article/index.html").is_file()


def test_a_second_build_has_nothing_to_do(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so."""
    main(["build"])
    capsys.readouterr()

    assert main(["build"]) == 0
    assert re.search(
        r"^Up to date: \d+ files in site; nothing changed; 0 pages rendered, \d\d reused; ", capsys.readouterr().err
    )


def test_an_article_taken_away_is_removed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the folder it was alone in."""
    main(["build"])
    (root / "content/articles/good.md").unlink()
    capsys.readouterr()

    assert main(["build"]) == 0
    assert re.search(r"; \d+ written, [1-9] removed; ", capsys.readouterr().err)
    assert not (root / "site/articles").exists()


def test_options_may_stand_without_the_command(root: Path) -> None:
    """`broadsheet --quiet --output elsewhere` is a build."""
    assert main(["--quiet", "--output", "elsewhere"]) == 0
    assert (root / "elsewhere/index.html").is_file()


def test_the_root_is_a_folder_elsewhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site then lies below it, and places of problems are seen from it."""
    (root / "here").mkdir()
    monkeypatch.chdir(root / "here")

    assert main(["--root", ".."]) == 0
    assert (root / "site/index.html").is_file()
    assert list((root / "here").iterdir()) == []


def test_places_are_seen_from_the_root(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the folder in which the command was typed."""
    add(BROKEN, root)
    monkeypatch.chdir(root / "content")

    assert main(["--root", str(root)]) == 1
    assert capsys.readouterr().err.startswith("content/articles/broken.md:3:7: error: ")


def test_what_is_due_next_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next scheduled article, in the newsletter's zone, at the end of the last line."""
    add(LATER, root)

    assert main([]) == 0
    assert capsys.readouterr().err.endswith(' s. Next scheduled: "Later" at 2026-12-24T06:00:00+00:00.\n')


def test_warnings_are_shown_and_counted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They do not stop publishing."""
    add(LATER.replace("id: urn:uuid:00000000-0000-4000-8000-000000000001\n", ""), root)

    assert main([]) == 0
    assert re.fullmatch(
        "content/articles/later.md:1:1: warning: 1 article has no ID: .*\n"
        "  hint: run `broadsheet mint`, which assigns IDs\n"
        r"Published .* s\. 1 warning\. Next scheduled: .*\n",
        capsys.readouterr().err,
    )


def test_quiet_says_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When all is well."""
    assert main(["--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_quiet_still_tells_problems(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else."""
    add(BROKEN, root)

    assert main(["--quiet"]) == 1
    assert capsys.readouterr() == (
        "",
        'content/articles/broken.md:3:7: error: cannot read "3/4/2026" as a date\n'
        "  date: 3/4/2026\n"
        "        ^^^^^^^^\n"
        "  hint: write 2026-03-04 or 2026-04-03\n",
    )


def test_json_is_the_result_and_nothing_else(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, with the paths that changed; standard error stays empty."""
    add(LATER, root)

    assert main(["--json"]) == 0
    told = capsys.readouterr()
    result = json.loads(told.out)
    numbers = result.pop("rendered") + result.pop("reused")
    assert told.err == ""
    assert result.pop("seconds")["total"] > 0
    assert result == {
        "ok": True,
        "problems": [],
        "articles": 2,
        "files": len(pages(root / "site")),
        "added": pages(root / "site"),
        "changed": [],
        "removed": [],
        "due": {"at": "2026-12-24T06:00:00+00:00", "title": "Later"},
    }
    assert numbers == len(pages(root / "site")) - len(pages(root / "site/static")) - 1  # the ledger


@pytest.mark.parametrize("command", ["build", "check"])
def test_json_tells_problems(command: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its place, its words and its hint."""
    add(BROKEN, root)

    assert main([command, "--json"]) == 1
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert told.err == ""
    assert (result["ok"], result["files"], result["added"]) == (False, 0, [])
    assert result["problems"] == [
        {
            "severity": "error",
            "path": "content/articles/broken.md",
            "line": 3,
            "column": 7,
            "message": 'cannot read "3/4/2026" as a date',
            "hint": "write 2026-03-04 or 2026-04-03",
        }
    ]


def test_json_tells_a_refused_output(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also what stops a build before it begins is JSON."""
    assert main(["--json", "--output", "content"]) == 1
    told = capsys.readouterr()
    (problem,) = json.loads(told.out)["problems"]
    assert told.err == ""
    assert problem["path"] == "--output"
    assert problem["message"] == (
        'the output folder "content" overlaps with "content", which belongs to the newsletter'
    )


def test_json_is_read_whatever_the_terminal_can_show(root: Path) -> None:
    """A Russian title passes through a pipe that knows only ASCII."""
    add(LATER.replace("Later", "Позже"), root)
    done = run("--json", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["due"]["title"] == "Позже"


def test_problems_are_told_whatever_the_terminal_can_show(root: Path) -> None:
    """What cannot be shown is spelt out rather than breaking the build."""
    add(BROKEN.replace("3/4/2026", "завтра"), root)
    done = run(PYTHONIOENCODING="ascii", LC_ALL="C")

    assert done.returncode == 1
    assert done.stderr.startswith('content/articles/broken.md:3:7: error: cannot read "')
    assert "Traceback" not in done.stderr


def test_drafts_are_included_on_demand(root: Path) -> None:
    """Drafts and what is scheduled, in a folder of their own; the next build without the option leaves them out."""
    add(LATER + DRAFT, root)

    assert main(["--drafts", "--output", "site.preview"]) == 0
    assert {"articles/later/index.html", "articles/half-done/index.html"} <= set(pages(root / "site.preview"))
    assert main([]) == 0
    assert [page for page in pages(root / "site") if page.startswith("articles/")] == [
        "articles/a-good-article/index.html"
    ]


@pytest.mark.parametrize(
    ("as_of", "is_there"),
    [
        ("2026-12-24", False),
        ("2026-12-24T05:59:59+00:00", False),
        ("2026-12-24T06:00Z", True),
        ("2026-12-24T09:00+03:00", True),
        ("2026-12-24T08:59+03:00", False),
        ("2026-12-24 10:00", True),
        ("2026-10-01", False),
    ],
)
def test_as_of(as_of: str, is_there: bool, root: Path) -> None:
    """A moment, with its zone or in the newsletter's; it wins over SOURCE_DATE_EPOCH."""
    add(LATER, root)

    assert main(["--as-of", as_of]) == 0
    assert (root / "site/articles/later/index.html").exists() == is_there


def test_as_of_is_in_the_zone_of_the_newsletter(root: Path) -> None:
    """When it has none of its own."""
    (root / "config.yaml").write_text("title: Small News\ntimezone: Asia/Tokyo\nprovenance: off\n", encoding="utf-8")
    add(LATER.replace("T09:00+03:00", " 09:00"), root)

    assert main(["--as-of", "2026-12-24T08:59"]) == 0
    assert not (root / "site/articles/later").exists()
    assert main(["--as-of", "2026-12-24T09:00"]) == 0
    assert (root / "site/articles/later").exists()


def test_source_date_epoch(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds since 1970, as other tools for reproducible builds understand them."""
    add(LATER, root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798091999")
    main([])
    assert not (root / "site/articles/later").exists()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798092000")
    main([])
    assert (root / "site/articles/later").exists()


def test_without_either_it_is_now(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable is none."""
    add(LATER.replace("2026-12-24", f"{datetime.now(UTC).year + 1}-12-24"), root)
    add(DRAFT.replace("2026-11-02\ndraft: true", "2020-01-01"), root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    main([])

    assert not (root / "site/articles/later").exists()
    assert (root / "site/articles/half-done").exists()


def test_output_elsewhere(root: Path) -> None:
    """Folders on the way are made; two outputs of one newsletter do not know of each other."""
    assert main(["--output", "out/deep/er"]) == 0
    assert main([]) == 0
    assert contents(root / "out/deep/er") == contents(root / "site")


def test_base_url(root: Path) -> None:
    """Takes the place of the one in the settings, with or without a slash at its end."""
    assert main(["--base-url", "https://other.example/news"]) == 0

    feed = (root / "site/feed.xml").read_text(encoding="utf-8")
    assert "https://other.example/news/articles/a-good-article/" in feed
    assert "small.example" not in feed
    assert 'href="/news/articles/a-good-article/"' in (root / "site/index.html").read_text(encoding="utf-8")


def test_config(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another settings file within the newsletter, and problems with its name."""
    (root / "staging.yaml").write_text("title: Staging News\nprovenance: off\n", encoding="utf-8")
    assert main(["--config", "./staging.yaml"]) == 0
    assert "Staging News" in (root / "site/index.html").read_text(encoding="utf-8")

    capsys.readouterr()
    (root / "staging.yaml").write_text("titel: Staging News\n", encoding="utf-8")
    assert main(["--config", "staging.yaml"]) == 1
    assert capsys.readouterr().err.startswith("staging.yaml:1:1: error: ")


def test_two_jobs(root: Path) -> None:
    """More workers than work is no mistake."""
    assert run("--jobs", "2").returncode == 0


def test_a_cache_that_cannot_be_written_is_no_mistake(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The site is published all the same, and the reason why the next build is slow is told."""
    shutil.rmtree(root / ".broadsheet")
    (root / ".broadsheet").write_text("", encoding="utf-8")

    assert main([]) == 0
    assert "the cache cannot be written" in capsys.readouterr().err
    assert (root / "site/index.html").is_file()


# check


def test_check_publishes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without errors it ends with 0, and it looks at the finished pages too."""
    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.partition(": ")[2] for line in said.err.splitlines() if "warning" in line][:2] == [
        "warning: this page has no description (on /)",
        "warning: no other page leads to this one (on /about/)",
    ]
    assert said.err.endswith("2 warnings in 1 article. Nothing was published.\n")
    assert not (root / "site").exists()


def test_check_tells_all_problems(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With errors it ends with 1, and the site is not looked at."""
    main([])
    (root / "site/mine.txt").write_text("mine", encoding="utf-8")
    before = contents(root / "site")
    add(BROKEN, root)
    capsys.readouterr()

    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert told.err.splitlines()[0] == ('content/articles/broken.md:3:7: error: cannot read "3/4/2026" as a date')
    assert told.err.splitlines()[-1] == "1 error in 2 articles. Nothing was published."
    assert contents(root / "site") == before


def test_check_finds_what_only_rendering_finds(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template's mistake too."""
    (root / "templates/page.html").write_text("{{ page.headlin }}", encoding="utf-8")

    assert main(["check"]) == 1
    assert capsys.readouterr().err.startswith('templates/page.html:1:1: error: TextPageView has no "headlin"')


# new


def made(capsys: pytest.CaptureFixture[str], root: Path, title: str) -> tuple[str, Article]:
    """The path that `new article` printed, and the article in it as a build would read it."""
    capsys.readouterr()
    assert main(["new", "article", title]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("This is a draft")
    path = told.out.removesuffix("\n")
    tree = scan(root)
    settings, _ = load_settings(tree)
    assert settings is not None
    loaded, problems = load_article(tree.files[path], settings)
    assert loaded is not None, problems
    return path, loaded.article


def test_new_article(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft of today, with an id of its own; the path is printed, nothing is opened."""
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    path, article = made(capsys, root, "Small models")

    assert path == "content/articles/small-models.md"
    assert (article.title, article.slug, article.is_draft) == ("Small models", "small-models", True)
    assert before <= article.date <= datetime.now(UTC)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", article.id)
    assert article.has_own_id


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Малые модели: что дальше?", "malye-modeli-chto-dalshe"),
        ('What "they" said: a question, #1 & more', "what-they-said-a-question-1-more"),
        ("It's 3 < 4, isn't it", "its-3-4-isnt-it"),
        ("[no] {no} - *no* &no !no %no @no", "no-no-no-no-no-no-no"),
        ("true", "true"),
        ("007", "007"),
        ("C:\\new\\title", "c-new-title"),
        ("日本語のニュース", "日本語のニュース"),
        ("Æther & Œuvre", "aether-oeuvre"),
    ],
)
def test_titles_arrive_as_they_were_typed(
    title: str, slug: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever signs are in them, with their typography; the slug is transliterated where that is possible."""
    path, article = made(capsys, root, title)

    assert (article.title, article.slug, path) == (typographic(title, "en"), slug, f"content/articles/{slug}.md")


def test_a_title_that_begins_like_an_option(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stands behind two hyphens, as in every command."""
    assert main(["new", "article", "--", "--drafts explained"]) == 0
    assert capsys.readouterr().out == "content/articles/drafts-explained.md\n"


def test_a_second_article_of_the_same_title(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Gets a name and an address of its own, whether the first has the file's name or only the title."""
    first, second = made(capsys, root, "Small models"), made(capsys, root, "Small models")
    third = made(capsys, root, "A good article")

    assert [path for path, _ in (first, second, third)] == [
        "content/articles/small-models.md",
        "content/articles/small-models-2.md",
        "content/articles/a-good-article-2.md",
    ]
    assert len({article.id for _, article in (first, second, third)}) == 3
    assert main(["--drafts"]) == 0


@pytest.mark.parametrize(
    ("title", "name"), [("Feed", r"feed-\d{4}-\d\d-\d\d"), ("!!!", r"article-\d{4}-\d\d-\d\d"), ("a" * 300, "a{80}")]
)
def test_titles_that_make_no_slug(title: str, name: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reserved, empty or too long: a slug is found that can be used."""
    path, article = made(capsys, root, title)

    assert article.title == title
    assert re.fullmatch(f"content/articles/{name}.md", path)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", 'the title is empty: run `broadsheet new article "Some words"`'),
        ("   ", 'the title is empty: run `broadsheet new article "Some words"`'),
        ("a\0b", "the title contains a character that is not allowed: use letters, digits and punctuation"),
    ],
)
def test_titles_that_are_none(title: str, expected: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage, and no file is made."""
    assert main(["new", "article", title]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"Error: {expected}"
    assert [path.name for path in (root / "content/articles").iterdir()] == ["good.md"]


def test_a_new_article_builds(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is it stays a draft; with the line taken away it is published."""
    path, _ = made(capsys, root, "Fresh: from the press")
    assert main([]) == 0
    assert not (root / "site/articles/fresh-from-the-press").exists()

    text = (root / path).read_text(encoding="utf-8")
    (root / path).write_text(text.replace("draft: true\n", ""), encoding="utf-8")
    assert main(["--as-of", "2100-01-01"]) == 0
    page = (root / "site/articles/fresh-from-the-press/index.html").read_text(encoding="utf-8")
    assert "Fresh: from the press" in page


def test_new_makes_the_folder(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The very first article of a newsletter."""
    (root / "content/articles/good.md").unlink()
    (root / "content/articles").rmdir()

    assert made(capsys, root, "First")[0] == "content/articles/first.md"


def test_new_needs_settings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They tell the time zone, so a mistake in them is told first."""
    (root / "config.yaml").write_text("titel: x\n", encoding="utf-8")

    assert main(["new", "article", "First"]) == 1
    assert 'config.yaml:1:1: error: unknown field "titel"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Small models"], 'did you mean: broadsheet new article "Small models"'),
        (["artcle", "Small models"], 'did you mean: broadsheet new article "Small models"'),
        (["persons", "Jane"], 'did you mean: broadsheet new person "Jane"'),
        (["zebra", "Jane"], '"zebra" cannot be created; choose one of article, page, person, source, topic'),
        (["article"], 'the title is missing: broadsheet new article "What we learnt this week"'),
        (["person"], 'the name is missing: broadsheet new person "Jane Doe"'),
        (["page", " "], 'the title is empty: run `broadsheet new page "Some words"`'),
    ],
)
def test_new_says_what_to_write(
    arguments: list[str], said: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A usage error, and nothing is written."""
    before = contents(root / "content")
    assert main(["new", *arguments]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"Error: {said}"
    assert contents(root / "content") == before


def test_new_page(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft; published, it is at the address that its file says."""
    assert main(["new", "page", "Our team & friends"]) == 0
    told = capsys.readouterr()
    assert told.out == "content/pages/our-team-friends.md\n"
    assert told.err.startswith("This is a draft")
    assert main([]) == 0
    assert not (root / "site/our-team-friends").exists()

    file = root / "content/pages/our-team-friends.md"
    text = file.read_text()
    assert "slug: our-team-friends\n" in text
    file.write_text(text.replace("draft: true\n", ""))
    assert main([]) == 0
    assert "Our team &amp; friends" in (root / "site/our-team-friends/index.html").read_text()
    assert main(["new", "page", "Our team & friends"]) == 0
    assert (root / "content/pages/our-team-friends-2.md").exists()


def test_new_entries_can_be_named_in_articles(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the short name or the name; the files are made if there are none."""
    for kind, name in (("person", "Jane Roe"), ("source", "Harbour: the Wire"), ("topic", "Open source")):
        assert main(["new", kind, name]) == 0
    assert capsys.readouterr() == ("content/people.yaml\ncontent/sources.yaml\ncontent/topics.yaml\n", "")
    for kind, name in (("person", "Ann Poe"), ("source", "Press"), ("topic", "Money")):
        assert main(["new", kind, name]) == 0
    record = "topics: [open-source, Money]\neditor: ann-poe\nsource: 'Harbour: the Wire'\n"
    (root / "content/articles/more.md").write_text(f"---\ntitle: More\ndate: 2026-11-01\n{record}---\nMore.\n")
    capsys.readouterr()

    assert main(["--json"]) == 0
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [problem for problem in problems if "unknown" in problem["message"]] == []
    assert (root / "site/topics/open-source/index.html").exists()
    assert (root / "site/people/ann-poe/index.html").exists()


# mint

WITHOUT_ID = b"---\ntitle: Old\ndate: 2020-01-01 # a note\ntopics:   [ai]\n---\n\nProse,  as it  was.   \n\n"


@pytest.mark.parametrize(
    "data",
    [WITHOUT_ID, WITHOUT_ID.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + WITHOUT_ID, WITHOUT_ID.rstrip()],
    ids=["plain", "CRLF", "BOM", "no line end"],
)
def test_mint_writes_ids_and_nothing_else(data: bytes, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line more in each file without an id; every other byte of every file is as it was."""
    for name in ("old", "folder/index"):
        (root / "content/articles" / f"{name}.md").parent.mkdir(exist_ok=True)
        (root / "content/articles" / f"{name}.md").write_bytes(data.replace(b"Old", name.encode()))
    before = contents(root / "content")

    assert main(["mint"]) == 0
    assert capsys.readouterr() == (
        "content/articles/folder/index.md\ncontent/articles/good.md\ncontent/articles/old.md\ncontent/pages/about.md\n",
        "Assigned 2 IDs and 4 slugs.\n",
    )
    after = contents(root / "content")
    minted = re.compile(rb"id: urn:uuid:[0-9a-f-]{36}\r?\n")
    changed = [path for path in before if after[path] != before[path]]
    assert after.keys() == before.keys()
    assert changed == ["articles/folder/index.md", "articles/good.md", "articles/old.md", "pages/about.md"]
    slug = re.compile(rb"slug: [a-z-]+\r?\n")
    assert all(slug.sub(b"", minted.sub(b"", after[path])) == minted.sub(b"", before[path]) for path in changed)
    assert all(slug.search(after[path]) for path in changed)
    ids = [{id for path in changed for id in minted.findall(files[path])} for files in (before, after)]
    assert ids[0] < ids[1]
    assert len(ids[1] - ids[0]) == 2


@pytest.mark.parametrize("slug", ["", "slug:\n", "slug: ''\n", "slug: # later\n"])
@pytest.mark.parametrize("folder", ["articles", "pages"])
def test_a_new_title_keeps_the_address_once_minted(folder: str, slug: str, root: Path) -> None:
    """Of an article and of a page; a title that looks like a number gives a slug that is read back as text."""
    file = root / f"content/{folder}/old.md"
    file.parent.mkdir(exist_ok=True)
    date = "date: 2020-01-01\n" if folder == "articles" else ""
    file.write_text(f'---\ntitle: "2020"\n{slug}{date}---\n\nProse.\n', encoding="utf-8")
    assert main(["mint"]) == 0
    main([])
    before = {path.relative_to(root) for path in (root / "site").rglob("2020/index.html")}
    file.write_text(file.read_text(encoding="utf-8").replace('title: "2020"', "title: Another"), encoding="utf-8")
    main([])

    assert before
    assert {path.relative_to(root) for path in (root / "site").rglob("2020/index.html")} >= before


def test_mint_twice(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id is written once."""
    (root / "content/articles/old.md").write_bytes(WITHOUT_ID)
    main(["mint"])
    before = contents(root / "content")
    capsys.readouterr()

    assert main(["mint"]) == 0
    assert capsys.readouterr() == ("", "Assigned 0 IDs and 0 slugs.\n")
    assert contents(root / "content") == before


def test_a_minted_id_is_that_of_the_feed(root: Path) -> None:
    """And the file may then be renamed without a reader noticing."""
    (root / "content/articles/old.md").write_bytes(WITHOUT_ID)
    main(["mint"])
    main([])
    before = {entry.id for entry in feedparser.parse((root / "site/feed.xml").read_bytes()).entries}
    (root / "content/articles/old.md").rename(root / "content/articles/renamed.md")
    main([])

    assert {entry.id for entry in feedparser.parse((root / "site/feed.xml").read_bytes()).entries} == before
    assert len(before) == 2


def test_mint_leaves_broken_files_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others get their ids, and the problems are told."""
    add(BROKEN, root)
    (root / "content/articles/old.md").write_bytes(WITHOUT_ID)

    assert main(["mint"]) == 1
    told = capsys.readouterr()
    assert told.out == "content/articles/good.md\ncontent/articles/old.md\ncontent/pages/about.md\n"
    assert "content/articles/broken.md:3:7: error: " in told.err
    assert (root / "content/articles/broken.md").read_bytes() == files(BROKEN)["content/articles/broken.md"]


# clean


def test_clean_removes_the_site_and_the_cache(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And leaves nothing of ours behind."""
    before = contents(root / "content") | contents(root / "templates")
    main([])
    count = len(pages(root / "site"))
    capsys.readouterr()

    assert main(["clean"]) == 0
    assert capsys.readouterr() == ("", f"Removed {count} files of the site and the cache.\n")
    assert contents(root / "content") | contents(root / "templates") == before
    assert sorted(path.name for path in root.iterdir()) == ["config.yaml", "content", "templates"]


def test_clean_removes_only_what_we_wrote(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of somebody else stays, with the folder it is in, and is named."""
    main([])
    (root / "site/articles/mine.txt").write_text("mine", encoding="utf-8")
    capsys.readouterr()

    assert main(["clean"]) == 0
    assert '"articles/mine.txt"' in capsys.readouterr().err
    assert pages(root / "site") == ["articles/mine.txt"]


def test_clean_without_a_site(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of somebody else by the name of ours is left alone."""
    (root / "site").mkdir()
    (root / "site/mine.txt").write_text("mine", encoding="utf-8")

    assert main(["clean"]) == 0
    assert "Removed 0 files of the site" in capsys.readouterr().err
    assert pages(root / "site") == ["mine.txt"]


@pytest.mark.parametrize("output", [".", "content", "/"])
def test_clean_does_not_touch_the_sources(output: str, root: Path) -> None:
    """Whatever it is told."""
    main([])
    before = contents(root / "content")

    assert main(["clean", "--output", output]) == 1
    assert contents(root / "content") == before
    assert (root / "config.yaml").is_file()


# serve


@pytest.fixture
def served(root: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A preview of the newsletter, and its port."""
    process = subprocess.Popen(
        [sys.executable, REPOSITORY / "build.py", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    address = re.fullmatch(
        r"Preview at http://127\.0\.0\.1:(\d+)/ — the dashboard is at .* — press Ctrl-C to stop\.\n", said
    )
    assert address, said
    yield process, int(address[1])
    process.kill()
    process.communicate()


def fetched(port: int, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    """Status, media type and body of an answer of the preview; the path is sent as it is."""
    connection = HTTPConnection("127.0.0.1", port, timeout=HANG_SECONDS)
    connection.putrequest(method, path)
    connection.endheaders()
    response = connection.getresponse()
    answer = response.status, response.headers.get("Content-Type", ""), response.read()
    connection.close()
    return answer


def test_serve(served: tuple[subprocess.Popen[str], int], root: Path) -> None:
    """Nothing is published. That Ctrl-C ends it is how a preview is meant to end, so it ends with 0.

    tests/test_preview_*.py have the rest.
    """
    process, port = served

    assert fetched(port, "/")[:2] == (200, "text/html; charset=utf-8")
    assert not (root / "site").exists()

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=HANG_SECONDS)
    assert (process.returncode, out, err.strip()) == (0, "", "")


def test_serve_sends_an_unchanged_feed_only_once(served: tuple[subprocess.Popen[str], int]) -> None:
    """A feed reader that asks with the tag of the last answer, as feedparser does, hears 304 and no more."""
    _, port = served
    url = f"http://127.0.0.1:{port}/feed.xml"
    first = feedparser.parse(url)
    second = feedparser.parse(url, etag=first.etag)

    assert (first.status, first.bozo, len(first.entries)) == (200, 0, 1)
    assert (second.status, second.entries) == (304, [])


def test_serve_where_it_may_not(root: Path) -> None:
    """A plain sentence, and a way out."""
    done = run("serve", "--host", "192.0.2.1")  # RFC 5737: nobody has this address

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: cannot serve on port 8000: " in done.stderr
    assert done.stderr.endswith("  hint: another program may be using it; choose another one with --port\n")


# Terminals


def on_terminal(*options: str, interrupt_at: str = "", **environment: str) -> tuple[int, str]:
    """Exit code and all that the command shows on a terminal of 80 columns; interrupted when it shows a text."""
    primary, secondary = os.openpty()
    process = subprocess.Popen(
        [sys.executable, REPOSITORY / "build.py", *options],
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"} | environment,
        start_new_session=True,
    )
    os.close(secondary)
    shown = b""
    is_interrupted = not interrupt_at
    try:
        while data := os.read(primary, 65536):
            shown += data
            if not is_interrupted and interrupt_at.encode() in shown:
                is_interrupted = True
                os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all processes
    except OSError as error:
        assert error.errno == errno.EIO  # the other end is closed
    os.close(primary)
    return process.wait(HANG_SECONDS), shown.decode()


def test_a_pipe_gets_no_escape_codes(root: Path) -> None:
    """Neither for problems nor for the rest."""
    assert ESCAPE not in run().stderr
    add(BROKEN, root)
    assert ESCAPE not in run().stderr


def test_a_terminal_gets_colours(root: Path) -> None:
    """The word "error" is red."""
    add(BROKEN, root)
    main(["check"])
    code, shown = on_terminal()

    assert code == 1
    assert f"broken.md:3:7: {ESCAPE}[31merror{ESCAPE}[0m: " in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_a_terminal_may_ask_for_no_colours(environment: dict[str, str], root: Path) -> None:
    """https://no-color.org."""
    add(BROKEN, root)
    main(["check"])
    code, shown = on_terminal(**environment)

    assert code == 1
    assert "broken.md:3:7: error: " in shown
    assert ESCAPE not in shown


def test_a_quick_build_shows_no_bars(root: Path) -> None:
    """What is over in a moment needs none."""
    code, shown = on_terminal()

    assert code == 0
    assert ESCAPE not in shown
    assert re.fullmatch(r"Published \d+ files .*\r\n", shown)


def many(root: Path, count: int = 2_000) -> None:
    """Enough articles for a build that takes more than a moment on any machine."""
    prose = "Some *prose* with [a link](https://wire.example/) and `code` in it. " * 40
    for number in range(count):
        (root / f"content/articles/{number}.md").write_text(
            f"---\nid: urn:uuid:00000000-0000-4000-8000-{number:012}\ntitle: Number {number}\ndate: 2026-10-01\n---\n"
            f"{number} {prose}",
            encoding="utf-8",
        )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_slow_build_shows_bars_and_can_be_interrupted(jobs: str, root: Path) -> None:
    """Ctrl-C in the midst of it: exit code 130, one line, no traceback, the old site as it was."""
    assert main([]) == 0
    before = contents(root / "site")
    many(root)
    code, shown = on_terminal("--jobs", jobs, interrupt_at="━")

    assert "Traceback" not in shown
    assert shown.endswith("Interrupted. The site is unchanged.\r\n")
    assert code == 130
    assert contents(root / "site") == before


def test_bars_do_not_go_into_a_pipe(root: Path) -> None:
    """Nor when all of it was asked to be quiet or JSON; here in one slow build with both streams piped."""
    many(root, 300)
    done = run("--jobs", "1")

    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"Published \d+ files in site; .* s\.\n", done.stderr)


def test_an_interrupted_build_without_a_terminal(root: Path) -> None:
    """The same for a build by a script."""
    many(root)
    shutil.rmtree(root / ".broadsheet")  # when it is there again, the build has begun
    process = subprocess.Popen(
        [sys.executable, REPOSITORY / "build.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (root / ".broadsheet/v2").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=HANG_SECONDS)

    assert (process.returncode, out, err) == (130, "", "\nInterrupted. The site is unchanged.\n")
    assert not (root / "site").exists()


def test_an_interrupt_is_not_lost_where_python_drops_exceptions() -> None:
    """Python's own import system has such places, and a build imports a good deal: Ctrl-C once must be enough."""
    script = """
import signal, time
from broadsheet.commands import main as cli

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def build(**given):
    Dropped()
    time.sleep(60)

cli.cli.main = build
cli.run()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "Interrupted. The site is unchanged.\n")


def test_a_reader_that_goes_away(root: Path) -> None:
    """`broadsheet --json | head -0` ends without a traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, REPOSITORY / "build.py", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=HANG_SECONDS,
    )
    os.close(writing)

    assert done.stderr == ""


# Usage


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """With a line for each, and the first sentence of the program."""
    assert main(["--help"]) == 0
    told = capsys.readouterr().out

    assert "Build a curated newsletter" in told
    for name in cli.commands:
        assert re.search(rf"^  {name} +\S", told, re.MULTILINE)


def test_commands_are_grouped_by_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is in one group, and none of the short texts is cut off."""
    main(["--help"])
    headings = re.findall(r"^(\w+):$", capsys.readouterr().out, re.MULTILINE)

    assert headings == ["Options", "Write", "Preview", "Check", "Publish", "Maintain"]
    assert sorted(command.name or "" for group in GROUPS.values() for command in group) == sorted(cli.commands)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_short_help_of_a_command_fits_its_line(name: str) -> None:
    """At most 45 characters, no full stop."""
    short = cli.commands[name].get_short_help_str(200)

    assert 10 < len(short) <= 45
    assert not short.endswith(".")


COMMANDS = [[name] for name in sorted({*cli.commands} - {"theme"})] + [["theme", name] for name in theme.commands]


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_every_command_explains_its_options(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each has the common ones, except for `init`, which names its folder; and a line for every option."""
    assert main([*names, "-h"]) == 0
    told = capsys.readouterr().out

    assert ("--root DIRECTORY" in told) == (names != ["init"])
    assert ("--config" in told) == (names != ["init"])
    assert not re.search(r"^  (-\S+|--[a-z-]+ [A-Z]+)$\n  -", told, re.MULTILINE)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """That of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"broadsheet, version {__version__}\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["biuld"], "No such command 'biuld'. Did you mean 'build'?"),
        (["build", "--draft"], "No such option '--draft'."),
        (["--nonsense"], "No such option '--nonsense'."),
        (["build", "extra"], "Got unexpected extra argument (extra)"),
        (["new"], "Missing argument"),
        (["new", "article"], "the title is missing"),
        (["new", "poem", "Roses"], '"poem" cannot be created'),
        (["--jobs", "many"], "'many' is not a valid integer range."),
        (["serve", "--port", "99999"], "99999 is not in the range 0<=x<=65535."),
    ],
)
def test_wrong_usage(options: list[str], expected: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, what is wrong, and where to read more; nothing is written."""
    before = pages(root)

    assert main(options) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Usage: broadsheet ")
    assert "--help' for help." in told.err
    assert expected in told.err
    assert pages(root) == before


def test_make_build_makes_the_command(tmp_path: Path) -> None:
    """A script that runs build.py of the checkout by the Python of the environment, wherever they are."""
    environment = tmp_path / "it's an environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").symlink_to(sys.executable)
    subprocess.run([REPOSITORY / "tools/command", environment.name], cwd=tmp_path, check=True)
    (tmp_path / "link").symlink_to(environment / "bin/broadsheet")

    for command in (environment / "bin/broadsheet", tmp_path / "link"):
        done = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True)
        assert (done.stdout, done.stderr) == (f"broadsheet, version {__version__}\n", "")
    assert "\ttools/command $(VENV)\n" in (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def test_the_package_is_the_command_too() -> None:
    """`python -m broadsheet`, which calls itself broadsheet as well."""
    command = [sys.executable, "-m", "broadsheet", "build", "--nonsense"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)

    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "Usage: broadsheet build [OPTIONS]")


def test_the_installed_command_is_the_same() -> None:
    """What pyproject.toml calls `broadsheet` is the function behind build.py."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = project["project"]["scripts"]["broadsheet"].partition(":")

    assert getattr(import_module(module), name) is command_line.run
    assert "import run" in (REPOSITORY / "build.py").read_text(encoding="utf-8")
