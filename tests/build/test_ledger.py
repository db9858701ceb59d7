"""The ledger says of every article where it comes from, and of every file what it holds; it is as pure as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from broadsheet.build.ledger import with_files
from broadsheet.cache.cache import MemoryCache
from broadsheet.cache.execute import WorkerPool
from broadsheet.cache.stages import Stage
from broadsheet.core.digest import digest_bytes
from broadsheet.source.tree import SourceTree
from tests.newsroom import newsroom
from tests.sites import PICTURE, SMALL_SITE, built, changed, edit, manifest_of, outputs, tree, without_drawings

SITE = without_drawings(tree(SMALL_SITE))
RECORD = """\
---
id: urn:uuid:00000000-0000-4000-8000-00000000000d
title: 'Quotes "and" <tags>'
date: 2026-11-04T10:00+03:00
updated: 2026-11-06
aliases: [/old/]
source:
  - {name: Wire, url: "https://wire.example/d", author: A. Writer, published: 2026-11-01, licence: CC BY 4.0}
  - {name: Gazette}
editor: Ann Editor
image: {src: point.png, alt: A point}
ai: {role: summarised, tool: Pen, tasks: [shortening], date: 2026-11-03}
review: {by: Bea Reviewer, date: 2026-11-07, checked: [facts, figures]}
corrections: [{date: 2026-11-05T09:00Z, kind: correction, said: Four., says: Five., by: Ann Editor}]
---
Text with *marks*.
"""


def recorded() -> SourceTree:
    return changed(SITE, {"content/articles/d.md": RECORD, "content/articles/point.png": PICTURE})


def ledger(source: SourceTree) -> Any:
    return json.loads(outputs(built(source))["provenance.json"])


def test_an_article_stands_with_its_whole_record() -> None:
    """Names rather than short names, dates as RFC 3339, nothing that nobody wrote."""
    (found,) = [article for article in ledger(recorded())["articles"] if article["title"].startswith("Quotes")]

    assert {name: value for name, value in found.items() if name != "outputs"} == {
        "id": "urn:uuid:00000000-0000-4000-8000-00000000000d",
        "url": "https://small.example/articles/quotes-and-tags/",
        "title": 'Quotes "and" <tags>',
        "language": "en",
        "published": "2026-11-04T10:00:00+03:00",
        "updated": "2026-11-06T00:00:00+00:00",
        "text": digest_bytes(b"Text with *marks*.\n"),
        "record": {
            "editor": "Ann Editor",
            "sources": [
                {
                    "name": "Wire",
                    "url": "https://wire.example/d",
                    "author": "A. Writer",
                    "published": "2026-11-01T00:00:00+00:00",
                    "licence": "CC BY 4.0",
                },
                {"name": "Gazette"},
            ],
            "ai": {"role": "summarised", "tool": "Pen", "tasks": ["shortening"], "date": "2026-11-03"},
            "review": {"by": "Bea Reviewer", "date": "2026-11-07", "checked": ["facts", "figures"]},
            "corrections": [
                {
                    "date": "2026-11-05T09:00:00+00:00",
                    "kind": "correction",
                    "said": "Four.",
                    "says": "Five.",
                    "by": "Ann Editor",
                }
            ],
        },
    }
    assert sorted(path.split(".")[0] for path in found["outputs"]) == [
        "articles/quotes-and-tags/index",
        "media/point",
        "media/point",
        "old/index",
    ]


def test_a_piece_of_the_house_names_the_house() -> None:
    """As editor, and as who checked it."""
    source = edit(SITE, "content/articles/c.md", "topics", "review: {by: Small News, date: 2026-11-03}\ntopics")
    (found,) = [article["record"] for article in ledger(source)["articles"] if article["title"] == "Third"]

    assert found == {"editor": "Small News", "review": {"by": "Small News", "date": "2026-11-03"}}


def test_the_authors_of_a_piece_of_our_own_are_named() -> None:
    """In their order, the house among them."""
    source = edit(SITE, "content/articles/c.md", "topics", "author: [Ann Writer, Small News]\ntopics")
    (found,) = [article["record"] for article in ledger(source)["articles"] if article["title"] == "Third"]

    assert found == {"editor": "Small News", "authors": ["Ann Writer", "Small News"]}


def test_a_review_of_another_text_is_not_told() -> None:
    """As in every other output."""
    source = edit(recorded(), "content/articles/d.md", "date: 2026-11-07", "date: 2026-11-05")

    assert b"Bea Reviewer" not in outputs(built(source))["provenance.json"]


def test_every_file_stands_in_it_once_with_its_digest() -> None:
    """And nothing else: those of an article with it, the others at the end, the ledger itself nowhere."""
    files = outputs(built(recorded()))
    found = json.loads(files.pop("provenance.json"))
    parts = [article["outputs"] for article in found["articles"]] + [found["files"]]

    assert sum(map(len, parts)) == len(files)
    assert {path: digest for part in parts for path, digest in part.items()} == {
        path: digest_bytes(data) for path, data in files.items()
    }


def test_a_topic_that_one_article_names_is_no_output_of_it() -> None:
    """A list changes with other articles."""
    (found,) = [article for article in ledger(SITE)["articles"] if article["title"] == "Second"]

    assert list(found["outputs"]) == ["articles/second/index.html"]


def test_an_article_stands_on_a_line_of_its_own() -> None:
    """So that two ledgers can be compared line by line, and an upload sends what is new."""
    before = outputs(built(SITE))["provenance.json"].splitlines()
    after = outputs(built(edit(SITE, "content/articles/c.md", "Prose again", "Prose anew")))["provenance.json"]
    new = [line for line in after.splitlines() if line not in before]

    assert len([line for line in new if line.startswith(b'{"id"')]) == 1
    assert len(new) < len(before) / 2


def test_drafts_and_scheduled_articles_do_not_stand_in_it() -> None:
    """What is not published is nobody's business."""
    source = edit(SITE, "content/articles/c.md", "topics", "draft: true\ntopics")
    source = edit(source, "content/articles/b.md", "date: 2026-11-02", "date: 2026-12-02")
    source = edit(source, "content/articles/b.md", "[the first](a.md)", "nothing")

    assert [article["title"] for article in ledger(source)["articles"]] == ["First"]


