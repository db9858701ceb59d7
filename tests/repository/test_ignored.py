"""What a build and the tools make is ignored by git, and none of it is committed."""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath

import pytest

from tests.sites import REPOSITORY

MADE = (
    "site/index.html", ".site.broadsheet/lock", ".broadsheet/CACHEDIR.TAG", ".tools", ".venv", ".bench/result.json",
    "broadsheet.egg-info/PKG-INFO", "build/lib/x.py", "dist/x.whl", "broadsheet/__pycache__/x.pyc",
)  # fmt: skip
PRODUCTS = {"pagefind", ".broadsheet", ".site.broadsheet", "node_modules", "__pycache__", "dist"}


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True)


pytestmark = pytest.mark.skipif(git("rev-parse").returncode != 0, reason="not a git checkout")


@pytest.mark.parametrize("path", MADE)
def test_what_is_made_is_ignored(path: str) -> None:
    """A build leaves `git status` clean."""
    assert git("check-ignore", "--quiet", "--no-index", "--", path).returncode == 0


def test_no_product_of_a_build_is_committed() -> None:
    """Neither a site nor a search index; those that tests need they make themselves."""
    paths = git("ls-files").stdout.splitlines()

    assert {part for path in paths for part in PurePosixPath(path).parts[:-1]} & PRODUCTS == set()
    assert [path for path in paths if path.startswith("site/")] == []
