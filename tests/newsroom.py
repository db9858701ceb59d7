"""A newsletter on disk that is built through the command line, and its clean twin: for the tests of soundness."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet.commands import main as cli
from broadsheet.plan.icons import ICONS
from tests.sites import REPOSITORY, SMALL_SITE, written

AS_OF = "2026-11-24T12:00+00:00"
SOURCES = ("content", "templates", "config.yaml", "links.lock")
PLAIN = "share_cards: false\n"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # where a clean build costs no disk
TOLD = ("ok", "problems", "articles", "files", "due")  # what of a build's result does not depend on what was before


@dataclass(slots=True)
class Newsroom:
    """Owns a newsletter's folder, and elsewhere one after the other for clean builds of the same sources."""

    root: Path
    as_of: str = AS_OF
    is_with_drafts: bool = False

    @property
    def site(self) -> Path:
        """The published site."""
        return self.root / "site"

    def build(self, *arguments: str) -> dict[str, Any]:
        """The result of a build in this process, as the command tells it with --json."""
        return built(self.root, *self.arguments, *arguments)

    def clean(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The result of a build of the same sources in a folder that has never seen a build, and the site."""
        with tempfile.TemporaryDirectory(prefix="broadsheet-clean-", dir=MEMORY) as folder:
            for name in SOURCES:
                source = self.root / name
                if source.is_dir():
                    shutil.copytree(source, Path(folder) / name)
                elif source.exists():
                    shutil.copy(source, folder)
            return built(Path(folder), *self.arguments, "--executor", "inline"), held(Path(folder) / "site")

    def assert_sound(self, *arguments: str) -> dict[str, Any]:
        """Builds, and holds the published folder against a clean build; with errors, the site must be as it was."""
        before = held(self.site)
        result = self.build(*arguments)
        told, site = self.clean()
        assert {name: result[name] for name in TOLD} == {name: told[name] for name in TOLD}
        assert_same(held(self.site), site if result["ok"] else before)
        return result

    @property
    def arguments(self) -> tuple[str, ...]:
        """What both builds are told."""
        return ("--as-of", self.as_of, *(["--drafts"] if self.is_with_drafts else []))

    def sources(self) -> dict[str, bytes]:
        """All files that a build reads."""
        return {
            **{f"{name}/{path}": data for name in SOURCES[:2] for path, data in held(self.root / name).items()},
            **{name: (self.root / name).read_bytes() for name in SOURCES[2:] if (self.root / name).exists()},
        }

    def write(self, path: str, data: str | bytes | None) -> None:
        """Writes a file anew, or removes it."""
        file = self.root / path
        if data is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)


def newsroom(folder: Path, text: str = SMALL_SITE) -> Newsroom:
    """A newsletter in a folder of its own below this one, which draws nothing: that takes longer than all else."""
    root = folder / "news"
    root.mkdir()
    news = Newsroom(written(text.replace("title:", f"{PLAIN}title:", 1), root))
    for path, *_ in ICONS:
        news.write(f"content/static{path}", "drawn")
    return news


def built(root: Path, *arguments: str) -> dict[str, Any]:
    """What a build tells with --json, run in this process."""
    told, said = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(said):
        code = cli.main(["build", "--root", str(root), "--json", *arguments])
    gc.enable()  # a build turns it off for the rest of its process, which is a short one unless it runs tests
    assert code in (0, 1), said.getvalue()
    result: dict[str, Any] = json.loads(told.getvalue())
    assert result["ok"] == (code == 0)
    return result


def command(root: Path, *arguments: str) -> list[str]:
    """The command line of a build in a process of its own."""
    return [sys.executable, str(REPOSITORY / "build.py"), "build", "--root", str(root), "--as-of", AS_OF, *arguments]


def process(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """A build in a process and a session of its own, just begun."""
    return subprocess.Popen(
        command(root, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def held(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    if not folder.exists():
        return {}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_same(found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> None:
    """Two sites are the same, byte for byte; says which files are not."""
    wrong = sorted(path for path in found.keys() | expected.keys() if found.get(path) != expected.get(path))
    assert wrong == []
