"""Everything an author can get wrong: the stated message, exit code 1, the old site untouched, no traceback, no hang.

tests/broken/ holds the cases that can be written as text: a sentence that says what is wrong, the files put over a
sound newsletter (under "removed", those taken away), and under "expected" what is said of it, to the letter. What
cannot be written as text is made below.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from broadsheet.commands.main import main
from broadsheet.core.digest import digest_bytes
from tests.cost import HANG_SECONDS, costs_less_than
from tests.sites import REPOSITORY, files, written

BROKEN = Path(__file__).parent / "cases"
TOO_LONG_SECONDS = 20  # of processor time; all but a few cases take less than one
NOON = "2026-11-24T12:00Z"
UNTOUCHED = "Nothing was published; the site is unchanged."
SOUND = """\
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

## The figures

More prose.
-- content/pages/about.md --
---
title: About
---
Who we are.
"""
HEAD = "---\nid: urn:uuid:00000000-0000-4000-8000-000000000001\ntitle: One\ndate: 2026-11-20\n---\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound newsletter, published at noon of the 24th of November 2026."""
    root = written(SOUND, tmp_path_factory.mktemp("sound"))
    assert main(["--root", str(root), "--as-of", NOON, "--quiet"]) == 0
    return root


@pytest.fixture
def newsletter(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it in the current folder, with its site and its cache."""
    root = tmp_path / "newsletter"
    shutil.copytree(published, root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    yield root
    gc.enable()  # a build, which is a process of its own, turns it off


def state(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Everything in a folder: its place on disk, when it was changed, and what it holds."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_ino,
            path.lstat().st_mtime_ns,
            digest_bytes(path.read_bytes()) if path.is_file() else "",
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    }


Refused = Callable[..., str]


@pytest.fixture
def refused(newsletter: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Builds the newsletter and gives the problems it was told, having seen that nothing else happened."""

    def build(*options: str) -> str:
        before = state(newsletter / "site")
        with costs_less_than(TOO_LONG_SECONDS):
            code = main(["build", *options])
        told = capsys.readouterr()
        problems = check(code, told.out, told.err)
        assert state(newsletter / "site") == before
        return problems

    return build


@pytest.fixture
def refused_by_command(newsletter: Path) -> Refused:
    """The same by the real command, in a process that is ended when it takes too long and has no right to read all."""

    def build(*options: str) -> str:
        before = state(newsletter / "site")
        done = command(*options)
        problems = check(done.returncode, done.stdout, done.stderr)
        assert state(newsletter / "site") == before
        return problems

    return build


def command(*options: str) -> subprocess.CompletedProcess[str]:
    """Return the result of `broadsheet build` in the current folder."""
    return subprocess.run(
        [sys.executable, REPOSITORY / "build.py", "build", *options],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANG_SECONDS,
        preexec_fn=_like_anybody if os.geteuid() == 0 else None,
    )


def _like_anybody() -> None:
    """Takes from root, for the next program, the right to open files whatever their permissions say."""
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2  # <linux/prctl.h>, <linux/capability.h>
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def check(code: int, out: str, err: str) -> str:
    """The problems that were told, when a build ended as it should when there are some."""
    assert "Traceback" not in out + err
    assert out == ""
    *lines, last = err.splitlines()
    problems = without_excerpts(lines)
    errors = sum(": error: " in line for line in problems)
    assert last == f"{errors} {'error' if errors == 1 else 'errors'}. {UNTOUCHED}"
    assert code == 1
    return "".join(line + "\n" for line in problems)


def without_excerpts(lines: list[str]) -> list[str]:
    """Problems and hints without the source lines between them, each of which has a line of carets below it."""
    kept = []
    excerpt: list[str] = []
    for line in lines:
        if line.startswith("  ") and not line.startswith("  hint: ") and len(excerpt) < 2:
            excerpt.append(line)
            continue
        assert not excerpt or (len(excerpt) == 2 and set(excerpt[1].strip()) == {"^"}), excerpt
        excerpt = []
        kept.append(line)
    return kept


def put(text: str, newsletter: Path) -> str:
    """Puts the files of a case over the newsletter, takes others away, and gives what is expected."""
    found = files(text)
    expected = found.pop("expected").decode()
    for name in found.pop("removed", b"").decode().split():
        shutil.rmtree(newsletter / name) if (newsletter / name).is_dir() else (newsletter / name).unlink()
    for name, data in found.items():
        (newsletter / name).parent.mkdir(parents=True, exist_ok=True)
        (newsletter / name).write_bytes(data)
    return expected


CASES = sorted(BROKEN.rglob("*.txt"))
NAMES = [str(path.relative_to(BROKEN).with_suffix("")) for path in CASES]


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_a_broken_site(path: Path, newsletter: Path, refused: Refused) -> None:
    """Each case of tests/broken/: the expected problems to the letter."""
    expected = put(path.read_text(encoding="utf-8"), newsletter)

    assert refused() == expected


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_every_problem_has_a_place_and_a_way_out(path: Path) -> None:
    """What is expected is itself in the form that is promised: file:line:column, then a hint."""
    expected = files(path.read_text(encoding="utf-8"))["expected"].decode()

    assert re.fullmatch(r"(\S[^:\n]*:[0-9]+:[0-9]+: error: .+\n  hint: .*\S\n)+", expected)


@pytest.mark.parametrize("name", ["several", "yaml/colon-in-title", "templates/includes-itself"])
def test_the_command_says_the_same(name: str, newsletter: Path, refused_by_command: Refused) -> None:
    """What was called as a function above is the command that people type."""
    expected = put((BROKEN / f"{name}.txt").read_text(encoding="utf-8"), newsletter)

    assert refused_by_command() == expected


# Files that are no text, or more of it than anybody writes


def problem(message: str, hint: str, at: str = "content/articles/x.md:1:1") -> str:
    return f"{at}: error: {message}\n  hint: {hint}\n"


SAVE = "save the file as UTF-8 in your editor"
REMOVE = "delete it: this character is not allowed in feeds and web pages"
NUL = "delete it; if there are many, the file is not text or is saved as UTF-16: save it as UTF-8"
X = "content/articles/x.md"
UNREADABLE = {
    "latin-1": (
        HEAD.replace("One", "Café").encode("latin-1"),
        problem("the byte 0xE9 is not valid UTF-8", SAVE, f"{X}:3:11"),
    ),
    "latin-1 in the body": (
        HEAD.encode() + b"One\ntwo \xe9",
        problem("the byte 0xE9 is not valid UTF-8", SAVE, f"{X}:7:5"),
    ),
    "a cut character": (
        HEAD.encode() + "né".encode()[:-1],
        problem("the byte 0xC3 is not valid UTF-8", SAVE, f"{X}:6:2"),
    ),
    "UTF-16": (HEAD.encode("utf-16"), problem("the file is saved as UTF-16", "save it as UTF-8 in your editor")),
    "UTF-16, other order": (
        b"\xfe\xff" + HEAD.encode("utf-16-be"),
        problem("the file is saved as UTF-16", "save it as UTF-8 in your editor"),
    ),
    "UTF-32": (HEAD.encode("utf-32"), problem("the file is saved as UTF-32", "save it as UTF-8 in your editor")),
    "UTF-16 without a mark": (
        "---\nab".encode("utf-16-le"),
        "".join(
            problem("there is a control character (U+0000) in the text", NUL, f"{X}:{place}")
            for place in ("1:2", "1:4", "1:6", "2:1", "2:3")
        ),
    ),
    "NUL": (HEAD.encode() + b"A \0", problem("there is a control character (U+0000) in the text", NUL, f"{X}:6:3")),
    "NUL in the title": (
        HEAD.replace("One", "O\0ne").encode(),
        problem("there is a control character (U+0000) in the text", NUL, f"{X}:3:9"),
    ),
    "escape": (
        HEAD.encode() + b"\x1b[31m",
        problem("there is a control character (U+001B) in the text", REMOVE, f"{X}:6:1"),
    ),
    "no character": (
        HEAD.encode() + "a\ufffe".encode(),
        problem("there is a control character (U+FFFE) in the text", REMOVE, f"{X}:6:2"),
    ),
    "delete": (
        HEAD.encode() + b"One\x7f",
        problem(
            "the control character U+007F cannot be shown",
            "delete it; it may be invisible in your editor",
            f"{X}:6:4",
        ),
    ),
    "10 MB": (
        HEAD.encode() + b"words " * 1_700_000,
        problem(
            "the file is 10.2 MB; the limit is 1 MB",
            "split it into several files, and keep pictures in files of their own",
        ),
    ),
    "64 KB of front matter": (
        HEAD.replace("One", "one " * 20_000).encode(),
        problem("there are more than 64 KB of YAML", "long text belongs below the front matter", f"{X}:2:1"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_article(name: str, newsletter: Path, refused: Refused) -> None:
    """The place and the remedy, in words for somebody who has never heard of encodings."""
    data, expected = UNREADABLE[name]
    (newsletter / X).write_bytes(data)

    assert refused() == expected


def test_settings_and_templates_are_text_as_well(newsletter: Path, refused: Refused) -> None:
    """The same for files that are no articles."""
    (newsletter / "config.yaml").write_bytes(b"title: Caf\xe9\n")
    (newsletter / "templates/page.html").write_bytes(b"<h1>\nCaf\xe9</h1>")

    assert refused() == (
        problem("the byte 0xE9 is not valid UTF-8", SAVE, "config.yaml:1:11")
        + problem("the byte 0xE9 is not valid UTF-8", SAVE, "templates/page.html:2:4")
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_line_ends_and_marks_are_no_mistakes(mark: str, line_end: str, newsletter: Path, refused: Refused) -> None:
    """Files from Windows and from old Macs are read like others, and places in them are right."""
    article = HEAD + "One.\n\n- Two\n  lines.\n\nSee [it](nowhere.md).\n"
    (newsletter / X).write_text(mark + article, encoding="utf-8", newline=line_end)

    assert refused() == problem(
        'there is no file "nowhere.md"',
        'a link is written from the folder of its own file, "content/articles/"',
        f"{X}:11:10",
    )


def test_line_ends_and_marks_change_nothing(newsletter: Path) -> None:
    """The site of a file from Windows is, byte for byte, the site of the same file from elsewhere."""
    article = HEAD + "One.\n\n> - Two\n>   lines.\n\n```python\na = 1\n```\n"
    sites = []
    for mark, line_end in (("", "\n"), ("\ufeff", "\r\n"), ("", "\r")):
        (newsletter / X).write_text(mark + article, encoding="utf-8", newline=line_end)
        assert main([]) == 0
        sites.append({path: digest for path, (_, _, digest) in state(newsletter / "site").items()})

    assert sites[0] == sites[1] == sites[2]


# Text that is made to break parsers

N = 10_000
DEEP = "lists and quotes are nested too deeply"
SPLIT = "split the text, or put code in a ``` block"
FLAT = problem("this is nested more than 20 levels deep", "flatten it", f"{X}:%s")
NESTED = {
    "lists": (HEAD + "- " * N + "x", problem(DEEP, SPLIT, f"{X}:6:1")),
    "quotes": (HEAD + ">" * N + "x", problem(DEEP, "at most 30 levels are allowed", f"{X}:6:1")),
    "lists in quotes": (HEAD + "> - " * N + "x", problem(DEEP, SPLIT, f"{X}:6:1")),
    "lists by indenting": (
        HEAD + "".join("  " * depth + "- x\n" for depth in range(600)),
        problem(DEEP, "at most 30 levels are allowed", f"{X}:36:1"),
    ),
    "lists in YAML": (f"---\ntitle: {'[' * N}{']' * N}\n---\n", FLAT % "2:27"),
    "groups in YAML": (f"---\ntitle: {'{a: ' * N}x{'}' * N}\n---\n", FLAT % "2:84"),
    "items in YAML": (f"---\ntitle:\n  {'- ' * N}x\n---\n", FLAT % "3:41"),
    "keys in YAML": (f"---\ntitle:\n  {'? ' * N}x\n---\n", FLAT % "3:41"),
}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_ten_thousand_levels(name: str, newsletter: Path, refused_by_command: Refused) -> None:
    """Depth that would end a program which calls itself is a problem like any other."""
    text, expected = NESTED[name]
    (newsletter / X).write_text(text, encoding="utf-8")

    assert refused_by_command() == expected


# Most are from CommonMark's own test/pathological_tests.py (commonmark/cmark); test_markdown_hostile.py has them all.
SIZE = 50_000
PATHOLOGICAL = {
    "brackets": "[" * N + "x" + "]" * N,
    "open brackets": "[" * SIZE,
    "emphasis": "*" * N + "x" + "*" * N,
    "emphasis closed by others": "*a_ " * (SIZE // 4),
    "strong emphasis": "*a **a " * (SIZE // 14) + "b" + " a** a*" * (SIZE // 14),
    "links": "[" * N + "x" + "](/about/)" * N,
    "unclosed links": "[a](" * (SIZE // 4),
    "unclosed autolinks": "<http://a" * (SIZE // 9),
    "unclosed comments": "</" + "<!--" * (SIZE // 4),
    "backticks": "".join("e" + "`" * count for count in range(450)),
    "entities": "&amp" * (SIZE // 4),
    "quotation marks": "\"a' " * (SIZE // 4),
    "references": "[a]: /about/\n\n" + "[a]\n\n" * (SIZE // 5),
    "definitions": "[a]: x\n" * (SIZE // 7),
    "footnotes": "x[^1]" * (SIZE // 5) + "\n\n[^1]: y\n",
    "table": "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|x" * 20_000,
    "empty lines": "a\n\n" * (SIZE // 3),
    "one line": "word " * (SIZE // 5),
    "html": "<div>" * (SIZE // 5),
    "backslashes": "\\" * SIZE,
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological_prose(name: str, newsletter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A site or a problem with its place, and soon."""
    (newsletter / X).write_text(HEAD + PATHOLOGICAL[name] + "\n", encoding="utf-8")
    before = state(newsletter / "site")
    with costs_less_than(TOO_LONG_SECONDS):
        code = main(["build"])
    told = capsys.readouterr()

    if code == 0:
        assert "\nPublished " in f"\n{told.err}"
    else:
        assert check(code, told.out, told.err).startswith(f"{X}:")
        assert state(newsletter / "site") == before


def test_a_billion_laughs(newsletter: Path, refused: Refused) -> None:
    """Anchors that multiply are refused before they do, and after 25 problems we stop counting."""
    names = "abcdefghijklmnop"
    laughs = "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in pairwise(names))
    (newsletter / X).write_text(f"---\na: &a [ha, ha]\n{laughs}---\n", encoding="utf-8")
    problems = refused().splitlines()

    assert problems[0] == f'{X}:2:4: error: "&a" is a YAML anchor, which is not supported'
    assert len(problems) == 25 * 2


def test_a_thousand_dead_links(newsletter: Path, refused: Refused) -> None:
    """A guess for each of them among thousands of files would take minutes, so that the last ones get none."""
    for number in range(3_000):
        (newsletter / f"content/articles/photo-{number}.jpg").touch()
    links = "".join(f"![A photo](phoot-{number}.jpg)\n\n" for number in range(1_000))
    (newsletter / X).write_text(HEAD + links, encoding="utf-8")
    problems = refused()

    assert problems.startswith(problem('there is no file "phoot-0.jpg"', 'did you mean "photo-0.jpg"?', f"{X}:6:12"))
    assert problems.count(": error: there is no file ") == 1_000


# What is no file, or not one of ours


def _pipe(articles: Path) -> None:
    os.mkfifo(articles / "x.md")


def _socket(articles: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(articles)  # the path of a socket has at most a hundred characters
        bound.bind("x.md")
        os.chdir(here)


def _unreadable(articles: Path) -> None:
    (articles / "x.md").touch(mode=0o000)


def _unreadable_folder(articles: Path) -> None:
    (articles / "x").mkdir(mode=0o000)


def _folder(articles: Path) -> None:
    (articles / "x.md").mkdir()


def _deep_folders(articles: Path) -> None:
    (articles / "/".join("a" * 30)).mkdir(parents=True)


def _large(articles: Path) -> None:
    with (articles / "film.mp4").open("wb") as file:
        file.truncate(150_000_000)  # takes no room on disk


def _name_that_is_no_text(articles: Path) -> None:
    Path(os.fsdecode(os.fsencode(articles) + b"/\xff.md")).touch()


def _name_of_two_lines(articles: Path) -> None:
    (articles / "a\nb.md").touch()


def _link(name: str, target: str) -> Callable[[Path], None]:
    def make(articles: Path) -> None:
        (articles / name).symlink_to(target)

    return make


OUT = problem("this link points outside the newsletter's folder", "copy the file into the newsletter's folder")
ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (_pipe, problem("this is a pipe (FIFO), not a file", "remove it")),
    "a socket": (_socket, problem("this is a socket, not a file", "remove it")),
    "a folder like an article": (_folder, problem('a folder is named "x.md" like an article', 'rename it to "x"')),
    "an unreadable file": (_unreadable, problem("this cannot be read: Permission denied", "check its permissions")),
    "an unreadable folder": (
        _unreadable_folder,
        problem("this cannot be read: Permission denied", "check its permissions", "content/articles/x:1:1"),
    ),
    "folders without end": (
        _deep_folders,
        problem("folders are nested more than 20 levels deep", "move the files up", f"{X[:16]}{'/a' * 19}:1:1"),
    ),
    "a film": (
        _large,
        problem(
            "the file is 150 MB; the limit is 100 MB",
            "store it elsewhere and link to it",
            "content/articles/film.mp4:1:1",
        ),
    ),
    "a name that is no text": (
        _name_that_is_no_text,
        problem("the name contains bytes that are not UTF-8", "rename it", "content/articles/\\xff.md:1:1"),
    ),
    "a name of two lines": (
        _name_of_two_lines,
        problem("the name contains a control character", "rename it", "content/articles/a\\x0ab.md:1:1"),
    ),
    "a link out of the root": (_link("x.md", "/etc/passwd"), OUT),
    "a link to a folder elsewhere": (_link("x", "/etc"), OUT.replace("x.md", "x")),
    "a link above the root": (_link("x", "../../.."), OUT.replace("x.md", "x")),
    "a link to a file without end": (_link("x.md", "/dev/zero"), OUT),
    "a link to nothing": (
        _link("x.md", "gone.md"),
        problem("this link points to a file that does not exist", "remove it or put the file there"),
    ),
    "a link to itself": (_link("x.md", "x.md"), problem("this link points to itself", "remove it")),
    "a link to its own folder": (
        _link("x", "."),
        problem("this link points to a folder that contains it", "remove it", "content/articles/x:1:1"),
    ),
    "a link to a folder above": (
        _link("x", ".."),
        problem("this link points to a folder that contains it", "remove it", "content/articles/x:1:1"),
    ),
}  # fmt: skip


MIGHT_HANG = {"a pipe", "a socket", "a link to a file without end"}
NOT_FOR_ROOT = {"an unreadable file", "an unreadable folder"}


@pytest.mark.parametrize("name", sorted(ODD.keys() - MIGHT_HANG - NOT_FOR_ROOT))
def test_what_is_not_a_file_of_ours(name: str, newsletter: Path, refused: Refused) -> None:
    """Nothing outside the folder is read, and nothing is passed over without a word."""
    make, expected = ODD[name]
    make(newsletter / "content/articles")

    assert refused() == expected


@pytest.mark.parametrize("name", sorted(MIGHT_HANG | NOT_FOR_ROOT))
def test_what_cannot_be_read(name: str, newsletter: Path, refused_by_command: Refused) -> None:
    """Nothing is waited for."""
    make, expected = ODD[name]
    make(newsletter / "content/articles")

    assert refused_by_command() == expected


def test_links_that_lead_to_each_other(newsletter: Path, refused: Refused) -> None:
    """Each of them is named."""
    _link("a", "b")(newsletter / "content/articles")
    _link("b", "a")(newsletter / "content/articles")

    assert refused() == "".join(
        problem("this link points to itself", "remove it", f"content/articles/{name}:1:1") for name in "ab"
    )


def test_settings_that_are_a_folder(newsletter: Path, refused: Refused) -> None:
    """One problem, not two that contradict each other."""
    (newsletter / "config.yaml").unlink()
    (newsletter / "config.yaml").mkdir()

    assert refused() == problem("this is a folder, not a file", "rename it", "config.yaml:1:1")


# Where the site goes

OWN = 'choose a separate folder, such as "site"'
PLACES = {
    "/": 'the output folder "/" is the root of the file system',
    ".": 'the output folder "." contains the newsletter itself',
    "..": 'the output folder ".." contains the newsletter itself',
    "content": 'the output folder "content" overlaps with "content", which belongs to the newsletter',
    "content/articles": 'the output folder "content/articles" overlaps with "content", which belongs to the newsletter',
    "content/site": 'the output folder "content/site" overlaps with "content", which belongs to the newsletter',
    "templates": 'the output folder "templates" overlaps with "templates", which belongs to the newsletter',
    ".git": 'the output folder ".git" overlaps with ".git", which belongs to the newsletter',
    "site/../content": 'the output folder "site/../content" overlaps with "content", which belongs to the newsletter',
}


def of_output(message: str, hint: str = OWN) -> str:
    return problem(message, hint, "--output")


@pytest.mark.parametrize("output", PLACES)
def test_an_output_folder_that_would_cost_the_sources(output: str, newsletter: Path, refused: Refused) -> None:
    """Neither the sources nor anything above them is ever written over."""
    before = state(newsletter / "content") | state(newsletter / "templates")

    assert refused("--output", output) == of_output(PLACES[output])
    assert state(newsletter / "content") | state(newsletter / "templates") == before


def test_the_home_folder(newsletter: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody means the folder that holds all they have."""
    (newsletter / "home").mkdir()
    monkeypatch.setenv("HOME", str(newsletter / "home"))

    assert refused("--output", "home") == of_output('the output folder "home" is your home folder')


def test_a_link_to_the_sources(newsletter: Path, refused: Refused) -> None:
    """A folder is the same by every name."""
    (newsletter / "elsewhere").symlink_to("content")

    assert refused("--output", "elsewhere") == of_output(
        'the output folder "elsewhere" overlaps with "content", which belongs to the newsletter'
    )


def test_an_output_that_is_a_file(newsletter: Path, refused: Refused) -> None:
    """It is not replaced by a folder."""
    (newsletter / "notes.txt").write_text("mine", encoding="utf-8")

    assert refused("--output", "notes.txt") == of_output(
        'the output "notes.txt" is not a folder', "delete it or choose another name"
    )
    assert (newsletter / "notes.txt").read_text(encoding="utf-8") == "mine"


FOREIGN_HINT = (
    "nothing was changed. Move these files elsewhere (files to publish belong in content or templates/static), "
    "or choose another folder with --output"
)


def test_a_folder_of_somebody_else(newsletter: Path, refused: Refused) -> None:
    """A folder with files that we did not write is left alone, whatever their number."""
    for name in ("one.txt", "two.txt", "three.txt", "four.txt", "deep/five.txt"):
        (newsletter / "papers" / name).parent.mkdir(parents=True, exist_ok=True)
        (newsletter / "papers" / name).write_text(name, encoding="utf-8")
    before = state(newsletter / "papers")

    assert refused("--output", "papers") == of_output(
        '"papers" contains files that Broadsheet did not write: "deep/five.txt", "four.txt", "one.txt" and 2 more',
        FOREIGN_HINT,
    )
    assert state(newsletter / "papers") == before


def test_a_file_put_into_the_site(newsletter: Path, refused: Refused) -> None:
    """One file of somebody else among hundreds of ours is enough."""
    assert main(["--quiet"]) == 0
    (newsletter / "site/articles/notes.txt").write_text("mine", encoding="utf-8")

    assert refused() == of_output(
        '"site" contains files that Broadsheet did not write: "articles/notes.txt"', FOREIGN_HINT
    )


def test_a_page_of_the_site_edited_by_hand(newsletter: Path, refused: Refused) -> None:
    """Work in the wrong place is not undone without a word."""
    assert main(["--quiet"]) == 0
    page = newsletter / "site/about/index.html"
    page.write_text(page.read_text(encoding="utf-8") + "<!-- mine -->", encoding="utf-8")

    assert refused() == of_output(
        '"site" contains files that were edited by hand: "about/index.html"',
        "nothing was changed, because a build would undo the edits. Make them in content or templates, then delete "
        "these files from site and build again",
    )


def test_a_folder_that_may_not_be_written(newsletter: Path, refused_by_command: Refused) -> None:
    """The system's refusal is told in words, and the old site stays."""
    (newsletter / X).write_text(HEAD + "One.\n", encoding="utf-8")
    newsletter.chmod(0o555)
    try:
        problems = refused_by_command()
    finally:
        newsletter.chmod(0o755)

    assert problems == of_output(
        f'cannot publish to "site": you are not allowed to write there ({newsletter}/.site.broadsheet/spare)',
        "the old site is unchanged. Change the permissions, or choose another folder with --output",
    )


# Wrong usage


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            ["--as-of", "tomorrow"],
            '--as-of: cannot parse "tomorrow"; use 2026-11-24 or 2026-11-24T09:00+03:00',
        ),
        (
            ["--as-of", "2026-02-30"],
            '--as-of: cannot parse "2026-02-30"; use 2026-11-24 or 2026-11-24T09:00+03:00',
        ),
        (
            ["--as-of", ""],
            '--as-of: cannot parse ""; use 2026-11-24 or 2026-11-24T09:00+03:00',
        ),
        (
            ["--base-url", "small.example"],
            '--base-url: "small.example" is not a valid web address: write it in full, beginning with "https://"',
        ),
        (
            ["--base-url", "https://small.example/?page=1"],
            '--base-url: "https://small.example/?page=1" contains "?" or "#": write only the address of the home page',
        ),
        (
            ["--config", "../config.yaml"],
            '--config: "../config.yaml" is not a path below --root; use a path such as config.yaml',
        ),
        (
            ["--config", "/etc/passwd"],
            '--config: "/etc/passwd" is not a path below --root; use a path such as config.yaml',
        ),
        (["--jobs", "0"], "Invalid value for '--jobs': 0 is not in the range x>=1."),
        (["--root", "nowhere"], "Invalid value for '--root': Directory 'nowhere' does not exist."),
    ],
)  # fmt: skip
def test_wrong_usage(options: list[str], expected: str, newsletter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, what is wrong and what is right, and the site as it was."""
    before = state(newsletter / "site")

    assert main(["build", *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1] == f"Error: {expected}"
    assert "Traceback" not in told.err
    assert state(newsletter / "site") == before


@pytest.mark.parametrize("value", ["yesterday", "1e9", "99999999999999999999", "-99999999999999"])
def test_a_bad_source_date_epoch(
    value: str, newsletter: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is a usage error like an option."""
    before = state(newsletter / "site")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)

    assert main(["build"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f'Error: SOURCE_DATE_EPOCH: cannot parse "{value}"; use the number of seconds since 1970'
    )
    assert state(newsletter / "site") == before


def test_what_is_no_mistake(newsletter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A date in the future, a draft, a source without a link, an odd title: nothing of it is a problem."""
    odd = '"3 < 4 & <b>{{ site.title }}</b> {% include %}: «Привет», 日本語 😀"'
    (newsletter / X).write_text(HEAD.replace("One", odd) + "{{ page }} <script>\n", encoding="utf-8")
    later = HEAD.replace("000000000001", "000000000002").replace("One", "Later").replace("2026-11-20", "2026-12-24")
    (newsletter / "content/articles/later.md").write_text(later, encoding="utf-8")
    draft = later.replace("000000000002", "000000000003").replace("Later", "Draft\ndraft: yes\nsource: A Paper")
    (newsletter / "content/articles/draft.md").write_text(draft, encoding="utf-8")

    assert main(["build"]) == 0
    assert "error" not in capsys.readouterr().err
