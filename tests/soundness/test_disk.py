"""Full disks, folders that cannot be written, damaged caches, company and odd clocks: the published site is right."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cost import HANG_SECONDS
from tests.newsroom import PLAIN, Newsroom, assert_same, command, held, newsroom, process

ABOUT = "content/pages/about.md"


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    """A small newsletter that has been built."""
    made = newsroom(tmp_path)
    made.assert_sound()
    return made


def about(news: Newsroom, text: str) -> None:
    """Gives the page another text."""
    news.write(ABOUT, f"---\ntitle: About\n---\n{text}\n")


# --- Cache files damaged


def files_below(folder: Path) -> list[Path]:
    """All files in a folder but those of trees."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and "spare" not in path.parts)


def damages(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The file empty, cut at some places, with single bits flipped, and replaced by rubbish."""
    yield b""
    for _ in range(4):
        yield data[: chance.randrange(len(data) or 1)]
    for place in (0, len(data) - 1, *(chance.randrange(len(data) or 1) for _ in range(6))):
        if data:
            flipped = bytearray(data)
            flipped[place] ^= 1 << chance.randrange(8)
            yield bytes(flipped)
    yield chance.randbytes(len(data))
    yield data + data[:100]


@pytest.fixture
def twice_built(news: Newsroom) -> Newsroom:
    """A newsletter with a spare tree beside its site, and a build before the last one."""
    about(news, "Another text.")
    news.assert_sound()
    return news


def test_every_cache_file_damaged_in_turn(twice_built: Newsroom, tmp_path: Path) -> None:
    """Truncated, flipped, replaced: the next build is right, and so are those after an edit and back."""
    news, chance = twice_built, random.Random(3)
    whole = tmp_path / "whole"
    shutil.copytree(news.root, whole)
    expected = held(news.site)
    names = [path.relative_to(news.root) for path in files_below(news.root / ".broadsheet")]
    assert len(names) >= 8
    builds = 0
    for name in names:
        for damaged in damages((whole / name).read_bytes(), chance):
            news.write(str(name), damaged)
            assert news.build()["ok"], name
            assert_same(held(news.site), expected)
            about(news, f"Text {builds % 2}.")
            assert news.build()["ok"], name
            assert f"Text {builds % 2}.".encode() in (news.site / "about/index.html").read_bytes()
            about(news, "Another text.")
            assert news.build()["ok"]
            assert_same(held(news.site), expected)
            builds += 1
        restore(news, whole)
    assert builds > 80


def test_every_record_of_the_publisher_damaged_in_turn(twice_built: Newsroom, tmp_path: Path) -> None:
    """A record says which files are ours. Without it the ledger in the site does, if every file matches it."""
    news, chance = twice_built, random.Random(4)
    whole = tmp_path / "whole"
    shutil.copytree(news.root, whole)
    for name in [path.relative_to(news.root) for path in files_below(news.root / ".site.broadsheet")]:
        for number, damaged in enumerate(damages((whole / name).read_bytes(), chance)):
            restore(news, whole)
            news.write(str(name), damaged)
            about(news, same_size(number))
            assert news.build()["ok"]
            assert_same(held(news.site), news.clean()[1])


def restore(news: Newsroom, whole: Path) -> None:
    """The whole newsletter as it was, cache and site too."""
    shutil.rmtree(news.root)
    shutil.copytree(whole, news.root)


@pytest.mark.parametrize("name", ["v2/readings.table", "v2/blobs.index", "v2/last_inputs.value", "v2"])
@pytest.mark.parametrize("become", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_something_else_in_place_of_a_cache_file(news: Newsroom, name: str, become: Callable[[Path], object]) -> None:
    """A folder, a pipe or a device is no reason to hang or to be wrong."""
    file = news.root / ".broadsheet" / name
    shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
    become(file)
    about(news, "New text.")
    with process(news.root, "--quiet") as child:
        assert child.wait(HANG_SECONDS) == 0
    assert_same(held(news.site), news.clean()[1])


def test_a_cache_of_another_newsletter(tmp_path: Path) -> None:
    """Whatever it holds, nothing of it gets into the site by mistake."""
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one, other = newsroom(tmp_path / "one"), newsroom(tmp_path / "other")
    other.write("config.yaml", f"{PLAIN}title: Other News\nbase_url: https://other.example/\n")
    about(other, "Somebody else.")
    other.assert_sound()
    shutil.copytree(other.root / ".broadsheet", one.root / ".broadsheet")

    one.assert_sound()


# --- Full disks and folders that cannot be written


def test_a_full_disk_leaves_the_old_site(news: Newsroom, tmp_path: Path) -> None:
    """No build succeeds or fails with a mixture; when there is room again, the next is right."""
    before = held(news.site)
    news.write("templates/static/large.bin", random.Random(1).randbytes(300_000))
    for number in range(20):
        news.write(f"content/articles/more-{number}.md", f"---\ntitle: More {number}\ndate: 2026-10-01\n---\nText.\n")
    after = news.clean()[1]
    outcomes = set()
    for room in (0, 4, 16, 64, 200, 400, 800, 3000):
        code = built_with_room(news, tmp_path, kilobytes=room)
        site = held(news.site)
        assert site == (after if code == 0 else before)
        outcomes.add(code)
        if code == 0:
            break
    assert outcomes == {0, 1}
    news.assert_sound()


def built_with_room(news: Newsroom, folder: Path, *, kilobytes: int) -> int:
    """The exit code of a build that may write files of at most this size: where mounting is not allowed."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    arguments = command(news.root, "--jobs", "1", "--quiet")
    done = subprocess.run(arguments, capture_output=True, text=True, preexec_fn=limit, timeout=HANG_SECONDS)
    assert "Traceback" not in done.stderr
    return done.returncode


def test_a_small_disk_that_fills_up(tmp_path: Path) -> None:
    """A real one, where it can be mounted: sources, cache and site share too little room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    try:
        news = newsroom(disk)
        news.assert_sound()
        before = held(news.site)
        for number in range(30):
            news.write(f"content/articles/n-{number}.md", f"---\ntitle: N {number}\ndate: 2026-10-01\n---\nText.\n")
        after = news.clean()[1]
        codes = []
        for spare in (0, 40, 200, 400, 700, 1000, 1500):  # KB that are left free
            filler = disk / "filler"
            filler.write_bytes(b"")
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            if spare * 1024 < free:
                filler.write_bytes(b"x" * (free - spare * 1024))
            with process(news.root, "--quiet", "--jobs", "1") as child:
                said = child.communicate(timeout=HANG_SECONDS)[1]
            assert "Traceback" not in said
            assert held(news.site) == (after if child.returncode == 0 else before)
            codes.append(child.returncode)
            if child.returncode == 0:
                break
        assert codes[0] == 1
        (disk / "filler").unlink()
        news.assert_sound()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(news: Newsroom) -> None:
    """The end is 1, the old site stays; a cache that cannot be written only costs time."""
    about(news, "New text.")
    before = held(news.site)
    news.root.chmod(0o555)
    try:
        with process(news.root, "--quiet") as child:
            assert child.wait(60) == 1
        assert held(news.site) == before
    finally:
        news.root.chmod(0o755)
    (news.root / ".broadsheet/v2").chmod(0o555)
    try:
        news.assert_sound()
    finally:
        (news.root / ".broadsheet/v2").chmod(0o755)


def test_a_read_only_disk(tmp_path: Path) -> None:
    """For root, who may write where others may not: a disk mounted for reading, and a cache on one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a disk")
    try:
        news = newsroom(disk)
        news.assert_sound()
        before = held(news.site)
        about(news, "New text.")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with process(news.root, "--quiet") as child:
            said = child.communicate(timeout=HANG_SECONDS)[1]
        assert child.returncode == 1
        assert "Traceback" not in said
        assert held(news.site) == before
        with process(news.root, "--quiet", "--output", str(tmp_path / "elsewhere")) as child:
            assert child.wait(60) == 0  # nothing is kept, but all is published
        assert_same(held(tmp_path / "elsewhere"), news.clean()[1])
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


# --- Company


def test_two_builds_at_the_same_time(news: Newsroom) -> None:
    """Both end well, wherever they meet, and the site is that of a clean build."""
    for number in range(6):
        news.write("config.yaml", f"{PLAIN}title: News {number}\nbase_url: https://small.example/\n")
        both = [process(news.root, "--json") for _ in range(2)]
        told = [json.loads(child.communicate(timeout=HANG_SECONDS)[0]) for child in both]
        assert [child.returncode for child in both] == [0, 0], told
        assert_same(held(news.site), news.clean()[1])
    assert news.build()["rendered"] == 0


def test_two_builds_of_different_moments_at_the_same_time(news: Newsroom, tmp_path: Path) -> None:
    """They share the cache and go to two places: each place has its own."""
    news.write("content/articles/later.md", "---\ntitle: Later\ndate: 2026-12-01\n---\nText.\n")
    drafts = process(news.root, "--drafts", "--quiet", "--output", str(tmp_path / "drafts"))
    plain = process(news.root, "--quiet")
    assert (drafts.wait(60), plain.wait(60)) == (0, 0)
    for child in (drafts, plain):
        child.communicate()

    assert_same(held(news.site), news.clean()[1])
    news.is_with_drafts = True
    assert_same(held(tmp_path / "drafts"), news.clean()[1])


# --- Clocks and times


def test_the_clock_goes_back(news: Newsroom) -> None:
    """What was due is no longer published, and comes again."""
    for moment in ("2026-11-24", "2026-11-02", "2026-10-01", "2026-11-02", "2027-01-01", "2026-11-24"):
        news.as_of = f"{moment}T12:00+00:00"
        news.assert_sound()


def same_size(number: int) -> str:
    """Texts that differ and are equally long."""
    return f"Text number {number % 10}."


@pytest.mark.parametrize("in_place", [True, False])
def test_another_text_with_the_same_size_and_time(news: Newsroom, in_place: bool) -> None:
    """An editor that sets times back, in the same second as the build or long after: the new text is published."""
    file = news.root / ABOUT
    about(news, same_size(0))
    fixed = file.stat().st_mtime_ns
    for number in range(1, 25):
        text = f"---\ntitle: About\n---\n{same_size(number)}\n"
        if in_place:  # the same inode
            with file.open("r+") as opened:
                opened.write(text)
        else:
            other = file.with_suffix(".tmp")
            other.write_text(text)
            other.replace(file)
        os.utime(file, ns=(fixed, fixed))
        if number % 5 == 0:
            time.sleep(0.05)  # now the time of the change is no longer that of the last build
        assert news.build()["ok"]
        assert same_size(number).encode() in (news.site / "about/index.html").read_bytes(), number
    news.assert_sound()


def test_the_racy_moment(news: Newsroom) -> None:
    """Written again right after a build looked, within what the clock of the file system can tell apart."""
    file = news.root / ABOUT
    for number in range(40):
        with file.open("r+") as opened:
            opened.write(f"---\ntitle: About\n---\n{same_size(number)}\n")
            opened.truncate()
        assert news.build()["ok"]
        assert same_size(number).encode() in (news.site / "about/index.html").read_bytes(), number


def test_times_from_the_future_and_from_long_ago(news: Newsroom) -> None:
    """Whatever the times of the sources say, their bytes decide."""
    for number, moment in enumerate((0, 10**9, 4 * 10**9, 10**9, 0)):
        about(news, same_size(number))
        os.utime(news.root / ABOUT, (moment, moment))
        news.assert_sound()
        assert same_size(number).encode() in (news.site / "about/index.html").read_bytes()


def test_a_picture_exchanged_behind_the_back_of_the_clock(news: Newsroom) -> None:
    """A copied file is no page, and yet its bytes are published."""
    news.write("templates/static/mark.bin", b"one")
    file = news.root / "templates/static/mark.bin"
    for number in range(10):
        times = file.stat()
        with file.open("r+b") as opened:
            opened.write(b"%03d" % number)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        news.assert_sound()


# --- What has to be uploaded


def test_unchanged_files_keep_inode_and_time(news: Newsroom) -> None:
    """Over two builds: so rsync, which looks at size and time, sends just what is listed as added or changed."""
    changed = ["about/index.html", "provenance.json"]  # the ledger holds the digest of every file
    before = {path: path.stat() for path in news.site.rglob("*") if path.is_file()}
    for number in range(2):
        about(news, same_size(number))
        result = news.build()
        assert result["changed"] == changed and result["added"] == result["removed"] == []
    after = {path: path.stat() for path in news.site.rglob("*") if path.is_file()}
    kept = {path for path in before if path.relative_to(news.site).as_posix() not in changed}

    assert before.keys() == after.keys()
    assert all(
        (after[path].st_ino, after[path].st_mtime_ns) == (before[path].st_ino, before[path].st_mtime_ns)
        for path in kept
    )
