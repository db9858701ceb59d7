"""Workers on other machines: the same bytes from a real cluster, and no word believed from another engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broadsheet.cache import cluster
from broadsheet.commands import main as cli
from tests.cost import HANG_SECONDS
from tests.sites import REPOSITORY, SMALL_SITE, written

pytest.importorskip("distributed")

ARTICLES = 160  # more than are done inline


@contextmanager
def cluster_of(folder: Path, *, code: Path, workers: int) -> Iterator[str]:
    """The address of a scheduler on this machine with so many worker processes, which run the package below code."""
    file = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "dask"]
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        with (folder / f"{arguments[0]}.log").open("ab") as log:
            started.append(
                subprocess.Popen([*command, *arguments], cwd=folder, env=environment, stdout=log, stderr=log)
            )

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        for _ in range(workers):
            start(
                *("worker", "--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard", "--no-nanny"),
                *("--nthreads", "1", "--local-directory", str(folder)),
            )
        give_up = time.monotonic() + HANG_SECONDS
        while (folder / "worker.log").read_bytes().count(b"Registered to:") < workers:
            assert time.monotonic() < give_up, (folder / "worker.log").read_text()
            time.sleep(0.05)
        yield str(json.loads(file.read_bytes())["address"])
    finally:
        for process in started:
            process.kill()  # asked to end, a worker waits half a minute and more for a scheduler that has gone
        for process in started:
            process.wait(HANG_SECONDS)


def newsletter(folder: Path) -> Path:
    """A newsletter with enough articles to be worth other processes."""
    written(SMALL_SITE.replace("title:", "share_cards: false\ntitle:", 1), folder)
    for n in range(ARTICLES):
        (folder / f"content/articles/piece-{n}.md").write_text(
            f"---\nid: urn:uuid:00000000-0000-4000-8000-{n:012}\ntitle: Piece {n}\n"
            f"date: 2026-09-{n % 28 + 1:02}T10:00Z\ntopics: [ai]\n---\n## Part\n\nSome *prose* of piece {n}.\n"
        )
    return folder


def build(root: Path, executor: str) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own."""
    command = [sys.executable, "build.py", "build", "--root", str(root), "--as-of", "2026-11-24", "--json"]
    return subprocess.run(
        [*command, "--executor", executor],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def held(site: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_two_worker_processes_of_a_cluster_give_the_same_bytes(tmp_path: Path) -> None:
    """As one process alone gives, and as local processes do; both workers have done some of it."""
    (tmp_path / "cluster").mkdir()
    roots = {name: newsletter(tmp_path / name) for name in ("inline", "processes", "dask")}
    with cluster_of(tmp_path / "cluster", code=REPOSITORY, workers=2) as address:
        results = {name: build(root, f"dask:{address}" if name == "dask" else name) for name, root in roots.items()}
        rendered = {name: json.loads(result.stdout)["rendered"] for name, result in results.items()}
        asked = subprocess.run(
            [sys.executable, "-c", COUNT, address],
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=True,
            cwd=REPOSITORY,
        )
        # Nothing to do needs no cluster: it is not even asked for.
        unchanged = build(roots["dask"], "dask:tcp://127.0.0.1:9")
    sites = {name: held(root / "site") for name, root in roots.items()}

    assert sites["dask"] == sites["processes"] == sites["inline"]
    assert len(sites["dask"]) > ARTICLES
    assert rendered["dask"] == rendered["inline"] > ARTICLES
    assert asked.stdout.split() == ["True", "True"]
    assert json.loads(unchanged.stdout)["rendered"] == 0


# Which of the workers have come to load what renders pages.
COUNT = """
import sys
from distributed import Client
with Client(sys.argv[1]) as client:
    print(*client.run(lambda: "broadsheet.render.jinja.page" in sys.modules).values())
"""


def test_a_worker_with_other_code_is_refused(tmp_path: Path) -> None:
    """Even if it differs by a comment: nothing is rendered, the site is as it was, and the words are plain."""
    (tmp_path / "cluster").mkdir()
    shutil.copytree(
        REPOSITORY / "broadsheet", tmp_path / "other/broadsheet", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (tmp_path / "other/broadsheet/views.py").open("a") as file:
        file.write("# another version\n")
    root = newsletter(tmp_path / "news")
    with cluster_of(tmp_path / "cluster", code=tmp_path / "other", workers=1) as address:
        result = build(root, f"dask:{address}")

    assert result.returncode == 1
    assert result.stderr == (
        f'Build failed: a worker of "{address}" runs another version of Broadsheet, of Python or of a library than '
        "this machine, so its pages would not be the same. Install the same on all of them, restart the workers, and "
        "build again. The site is unchanged.\n"
    )
    assert not (root / "site").exists()


# Parts from a cluster as soon as the first answer is there, while others are on their way.
PART = """
import os, sys
from concurrent.futures import FIRST_COMPLETED, wait
from broadsheet.cache.cluster import connected
for _ in range(8):
    executor, _ = connected(sys.argv[1], 1)
    wait([executor.submit(os.urandom, 20_000_000) for _ in range(8)], return_when=FIRST_COMPLETED)
    executor.shutdown(wait=False, cancel_futures=True)
"""


def test_parting_from_a_cluster_in_the_middle_says_nothing(tmp_path: Path) -> None:
    """No traceback of the library's for what is still being fetched when a build has been given up."""
    with cluster_of(tmp_path, code=REPOSITORY, workers=1) as address:
        parted = subprocess.run(
            [sys.executable, "-c", PART, address],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=True,
        )

    assert parted.stderr == ""


def test_a_worker_answers_no_other_engine() -> None:
    """It says who it is, and does not even unpack what it was sent."""
    assert cluster.answer("another", b"not even a pickle") == (cluster._own_engine(), b"")


def test_an_absent_cluster_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end is 1, and there is no traceback."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    root = newsletter(tmp_path)
    address = "tcp://127.0.0.1:9"
    code = cli.main(["build", "--root", str(root), "--as-of", "2026-11-24", "--executor", f"dask:{address}"])

    assert code == 1
    assert capsys.readouterr().err == (
        f'Build failed: there is no cluster at "{address}". Start it with dask scheduler and dask worker, or build '
        "without --executor. The site is unchanged.\n"
    )


@pytest.mark.parametrize("name", ["dask", "dask:", "threads"])
def test_an_unknown_executor_is_wrong_usage(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The end is 2."""
    assert cli.main(["build", "--root", str(written(SMALL_SITE, tmp_path)), "--executor", name]) == 2
    assert (
        f'--executor: "{name}" is not an executor; use inline, processes or dask:tcp://HOST:PORT'
        in capsys.readouterr().err
    )


# What the scheduler of distributed 2026 says.
NOT_READ = """Error during deserialization of the task graph. This frequently
occurs if the Scheduler and Client have different environments.
For more information, see
https://docs.dask.org/en/stable/deployment-considerations.html#consistent-software-environments
"""


@pytest.mark.parametrize("error", [RuntimeError(NOT_READ), ModuleNotFoundError("No module named 'broadsheet'")])
def test_a_cluster_without_the_package_is_told_what_to_install(error: Exception) -> None:
    """On which machines; in whole sentences, without what Dask says of itself."""
    assert str(cluster._failed("tcp://h:8786", error)) == (
        'the cluster at "tcp://h:8786" cannot read its work, because its scheduler or a worker lacks Broadsheet or has '
        "other versions of it or of its libraries. Install what is installed here on the machines of the scheduler and "
        "of all workers, in the Python environment that they run in, restart them, and build again; or build without "
        "--executor."
    )


def test_no_message_of_a_cluster_ends_in_the_middle_of_a_sentence() -> None:
    """Dask breaks its lines where they are full."""
    fault = str(cluster._failed("tcp://h:8786", RuntimeError("  A worker was\n  lost.\n\nSee the logs.")))

    assert fault.startswith('the cluster at "tcp://h:8786" failed (A worker was lost). See that its workers run')


def test_a_real_cluster_without_the_package(tmp_path: Path) -> None:
    """What is said of it does not depend on the words of one version of Dask."""
    for folder in ("cluster", "nothing"):
        (tmp_path / folder).mkdir()
    root = newsletter(tmp_path / "news")
    with cluster_of(tmp_path / "cluster", code=tmp_path / "nothing", workers=1) as address:
        result = build(root, f"dask:{address}")

    assert result.returncode == 1
    assert f'Build failed: the cluster at "{address}" cannot read its work, because its scheduler' in result.stderr
    assert "Traceback" not in result.stderr
    assert not (root / "site").exists()
