"""Publishing: what readers find, what is kept, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.core.digest import digest_bytes
from broadsheet.core.errors import Location, Problem
from broadsheet.core.manifest import Difference, Entry, Manifest, manifest, media_type
from broadsheet.publish import check_output, clean, publish
from broadsheet.publish.exchange import Exchange, exchange, never

SITE = {"index.html": "home", "a/index.html": "article a", "a/photo.jpg": "photo", "b/index.html": "article b"}
SWAPS = [exchange, never]
NOTHING = Difference((), (), ())


def of(files: dict[str, str]) -> Manifest:
    """The manifest of these texts."""
    return manifest({p: Entry(digest_bytes(t.encode()), len(t.encode()), media_type(p)) for p, t in files.items()})


def put(root: Path, files: dict[str, str], output: str = "site", swap: Exchange = exchange) -> Difference:
    """Publishes without a problem; what changed."""
    done, problems = publish(
        of(files), lambda path, entry: files[path].encode(), root / output, root=root, swap=swap, wait_seconds=5
    )
    assert problems == []
    assert done is not None
    return done


def refused(root: Path, files: dict[str, str], output: str = "site") -> str:
    """Publishes in vain; the one problem, which `check_output` has told before."""
    before = check_output(root / output, root=root)
    done, problems = publish(of(files), lambda path, entry: files[path].encode(), root / output, root=root)
    assert done is None
    assert before == problems
    [problem] = problems
    return str(problem).replace(f"{root}/", "")


def held(folder: Path) -> dict[str, str]:
    """The files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def identities(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and modification time of each file."""
    stats = {path.relative_to(folder).as_posix(): path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (now.st_ino, now.st_mtime_ns) for path, now in stats.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A newsletter with nothing in it."""
    for name in ("content", "templates"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.mark.parametrize("swap", SWAPS)
def test_the_folder_holds_the_manifest_and_nothing_else(root: Path, swap: Exchange) -> None:
    """Through a first site, additions, changes, removals, and files that turn into folders and back."""
    sites = [
        SITE,
        SITE | {"c/index.html": "article c"},
        {path: text + "!" for path, text in SITE.items()},
        {"index.html": "home", "a": "now a file", "b/index.html/deep/er.html": "now a folder"},
        SITE,
        {},
        {"x/y/z.html": "deep"},
    ]
    for files in sites:
        put(root, files, swap=swap)
        assert held(root / "site") == files
    assert sorted(path.name for path in (root / "site").rglob("*")) == ["x", "y", "z.html"]


def test_what_changed_is_told(root: Path) -> None:
    """For deploy scripts: added, changed and removed, as readers see it."""
    assert put(root, {"b": "1", "a": "1"}) == Difference(added=("a", "b"), changed=(), removed=())
    assert put(root, {"a": "2", "c": "1"}) == Difference(added=("c",), changed=("a",), removed=("b",))
    assert put(root, {"a": "2", "c": "1"}) == NOTHING


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["i", "a/i", "a/b/i", "c/i", "c/j", "d"]), st.sampled_from("123")),
        min_size=1,
        max_size=7,
    ),
    st.sampled_from(SWAPS),
)
def test_any_row_of_sites_is_published_right(sites: list[dict[str, str]], swap: Exchange) -> None:
    """After each step the folder equals a clean one, and a file that did not change is the same file."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        before: dict[str, str] = {}
        for files in sites:
            old = identities(root / "site") if before else {}
            put(root, files, swap=swap)
            assert held(root / "site") == files
            now = identities(root / "site")
            same = [path for path in files if before.get(path) == files[path]]
            assert [now[path] for path in same] == [old[path] for path in same]
            before = files


@pytest.mark.parametrize("swap", SWAPS)
def test_unchanged_files_keep_inode_and_time(root: Path, swap: Exchange) -> None:
    """So rsync and CDNs upload only what changed."""
    put(root, SITE)
    first = identities(root / "site")
    for n in range(4):
        put(root, SITE | {"index.html": f"home {n}"}, swap=swap)
        now = identities(root / "site")
        assert {path for path in first if first[path] != now[path]} == {"index.html"}


def test_no_change_touches_nothing(root: Path) -> None:
    """Not even the folder."""
    put(root, SITE)
    before = (root / "site").stat()
    put(root, SITE)

    assert (root / "site").stat() == before


def test_an_old_version_that_comes_back_is_a_new_file(root: Path) -> None:
    """With its old time it would look older than what readers have in their caches."""
    put(root, SITE)
    put(root, SITE | {"index.html": "other"})
    other = identities(root / "site")["index.html"]
    put(root, SITE)

    assert held(root / "site") == SITE
    assert identities(root / "site")["index.html"][1] >= other[1]


def test_only_changed_files_are_asked_for(root: Path) -> None:
    """The bytes of an unchanged page are not even read from the store."""
    put(root, SITE)
    asked = []

    def read(path: str, entry: Entry) -> bytes:
        asked.append(path)
        return b"new"

    publish(of(SITE | {"b/index.html": "new"}), read, root / "site", root=root)
    assert asked == ["b/index.html"]


def test_files_and_folders_can_be_read_by_a_server(root: Path) -> None:
    """0644 and 0755, less what the umask takes away; the companion is for its owner alone."""
    old = os.umask(0o022)
    try:
        put(root, SITE)
    finally:
        os.umask(old)

    assert {oct(path.stat().st_mode & 0o777) for path in (root / "site").rglob("*.html")} == {"0o644"}
    assert oct((root / "site").stat().st_mode & 0o777) == oct((root / "site/a").stat().st_mode & 0o777) == "0o755"
    assert oct((root / ".site.broadsheet").stat().st_mode & 0o777) == "0o700"
    assert (root / ".site.broadsheet/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize("output", ["public/site", "deep/er/and/deeper", "my site", "сайт"])
def test_the_output_may_be_anywhere(root: Path, output: str) -> None:
    """Folders above it are made."""
    put(root, SITE, output)
    put(root, SITE | {"b/index.html": "new"}, output)

    assert held(root / output) == SITE | {"b/index.html": "new"}


def test_an_output_elsewhere_is_fine(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Outside of the newsletter, even on another disk: the spare is beside the output, not beside the content."""
    elsewhere = tmp_path_factory.mktemp("www") / "site"
    put(root, SITE, str(elsewhere))
    put(root, {}, str(elsewhere))

    assert held(elsewhere) == {}


