"""The declarations of feed formats."""

from __future__ import annotations

from pathlib import Path

from broadsheet.core.feed_formats import FORMATS, find_feeds, format_of, is_archive_page


def test_formats_are_told_apart_by_name() -> None:
    """Each has a file name of its own; other names are those of old addresses."""
    assert len({declared.file_name for declared in FORMATS.values()}) == len(FORMATS)
    names = ["a/feed.xml", "old/rss.xml", "news.RSS", "feed.atom", "atom.xml", "feed.json", "data.json", "sitemap.xml"]
    found = [format_of(name) for name in names]
    assert [declared.name if declared else "" for declared in found] == [
        "rss", "rss", "rss", "atom", "atom", "json", "", "",
    ]  # fmt: skip


def test_pages_of_archives_are_not_subscribed_to() -> None:
    """They never change, so that neither the hub nor a check of subscriptions asks for them."""
    assert is_archive_page("feed/12/feed.atom") and is_archive_page("ru/feed/1/feed.xml")
    assert not is_archive_page("topics/feed/feed.xml") and not is_archive_page("feed.atom")


def test_feeds_below_a_folder_are_found(tmp_path: Path) -> None:
    """Those that people can subscribe to, by format and path."""
    for path in ("feed.xml", "feed.atom", "topics/ai/feed.xml", "feed/1/feed.atom", "rss.xml", "index.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    assert [(path, found.name) for path, found in find_feeds(tmp_path)] == [
        ("feed.xml", "rss"),
        ("topics/ai/feed.xml", "rss"),
        ("feed.atom", "atom"),
    ]