def test_all_languages_stand_in_one_ledger() -> None:
    """Below the address of each."""
    source = changed(
        edit(SITE, "config.yaml", "title: Small News", "title: Small News\nlanguages: {ru: {title: Новости}}"),
        {"content/articles/r.md": "---\ntitle: Первый\ndate: 2026-11-05\nlang: ru\n---\nТекст.\n"},
    )
    found = {article["url"]: article["language"] for article in ledger(source)["articles"]}

    assert found["https://small.example/ru/articles/pervyi/"] == "ru"
    assert len(found) == 4


def test_an_edit_changes_the_page_and_the_ledger() -> None:
    """A text page is nobody's business but its own, and the ledger's, which holds the digest of each file."""
    before, after = (
        manifest_of(built(source)).entries
        for source in (SITE, edit(SITE, "content/pages/about.md", "Who we are", "Who we were"))
    )

    assert [path for path in after if after[path] != before[path]] == ["about/index.html", "provenance.json"]


def test_a_remembered_build_has_it() -> None:
    """It is kept like a page; and when the cache has lost it, it is made again."""
    store = MemoryCache()
    first = outputs(built(recorded(), store=store))["provenance.json"]
    assert outputs(built(recorded(), store=store))["provenance.json"] == first
    store.blobs = {digest: data for digest, data in store.blobs.items() if data != first}
    assert outputs(built(recorded(), store=store))["provenance.json"] == first


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("config.yaml", "https://small.example", "https://other.example"),
        ("config.yaml", "title: Small News", "title: Other News"),
        ("content/articles/d.md", "Gazette", "Paper"),
        ("content/articles/d.md", "says: Five.", "says: Six."),
        ("content/articles/d.md", "Text with", "Words with"),
        ("content/articles/c.md", "topics", "slug: elsewhere\ntopics"),
    ],
)
def test_lines_that_were_noted_are_never_stale(path: str, old: str, new: str) -> None:
    """After any edit the ledger is that of a newsletter that has never been built."""
    store = MemoryCache()
    before = outputs(built(recorded(), store=store))["provenance.json"]
    source = edit(recorded(), path, old, new)
    after = outputs(built(source, store=store))["provenance.json"]

    assert before != after == outputs(built(source))["provenance.json"]
    assert outputs(built(recorded(), store=store))["provenance.json"] == before


