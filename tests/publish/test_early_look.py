"""Looking ahead: what another process has seen of the output spares a look, and never hides what matters."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from broadsheet.core.errors import Location
from broadsheet.publish import early_look as looking
from broadsheet.publish import looking_ahead, publish
from broadsheet.publish.place import place_of
from broadsheet.publish.record import LOOK_AGAIN, load_record
from broadsheet.publish.trees import Sights, glance
from tests.publish.test_publish import SITE, held, of, put

HOME = SITE | {"index.html": "new home"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A newsletter with both of its trees."""
    for name in ("content", "templates"):
        (tmp_path / name).mkdir()
    put(tmp_path, SITE | {"index.html": "old home"})
    put(tmp_path, SITE)
    return tmp_path


def told(root: Path, files: dict[str, str], ahead: Callable[[], Sights] = dict) -> list[str]:
    """Publishes; the problems."""
    _, problems = publish(
        of(files), lambda path, entry: files[path].encode(), root / "site", root=root, wait_seconds=5, ahead=ahead
    )
    return [str(problem).partition("\n")[0].replace(f"{root}/", "") for problem in problems]


def seen(root: Path) -> Sights:
    return glance(place_of(root / "site", Location("--output")))


def times_of(tree: Path) -> Mapping[str, int]:
    """Of its folders, as recorded."""
    record = load_record(tree.parent / ".site.broadsheet" / f"{tree.stat().st_ino}.record")
    assert record is not None
    return record.folders


def test_any_site_can_follow_any_other(root: Path) -> None:
    """As without it, and the spare is taken as it is."""
    sites = [
        HOME,
        {path: text + "!" for path, text in SITE.items()},
        {"index.html": "home", "a": "now a file", "b/index.html/deep/er.html": "now a folder"},
        SITE,
        SITE,
        {},
        {"x/y/z.html": "deep"},
        HOME,
    ]
    for files in sites:
        with looking_ahead(root / "site", processes=2) as ahead:
            assert told(root, files, ahead) == []
        assert held(root / "site") == files


def test_both_trees_are_seen(root: Path) -> None:
    """Nothing but the times of folders that the record does not hold is told of them."""
    with looking_ahead(root / "site", processes=2) as ahead:
        sights = ahead()

    assert sights == seen(root)
    assert [inode for inode, _ in sights] == [
        (root / name).stat().st_ino for name in ("site", ".site.broadsheet/spare")
    ]
    assert told(root, HOME, lambda: sights) == []


def test_a_tree_that_was_seen_is_not_looked_at_again(root: Path) -> None:
    """Else it would be of no use: a file that comes after the look is told of by the next build, and is kept."""
    sights = seen(root)
    (root / "site/a/mine.txt").write_text("mine")

    assert told(root, HOME, lambda: sights) == []
    assert held(root / "site") == HOME
    assert told(root, SITE, lambda: seen(root)) == [
        "--output: warning: files added or edited by hand in the old site were saved to .site.broadsheet/kept-1: "
        '"a/mine.txt"'
    ]
    assert held(root / ".site.broadsheet/kept-1") == {"a/mine.txt": "mine"}
    assert held(root / "site") == SITE


def test_the_next_record_has_the_times_of_folders_that_were_seen(root: Path) -> None:
    """Else more folders would be searched from build to build: a folder just written has a time that tells nothing."""
    place = place_of(root / "site", Location("--output"))
    for text in ("1", "2", "3", "4"):
        assert told(root, SITE | {"a/index.html": text}) == []
    assert times_of(place.output)["a"] == LOOK_AGAIN
    for text in ("1", "2"):
        files = SITE | {"a/index.html": "4", "b/index.html": text}
        with looking_ahead(root / "site", processes=2) as ahead:
            assert told(root, files, ahead) == []

    assert times_of(place.output)["a"] == (place.output / "a").stat().st_mtime_ns


def test_an_edit_after_the_look_is_told_by_the_next_build(root: Path) -> None:
    """It shares its inode with the site that follows."""
    sights = seen(root)
    with (root / "site/a/index.html").open("a") as file:
        file.write(" edited")

    assert told(root, HOME, lambda: sights) == []
    assert told(root, SITE) == ['--output: error: "site" contains files that were edited by hand: "a/index.html"']
    assert held(root / "site")["a/index.html"] == "article a edited"


