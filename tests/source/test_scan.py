"""The scan meets everything that can lie in a folder and never hangs, crashes or leaves it."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from broadsheet.core.digest import digest_bytes
from broadsheet.source import scan as scan_module
from broadsheet.source.scan import scan
from broadsheet.source.tree import TEMPLATES, THEME, SourceChanged, SourceTree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a config file and one article."""
    folder = tmp_path / "root"
    write(folder, "config.yaml", "title: x")
    write(folder, "content/articles/a.md", "A")
    return folder


def write(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def problems(root: Path) -> list[str]:
    return [f"{problem.where.path}: {problem.message}" for problem in scan(root).problems]


def own(tree: SourceTree) -> list[str]:
    """The files of the newsletter, without those of the theme."""
    theme = {f"{TEMPLATES}/{file.path.removeprefix(f'{THEME}/')}": file.digest for file in tree.under(THEME)}
    return [file.path for file in tree if not file.path.startswith(THEME) and theme.get(file.path) != file.digest]


def test_what_is_read(root: Path) -> None:
    """content/, templates/ and the config file, by path; nothing else of the root."""
    write(root, "templates/base.html", "T")
    write(root, "content/articles/a-b/index.md", "B")
    write(root, "content/articles/a-b/picture.png", "P")
    write(root, "site/index.html")
    write(root, "README.md")

    tree = scan(root)
    found = list(tree.problems)

    assert found == []
    assert own(tree) == [
        "config.yaml",
        "content/articles/a-b/index.md",
        "content/articles/a-b/picture.png",
        "content/articles/a.md",
        "templates/base.html",
    ]
    article = tree.files["content/articles/a.md"]
    assert (article.digest, article.size, article.read()) == (digest_bytes(b"A"), 1, b"A")


def test_the_theme_is_in_every_tree(root: Path) -> None:
    """Whole, below broadsheet/theme/; and below templates/ what the newsletter does not override there."""
    write(root, "templates/base.html", "T")
    write(root, "templates/static/mark.txt", "M")

    tree = scan(root)
    theme = {file.path.removeprefix(f"{THEME}/"): file for file in tree.under(THEME)}

    assert {"base.html", "list.html", "style/base.css", "messages/ru.yaml"} <= theme.keys()
    assert tree.files["templates/base.html"].read() == b"T"
    assert {file.path for file in tree.under(TEMPLATES)} == {
        "templates/static/mark.txt", *(f"templates/{name}" for name in theme)
    }  # fmt: skip
    for name in theme.keys() - {"base.html"}:
        assert tree.files[f"templates/{name}"].read() == theme[name].read()


def test_content_stays_on_disk(root: Path) -> None:
    """A tree of ten thousand articles holds no text, and notices when a file is no longer the scanned one."""
    tree = scan(root)
    article = tree.files["content/articles/a.md"]
    assert article.content == str(root / "content/articles/a.md")
    write(root, "content/articles/a.md", "changed")
    with pytest.raises(SourceChanged):
        article.read()


def test_large_files_are_hashed_in_pieces(root: Path) -> None:
    """The digest of a file of several pieces is that of its bytes."""
    data = os.urandom(3_000_000)
    (root / "content/film.mp4").write_bytes(data)
    found = scan(root).files["content/film.mp4"]
    assert (found.digest, found.size) == (digest_bytes(data), 3_000_000)


def test_a_film_is_too_large(root: Path) -> None:
    """A file above 100 MB is refused by its size alone (this one is a hole)."""
    with (root / "content/film.mp4").open("wb") as film:
        film.truncate(200_000_000)
    assert problems(root) == ["content/film.mp4: the file is 200 MB; the limit is 100 MB"]


@pytest.mark.parametrize(
    "name",
    [".hidden.md", ".a.md.swp", "a.md~", "#a.md#", ".#a.md", "a.tmp", "a.swp", "4913", "__pycache__/a.pyc", ".git/x"],
)
def test_litter_is_skipped(root: Path, name: str) -> None:
    """What editors and programs leave behind is neither read nor a problem."""
    write(root, f"content/articles/{name}", "x")
    tree = scan(root)
    found = list(tree.problems)
    assert own(tree) == ["config.yaml", "content/articles/a.md"]
    assert found == []


def test_hidden_names_that_sites_publish_are_read(root: Path) -> None:
    """Where they belong, at the top of the site; what is hidden within them is litter as everywhere."""
    for path in ("static/.well-known/security.txt", "static/.nojekyll", "static/.well-known/.x", "static/a/.nojekyll"):
        write(root, f"content/{path}", "x")
    write(root, "content/articles/.well-known/a.md", "x")

    assert [path for path in scan(root).files if "/." in path] == [
        "content/static/.nojekyll", "content/static/.well-known/security.txt",
    ]  # fmt: skip


def test_a_missing_content_folder(tmp_path: Path) -> None:
    """The usual reason is a wrong --root."""
    tree = scan(tmp_path)
    (problem,) = tree.problems
    assert own(tree) == []
    assert str(problem) == (
        "content:1:1: error: the content folder is missing\n"
        "  hint: make it, with a folder articles in it; or name the newsletter's folder with --root"
    )
    assert problems(tmp_path / "nowhere") == ["content: the content folder is missing"]


def test_a_folder_named_like_an_article(root: Path) -> None:
    """It is said; what lies in it is not read."""
    write(root, "content/articles/x.md/index.md")
    assert problems(root) == ['content/articles/x.md: a folder is named "x.md" like an article']
    assert "content/articles/x.md/index.md" not in scan(root)


def test_pipes_and_sockets(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a FIFO would wait for ever."""
    os.mkfifo(root / "content/articles/pipe.md")
    monkeypatch.chdir(root)  # the name of a socket may have no more than a hundred characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("content/socket.md")
        assert problems(root) == [
            "content/articles/pipe.md: this is a pipe (FIFO), not a file",
            "content/socket.md: this is a socket, not a file",
        ]


def test_a_file_that_becomes_a_pipe_does_not_hang(root: Path) -> None:
    """Between looking and opening anything may happen."""
    os.mkfifo(root / "content/pipe")
    assert scan_module.digest_file(str(root / "content/pipe"), 10) == (digest_bytes(b""), 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders(root: Path) -> None:
    """Each is named; the rest is read."""
    write(root, "content/locked/a.md")
    (root / "content/articles/a.md").chmod(0)
    (root / "content/locked").chmod(0)
    try:
        assert problems(root) == [
            "content/articles/a.md: this cannot be read: Permission denied",
            "content/locked: this cannot be read: Permission denied",
        ]
    finally:
        (root / "content/locked").chmod(0o700)


def test_an_unreadable_file_for_root_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tests run as root no permission is missing, so the failure is a name that cannot be opened."""
    write(root, "content/b.md")
    real = os.open

    def refuse(path: str, flags: int) -> int:
        if str(path).endswith("b.md"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    assert problems(root) == ["content/b.md: this cannot be read: Permission denied"]


def test_a_file_that_vanishes_during_the_scan(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as if it had never been there."""
    write(root, "content/articles/b.md")
    real = os.listdir

    def listdir(path: str) -> list[str]:
        names = real(path)
        (root / "content/articles/b.md").unlink(missing_ok=True)
        return [*names, "articles/never.md"] if path.endswith("content") else names

    monkeypatch.setattr(os, "listdir", listdir)
    tree = scan(root)
    found = list(tree.problems)
    assert found == []
    assert "content/articles/b.md" not in tree


def test_links_that_stay_inside_are_followed(root: Path) -> None:
    """To files and to folders; the path is the link's own."""
    write(root, "shared/picture.png", "P")
    (root / "content/one.png").symlink_to(root / "shared/picture.png")
    (root / "content/all").symlink_to("../shared")
    tree = scan(root)
    found = list(tree.problems)
    assert found == []
    assert tree.files["content/one.png"].read() == b"P"
    assert tree.files["content/all/picture.png"].read() == b"P"


def test_links_that_leave_the_root(root: Path, tmp_path: Path) -> None:
    """A secret beside the root is not published, by no way of naming it."""
    write(tmp_path, "secret.md", "S")
    write(tmp_path, "root-and-more/secret.md", "S")
    for name, target in {
        "1.md": tmp_path / "secret.md",
        "2.md": Path("../../secret.md"),
        "3": tmp_path,
        "4": tmp_path / "root-and-more",
        "5.md": Path("/etc/passwd"),
    }.items():
        (root / "content" / name).symlink_to(target)
    write(root, "content/6.md")
    (root / "content/6.md").unlink()
    (root / "content/6.md").symlink_to("2.md")

    tree = scan(root)
    found = list(tree.problems)

    assert {problem.message for problem in found} == {"this link points outside the newsletter's folder"}
    assert [problem.where.path for problem in found] == [
        f"content/{n}" for n in ("1.md", "2.md", "3", "4", "5.md", "6.md")
    ]
    assert own(tree) == ["config.yaml", "content/articles/a.md"]


def test_dead_links_and_loops(root: Path) -> None:
    """Each ends, and says why."""
    (root / "content/dead.md").symlink_to("nowhere.md")
    (root / "content/self.md").symlink_to("self.md")
    (root / "content/up").symlink_to("..")
    (root / "content/here").symlink_to(".")
    assert problems(root) == [
        "content/dead.md: this link points to a file that does not exist",
        "content/here: this link points to a folder that contains it",
        "content/self.md: this link points to itself",
        "content/up: this link points to a folder that contains it",
    ]


def test_folders_that_link_to_each_other(root: Path) -> None:
    """x leads to y and y back to x: followed once, then said."""
    write(root, "content/x/one.md", "1")
    write(root, "content/y/two.md", "2")
    (root / "content/x/to-y").symlink_to("../y")
    (root / "content/y/to-x").symlink_to("../x")
    tree = scan(root)
    found = list(tree.problems)
    assert "content/x/to-y/two.md" in tree
    assert [problem.where.path for problem in found] == ["content/x/to-y/to-x", "content/y/to-x/to-y"]


def test_links_that_multiply_are_bounded(root: Path) -> None:
    """Two links to the next folder in each of 18 would be 262,144 ways."""
    for number in range(18):
        write(root, f"far/{number}/file.txt")
        for name in ("a", "b"):
            (root / f"far/{number}/{name}").symlink_to(f"../{number + 1}")
    write(root, "far/18/file.txt")
    (root / "content/start").symlink_to("../far/0")
    tree = scan(root)
    found = list(tree.problems)
    assert [problem.message for problem in found] == ["there are more than 1000 links"]
    assert len(own(tree)) < 1_100


def test_deep_folders_are_bounded(root: Path) -> None:
    """Twenty levels are more than anybody needs."""
    folder = root / "content" / "/".join("d" * 30)
    folder.mkdir(parents=True)
    (found,) = problems(root)
    assert found.endswith("folders are nested more than 20 levels deep")


@pytest.mark.parametrize(
    ("name", "shown", "fault"),
    [
        (b"bad\xff.md", "bad\\xff.md", "bytes that are not UTF-8"),
        (b"new\nline.md", "new\\x0aline.md", "a control character"),
        (b"esc\x1b[31m.md", "esc\\x1b[31m.md", "a control character"),
        (b"back\\slash.md", "back\\slash.md", "a backslash"),
        ("rtl\u202e.md".encode(), "rtl\\x202e.md", "a control character"),
    ],
)
def test_names_that_cannot_be_addresses(root: Path, name: bytes, shown: str, fault: str) -> None:
    """Said in a form that a terminal can show."""
    with Path(os.fsdecode(os.fsencode(root / "content") + b"/" + name)).open("w"):
        pass
    assert problems(root) == [f"content/{shown}: the name contains {fault}"]


def test_names_in_any_script(root: Path) -> None:
    """Letters are letters, and spaces are allowed in pictures' names."""
    for name in ("статья.md", "日本.md", "my picture.png", "emoji 🎉.md"):
        write(root, f"content/articles/{name}")
    tree = scan(root)
    found = list(tree.problems)
    assert found == []
    assert len(tree.under("content/articles")) == 5


def test_another_config_file(root: Path) -> None:
    """--config names it, below the root."""
    write(root, "settings/mine.yaml", "title: y")
    assert "settings/mine.yaml" in scan(root, "settings/mine.yaml")


def test_a_config_that_is_a_folder(root: Path) -> None:
    """It is said, and nothing in it is read."""
    (root / "config.yaml").unlink()
    write(root, "config.yaml/x")
    tree = scan(root)
    found = list(tree.problems)
    assert [problem.message for problem in found] == ["this is a folder, not a file"]
    assert "config.yaml/x" not in tree


def test_a_root_below_a_link(root: Path, tmp_path: Path) -> None:
    """The root itself may be reached through a link, and be named with ".."."""
    (tmp_path / "link").symlink_to(root)
    assert own(scan(tmp_path / "link")) == own(scan(root))
    assert problems(tmp_path / "link" / ".." / "root") == []


def test_an_empty_root_after_all_is_removed(root: Path) -> None:
    """Scanning again sees what is there now."""
    assert own(scan(root))
    shutil.rmtree(root)
    assert own(scan(root)) == []


def test_many_files_are_read_by_several_processes(tmp_path: Path) -> None:
    """What they find is what one finds."""
    folder = tmp_path / "content" / "articles"
    folder.mkdir(parents=True)
    for number in range(1_203):
        (folder / f"{number}.md").write_text(f"{number}" * (number % 7), encoding="utf-8")

    assert scan(tmp_path, processes=2) == scan(tmp_path)