def test_a_line_that_was_noted_is_not_made_again() -> None:
    """Else the note would be of no use."""
    store = MemoryCache()
    built(SITE, store=store)
    lines = store.records[Stage.LEDGER_LINES]
    lines.update({key: line.replace(b'"title":"Third"', b'"title":"Noted"') for key, line in lines.items()})

    assert (
        b'"title":"Noted"'
        in outputs(built(edit(SITE, "content/pages/about.md", "Who we are", "Who we were"), store=store))[
            "provenance.json"
        ]
    )


def test_files_that_join_later_stand_where_they_belong() -> None:
    """As if they had been there from the first: indexes of full text come when all else is made."""
    files = outputs(built(recorded()))
    whole = files.pop("provenance.json")
    digests = json.loads(whole)["files"]
    late = {path: digests[path] for path in ("about/index.html", "sitemap.xml", "404.html")}
    lines = [
        line for line in whole.decode().splitlines(keepends=True) if line.split('"')[1:2] not in [[p] for p in late]
    ]

    assert with_files("".join(lines).encode(), late) == whole
    assert json.loads(with_files(whole, {"z/new.txt": "0" * 64}))["files"] == digests | {"z/new.txt": "0" * 64}


def test_workers_do_not_matter() -> None:
    """It is made of what they give back."""
    with WorkerPool(2, inline_below=1) as workers:
        assert outputs(built(recorded(), workers=workers)) == outputs(built(recorded()))


def test_its_place_is_taken() -> None:
    """A file of the author's cannot stand there, and is not dropped without a word."""
    result = built(changed(SITE, {"content/static/provenance.json": "{}"}))

    assert [str(problem) for problem in result.problems] == [
        'content/static/provenance.json:1:1: error: two outputs want the path "/provenance.json": '
        "/provenance.json (which every site has) and this one\n  hint: rename the file"
    ]


def test_prose_may_link_to_it() -> None:
    """As to any page that the site has."""
    assert built(edit(SITE, "content/pages/about.md", "Who we are", "[Ledger](/provenance.json)")).problems == ()


@pytest.mark.parametrize("page", ["/provenance.json", "provenance.json"])
def test_explain_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], page: str) -> None:
    """It changes when another file does, and only then."""
    from broadsheet.commands import main as cli

    news = newsroom(tmp_path)
    news.build()
    arguments = ["explain", page, "--root", str(news.root), "--as-of", news.as_of]
    assert cli.main(arguments) == 0
    assert "Nothing that /provenance.json shows has changed" in capsys.readouterr().out
    news.write("content/pages/about.md", "---\ntitle: About\n---\nNew.\n")
    assert cli.main(arguments) == 0
    assert "it lists every other file with its digest, and some of these have changed" in capsys.readouterr().out


def test_it_is_published_with_the_rest(tmp_path: Path) -> None:
    """On disk, incremental equals clean with it, and the result for scripts names it."""
    news = newsroom(tmp_path)
    news.assert_sound()
    news.write("content/pages/about.md", "---\ntitle: About\n---\nNew.\n")
    result = news.assert_sound()

    assert result["changed"] == ["about/index.html", "provenance.json"]
