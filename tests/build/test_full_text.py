"""Indexes of full text: made for each year, kept while its pages stay the same, published with the site or not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from broadsheet.audit.published_site import verify_folder
from broadsheet.build import full_text as fulltext
from broadsheet.build.full_text import with_full_text
from broadsheet.build.remembered import BuildResult
from broadsheet.cache.execute import BuildContext
from broadsheet.source.tree import SourceTree
from tests.newsroom import Newsroom, newsroom
from tests.sites import SMALL_SITE, a_bench, built, tree

pytest.importorskip("pagefind_bin", reason="the package pagefind[bin] is not installed")

TWO_YEARS = SMALL_SITE.replace("title: Small News\n", "title: Small News\nfull_text: true\n").replace(
    "date: 2026-11-01", "date: 2025-11-01"
)


def indexed(source: SourceTree, context: BuildContext | None = None) -> BuildResult:
    return with_full_text(built(source), "config.yaml", None, context or a_bench())


def paths(result: BuildResult) -> set[str]:
    assert result.manifest is not None, result.problems
    return {path for path in result.manifest.entries if path.startswith("search/full/")}


def test_each_year_has_an_index() -> None:
    """With what a browser needs and no more; every file is there as the manifest says."""
    result = indexed(tree(TWO_YEARS))

    assert {path.split("/")[2] for path in paths(result)} == {"2025", "2026"}
    assert {"search/full/2026/pagefind.js", "search/full/2026/pagefind-entry.json"} <= paths(result)
    assert not [path for path in paths(result) if "-ui." in path or "highlight" in path]
    assert result.manifest is not None
    assert all(len(result.read(path, result.manifest.entries[path])) == result.manifest.entries[path].size
               for path in paths(result))  # fmt: skip


def test_a_site_below_a_path_has_its_indexes_too() -> None:
    """Addresses of articles lead to their pages wherever the site stands."""
    below = TWO_YEARS.replace("https://small.example/", "https://small.example/news/")

    assert len({path.split("/")[2] for path in paths(indexed(tree(below)))}) == 2


def test_a_year_that_did_not_change_keeps_its_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the year of an edited article is read again: Pagefind is asked for one index, then for none."""
    context = a_bench()
    asked: list[str] = []
    made = fulltext._made

    def counted(year: Any, result: BuildResult) -> dict[str, bytes]:
        asked.append(year.folder)
        return made(year, result)

    monkeypatch.setattr(fulltext, "_made", counted)
    before = indexed(tree(TWO_YEARS), context)
    assert sorted(asked) == ["search/full/2025/", "search/full/2026/"]
    asked.clear()
    again = indexed(tree(TWO_YEARS), context)
    assert asked == [] and before.manifest == again.manifest

    indexed(tree(TWO_YEARS.replace("Some prose about", "Other prose about")), context)
    assert asked == ["search/full/2025/"]


def test_it_is_published_with_the_site_and_goes_with_it(tmp_path: Path) -> None:
    """In the same step; the next build writes nothing, and one without full text takes the indexes away."""
    news = newsroom(tmp_path, TWO_YEARS)
    first = news.build("--executor", "inline")
    assert (news.site / "search/full/2025/pagefind.js").is_file()
    assert any(path.startswith("search/full/2026/") for path in first["added"])
    again = news.build("--executor", "inline")
    assert (again["added"], again["changed"], again["removed"]) == ([], [], [])

    assert verify_folder(news.site, None).problems == ()  # the ledger lists them

    switch(news, "full_text: true", "full_text: false")
    assert any(path.startswith("search/full/2026/") for path in news.build("--executor", "inline")["removed"])
    assert not (news.site / "search/full").exists()


def test_without_the_package_the_old_site_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the author is told what to install."""
    news = newsroom(tmp_path, SMALL_SITE)
    news.build("--executor", "inline")
    switch(news, "title: Small News", "title: Small News\nfull_text: true")
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    told = news.build("--executor", "inline")

    assert not told["ok"] and not (news.site / "search/full").exists()
    (problem,) = told["problems"]
    assert problem["message"] == 'full_text needs the package "pagefind"'


def test_a_pagefind_that_fails_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its last words, and nothing is published."""
    monkeypatch.setattr(fulltext, "_ROOT", "][")
    result = indexed(tree(TWO_YEARS))

    assert result.manifest is None
    assert [problem.message.partition(":")[0] for problem in result.problems] == [
        "Pagefind could not index search/full/2025/"
    ]


def switch(news: Newsroom, old: str, new: str) -> None:
    text = (news.root / "config.yaml").read_text()
    assert old in text
    news.write("config.yaml", text.replace(old, new))
