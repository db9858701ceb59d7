"""Publishing under kills, full disks, missing rights and company: wholly the old site or wholly the new one."""

from __future__ import annotations

import errno
import fcntl
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broadsheet.core.digest import digest_bytes
from broadsheet.core.errors import Problem
from broadsheet.core.manifest import Difference, Entry, Manifest, manifest, media_type
from broadsheet.publish import check_output, clean, publish
from broadsheet.publish.exchange import Exchange, exchange, never
from tests.cost import HANG_SECONDS

ROOT = Path(__file__).parents[2]
ONE = {"index.html": "one", "a/index.html": "article a", "b/index.html": "article b", "c": "file"}
TWO = {"index.html": "two", "a/index.html": "article a", "c/index.html": "folder", "d/e/index.html": "new"}
THREE = {"index.html": "three", "a/index.html": "article a", "b/index.html": "back", "d/e/index.html": "new"}
SWAPS = [exchange, never]


def of(files: dict[str, str]) -> Manifest:
    """The manifest of these texts."""
    return manifest({p: Entry(digest_bytes(t.encode()), len(t.encode()), media_type(p)) for p, t in files.items()})


def put(
    root: Path, files: dict[str, str], swap: Exchange = exchange, wait_seconds: float = 5, processes: int = 1
) -> tuple[Difference | None, list[Problem]]:
    """Publishes to root/site."""

    def read(path: str, entry: Entry) -> bytes:
        return files[path].encode()

    return publish(of(files), read, root / "site", root=root, swap=swap, wait_seconds=wait_seconds, processes=processes)


