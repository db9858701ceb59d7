"""What changes for the readers of published feeds is found before it happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.check import Outputs, check_outputs
from broadsheet.core.digest import digest_bytes
from broadsheet.core.manifest import Entry, manifest, media_type
from broadsheet.source.tree import SourceTree
from tests.check.test_feeds import SITE, found
from tests.sites import AS_OF, built, changed, edit, outputs


def history(after: SourceTree, folder: Path, before: SourceTree = SITE) -> list[str]:
    """What is said of a newsletter, after an earlier one was published."""
    for path, data in outputs(built(before)).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return found(outputs(built(after)), folder)


def test_moving_everything_is_no_fault(tmp_path: Path) -> None:
    """Slug, title, date and domain may change: the ids stay."""
    after = edit(SITE, "content/articles/b.md", "title: Second", "title: Renamed\nslug: moved")
    after = edit(after, "content/articles/b.md", "2026-11-02", "2026-11-05")
    after = edit(after, "config.yaml", "small.example", "other.example")

    assert history(after, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new"), [("0000000b", "0000000f"), ("id: urn:uuid:00000000-0000-4000-8000-00000000000b\n", "")]
)
def test_another_id_would_come_up_as_unread(old: str, new: str, tmp_path: Path) -> None:
    """The error names the article, both ids, and the line to put back."""
    after = edit(SITE, "content/articles/b.md", old, new)
    problems = [line for line in history(after, tmp_path) if "unread" in line]

    assert len(problems) == 1
    assert problems[0].startswith(
        'feed.xml: error: "Second" (https://small.example/articles/second/) would reappear as unread: its ID was '
        '"urn:uuid:00000000-0000-4000-8000-00000000000b" and is now "'
    )


def test_an_article_that_is_gone_would_vanish(tmp_path: Path) -> None:
    """Said once, with the way out; readers keep what they have."""
    after = changed(SITE, {"content/articles/c.md": None})

    assert history(after, tmp_path) == [
        'feed.xml: error: "Third" (https://small.example/articles/third/) would disappear from the feeds; '
        'its ID is "urn:uuid:00000000-0000-4000-8000-00000000000c"'
    ]


def test_what_runs_out_at_the_end_does_not_vanish(tmp_path: Path) -> None:
    """An article that newer ones push out is in no feed any more when there is no archive; that is how feeds are."""
    config = "title: Small News\nbase_url: https://small.example/\nfeeds:\n  length: 2\n  archive: []\n"
    before = changed(SITE, {"config.yaml": config, "content/articles/c.md": None})
    after = changed(SITE, {"config.yaml": config})

    assert history(after, tmp_path, before) == []


def test_a_feed_that_moves_needs_an_alias(tmp_path: Path) -> None:
    """Readers of the old address would hear nothing more; the hint names the feed it became."""
    after = edit(SITE, "content/articles/a.md", "topics: [ai]", "topics: [llm]")
    after = edit(after, "content/articles/b.md", "topics: [ai, money]", "topics: [llm, money]")
    kept = edit(
        after,
        "config.yaml",
        "title: Small News",
        "title: Small News\nfeeds: {aliases: {/topics/ai/feed.xml: /topics/llm/feed.xml}}",
    )

    assert history(after, tmp_path) == [
        'topics/ai/feed.xml: warning: the feed "/topics/ai/feed.xml" would be removed, and its subscribers would '
        "hear nothing more"
    ]
    assert history(kept, tmp_path) == []


def test_the_hint_names_the_feed_that_took_over(tmp_path: Path) -> None:
    """So that the line can be copied."""
    after = edit(SITE, "content/articles/a.md", "topics: [ai]", "topics: [llm]")
    after = edit(after, "content/articles/b.md", "topics: [ai, money]", "topics: [llm, money]")
    files = outputs(built(after))
    history(SITE, tmp_path)
    entries = {path: Entry(digest_bytes(data), len(data), media_type(path)) for path, data in files.items()}
    (problem,) = check_outputs(Outputs(manifest(entries), lambda path, entry: files[path], AS_OF, tmp_path))

    assert problem.hint == 'to keep it, add "/topics/ai/feed.xml: /topics/llm/feed.xml" to feeds.aliases in config.yaml'


def test_a_damaged_published_feed_is_passed_over(tmp_path: Path) -> None:
    """Nobody reads what cannot be read."""
    (tmp_path / "feed.xml").write_bytes(b"<rss>")

    assert found(outputs(built(SITE)), tmp_path) == []


# Corrections, which lead to the page of their article

FEW = "feeds: {length: 1, archive: [], families: {topics: [], sources: [], corrections: []}}\n"


def few(*notes: str, length: int = 1) -> SourceTree:
    """A newsletter whose only feed has so many articles, the first of which has these corrections."""
    source = edit(SITE, "config.yaml", "title:", FEW.replace("length: 1", f"length: {length}") + "title:")
    listed = "".join(f"  - {{{note}}}\n" for note in notes)
    return edit(source, "content/articles/a.md", "topics: [ai]", f"topics: [ai]\ncorrections:\n{listed}")


FIRST = "date: 2026-11-03T11:00Z, said: One., says: Two."
SECOND = "date: 2026-11-05T11:00Z, said: Two., says: Three."


def test_a_correction_is_not_its_article_under_another_id(tmp_path: Path) -> None:
    """The article has run out of the feeds, and its correction, at the same address, is new: nothing comes up anew."""
    before = edit(SITE, "config.yaml", "title:", FEW.replace("length: 1", "length: 3") + "title:")

    assert history(few(SECOND), tmp_path, before) == []


def test_a_second_correction_is_not_the_first(tmp_path: Path) -> None:
    """Both have the same title; the first has run out when the second comes."""
    before = few(FIRST)
    after = changed(few(FIRST, SECOND), {"content/articles/d.md": later("Fourth", "2026-11-04T10:00Z")})

    assert history(after, tmp_path, before) == []


def test_a_correction_with_another_date_would_come_up_again(tmp_path: Path) -> None:
    """It is known by it."""
    problems = history(few(FIRST.replace("T11", "T12")), tmp_path, few(FIRST))

    assert len(problems) == 1
    assert '"Correction: First" (https://small.example/articles/first/#_note-1) would reappear as unread' in problems[0]


def later(title: str, date: str) -> str:
    return f"---\nid: urn:test:{title}\ntitle: {title}\ndate: {date}\n---\nProse.\n"
