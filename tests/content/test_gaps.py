"""What is demanded of records: strict stops the build, warn counts, off is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.source.scan import scan
from broadsheet.source.tree import SourceTree
from tests.sites import REPOSITORY, SMALL_SITE, built, changed, edit, files, outputs, tree

CASES = sorted((Path(__file__).parents[1] / "broken" / "cases" / "provenance").glob("*.txt"))
COMPLETE = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
provenance: strict
-- content/sources.yaml --
gazette: {name: The Gazette, url: "https://www.gazette.com/tech/", feed: "https://feeds.gazette.net/a", hosts: [gaz.tt]}
wire: {name: Wire, url: "https://wire.example/"}
-- content/pages/how-we-work.md --
---
title: How we work
---
So.
-- content/pages/corrections.md --
---
title: Corrections
---
All.
-- content/articles/own.md --
---
id: urn:test:own
title: Our own
date: 2026-11-01
author: [Ann Writer, Small News]
ai: none
---
Prose.
-- content/articles/told.md --
---
id: urn:test:told
title: Told
date: 2026-11-02T10:00Z
source:
  - {ref: gazette, url: "https://gazette.com/tech/a", published: 2026-11-02}
  - {ref: gazette, url: "https://www.gazette.com/"}
  - {ref: gazette, url: "https://more.gazette.com/b"}
  - {ref: gazette, url: "https://feeds.gazette.net/c"}
  - {ref: gazette, url: "https://gaz.tt/c"}
  - {ref: wire, url: "https://wire.example/c"}
ai: none
---
Prose.
"""


def told(source: SourceTree, *, drafts: bool = False) -> list[str]:
    return [str(problem).partition("\n")[0] for problem in built(source, drafts=drafts).problems]


def under(policy: str, path: Path) -> SourceTree:
    """The broken site of a case, under another policy."""
    site = path.read_text(encoding="utf-8").partition("\n")[2]
    source = tree(site)
    text = files(site)["config.yaml"].decode()
    return changed(source, {"config.yaml": text.replace("strict", policy), "expected": None})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_warn_counts_what_strict_stops(path: Path) -> None:
    """The same words at the same place, one of a kind, and the site is made."""
    expected = [line for line in path.read_text(encoding="utf-8").splitlines() if ": error: " in line]
    result = built(under("warn", path))
    warnings = [str(problem).partition("\n")[0] for problem in result.problems]

    assert built(under("strict", path)).manifest is None
    assert result.manifest is not None
    assert len(warnings) == 1
    assert warnings[0].partition(" (and ")[0] == expected[0].replace(": error: ", ": warning: ")
    assert (" (and " in warnings[0]) == (len(expected) > 1)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_off_is_silent(path: Path) -> None:
    """Nothing is said, and the site is made."""
    result = built(under("off", path))

    assert result.problems == ()
    assert result.manifest is not None


def test_a_complete_record_has_no_gap() -> None:
    """A source at any of its hosts, several of them, and a piece of our own."""
    assert told(tree(COMPLETE)) == []


def test_without_a_word_the_policy_is_to_warn() -> None:
    """A newsletter that has never heard of records is told once of each kind of gap."""
    source = edit(tree(SMALL_SITE), "config.yaml", "provenance: off\n", "")

    assert told(source) == [
        'config.yaml:1:1: warning: there are no pages with the slugs "corrections" and "how-we-work"',
        "content/articles/a.md:3:8: warning: this article does not say whether AI was used (and 2 more)",
        'content/articles/a.md:6:27: warning: "https://wire.example/a" is a placeholder, not a real address',
        "content/articles/b.md:3:8: warning: this article says neither where it comes from nor who wrote it "
        "(and 1 more)",
    ]


def test_a_draft_may_have_gaps() -> None:
    """Nothing is said of it until drafts are looked at, and then it stops nothing."""
    source = changed(
        tree(COMPLETE),
        {"content/articles/d.md": "---\nid: urn:test:d\ntitle: D\ndate: 2026-11-03\ndraft: true\n---\nP.\n"},
    )

    assert told(source) == []
    assert [line.partition(": ")[2] for line in told(source, drafts=True)] == [
        "warning: this article does not say whether AI was used",
        "warning: this article says neither where it comes from nor who wrote it",
    ]


def test_a_scheduled_article_may_have_none() -> None:
    """It goes out by itself, so it is looked at when it is written."""
    source = edit(tree(COMPLETE), "content/articles/own.md", "date: 2026-11-01", "date: 2027-01-01")

    assert told(edit(source, "content/articles/own.md", "ai: none\n", "")) == [
        "content/articles/own.md:3:8: error: this article does not say whether AI was used"
    ]


def test_names_that_only_look_like_placeholders() -> None:
    """A word in brackets is one; the same word within a name is none."""
    source = edit(tree(COMPLETE), "content/articles/own.md", "Ann Writer", '"[Name]", Ann Example')

    assert told(source) == ['content/articles/own.md:5:9: error: "[Name]" is a placeholder']


def test_the_newsletter_of_this_repository_is_complete() -> None:
    """Under strict, without a gap."""
    source = scan(REPOSITORY)

    assert b"provenance: strict" in source.files["config.yaml"].read()
    assert told(source) == []
    assert outputs(built(source))