def held(folder: Path) -> dict[str, str]:
    """The files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def assert_tidy(root: Path) -> None:
    """The companion holds one record for each tree and nothing that a crash has left."""
    state_dir = root / ".site.broadsheet"
    trees = [tree for tree in (root / "site", state_dir / "spare") if tree.exists()]
    expected = {".gitignore", "lock"} | {f"{tree.stat().st_ino}.record" for tree in trees}
    assert {path.name for path in state_dir.iterdir()} - {"spare"} == expected


def killed_at(count: int, work: Callable[[], object]) -> bool:
    """Does the work in a child that is killed at its count-th call to the file system; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = count

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event == "open" or (event.startswith(("os.", "ctypes.dlsym")) and event != "os.kill"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


STEPS = {"first": ([], ONE), "second": ([ONE], TWO), "third": ([ONE, TWO], THREE)}


@pytest.mark.parametrize("swap", SWAPS)
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_every_single_step(tmp_path: Path, swap: Exchange, step: str) -> None:
    """At each call to the file system in turn; the site is the old or the new, and the next build is right."""
    earlier, now = STEPS[step]
    before = earlier[-1] if earlier else {}
    gaps = outcomes = 0
    for count in range(1000):
        root = tmp_path / str(count)
        root.mkdir()
        for files in earlier:
            put(root, files, swap)
        if not killed_at(count, lambda root=root: put(root, now, swap)):  # type: ignore[misc]
            break
        if earlier and not (root / "site").exists():
            gaps += 1  # between the two renames of a system without exchange
        else:
            assert held(root / "site") in (before, now)
            outcomes |= 1 if held(root / "site") == before else 2
        done, problems = put(root, now, swap)
        assert done is not None and problems == []
        assert held(root / "site") == now
        assert_tidy(root)
        done, problems = put(root, THREE | {"index.html": "four"}, swap)
        assert done is not None and problems == []
        assert held(root / "site") == THREE | {"index.html": "four"}
        assert_tidy(root)
    assert count > 15 and outcomes == 3
    assert gaps <= (1 if swap is never else 0)


PUBLISHER = """
import sys
from pathlib import Path
from broadsheet.core.digest import digest_bytes
from broadsheet.core.manifest import Entry, manifest
from broadsheet.publish import publish
root, version = Path(sys.argv[1]), sys.argv[2]
# Half of the files change with each version, and some come and go.
files = {f"{n}/index.html": (f"{n} of {version if n % 2 else 0}\\n" * 200).encode() for n in range(200)}
files["version"] = version.encode()
files |= {f"{version}-{n}": version.encode() for n in range(20)}
whole = manifest({path: Entry(digest_bytes(data), len(data), "") for path, data in files.items()})
print("ready", flush=True)
done, problems = publish(whole, lambda path, entry: files[path], root / "site", root=root)
print(*problems, flush=True)
"""


def publisher(root: Path, version: int) -> subprocess.Popen[bytes]:
    """A process that is about to publish a version of a site of 221 files."""
    command = [sys.executable, "-c", PUBLISHER, str(root), str(version)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def assert_whole(site: Path) -> int:
    """Reads the whole site through one open folder, as a server does that keeps it open; the version it is."""
    top = os.open(site, os.O_RDONLY | os.O_DIRECTORY)

    def text(path: str) -> str:
        with open(os.open(path, os.O_RDONLY, dir_fd=top)) as file:  # noqa: PTH123 - a Path has no dir_fd
            return file.read()

    try:
        version = text("version")
        assert sorted(os.listdir(top)) == sorted(  # noqa: PTH208
            ["version", *(f"{version}-{n}" for n in range(20)), *map(str, range(200))]
        )
        for n in range(200):
            assert text(f"{n}/index.html") == f"{n} of {version if n % 2 else 0}\n" * 200
        assert all(text(f"{version}-{n}") == version for n in range(20))
    finally:
        os.close(top)
    return int(version)


class Reader(threading.Thread):
    """Reads the site over and over until `stop`; keeps the first error it met."""

    def __init__(self, site: Path) -> None:
        super().__init__(daemon=True)
        self.site, self.passes, self.error = site, 0, ""
        self.turned, self.is_over = threading.Condition(), False

    def run(self) -> None:
        while not self.is_over:
            try:
                assert_whole(self.site)
            except (AssertionError, OSError) as error:
                self.error = self.error or repr(error)
            with self.turned:
                self.passes += 1
                self.turned.notify_all()

    def settle(self) -> None:
        """Waits until no pass is under way that began before now."""
        with self.turned:
            target = self.passes + 2
            assert self.turned.wait_for(lambda: self.passes >= target, timeout=HANG_SECONDS)


def test_killed_at_random_under_the_eyes_of_a_reader(tmp_path: Path) -> None:
    """SIGKILL at random moments, while a reader goes through the site without a pause and meets no mixture."""
    chance = random.Random(11)
    with publisher(tmp_path, 0) as child:
        assert child.wait(HANG_SECONDS) == 0
    reader = Reader(tmp_path / "site")
    reader.start()
    seen = set()
    try:
        for version in range(1, 13):
            with publisher(tmp_path, version) as child:
                if version % 4:
                    threading.Event().wait(chance.uniform(0, 0.1))
                    child.send_signal(signal.SIGKILL)
                child.wait(HANG_SECONDS)
            reader.settle()
            seen.add(assert_whole(tmp_path / "site"))
    finally:
        reader.is_over = True
        reader.join(30)
    assert reader.error == ""
    assert {4, 8, 12} <= seen
    assert_tidy(tmp_path)


def test_two_builds_at_once_publish_one_after_the_other(tmp_path: Path) -> None:
    """Each waits for the other; the site is that of one of them, whole, and neither complains."""
    children = [publisher(tmp_path, version) for version in (1, 2, 3)]
    for child in children:
        with child:
            assert child.stdout is not None
            assert child.stdout.read() == b"\n"
    assert assert_whole(tmp_path / "site") in (1, 2, 3)
    assert_tidy(tmp_path)


def test_a_build_that_waited_in_vain_names_the_other(tmp_path: Path) -> None:
    """After a bounded time, with the number of the process that holds the place."""
    put(tmp_path, ONE)
    with (tmp_path / ".site.broadsheet/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write("4711\n")
        lock.flush()
        done, problems = put(tmp_path, TWO, wait_seconds=0.05)
        assert check_output(tmp_path / "site", root=tmp_path, wait_seconds=0.05) == problems
        assert clean(tmp_path / "site", root=tmp_path, wait_seconds=0.05) == (0, problems)
    assert done is None and held(tmp_path / "site") == ONE
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in problems] == [
        '--output: error: another build is publishing to "site" (process 4711)\n'
        "  hint: wait until it has finished, or choose another folder with --output"
    ]
    assert put(tmp_path, TWO)[0] is not None  # the lock is gone with its holder


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system in memory of its own, for root; skips the test where that is not allowed."""
    folder.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


@pytest.mark.parametrize("options", ["size=256k", "nr_inodes=40"])
def test_a_full_disk_leaves_the_old_site(tmp_path: Path, options: str) -> None:
    """Room or names run out in the midst of writing; the spare gives its room back, and a smaller site goes out."""
    with mounted(tmp_path / "disk", options) as root:
        for first in (ONE, TWO):
            assert put(root, first)[0] is not None
        free = os.statvfs(root).f_bfree
        done, problems = put(root, {f"{n}/index.html": "x" * 9000 for n in range(100)})

        assert done is None and held(root / "site") == TWO
        assert [str(problem).replace(f"{root}/", "") for problem in problems] == [
            '--output: error: cannot publish to "site": the disk is full\n'
            "  hint: the old site is unchanged. Make room and build again"
        ]
        assert os.statvfs(root).f_bfree >= free - 4
        assert put(root, THREE)[0] is not None
        assert held(root / "site") == THREE
        assert_tidy(root)


def test_a_disk_full_from_the_start_is_a_problem(tmp_path: Path) -> None:
    """There is not even room for a note."""
    with mounted(tmp_path / "disk", "size=64k") as root:
        assert put(root, ONE)[0] is not None
        with (root / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        done, problems = put(root, TWO)
        assert done is None and "the disk is full" in problems[0].message
        assert held(root / "site") == ONE
        (root / "filler").unlink()
        assert put(root, TWO)[0] is not None and held(root / "site") == TWO


def test_a_limit_on_file_sizes_leaves_the_old_site(tmp_path: Path) -> None:
    """Like a full disk, and needs no rights to try."""
    put(tmp_path, ONE)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limit[1]))
        done, problems = put(tmp_path, {"a": "small", "large": "x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert done is None and held(tmp_path / "site") == ONE
    assert "a file would exceed the size limit of the system" in problems[0].message
    assert put(tmp_path, TWO)[0] is not None and held(tmp_path / "site") == TWO
    assert_tidy(tmp_path)


def test_a_disk_that_can_only_be_read_is_a_problem(tmp_path: Path) -> None:
    """Nothing changes, and the message says why."""
    with mounted(tmp_path / "disk", "size=1m") as root:
        put(root, ONE)
        subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
        done, problems = put(root, TWO)

        assert done is None and held(root / "site") == ONE
        assert "the disk is read-only" in problems[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_a_problem(tmp_path: Path) -> None:
    """The folder above the output has to be writable, as the exchange happens there."""
    tmp_path.chmod(0o500)
    try:
        done, problems = put(tmp_path, ONE)
    finally:
        tmp_path.chmod(0o700)
    assert done is None and "you are not allowed to write there" in problems[0].message


def test_a_mount_point_is_a_problem_with_a_way_out(tmp_path: Path) -> None:
    """As with a volume of a container: it cannot change places with anything, but a folder in it can."""
    with mounted(tmp_path / "site", "size=1m") as site:
        done, problems = put(tmp_path, ONE)
        assert done is None
        assert [str(problem).replace(f"{tmp_path}/", "") for problem in problems] == [
            '--output: error: cannot publish to "site": the folder cannot be renamed because it is a mount point or '
            "part of a container image\n  hint: the old site is unchanged. Choose a folder inside it with --output"
        ]
        done, problems = publish(
            of(ONE), lambda path, entry: ONE[path].encode(), site / "public", root=tmp_path, wait_seconds=5
        )
        assert problems == [] and held(site / "public") == ONE


def test_an_error_of_the_store_leaves_the_old_site(tmp_path: Path) -> None:
    """`read` may fail too; then nothing has happened."""
    put(tmp_path, ONE)

    def read(path: str, entry: Entry) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    done, problems = publish(of(TWO), read, tmp_path / "site", root=tmp_path)
    assert done is None and "Input/output error" in problems[0].message
    assert held(tmp_path / "site") == ONE


def test_wrong_bytes_are_never_published(tmp_path: Path) -> None:
    """A `read` that gives other bytes than the manifest says is a mistake of ours."""
    put(tmp_path, ONE)
    with pytest.raises(ValueError, match="the manifest says"):
        publish(of(TWO), lambda path, entry: b"", tmp_path / "site", root=tmp_path)
    assert held(tmp_path / "site") == ONE
    assert put(tmp_path, TWO)[0] is not None and held(tmp_path / "site") == TWO


def test_an_interrupt_leaves_the_old_site(tmp_path: Path) -> None:
    """Ctrl-C goes through, and the next build is right."""
    put(tmp_path, ONE)
    put(tmp_path, TWO)

    def read(path: str, entry: Entry) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(of(THREE), read, tmp_path / "site", root=tmp_path)
    assert held(tmp_path / "site") == TWO
    assert put(tmp_path, THREE)[0] is not None and held(tmp_path / "site") == THREE
    assert_tidy(tmp_path)


def test_a_system_without_hard_links_publishes_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged files are then written again, with their old times."""

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    put(tmp_path, ONE)
    before = (tmp_path / "site/a/index.html").stat().st_mtime_ns
    for files in (TWO, THREE, ONE, TWO):
        assert put(tmp_path, files)[0] is not None
        assert held(tmp_path / "site") == files
        assert (tmp_path / "site/a/index.html").stat().st_mtime_ns == before


MANY = {f"{n % 7}/{n}/index.html": f"page {n}" for n in range(700)}


def test_two_processes_write_what_one_does(tmp_path: Path) -> None:
    """A first site, and one in which most has changed."""
    changed = MANY | {path: text + " again" for path, text in MANY.items() if path[0] in "135"}
    for files in (MANY, changed):
        done, problems = put(tmp_path, files, processes=2)
        assert done is not None
        assert problems == []
        assert held(tmp_path / "site") == files
        assert_tidy(tmp_path)


def test_what_fails_in_a_forked_process_leaves_the_old_site(tmp_path: Path) -> None:
    """And is told as if there were but one."""
    put(tmp_path, ONE)

    def read(path: str, entry: Entry) -> bytes:
        if path.endswith("/500/index.html"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return MANY[path].encode()

    done, problems = publish(of(MANY), read, tmp_path / "site", root=tmp_path, processes=2)

    assert done is None
    assert "the disk is full" in problems[0].message
    assert held(tmp_path / "site") == ONE
    assert put(tmp_path, TWO)[1] == []
    assert held(tmp_path / "site") == TWO
    assert_tidy(tmp_path)


def test_a_build_killed_while_two_processes_write_leaves_the_place_usable(tmp_path: Path) -> None:
    """They end, and with them the lock; the next build is right."""
    put(tmp_path, ONE)
    reading, tell = os.pipe()

    def read(path: str, entry: Entry) -> bytes:
        os.write(tell, b".")
        return MANY[path].encode()

    child = os.fork()
    if child == 0:
        publish(of(MANY), read, tmp_path / "site", root=tmp_path, processes=2)
        os._exit(0)
    os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    done, problems = put(tmp_path, TWO)

    assert done is not None
    assert problems == []
    assert held(tmp_path / "site") == TWO
    assert_tidy(tmp_path)