def test_a_symlink_as_output_is_followed_and_stays(root: Path) -> None:
    """Its target is replaced; a server configured with the link goes on as before."""
    (root / "www").mkdir()
    (root / "site").symlink_to("www/real")
    for text in ("1", "2"):
        put(root, {"index.html": text})
        assert (root / "site").readlink() == Path("www/real")
        assert held(root / "www/real") == {"index.html": text}


@pytest.mark.parametrize("output", [".", "..", "content", "content/articles/x", "templates", "broadsheet/y", ".git"])
def test_the_sources_are_no_output(root: Path, output: str) -> None:
    """Neither the newsletter itself nor what holds it nor what it is made of; nothing is written anywhere."""
    before = sorted(root.rglob("*"))
    told = refused(root, SITE, output)

    assert told.startswith("--output: error: the output folder ")
    assert told.endswith('hint: choose a separate folder, such as "site"')
    assert sorted(root.rglob("*")) == before


def test_the_file_system_and_the_home_folder_are_no_output(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However empty they are."""
    (root / "home").mkdir()
    monkeypatch.setenv("HOME", str(root / "home"))

    assert 'the output folder "/" is the root of the file system' in refused(root, SITE, "/")
    assert 'the output folder "home" is your home folder' in refused(root, SITE, "home")


def test_a_link_to_the_sources_is_no_output(root: Path) -> None:
    """Nor does a detour help."""
    (root / "site").symlink_to("content")

    assert 'the output folder "site" overlaps with "content"' in refused(root, SITE)
    assert "overlaps" in refused(root, SITE, "site/../content/x")


def test_a_link_inside_the_sources_protects_its_target(root: Path) -> None:
    """content may be a link to a folder elsewhere: that folder holds the articles."""
    (root / "content").rmdir()
    (root / "elsewhere").mkdir()
    (root / "content").symlink_to("elsewhere")

    assert "overlaps" in refused(root, SITE, "elsewhere")


def test_a_file_is_no_output(root: Path) -> None:
    """It is left alone."""
    (root / "site").write_text("mine")

    assert 'the output "site" is not a folder' in refused(root, SITE)
    assert (root / "site").read_text() == "mine"


def test_an_empty_folder_is_fine(root: Path) -> None:
    """Also one with empty folders in it, and what a file manager leaves behind."""
    (root / "site").mkdir()
    put(root, SITE)
    assert held(root / "site") == SITE


def test_a_folder_with_foreign_files_is_refused(root: Path) -> None:
    """Nothing of them is deleted, and the message names the first of them."""
    (root / "site/sub").mkdir(parents=True)
    for name in ("d.txt", "c.txt", "sub/b.txt", "a.txt"):
        (root / "site" / name).write_text("mine")

    assert refused(root, SITE) == (
        '--output: error: "site" contains files that Broadsheet did not write: '
        '"a.txt", "c.txt", "d.txt" and 1 more\n'
        "  hint: nothing was changed. Move these files elsewhere (files to publish belong in content or "
        "templates/static), or choose another folder with --output"
    )
    assert held(root / "site") == {"d.txt": "mine", "c.txt": "mine", "sub/b.txt": "mine", "a.txt": "mine"}


@pytest.mark.parametrize("name", ["CNAME", "a/mine.txt", "new/deep/mine.txt", ".git/config", "a/.hidden"])
@pytest.mark.parametrize("rounds", [1, 3])
def test_a_foreign_file_added_later_is_refused(root: Path, name: str, rounds: int) -> None:
    """Also in the second tree, whose folders are not new; once it is gone, publishing goes on."""
    for n in range(rounds):
        put(root, SITE | {"b/index.html": str(n)})
    before = held(root / "site")
    (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
    (root / "site" / name).write_text("mine")

    assert f'"site" contains files that Broadsheet did not write: "{name}"' in refused(root, SITE)
    assert held(root / "site") == before | {name: "mine"}
    (root / "site" / name).unlink()
    put(root, SITE)
    assert held(root / "site") == SITE


def test_a_symlink_added_later_is_foreign(root: Path) -> None:
    """What it points to is not even looked at."""
    put(root, SITE)
    (root / "site/link").symlink_to("../content")

    assert 'contains files that Broadsheet did not write: "link"' in refused(root, SITE)


def test_a_folder_replaced_by_a_symlink_is_refused(root: Path) -> None:
    """Writing through it would change files elsewhere."""
    put(root, SITE)
    (root / "mine").mkdir()
    (root / "mine/index.html").write_text("mine")
    shutil.rmtree(root / "site/a")
    (root / "site/a").symlink_to("../mine")

    done, problems = publish(of({}), lambda path, entry: b"", root / "site", root=root)
    assert done is None and 'did not write: "a"' in problems[0].message
    assert (root / "mine/index.html").read_text() == "mine"


@pytest.mark.parametrize("rounds", [1, 2, 3])
@pytest.mark.parametrize("edited", ["article B", "longer text"])
def test_a_file_changed_by_hand_is_refused(root: Path, rounds: int, edited: str) -> None:
    """A quick fix on the server is not undone without a word; deleting the file is the way out."""
    for n in range(rounds):
        put(root, SITE | {"index.html": str(n)})
    (root / "site/b/index.html").write_text(edited)

    assert '"site" contains files that were edited by hand: "b/index.html"' in refused(root, SITE)
    (root / "site/b/index.html").unlink()
    done, problems = publish(of(SITE), lambda path, entry: SITE[path].encode(), root / "site", root=root)
    assert done is not None and held(root / "site") == SITE
    # The spare shares the file with the site, so it has the edited text too: that is moved aside and told.
    for problem in problems:
        assert problem.severity == "warning"
        assert (root / ".site.broadsheet/kept-1/b/index.html").read_text() == edited


def test_touched_or_copied_files_are_still_ours(root: Path) -> None:
    """Time and inode are only a shortcut: the bytes decide."""
    put(root, SITE)
    os.utime(root / "site/index.html", ns=(1, 1))
    text = (root / "site/b/index.html").read_text()
    (root / "site/b/index.html").unlink()
    (root / "site/b/index.html").write_text(text)

    assert put(root, SITE) == NOTHING
    assert put(root, SITE | {"x": "y"}) == Difference(("x",), (), ())
    assert held(root / "site") == SITE | {"x": "y"}


def test_a_copied_newsletter_knows_its_site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As after a restore from a backup or from the cache of a build service, where all inodes differ."""
    put(root, SITE)
    put(root, SITE | {"b/index.html": "2"})
    copy = tmp_path_factory.mktemp("copy") / "newsletter"
    shutil.copytree(root, copy)

    assert put(copy, SITE | {"b/index.html": "2"}) == NOTHING
    put(copy, SITE | {"b/index.html": "3"})
    put(copy, SITE | {"b/index.html": "4"})
    assert held(copy / "site") == SITE | {"b/index.html": "4"}


def test_missing_files_are_written_again(root: Path) -> None:
    """Someone deleted a part of the site, or all of it."""
    put(root, SITE)
    shutil.rmtree(root / "site/a")
    assert put(root, SITE) == Difference(added=("a/index.html", "a/photo.jpg"), changed=(), removed=())
    assert held(root / "site") == SITE

    shutil.rmtree(root / "site")
    put(root, SITE)
    assert held(root / "site") == SITE

    shutil.rmtree(root / "site")
    (root / "site").mkdir()
    put(root, SITE)
    assert held(root / "site") == SITE


def test_without_its_companion_a_site_is_foreign(root: Path) -> None:
    """No record and no ledger, no claim."""
    put(root, SITE)
    shutil.rmtree(root / ".site.broadsheet")

    assert '"site" contains files that Broadsheet did not write' in refused(root, {})
    assert held(root / "site") == SITE


def test_litter_of_file_managers_is_no_matter(root: Path) -> None:
    """A look at the folder in a file manager must not stop the next build; its files are not deleted either."""
    put(root, SITE)
    for name in (".DS_Store", "a/.DS_Store", "b/Thumbs.db"):
        (root / "site" / name).write_text("litter")
    for n in range(4):
        put(root, {"index.html": str(n), "b/index.html": "b"})
        assert {path: text for path, text in held(root / "site").items() if text != "litter"} == {
            "index.html": str(n),
            "b/index.html": "b",
        }
    everywhere = [path.name for path in root.rglob("*") if path.is_file() and path.read_bytes() == b"litter"]
    assert sorted(everywhere) == [".DS_Store", ".DS_Store", "Thumbs.db"]


def test_a_foreign_file_in_the_spare_is_kept_and_told(root: Path) -> None:
    """It can come there when it was put into the site at the very moment of an exchange."""
    put(root, SITE)
    put(root, SITE | {"index.html": "2"})
    (root / ".site.broadsheet/spare/a/mine.txt").write_text("mine")
    done, problems = publish(of(SITE), lambda path, entry: SITE[path].encode(), root / "site", root=root)

    assert done is not None and held(root / "site") == SITE
    assert problems == [
        Problem(
            Location("--output"),
            f'files added or edited by hand in the old site were saved to {root}/.site.broadsheet/kept-1: "a/mine.txt"',
            "take what you need from there, then delete that folder",
            "warning",
        )
    ]
    assert held(root / ".site.broadsheet/kept-1") == {"a/mine.txt": "mine"}


def test_a_record_that_names_places_outside_is_not_believed(root: Path) -> None:
    """Somebody may send a newsletter with a prepared companion."""
    from broadsheet.publish.record import Record, Written, load_record, save_record

    fake = Written(digest_bytes(b"x"), 1, 1, 1)
    for name in ("../content/a.md", "a/../../x", "/etc/passwd", "a/..", "x\0y", ".."):
        save_record(root / "r", Record({"ok": fake, name: fake}, {"": 1}))
        assert load_record(root / "r") is None
        save_record(root / "r", Record({"ok": fake}, {"": 1, name: 1}))
        assert load_record(root / "r") is None


def test_a_record_holds_any_number(root: Path) -> None:
    """Inodes of 64 bits. Times that no 64 bits hold are looked at again."""
    from broadsheet.publish.record import LOOK_AGAIN, Record, Written, load_record, save_record

    record = Record({"a": Written("d", 1 << 62, (1 << 64) - 1, -5)}, {"": 1 << 62, "b": LOOK_AGAIN})
    save_record(root / "r", record)
    assert load_record(root / "r") == record
    save_record(root / "r", Record({"a": Written("d", 1, 2, 1 << 63)}, {"": 1 << 64}))
    assert load_record(root / "r") == Record({"a": Written("d", 1, 2, LOOK_AGAIN)}, {"": LOOK_AGAIN})
    save_record(root / "r", Record({}, {}))
    assert load_record(root / "r") == Record({}, {})


def test_a_site_with_a_record_in_the_first_form_is_ours(root: Path) -> None:
    """It was published before November 2026 was out, and is replaced as any other; what the record claims is not."""
    from broadsheet.publish.record import load_record

    put(root, {"a/index.html": "one", "b.html": "b"})
    [path] = (root / ".site.broadsheet").glob("*.record")
    record = load_record(path)
    assert record
    for name in ("../content/a.md", "b.html"):
        files = {name if old == "b.html" else old: written for old, written in record.files.items()}
        data = json.dumps([files, dict(record.folders)], separators=(",", ":")).encode()
        path.write_bytes(digest_bytes(data).encode() + b"\n" + data)
        assert load_record(path) == (record if name == "b.html" else None)
    put(root, {"a/index.html": "two"})
    assert held(root / "site") == {"a/index.html": "two"}


def test_times_of_another_age_are_no_matter(root: Path) -> None:
    """A folder and a file that somebody has given times of the year 2400."""
    put(root, SITE)
    for name in ("site/a", "site/b/index.html"):
        os.utime(root / name, (13_600_000_000, 13_600_000_000))
    for text in ("1", "2", "3"):
        put(root, SITE | {"index.html": text})
        assert held(root / "site") == SITE | {"index.html": text}


@pytest.mark.parametrize("size", [0, 10, 65, 100, 300])
def test_a_damaged_record_is_no_record(root: Path, size: int) -> None:
    """Cut anywhere, the record claims nothing and nothing is deleted on its word."""
    put(root, SITE)
    [record] = (root / ".site.broadsheet").glob("*.record")
    record.write_bytes(record.read_bytes()[:size])

    assert '"site" contains files that Broadsheet did not write' in refused(root, {})


def test_clean_removes_what_we_wrote(root: Path) -> None:
    """Site, spare, records and lock; how many files."""
    put(root, SITE)
    put(root, SITE | {"index.html": "2"})

    assert clean(root / "site", root=root) == (4, [])
    assert sorted(path.name for path in root.iterdir()) == ["content", "templates"]
    assert clean(root / "site", root=root) == (0, [])


def test_clean_leaves_what_others_wrote(root: Path) -> None:
    """Foreign files and files changed by hand stay where they are, and are told."""
    put(root, SITE)
    put(root, SITE | {"index.html": "2"})
    (root / "site/a/mine.txt").write_text("mine")
    (root / "site/b/index.html").write_text("edited")
    removed, problems = clean(root / "site", root=root)

    assert removed == 3
    assert held(root / "site") == {"a/mine.txt": "mine", "b/index.html": "edited"}
    assert [str(problem).replace(f"{root}/", "") for problem in problems if "not removed" in problem.message] == [
        '--output: warning: not removed: "site" contains files that Broadsheet did not write: "a/mine.txt"\n'
        "  hint: delete it yourself if it is not needed",
        '--output: warning: not removed: "site" contains files that were edited by hand: "b/index.html"\n'
        "  hint: delete it yourself if it is not needed",
    ]


def test_clean_without_a_record_removes_nothing(root: Path) -> None:
    """What we have no record of is not ours."""
    (root / "site").mkdir()
    (root / "site/mine.txt").write_text("mine")
    removed, problems = clean(root / "site", root=root)

    assert removed == 0 and len(problems) == 1
    assert held(root / "site") == {"mine.txt": "mine"}


def test_problems_stand_where_the_caller_says(root: Path) -> None:
    """The output may come from an option or from the settings."""
    where = Location("config.yaml", 4, 9)

    assert check_output(root / "content", root=root, where=where)[0].where == where
