"""Front matter becomes types, references are checked, and every problem of the content is found at once."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.authoring.field_tables import fields_page
from broadsheet.authoring.json_schema import schema_files
from broadsheet.content.article import load_article
from broadsheet.content.front_matter import read_parts
from broadsheet.content.load import load_site
from broadsheet.content.model import (
    AiUse,
    Article,
    Citation,
    Correction,
    Image,
    Person,
    Prose,
    Publication,
    Review,
    Settings,
    Site,
    StaticPage,
    Topic,
)
from broadsheet.content.settings import load_settings
from broadsheet.core.digest import digest_bytes
from broadsheet.core.errors import Location, in_order
from broadsheet.schema.fields import declarations_of
from broadsheet.source.tree import SourceTree, source_tree
from tests.cost import costs_less_than

REPOSITORY = Path(__file__).parents[2]
CONFIG = "title: Small News\ntimezone: Europe/Berlin\npromos: {academy: {label: a, title: b, text: c}}\n"
BERLIN = ZoneInfo("Europe/Berlin")


def settings() -> Settings:
    found, problems = load_settings(source_tree({"config.yaml": CONFIG}))
    assert found is not None, problems
    return found


def article(front: str, body: str = "Body\n") -> str:
    return f"---\n{front.strip()}\n---\n{body}"


def tree(files: dict[str, str]) -> SourceTree:
    """A tree of content files; the id is derived unless the front matter has one."""
    return source_tree({f"content/{path}": text for path, text in files.items()})


def loaded(files: dict[str, str]) -> Site:
    """The site of content that must be without error."""
    site, problems = load_site(tree(files), settings())
    assert not [problem for problem in problems if problem.severity == "error"], "\n".join(map(str, problems))
    return site


def problems(files: dict[str, str], severity: str = "error") -> list[str]:
    """The errors of content, printed, in order."""
    _, found = load_site(tree(files), settings())
    return [str(problem) for problem in in_order(found) if problem.severity == severity]


def problems_of(front: str) -> list[str]:
    """The errors of one article as "line:column message | hint"."""
    _, found = load_site(tree({"articles/a.md": article(front)}), settings())
    errors = in_order(problem for problem in found if problem.severity == "error")
    assert {problem.where.path for problem in errors} <= {"content/articles/a.md"}
    return [f"{problem.where.line}:{problem.where.column} {problem.message} | {problem.hint}" for problem in errors]


def test_every_field_of_an_article() -> None:
    """All that can be written arrives, typed."""
    front = """\
id: urn:uuid:1
title: First
headline: The first
slug: the-first
date: 2026-11-20 09:30
updated: 2026-11-21T08:00+03:00
summary: "One
  two."
topics: [AI, Big money]
source:
  name: Bloomberg Tech
  url: https://bloomberg.example/a
  title: Their title
  author: Jo
  published: 2026-11-19
  licence: CC BY
  accessed: 2026-11-20
editor: Anna Smith
image: {src: a.png, alt: "", credit: Me, caption: A thing}
lang: ru
aliases: [/old/, /older/]
draft: true
promo: academy
ai: {role: translated, tool: T, model: M, tasks: [a, b], date: 2026-11-20}
review: {by: Bob Li, date: 2026-11-20, role: desk, checked: [facts], text: abc}
corrections:
  - {date: 2026-11-22, kind: clarification, said: x, says: y, by: Anna Smith}
