"""Our feeds read back: the same feed whatever its format, and text shown as feed readers show it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta, timezone

import pytest

from broadsheet.core.feed_formats import FORMATS
from broadsheet.render.feeds.parsing import ParsedFeed, parse_date, parse_feed
from tests.sites import SMALL_SITE, built, outputs, tree

SITE = SMALL_SITE.replace("title: First", "title: 3 < 4 & <b>so</b> on\nsummary: A & B <i>.")


@pytest.fixture(scope="module")
def parsed() -> dict[str, ParsedFeed]:
    """The newsletter's feed, parsed from each format."""
    files = outputs(built(tree(SITE)))
    return {name: parse_feed(files[declared.file_name], declared) for name, declared in FORMATS.items()}


@pytest.mark.parametrize("name", list(FORMATS))
def test_all_formats_say_the_same(name: str, parsed: dict[str, ParsedFeed]) -> None:
    """Titles and summaries are plain text, though RSS and Atom escape them as HTML."""
    feed, other = parsed[name], parsed["json"]

    assert (feed.title, feed.home_url, feed.language) == (other.title, other.home_url, other.language)
    assert feed.self_url == f"https://small.example/{FORMATS[name].file_name}"
    assert feed.faults == () and not feed.is_archive
    assert [entry.title for entry in feed.entries] == ["Third", "Second", "3 < 4 & <b>so</b> on"]
    assert feed.entries[2].summary == "A & B <i>."
    for entry, twin in zip(feed.entries, other.entries, strict=True):
        same = {field.name for field in fields(entry)} - {"published", "updated", "html", "title_may_be_html"}
        assert {key: getattr(entry, key) for key in same} == {key: getattr(twin, key) for key in same}
        assert parse_date(entry.published) == parse_date(twin.published) is not None


def test_a_copy_at_an_old_address_may_be_in_another_xml_format() -> None:
    """Feed readers look at the root element, not at the file name; JSON is something else."""
    files = outputs(built(tree(SITE)))

    assert parse_feed(files["feed.atom"], FORMATS["rss"]).title == "Small News"
    with pytest.raises(ValueError, match="it is not valid JSON"):
        parse_feed(files["feed.atom"], FORMATS["json"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0300", datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=3)))),
        ("2026-11-20T10:00:00+03:00", datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=3)))),
        ("2026-11-20T10:00:00", None),
        ("Fri, 20 Nov 2026 10:00:00", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: datetime | None) -> None:
    """Dates of either kind; those without a time zone are not valid in any format."""
    assert parse_date(text) == expected