@pytest.mark.parametrize("name", ["site/mine.txt", "site/a/mine.txt", ".site.broadsheet/spare/b/mine.txt"])
def test_what_was_there_before_the_look_is_told_at_once(root: Path, name: str) -> None:
    """Whichever tree it is in."""
    (root / name).write_text("mine")
    with looking_ahead(root / "site", processes=2) as ahead:
        [problem] = told(root, HOME, ahead)

    assert name.removeprefix("site/").removeprefix(".site.broadsheet/spare/") in problem
    assert [path.read_text() for path in root.rglob("mine.txt")] == ["mine"]


@pytest.mark.parametrize("name", ["site/a/index.html", ".site.broadsheet/spare/index.html"])
@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_text("edited")])
def test_a_tree_with_a_fault_is_not_among_the_sights(root: Path, name: str, change: Callable[[Path], None]) -> None:
    """So that the one who can deal with it sees it."""
    change(root / name)

    assert [inode for inode, _ in seen(root)] == [(root / "site").stat().st_ino] * name.startswith(".site")


def test_a_copied_site_is_not_among_the_sights(root: Path) -> None:
    """Its files have to be read, and its record to be found and written."""
    shutil.copytree(root / "site", root / "copy")
    shutil.rmtree(root / "site")
    (root / "copy").rename(root / "site")

    assert (root / "site").stat().st_ino not in [inode for inode, _ in seen(root)]
    with looking_ahead(root / "site", processes=2) as ahead:
        assert told(root, HOME, ahead) == []
    assert held(root / "site") == HOME


def test_another_build_in_between_makes_it_worthless(root: Path) -> None:
    """The records of both trees are others then."""
    sights = seen(root)
    put(root, SITE | {"a/index.html": "2"})
    put(root, SITE | {"a/index.html": "3"})
    (root / "site/a/mine.txt").write_text("mine")

    assert told(root, HOME, lambda: sights) == [
        '--output: error: "site" contains files that Broadsheet did not write: "a/mine.txt"'
    ]


def test_a_site_made_anew_by_hand_is_looked_at(root: Path) -> None:
    """Though it may get the same inode."""
    sights = seen(root)
    shutil.rmtree(root / "site")
    (root / "site").mkdir()
    (root / "site/mine.txt").write_text("mine")

    assert told(root, HOME, lambda: sights) == [
        '--output: error: "site" contains files that Broadsheet did not write: "mine.txt"'
    ]


def test_it_does_not_hold_for_long(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever works in the folder while a large site is made is told at once."""
    monkeypatch.setattr(looking, "HOLDS_SECONDS", 0.0)
    with looking_ahead(root / "site", processes=2) as ahead:
        assert ahead() == {}


def test_one_process_looks_when_it_publishes(root: Path) -> None:
    """There is nobody else."""
    with looking_ahead(root / "site", processes=1) as ahead:
        assert ahead() == {}


@pytest.mark.parametrize("ending", [lambda place: os._exit(9), lambda place: [][1]])
def test_a_look_that_fails_costs_only_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ending: Callable[[object], None]
) -> None:
    """And it says nothing."""
    monkeypatch.setattr(looking, "glance", ending)
    with looking_ahead(root / "site", processes=2) as ahead:
        assert told(root, HOME, ahead) == []
    assert held(root / "site") == HOME
    assert capfd.readouterr() == ("", "")


def test_a_look_that_nobody_asks_for_is_ended(root: Path) -> None:
    """As when the build finds errors."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = children.read_text(), sorted(Path("/proc/self/fd").iterdir())
    for _ in range(3):
        with looking_ahead(root / "site", processes=2):
            pass
    assert (children.read_text(), sorted(Path("/proc/self/fd").iterdir())) == before


def test_there_may_be_no_site_yet(tmp_path: Path) -> None:
    """Then there is nothing to see."""
    with looking_ahead(tmp_path / "site", processes=2) as ahead:
        assert told(tmp_path, SITE, ahead) == []
    assert held(tmp_path / "site") == SITE
