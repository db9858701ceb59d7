"""The `feeds` of config.yaml: what can be set, and what is said about mistakes."""

from __future__ import annotations

import pytest

from broadsheet.content.model import Feeds
from broadsheet.content.settings import load_settings
from broadsheet.core.errors import Location
from broadsheet.source.tree import source_tree
from tests.sites import SMALL_SITE, built, changed, outputs, tree


def feeds(text: str) -> Feeds:
    settings, problems = load_settings(source_tree({"config.yaml": f"title: T\nfeeds:\n{text}"}))
    assert settings is not None, "\n".join(map(str, problems))
    return settings.feeds


def problems(text: str) -> list[str]:
    settings, problems = load_settings(source_tree({"config.yaml": f"title: T\nfeeds:\n{text}"}))
    assert settings is None
    return [str(problem) for problem in sorted(problems, key=lambda problem: problem.where)]


def test_all_that_can_be_set() -> None:
    """Every key arrives, families that are not named keep their default."""
    found = feeds(
        "  content: summary\n  length: 50\n  families: {newsletter: [atom, rss], topics: []}\n  archive: [rss]\n"
        "  hub: https://hub.example/\n  aliases:\n    /rss.xml: /feed.xml\n    /feed/: /feed.xml\n  page: feeds\n"
    )

    assert (found.content, found.length, found.hub) == ("summary", 50, "https://hub.example/")
    assert [one.name for one in found.archive] == ["rss"]
    assert {family: tuple(one.name for one in formats) for family, formats in found.families.items()} == {
        "newsletter": ("atom", "rss"),
        "topics": (),
        "sources": ("rss",),
        "languages": ("rss", "atom", "json"),
        "corrections": ("rss", "atom", "json"),
    }
    assert found.aliases == (("/rss.xml", "/feed.xml"), ("/feed/", "/feed.xml"))
    assert found.page == "feeds"
    assert found.places["aliases./rss.xml"] == Location("config.yaml", 9, 5)


def test_an_archive_needs_its_format() -> None:
    """Without a feed in Atom, the archive that is on by default is off."""
    assert feeds("  families: {newsletter: [rss, json]}\n").archive == ()
    assert feeds("  archive: []\n").archive == ()


MISTAKES = [
    (
        "  content: all\n",
        'config.yaml:3:12: error: "all" is not one of full, summary',
    ),
    (
        "  families: {newsletter: []}\n",
        "config.yaml:3:26: error: the newsletter itself must have a feed\n"
        "  hint: list at least one format, such as [rss]",
    ),
    (
        "  families: {topic: [rss]}\n",
        'config.yaml:3:14: error: unknown field "topic"\n  hint: did you mean "topics"?',
    ),
    (
        "  families: {topics: [rss, atm]}\n",
        'config.yaml:3:28: error: "atm" is not one of rss, atom, json\n  hint: did you mean "atom"?',
    ),
    (
        "  families: {topics: rss}\n",
        'config.yaml:3:22: error: "feeds.families.topics" must be a list\n'
        "  hint: list the formats in brackets, such as [rss, atom]; [] means none",
    ),
    (
        "  families: {newsletter: [rss]}\n  archive: [json]\n",
        'config.yaml:4:12: error: the newsletter has no feed in the format "json" to archive\n'
        '  hint: add "json" to feeds.families.newsletter, or remove it here',
    ),
    (
        "  hub: hub.example\n",
        'config.yaml:3:8: error: "hub.example" is not a valid web address\n'
        '  hint: write it in full, beginning with "https://"',
    ),
    (
        "  aliases: {/old: /feed.xml}\n",
        'config.yaml:3:13: error: "/old" is not the address of a feed\n'
        '  hint: write the old path in full, such as "/rss.xml" or "/feed/"',
    ),
    (
        "  aliases: {/rss.xml: [/feed.xml]}\n",
        'config.yaml:3:13: error: the alias "/rss.xml" must be the path of one feed\n'
        '  hint: write "/rss.xml: /feed.xml"',
    ),
    (
        "  page: Subscribe!\n",
        'config.yaml:3:9: error: the slug "Subscribe!" may only contain lower-case letters, digits and single hyphens '
        'between them\n  hint: use the slug of a page in content/pages, such as "subscribe"',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_mistakes_are_named_with_their_place(text: str, expected: str) -> None:
    """Place, the offending value, and what to do."""
    assert problems(text) == [expected]


def test_an_alias_must_lead_to_a_feed() -> None:
    """What the plan alone can know is told at the alias's own place."""
    config = "title: T\nprovenance: off\nfeeds:\n  aliases: {/rss.xml: /fed.xml}\n"
    source = changed(tree(SMALL_SITE), {"config.yaml": config})

    assert [str(problem) for problem in built(source).problems] == [
        'config.yaml:4:13: error: there is no feed at "/fed.xml"\n  hint: did you mean "/feed.xml"?'
    ]


def test_a_moved_address_is_kept_alive() -> None:
    """The feed stands at its old address too, and names the new one; an address without a file name is redirected."""
    config = "title: T\nbase_url: https://t.example/\nfeeds:\n  aliases: {/rss.xml: /feed.xml, /feed/: /feed.xml}\n"
    made = outputs(built(changed(tree(SMALL_SITE), {"config.yaml": config})))

    assert made["rss.xml"] == made["feed.xml"]
    assert made["_redirects"] == b"/feed/ /feed.xml 301\n/rss.xml /feed.xml 301\n"
    assert "feed/index.html" not in made


def test_an_unknown_page_for_the_list_is_told() -> None:
    """A page that is named but not there would leave readers without the list."""
    source = changed(tree(SMALL_SITE), {"config.yaml": "title: T\nprovenance: off\nfeeds: {page: feeds}\n"})

    assert [str(problem) for problem in built(source).problems] == [
        'config.yaml:3:9: error: there is no page with the slug "feeds" to list the feeds\n'
        "  hint: give a page in content/pages that slug, or remove the setting"
    ]