"""
    site = loaded({"articles/a.md": article(front, "\nBody\n")})
    (found,) = site.articles
    places = found.places
    assert found == Article(
        id="urn:uuid:1",
        has_own_id=True,
        path="content/articles/a.md",
        slug="the-first",
        title="First",
        headline="The first",
        summary="One two.",
        date=datetime(2026, 11, 20, 9, 30, tzinfo=BERLIN),
        updated=datetime.fromisoformat("2026-11-21T08:00+03:00"),
        topics=("ai", "big-money"),
        citations=(
            Citation(
                "bloomberg-tech", "https://bloomberg.example/a", "Their title", "Jo",
                datetime(2026, 11, 19, tzinfo=BERLIN), "CC BY", date(2026, 11, 20),
            ),
        ),
        editor="anna-smith",
        image=Image("a.png", "", "Me", "A thing"),
        lang="ru",
        aliases=("/old/", "/older/"),
        is_draft=True,
        promo="academy",
        ai=AiUse("translated", "T", "M", ("a", "b"), date(2026, 11, 20)),
        review=Review("bob-li", date(2026, 11, 20), "desk", ("facts",), "abc"),
        corrections=(
            Correction(
                date=datetime(2026, 11, 22, tzinfo=BERLIN), kind="clarification", said="x", says="y", by="anna-smith"
            ),
        ),
        prose=Prose(digest_bytes(b"\nBody\n"), 30),
        places=places,
        text_digest="0373dcf2d0217d67",
    )  # fmt: skip
    path = found.path
    assert found.where("title") == Location(path, 3, 8)
    assert found.where("source.url") == Location(path, 13, 8)
    assert found.where("topics.1") == Location(path, 10, 14)
    assert found.where("topic") == found.where() == Location(path)
    assert found.has("topics.1") and not found.has("topics.12")
    assert list(site.topics.values()) == [Topic("ai", "AI"), Topic("big-money", "Big money")]
    assert list(site.sources.values()) == [Publication("bloomberg-tech", "Bloomberg Tech")]
    assert list(site.people.values()) == [Person("anna-smith", "Anna Smith"), Person("bob-li", "Bob Li")]


def test_what_is_left_out() -> None:
    """Title and date are enough; slug, id and language follow from elsewhere."""
    (found,) = loaded({"articles/a.md": article("title: Привет, мир\ndate: 2026-11-20")}).articles
    assert (found.slug, found.lang, found.headline, found.summary) == ("privet-mir", "en", "", "")
    assert (found.updated, found.topics, found.citations, found.editor) == (None, (), (), "")
    assert (found.image, found.ai, found.review, found.corrections) == (None, None, None, ())
    assert not found.is_draft
    assert not found.has_own_id
    assert found.id == "urn:uuid:" + found.id[9:]


def test_empty_fields_are_left_out() -> None:
    """A field without a value, or an empty text, says nothing; `new` writes such lines."""
    front = 'title: A\ndate: 2026-11-20\nsummary: ""\ntopics: []\nslug:\nid: ~\nsource:\nupdated:\nheadline: null\n'
    (found,) = loaded({"articles/a.md": article(front)}).articles
    assert (found.summary, found.topics, found.slug, found.citations, found.headline) == ("", (), "a", (), "")


def test_an_empty_text_is_an_empty_field() -> None:
    """Of whatever kind the field is, and also in groups: programs that edit content write these."""
    optional = [name for name in declarations_of(Article).by_name if name not in ("title", "date", "tags")]
    front = "title: A\ndate: 2026-11-20\n" + "".join(f'{name}: ""\n' for name in optional)
    front = front.replace('ai: ""', 'ai: {role: "", tool: "", tasks: ""}').replace(
        'source: ""', 'source: {name: B, url: "", published: ""}'
    )
    (found,) = loaded({"articles/a.md": article(front)}).articles
    assert (found.updated, found.ai, found.review, found.image, found.topics) == (None, None, None, None, ())
    assert (found.slug, found.is_draft, found.citations[0].published) == ("a", False, None)


@pytest.mark.parametrize(
    ("front", "topics", "publications"),
    [
        ("topics: AI", ("ai",), ()),
        ("tags: [AI, ai, Money]", ("ai", "money"), ()),
        ("source: Bloomberg Tech", (), ("bloomberg-tech",)),
        ("source: [A, {name: B}]", (), ("a", "b")),
    ],
)
def test_short_ways_to_write(front: str, topics: tuple[str, ...], publications: tuple[str, ...]) -> None:
    """One topic needs no list, one source no group; `tags` is another name; a topic written twice counts once."""
    (found,) = loaded({"articles/a.md": article(f"title: A\ndate: 2026-11-20\n{front}")}).articles
    assert found.topics == topics
    assert tuple(citation.publication for citation in found.citations) == publications


def test_ai_role_alone_and_american_spelling() -> None:
    """`ai: none` says it all, and `license` is accepted."""
    front = "title: A\ndate: 2026-11-20\nai: none\nsource: {name: B, license: MIT}"
    (found,) = loaded({"articles/a.md": article(front)}).articles
    assert found.ai == AiUse("none")
    assert found.citations[0].licence == "MIT"


def test_the_house_edits_under_no_name_of_its_own() -> None:
    """An editor that is the publisher is the house itself, which is no person."""
    site = loaded({"articles/a.md": article("title: A\ndate: 2026-11-20\neditor: small news")})
    assert site.articles[0].editor == ""
    assert site.people == {}


def test_a_page() -> None:
    """Pages have their own, fewer fields."""
    front = "title: About us\nheadline: Us\nsummary: Who\nupdated: 2026-11-20\nlang: ru\naliases: /us/\ndraft: no"
    (found,) = loaded({"pages/about.md": article(front)}).pages
    assert found == StaticPage(
        path="content/pages/about.md",
        slug="about-us",
        title="About us",
        headline="Us",
        summary="Who",
        updated=datetime(2026, 11, 20, tzinfo=BERLIN),
        lang="ru",
        aliases=("/us/",),
        is_draft=False,
        prose=Prose(digest_bytes(b"Body\n"), 10),
        places=found.places,
    )
    (problem,) = problems({"pages/a.md": article("title: A\ntopics: x")})
    assert 'unknown field "topics"' in problem


@pytest.mark.parametrize(
    ("path", "title", "slug"),
    [
        ("articles/ant.md", "🎉", "ant"),
        ("articles/2026/ant.md", "🎉", "ant"),
        ("articles/ant-group/index.md", "🎉", "ant-group"),
        ("articles/ant-group/index.md", "Salvation", "salvation"),
        ("articles/Статья.md", "🎉", "statia"),
    ],
)
def test_slugs_that_are_made(path: str, title: str, slug: str) -> None:
    """From the title, else from the file's or folder's name."""
    (found,) = loaded({path: article(f"title: {title}\ndate: 2026-11-20")}).articles
    assert found.slug == slug


RIGHT = "write it like 2026-11-20, 2026-11-20 09:30 or 2026-11-20T09:30:00+03:00"
OK = "title: A\ndate: 2026-11-20\n"
CASES = [
    ("date: 2026-11-20", '1:1 "title" is missing', 'write "title: Some words"'),
    ("date: 2026-11-20\ntitle:", '3:1 "title" is missing', 'write "title: Some words"'),
    ("date: 2026-11-20\ntitle: ''", '3:8 "title" must not be empty', "write a few words"),
    ("title: A", '1:1 "date" is missing', 'write "date: 2026-11-20" or "date: 2026-11-20 09:30"'),
    (OK + "sumary: x", '4:1 unknown field "sumary"', 'did you mean "summary"?'),
    (OK + "source: {name: A, urll: x}", '4:19 unknown field "urll"', 'did you mean "url"?'),
    (
        OK + "image: {src: a.png}",
        '4:8 "image.alt" is missing',
        'describe the picture; `alt: ""` marks a decorative one',
    ),
    (
        OK + "image: a.png",
        '4:8 "image.alt" is missing',
        'describe the picture; `alt: ""` marks a decorative one',
    ),
    (
        OK + "image:\n  src: a.png\n  alt:",
        '6:3 "image.alt" is missing',
        'describe the picture; `alt: ""` marks a decorative one',
    ),
    (
        OK + "image: {src: 'javascript:x', alt: ''}",
        '4:14 "javascript:x" is not a valid web address',
        'write it in full, beginning with "https://"',
    ),
    (
        "title: [A]\ndate: 2026-11-20",
        '2:8 "title" must be text, not a list',
        "put the value in quotes if it is meant as text",
    ),
    (
        OK + "headline: {a: b}",
        '4:11 "headline" must be text, not a group of fields',
        "put the value in quotes if it is meant as text",
    ),
    (OK + "corrections: soon", '4:14 "corrections" must be a list, not text', 'begin each item with "- "'),
    (OK + "review: Bob", '4:9 "review" must be a group of fields, not text', "indent its fields below it"),
    (
        OK + "topics: [a, [b]]",
        '4:13 "topics" must be text, not a list',
        "put the value in quotes if it is meant as text",
    ),
    (OK + "topics: a, b", '4:9 "a, b" contains a comma', "write a list: [a, b]"),
    (
        OK + "topics: a\ntags: b",
        '5:1 "topics" and "tags" are both given',
        "keep only one of them",
    ),
    (OK + "topics: '🎉'", '4:9 "🎉" has no letter or digit to make an address of', "write it in words"),
    ("title: A\ndate: 2026-02-30", '3:7 "2026-02-30" is not a valid date', f"{RIGHT}"),
    (
        "title: A\ndate: 03/04/2026",
        '3:7 cannot read "03/04/2026" as a date',
        "write 2026-03-04 or 2026-04-03",
    ),
    (
        OK + "updated: 2026-11-19",
        '4:10 "2026-11-19" is before the "date" of the article',
        "an article cannot be updated before it is published",
    ),
    (
        OK + "slug: ../x",
        '4:7 the slug "../x" may only contain lower-case letters, digits and single hyphens between them',
        "remove the line, and it is made from the title",
    ),
    (OK + "slug: index", '4:7 the slug "index" is reserved', "remove the line, and it is made from the title"),
    (
        "title: Feed\ndate: 2026-11-20",
        '2:8 the title gives the slug "feed", which is reserved',
        'set a slug: "slug: some-words"',
    ),
    (
        OK + "id: 17",
        '4:5 "17" is not a valid ID',
        "remove the line and run `broadsheet mint`, which assigns one",
    ),
    (
        OK + "lang: english language",
        '4:7 "english language" is not a valid language tag',
        'write it like "en", "ru" or "pt-BR"',
    ),
    (
        OK + "aliases: [/a/, b]",
        '4:16 "b" is not a path on this site',
        'begin it with a single "/", such as "/old/address/"',
    ),
    (
        OK + "aliases: /a/../b",
        '4:10 "/a/../b" contains "//", "." or ".."',
        'write the plain path, such as "/old/address/"',
    ),
    (OK + "draft: maybe", '4:8 "maybe" is neither true nor false', 'write "true" or "false"'),
    (
        OK + "promo: academi",
        '4:8 unknown promo "academi"',
        'did you mean "academy"? Promos are listed in config.yaml',
    ),
    (
        OK + "ai: {role: summarized}",
        '4:12 "summarized" is not one of none, assisted, translated, summarised, generated',
        'did you mean "summarised"?',
    ),
    (
        OK + "ai: {tool: x}",
        '4:5 "ai.role" is missing',
        'write "role:" and one of none, assisted, translated, summarised, generated',
    ),
    (OK + "review: {by: Bob}", '4:9 "review.date" is missing', 'add the date of the review: "date: 2026-11-20"'),
    (
        OK + "corrections:\n  - says: x",
        '5:5 "corrections.date" is missing',
        'add the date of the correction: "date: 2026-11-20"',
    ),
    (OK + "source: {url: 'https://x.org'}", '4:9 "source.name" is missing', 'write "name: Bloomberg Tech"'),
    (
        OK + "source: {name: A, ref: a}",
        '4:19 "name" and "ref" are both given',
        "keep only one of them",
    ),
    (
        OK + "source: {ref: a}",
        '4:15 "ref" needs content/sources.yaml, which does not exist',
        'use "name" instead',
    ),
    (
        OK + "source: {name: A, licence: x, license: y}",
        '4:31 "licence" and "license" are both given',
        "keep only one of them",
    ),
    (
        OK + "source: {name: A, url: 'javascript:alert(1)'}",
        '4:24 "javascript:alert(1)" is not a valid web address',
        'write it in full, beginning with "https://"',
    ),
    (
        OK + "source:\n  - A\n  - {name: B, url: x}",
        '6:20 "x" is not a valid web address',
        'write it in full, beginning with "https://"',
    ),
    (OK + "title: B", '4:1 the key "title" is given twice, first on line 2', "keep only one of them"),
]


@pytest.mark.parametrize(("front", "message", "hint"), CASES, ids=[repr(case[0]) for case in CASES])
def test_mistakes_of_an_article(front: str, message: str, hint: str) -> None:
    """One mistake is one problem, at its place, in plain words, with a way out."""
    assert problems_of(front) == [f"{message} | {hint}"]


@pytest.mark.parametrize(("field", "limit"), [("title", 300), ("summary", 1000), ("headline", 300), ("editor", 300)])
def test_lengths_are_bounded(field: str, limit: int) -> None:
    """The longest that is allowed, and one more."""
    front = {"title": "A", "date": "2026-11-20"}

    def text(length: int) -> str:
        return "\n".join(f"{name}: {value}" for name, value in {**front, field: "x" * length}.items())

    assert problems_of(text(limit)) == []
    (problem,) = problems_of(text(limit + 1))
    assert f"has {limit + 1} characters; at most {limit} are allowed | make it shorter" in problem


def test_all_mistakes_of_a_file_at_once() -> None:
    """Whoever mends one wants to see the others too."""
    front = (
        "titel: A\ndate: x\nupdated: y\ndraft: z\nlang: '!'\nai: {role: x, foo: y}\naliases: [a, b]\ntopics: a\ntags: b"
    )
    assert [problem.partition(" ")[0] for problem in problems_of(front)] == [
        "2:1", "3:7", "4:10", "5:8", "6:7", "7:12", "7:15", "8:11", "8:14", "10:1",
    ]  # fmt: skip


def test_a_file_with_an_error_is_there_with_what_is_right() -> None:
    """So that its references and links are checked in the same run; it names the fields that are not right."""
    files = {
        "articles/a.md": article("title: A\ntopics: x"),
        "articles/b.md": article(OK + "slug: b"),
        "articles/c.md": "x",
    }
    site, found = load_site(tree(files), settings())
    assert [(item.path, item.topics, item.invalid) for item in site.articles] == [
        ("content/articles/b.md", (), ()),
        ("content/articles/a.md", ("x",), ("date",)),
    ]
    assert {problem.where.path for problem in found if problem.severity == "error"} == {
        "content/articles/a.md",
        "content/articles/c.md",
    }


def test_newest_first_and_ties_by_id() -> None:
    """The order is the same whatever the files are called."""
    site = loaded(
        {
            f"articles/{path}.md": article(f"title: {path}\nid: 'urn:x:{id}'\ndate: {when}")
            for path, id, when in [
                ("a", "2", "2026-11-20"),
                ("b", "1", "2026-11-20"),
                ("c", "3", "2026-11-21"),
                ("d", "4", "2026-11-20T00:30+02:00"),  # half an hour before midnight in Berlin
            ]
        }
    )
    assert [item.slug for item in site.articles] == ["c", "b", "a", "d"]


def test_slugs_and_ids_are_given_once() -> None:
    """One problem for each later file, naming the first, at the place of the slug or id."""
    files = {
        "articles/a.md": article("title: Same\ndate: 2026-11-20\nid: urn:x:1"),
        "articles/b.md": article("title: Same\ndate: 2026-11-20\nid: urn:x:2"),
        "articles/c.md": article("title: C\nslug: same\ndate: 2026-11-20\nid: urn:x:1"),
        "pages/same.md": article("title: Same"),
        "pages/same2.md": article("title: Same"),
    }
    assert problems(files) == [
        'content/articles/b.md:2:8: error: the slug "same" is already taken by content/articles/a.md\n'
        '  hint: set a different slug in one of them: "slug: some-words"',
        'content/articles/c.md:3:7: error: the slug "same" is already taken by content/articles/a.md\n'
        '  hint: set a different slug in one of them: "slug: some-words"',
        'content/articles/c.md:5:5: error: the id "urn:x:1" is already taken by content/articles/a.md\n'
        "  hint: remove the line from the newer of the two, never from the one that has been published; "
        "then run `broadsheet mint`",
        'content/pages/same2.md:2:8: error: the slug "same" is already taken by content/pages/same.md\n'
        '  hint: set a different slug in one of them: "slug: some-words"',
    ]


def test_missing_ids_are_one_warning() -> None:
    """Derived from the path, the same every time; the warning counts them and names the command."""
    files = {f"articles/{name}.md": article(f"title: {name}\ndate: 2026-11-20") for name in "abc"}
    files["articles/d.md"] = article("title: D\nid: urn:x:1\ndate: 2026-11-20")
    assert problems(files, "warning") == [
        "content/articles/a.md:1:1: warning: 3 articles have no ID: if the file is renamed,"
        " feed readers will show the article twice\n  hint: run `broadsheet mint`, which assigns IDs"
    ]
    ids = {item.path: item.id for item in loaded(files).articles}
    assert ids["content/articles/a.md"] == "urn:uuid:abfbeb7e-3c1d-5b79-997a-a46298a511a3"
    assert len(set(ids.values())) == 4


REGISTRIES = {
    "topics.yaml": "ai: Artificial intelligence\ninference: {title: Inference, description: Running models}\n",
    "sources.yaml": "bloomberg: {name: Bloomberg Tech, url: 'https://b.example/', paywall: true, licence: all}\n",
    "people.yaml": "anna: {name: Anna Smith, role: Editor, url: 'https://a.example/', bio: Edits.}\n",
}


def test_names_lead_to_the_entries_of_registries() -> None:
    """By key or by name; what the registry knows comes with it, and all its entries are on the site."""
    front = (
        OK
        + "topics: [Artificial intelligence, AI]\nsource: Bloomberg Tech\neditor: anna\n"
        + "review: {by: Anna Smith, date: 2026-11-20}"
    )
    site = loaded(
        {
            **REGISTRIES,
            "articles/a.md": article(front),
            "articles/b.md": article(OK + "slug: b\nsource: {ref: bloomberg}"),
        }
    )
    by_slug = {item.slug: item for item in site.articles}
    assert by_slug["a"].topics == ("ai",)
    assert by_slug["a"].citations[0].publication == "bloomberg"
    assert by_slug["a"].editor == "anna"
    assert by_slug["a"].review == Review("anna", date(2026, 11, 20))
    assert by_slug["b"].citations[0].publication == "bloomberg"
    assert dict(site.topics) == {
        "ai": Topic("ai", "Artificial intelligence"),
        "inference": Topic("inference", "Inference", "Running models"),
    }
    assert dict(site.sources) == {
        "bloomberg": Publication("bloomberg", "Bloomberg Tech", "https://b.example/", licence="all", paywall=True)
    }
    assert dict(site.people) == {"anna": Person("anna", "Anna Smith", "Editor", "https://a.example/", "Edits.")}


def test_names_that_no_registry_knows() -> None:
    """Each kind names its file and guesses."""
    front = OK + "topics: [inferense]\nsource: [Blomberg Tech, {ref: blomberg}]\neditor: Ana Smith\n"
    front += "review: {by: Zed, date: 2026-11-20}\ncorrections: [{date: 2026-11-20, says: x, by: Bob}]"
    assert problems({**REGISTRIES, "articles/a.md": article(front)}) == [
        'content/articles/a.md:4:10: error: unknown topic "inferense"\n'
        '  hint: did you mean "inference"? Topics are listed in content/topics.yaml',
        'content/articles/a.md:5:10: error: unknown source "Blomberg Tech"\n'
        '  hint: did you mean "Bloomberg Tech"? Sources are listed in content/sources.yaml',
        'content/articles/a.md:5:31: error: unknown source "blomberg"\n'
        '  hint: did you mean "bloomberg"? Sources are listed in content/sources.yaml',
        'content/articles/a.md:6:9: error: unknown person "Ana Smith"\n'
        '  hint: did you mean "Anna Smith"? People are listed in content/people.yaml',
        'content/articles/a.md:7:14: error: unknown person "Zed"\n  hint: People are listed in content/people.yaml',
        'content/articles/a.md:8:47: error: unknown person "Bob"\n  hint: People are listed in content/people.yaml',
    ]


def test_free_names_take_the_first_spelling() -> None:
    """By order of path, so that it does not depend on dates."""
    files = {
        "articles/b.md": article("title: B\ndate: 2026-11-20\ntopics: AI"),
        "articles/a.md": article("title: A\ndate: 2026-11-19\ntopics: Ai"),
    }
    assert dict(loaded(files).topics) == {"ai": Topic("ai", "Ai")}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("topics.yaml", "AI: x", '1:1: error: the key "AI" may only contain'),
        ("topics.yaml", "ai:", '1:1: error: "ai.title" is missing'),
        ("topics.yaml", "ai: {titel: x}", '1:6: error: unknown field "titel"'),
        ("topics.yaml", "a.b: x", '1:1: error: the key "a.b" may only contain'),
        ("topics.yaml", "a: Same\nb: Same", '2:4: error: "b" and "a" have the same name'),
        ("topics.yaml", "a: B\nb: x", '2:4: error: "b" and "a" have the same name'),
        ("topics.yaml", "- a", "1:1: error: expected fields"),
        ("topics.yaml", "a: b: c", '1:5: error: the value of "a" contains a colon'),
        ("sources.yaml", "a: {name: x, url: y}", '1:19: error: "y" is not a valid web address'),
        ("sources.yaml", "a: {name: x, paywall: y}", '1:23: error: "y" is neither true nor false'),
        ("sources.yaml", "a: {name: x, hosts: y.example}", '1:21: error: "a.hosts" must be a list'),
        (
            "sources.yaml",
            "a: {name: x, hosts: ['https://y.example/']}",
            '1:22: error: "https://y.example/" is not a valid host name',
        ),
        ("people.yaml", "a: {name: x, group: some}", '1:21: error: "some" is neither true nor false'),
        ("people.yaml", "a: {name: [x]}", '1:11: error: "a.name" must be text, not a list'),
        ("people.yaml", "a: [x]", '1:4: error: "a" must be a group of fields, not a list'),
    ],
)
def test_mistakes_in_registries(path: str, text: str, expected: str) -> None:
    """They are read with the same care as front matter."""
    assert any(problem.startswith(f"content/{path}:{expected}") for problem in problems({path: text}))


def test_a_broken_registry_is_one_problem() -> None:
    """Not one for every article that names something in it."""
    files = {"topics.yaml": "ai", "articles/a.md": article(OK + "topics: AI")}
    assert len(problems(files)) == 1


def test_large_registries() -> None:
    """A thousand sources are more than 64 KB and are fine."""
    text = "".join(
        f"source-{n}: {{name: Source {n}, url: 'https://source{n}.example/', description: words}}\n"
        for n in range(1000)
    )
    assert len(loaded({"sources.yaml": text}).sources) == 1000


def test_files_that_would_be_overlooked() -> None:
    """Nothing that looks like an article is left out without a word."""
    assert problems({"articles/a.MD": "", "articles/b.markdown": "", "c.md": "", "articles/d.png": ""}, "warning") == [
        'content/articles/a.MD:1:1: warning: this file is not published: only files that end in ".md" are read\n'
        '  hint: rename it to "a.md"',
        'content/articles/b.markdown:1:1: warning: this file is not published: only files that end in ".md" are read\n'
        '  hint: rename it to "b.md"',
        "content/c.md:1:1: warning: this file is not published: it is in none of the folders that are read\n"
        "  hint: move it to content/articles or content/pages",
    ]


def test_the_prose_is_what_its_digest_says() -> None:
    """LF line ends, no mark of byte order, everything below the front matter."""
    data = "\ufeff---\r\ntitle: A\r\ndate: 2026-11-20\r\n---\r\nПроза\r\n"
    (found,) = loaded({"articles/a.md": data}).articles
    parts, _ = read_parts(tree({"articles/a.md": data}).files["content/articles/a.md"])
    assert parts and parts.body == "Проза\n"
    assert found.prose == Prose(digest_bytes("Проза\n".encode()), 5)


def test_a_loaded_article_can_be_kept() -> None:
    """Loading is a pure function with plain results, so that it need not be done twice."""
    file = tree({"articles/a.md": article(OK + "topics: [a]\nsource: B\nupdated: 2026-11-21 10:00")}).files[
        "content/articles/a.md"
    ]
    first, _ = load_article(file, settings())
    second, _ = load_article(file, settings())
    assert first is not None
    assert first == second == pickle.loads(pickle.dumps(first))


@given(st.text(st.sampled_from("abtidle:- \n\"'[]{}#&*!|>%@,~.0126T/Яé\u2028\x00"), max_size=120))
def test_no_front_matter_raises(front: str) -> None:
    """Whatever stands there, the answer is an article or problems at places of the file."""
    file = source_tree({"content/articles/a.md": f"---\n{front}\n---\nx"}).files["content/articles/a.md"]
    found, problems = load_article(file, settings())
    assert (found is None or bool(found.article.invalid)) == bool(problems)
    assert all(problem.where.path == "content/articles/a.md" and problem.message for problem in problems)


FIELDS = st.sampled_from(
    [
        "title",
        "date",
        "updated",
        "topics",
        "tags",
        "source",
        "image",
        "ai",
        "review",
        "corrections",
        "aliases",
        "id",
        "slug",
    ]
)
VALUES = st.recursive(
    st.sampled_from(["x", "2026-11-20", "", "none", "https://x.org/", "/a/", "🎉", "Small News"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "url", "src", "alt", "role", "by", "date", "says", "ref"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(FIELDS, VALUES, max_size=6))
def test_no_shape_of_a_field_raises(fields: dict[str, object]) -> None:
    """Lists where text belongs, groups in lists, in any combination: typed, or said in words."""
    front = "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())
    files = {"articles/a.md": article("title: A\ndate: 2026-11-20\n" * (not fields) + front)}
    site, found = load_site(tree(files), settings())
    (found_article,) = site.articles
    assert bool(found_article.invalid) == any(problem.severity == "error" for problem in found)


def test_the_schemas_in_docs_are_current() -> None:
    """`python -m broadsheet.authoring.json_schema docs/schema` writes them anew."""
    folder = REPOSITORY / "docs" / "schema"
    assert schema_files() == {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}


def test_the_table_of_fields_is_current() -> None:
    """The same command writes it."""
    assert fields_page() == (REPOSITORY / "docs" / "fields.md").read_text(encoding="utf-8")


def test_schemas_know_the_fields_of_the_issue() -> None:
    """A field that is typed but not offered by the editor's completion would be a field nobody finds."""
    schema = json.loads(schema_files()["article.json"])
    assert schema["required"] == ["title", "date"]
    assert set(schema["properties"]) == {
        "id", "title", "headline", "slug", "date", "updated", "summary", "topics", "tags", "source", "editor", "image",
        "author", "lang", "translation_of", "aliases", "draft", "promo", "ai", "review", "corrections",
    }  # fmt: skip


def test_a_thousand_articles_take_no_time() -> None:
    """A bound far above what is measured (0.12 ms each), to catch what is a hundred times slower."""
    files = {
        f"articles/{n}.md": article(f"title: Title {n}\ndate: 2026-11-20\ntopics: [a, b]\nsource: B", "word " * 1000)
        for n in range(1000)
    }
    with costs_less_than(10):
        assert len(loaded(files).articles) == 1000


def test_moments_keep_their_zone() -> None:
    """Nothing is turned into UTC on the way: a page shows the author's clock."""
    (found,) = loaded({"articles/a.md": article("title: A\ndate: 2026-11-20T09:30Z")}).articles
    assert found.date == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert found.date.tzinfo is UTC
