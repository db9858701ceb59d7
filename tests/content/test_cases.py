"""What editors met with other tools: the given inputs unchanged (cases/), and the rest of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from broadsheet.commands.main import main
from broadsheet.content.load import load_site
from broadsheet.content.model import Article, Settings
from broadsheet.content.settings import load_settings
from broadsheet.core.errors import in_order
from broadsheet.schema.fields import declarations_of
from broadsheet.source.scan import scan
from broadsheet.source.tree import SourceTree, source_tree
from tests.cost import costs_less_than
from tests.sites import HOUSE_TEMPLATES, PICTURE, built, outputs, written

CASES = Path(__file__).parent / "cases"
ARTICLE = "content/articles/a.md"
SETTINGS = "title: Small News\nprovenance: off\n"
HEAD = "---\ntitle: A\ndate: 2026-01-02\n"


def case(name: str) -> dict[str, str]:
    """The articles of a given case, by path."""
    folder = CASES / name
    return {f"content/articles/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def problems(files: dict[str, str], config: str = SETTINGS) -> list[str]:
    """Each error of settings and content as "line:column message | hint", with the path where there are several."""
    tree = source_tree({"config.yaml": config, **files})
    settings, found = load_settings(tree)
    if settings is not None:
        found = [*found, *load_site(tree, settings)[1]]
    errors = in_order(problem for problem in found if problem.severity == "error")
    prefix = len({problem.where.path for problem in errors}) > 1
    return [
        f"{problem.where.path + ':' if prefix else ''}{problem.where.line}:{problem.where.column}"
        f" {problem.message} | {problem.hint}"
        for problem in errors
    ]


def settings_of(tree: SourceTree) -> Settings:
    settings, found = load_settings(tree)
    assert settings is not None, found
    return settings


def site_of(files: Mapping[str, str | bytes], config: str = SETTINGS) -> SourceTree:
    """The tree of a whole newsletter with these files."""
    return source_tree({**HOUSE_TEMPLATES, "config.yaml": config, **files})


def aliases_of(files: dict[str, str]) -> tuple[str, ...]:
    """The aliases of the only article."""
    tree = source_tree({"config.yaml": SETTINGS, **files})
    site, found = load_site(tree, settings_of(tree))
    assert not [problem for problem in found if problem.severity == "error"]
    return site.articles[0].aliases


def article(front: str, body: str = "Text.\n") -> dict[str, str]:
    """An article with these fields beside title and date."""
    return {ARTICLE: f"{HEAD}{front}---\n{body}"}


# F02: values that YAML cuts at " #"


def cut(place: str, comment: str, right: str) -> str:
    return (
        f'{place} YAML reads "{comment}" as a comment, so it would be lost | '
        f"put the value in quotes: {right}; if it is a comment, give it a line of its own"
    )


def test_titles_with_a_number_sign() -> None:
    """The given case: three fields, each with the line as it has to be."""
    assert problems(case("F02")) == [
        cut("2:8", "#12", 'title: "Issue #12"'),
        cut("3:11", "#7", 'headline: "News of the week #7"'),
        cut("4:10", "#links", 'summary: "Read so you need not #links"'),
    ]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("headline: #7\n", cut("4:1", "#7", 'headline: "#7"')),
        ("topics:\n- ai\n- C # lang\n", cut("6:3", "# lang", '"C # lang"')),
        ("topics:\n- #ai\n", cut("5:2", "#ai", '"#ai"')),
        ("topics: #ai\n", cut("4:1", "#ai", 'topics: "#ai"')),
        ("topics: [\n  ai,\n  C #sharp\n]\n", cut("6:3", "#sharp", '"C #sharp"')),
        ("source: Wire #1\n", cut("4:9", "#1", 'source: "Wire #1"')),
        ("source:\n  name: Wire\n  title: On #ai\n", cut("6:10", "#ai", 'title: "On #ai"')),
        ("source:\n- name: Wire #1\n- Post\n", cut("5:9", "#1", 'name: "Wire #1"')),
        ("editor: Bob #2\n", cut("4:9", "#2", 'editor: "Bob #2"')),
        ("review:\n  by: Bob #2\n  date: 2026-01-03\n", cut("5:7", "#2", 'by: "Bob #2"')),
        ("image:\n  src: https://a.example/a.png\n  alt: Room #5\n", cut("6:8", "#5", 'alt: "Room #5"')),
        ("corrections:\n- date: 2026-01-03\n  says: Now #1\n", cut("6:9", "#1", 'says: "Now #1"')),
        ("ai:\n  role: none\n  tasks: [a,\n  b #1\n  ]\n", cut("7:3", "#1", '"b #1"')),
        (
            "summary: It goes\n  on\n  #links and on\n",
            cut("4:10", "#links and on", 'summary: "It goes on #links and on"'),
        ),
        ("summary: It's \t#1\n", cut("4:10", "#1", 'summary: "It\'s #1"')),
        ('summary: So "good" #1\n', cut("4:10", "#1", "summary: 'So \"good\" #1'")),
    ],
)
def test_text_that_would_be_cut(front: str, expected: str) -> None:
    """In every text field, list and group of front matter."""
    assert problems(article(front)) == [expected]


def test_a_number_sign_that_hides_the_end_of_a_list() -> None:
    """The comment is the cause, not the bracket."""
    message = 'YAML reads "#]" as a comment, so it would be lost'
    assert problems(article("topics: [ai, C #]\n")) == [f'4:16 {message} | put the text in quotes: "C #"']


def test_comments_beyond_doubt() -> None:
    """After what cannot contain " #", after quotes, and on lines of their own, comments are as legal as ever."""
    front = (
        "# how it began\nupdated: 2026-01-03 # in the evening\ndraft: true # until Monday\nslug: a # short\n"
        'headline: "A" # in quotes\nlang: en # as ever\nsummary: # to do\nid: urn:x:1 # never change it\n'
        "source: # where from\n  name: Wire\n  # found there\n  url: https://wire.example/#a # checked\n"
        "topics: [ai, C#, a] # three\naliases: [/a/] # old\nai: none # really\n"
    )
    config = (
        "title: Small News\n# The best\nprovenance: off # later\npage_size: 10 # each\ntimezone: UTC # for now\n"
        "base_url: https://small.example/ # not yet\nlanguage: en # US\nnavigation: # at the top\n- title: A\n"
        "  url: /a/ # there\nquotes:\n  words: 3 # few\n"
    )
    assert problems(article(front), config) == []


def test_settings_and_registries_that_would_be_cut() -> None:
    """The same in config.yaml and in the registries."""
    config = (
        "title: News #1\ntagline: #7\nbyline:\n  own: By {author} #1\nlanguages:\n  ru:\n    title: B #1\n"
        "navigation:\n- title: A #1\n  url: /a/\npromos:\n  a:\n    label: x\n    title: y\n    text: z #1\n"
    )
    assert problems({}, config) == [
        cut("1:8", "#1", 'title: "News #1"'),
        cut("2:1", "#7", 'tagline: "#7"'),
        cut("4:8", "#1", 'own: "By {author} #1"'),
        cut("7:12", "#1", 'title: "B #1"'),
        cut("9:10", "#1", 'title: "A #1"'),
        cut("15:11", "#1", 'text: "z #1"'),
    ]
    registries = {
        "content/people.yaml": "bob: Bob #1\n",
        "content/sources.yaml": "wire:\n  name: Wire\n  licence: CC #4\n",
        "content/topics.yaml": "c: C #\nd:\n  title: D\n  languages:\n    ru:\n      title: D #1\n",
    }
    assert problems(registries) == [
        "content/people.yaml:" + cut("1:6", "#1", 'bob: "Bob #1"'),
        "content/sources.yaml:" + cut("3:12", "#4", 'licence: "CC #4"'),
        "content/topics.yaml:" + cut("1:4", "#", 'c: "C #"'),
        "content/topics.yaml:" + cut("6:14", "#1", 'title: "D #1"'),
    ]


# F09: hints never change the time that was meant


def test_an_evening() -> None:
    """The given case: 09:30 PM is 21:30."""
    assert problems(case("F09")) == ['3:7 cannot read "2026-01-02 09:30 PM" as a date | write 2026-01-02 21:30']


# F11: of a file and its copy, the copy gives the ID up


COPIED = (
    "remove the line from the newer of the two, never from the one that has been published; then run `broadsheet mint`"
)


def test_a_copied_file() -> None:
    """The given case: "story copy.md" comes first in order of name, and yet the original keeps its ID."""
    message = 'the id "urn:uuid:2f1a7a3e-6c0e-4d8f-9b57-0d5f5a1c9e41" is already taken by content/articles/story.md'
    assert problems(case("F11")) == [f"4:5 {message} | {COPIED}"]
    tree = source_tree({"config.yaml": SETTINGS, **case("F11")})
    (problem,) = [problem for problem in load_site(tree, settings_of(tree))[1] if problem.severity == "error"]
    assert problem.where.path == "content/articles/story copy.md"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (("z.md", "2026-01-02"), ("a.md", "2026-01-03")),
        (("story.md", "2026-01-02"), ("copy of story.md", "2026-01-02")),
        (("story.md", "2026-01-02"), ("story (1).md", "2026-01-02")),
        (("story-final.md", "2026-01-02"), ("story.md", "2026-02-02")),
    ],
)
def test_the_newer_file_gives_its_id_up(older: tuple[str, str], newer: tuple[str, str]) -> None:
    """By date, and of the same date by the longer name that copies have."""
    text = "---\nid: urn:x:1\ntitle: {}\ndate: {}\n---\nText.\n"
    files = {f"content/articles/{name}": text.format(name, date) for name, date in (older, newer)}
    tree = source_tree({"config.yaml": SETTINGS, **files})
    (problem,) = [problem for problem in load_site(tree, settings_of(tree))[1] if problem.severity == "error"]

    assert problem.where.path == f"content/articles/{newer[0]}"
    assert problem.message.endswith(f"content/articles/{older[0]}")


# F12: old addresses with spaces and other characters


def test_an_old_address_with_a_space() -> None:
    """The given case: both spellings are accepted, and are one address."""
    files = case("F12")
    found = {path: aliases_of({path: text}) for path, text in files.items()}

    assert set(found.values()) == {("/wiki/Some Page/",)}
    one = {"content/articles/alias.md": files["content/articles/alias.md"]}
    pages = outputs(built(site_of(one)))
    assert b"/articles/moved/" in pages["wiki/Some Page/index.html"]
    assert pages["_redirects"].decode() == "/wiki/Some%20Page/ /articles/moved/ 301\n"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/caf%C3%A9/", "/café/"),
        ("/100%25/", "/100%/"),
        ("/100%/", "/100%/"),
        ("/a (b)/", "/a (b)/"),
        ("/a%20(b)/", "/a (b)/"),
    ],
)
def test_one_spelling_is_kept(written: str, kept: str) -> None:
    """Encoded and plain addresses are the same."""
    assert aliases_of(article(f'aliases: ["{written}"]\n')) == (kept,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/a%2Fb/", 'contains an encoded "/" (%2F) | no file can have such an address, so remove it'),
        ("/what%3f/", 'contains an encoded "?" (%3F) | no file can have such an address, so remove it'),
        ("/%FF/", "contains bytes that are not UTF-8 | write the characters themselves, not their codes"),
        ("/a/%2e%2e/b/", 'contains "//", "." or ".." | write the plain path, such as "/old/address/"'),
    ],
)
def test_addresses_that_no_file_can_have(written: str, expected: str) -> None:
    """What is refused is refused in each spelling, and no hint leads back to another one that is refused."""
    (problem,) = problems(article(f'aliases: ["{written}"]\n'))
    assert problem.endswith(expected)


# F14: the same slug in two years


def test_the_same_slug_in_two_years() -> None:
    """The given case: the permalink keeps them apart, on pages, in feeds and with share cards."""
    config = (CASES / "F14/config.yaml").read_text(encoding="utf-8")
    assert problems(case("F14"), config) == []
    paths = outputs(built(site_of(case("F14"), config))).keys()
    assert {"2024/12/year-in-review/index.html", "2025/12/year-in-review/index.html"} <= paths


def test_the_same_slug_at_one_address() -> None:
    """Where the addresses would be the same, it is an error as ever."""
    config = (CASES / "F14/config.yaml").read_text(encoding="utf-8")
    message = 'the slug "year-in-review" is already taken by content/articles/2024.md'
    hint = 'set a different slug in one of them: "slug: some-words"'
    assert problems(case("F14")) == [f"2:8 {message} | {hint}"]
    files = case("F14")
    files["content/articles/2025.md"] = files["content/articles/2025.md"].replace("2025-12-30", "2024-12-01")
    assert problems(files, config) == [f"2:8 {message} | {hint}"]


# F15: the front matter of other programs


def test_front_matter_of_other_programs() -> None:
    """The given cases: TOML, and fields without lines around them."""
    toml, header = (case("F15")[f"content/articles/{name}.md"] for name in ("toml", "header"))
    assert problems({ARTICLE: toml}) == [
        "1:1 the front matter is TOML, which is not supported | use YAML: begin the file with a line "
        '"---", write "title: Some words" instead of `title = "Some words"`, and close the fields with another '
        'line "---"'
    ]
    assert problems({ARTICLE: header}) == [
        '1:1 the fields at the top are not between two lines "---" | add a line "---" above the first field and '
        'another below the last; write "title:" instead of "Title:"'
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{\n"title": "T"\n}\n', "JSON"),
        ('{"title": "T"}\n\nText', "JSON"),
        (';;;\n"title": "T"\n;;;\n', "JSON"),
        ('---json\n{"title": "T"}\n---\n', "JSON"),
        ("---toml\ntitle = 1\n---\n", "TOML"),
        ("\n+++\ntitle = 1\n+++\n", "TOML"),
        ("#+TITLE: T\n\nText", "Org mode"),
        (":title: T\n\nText", "reStructuredText or AsciiDoc"),
        ("% T\n% Author\n\nText", "a title block of Pandoc"),
    ],
)
def test_forms_recognised_by_name(text: str, name: str) -> None:
    """Whoever moves from another program is told what to change."""
    (problem,) = problems({ARTICLE: text})
    assert problem.startswith(f"1:1 the front matter is {name}, which is not supported | use YAML: ")


@pytest.mark.parametrize("text", ["Some words\n", "Note: this\nis text: https://a.example/\n"])
def test_text_without_front_matter(text: str) -> None:
    """Words are no form of front matter; a first line like a field is taken for one."""
    (problem,) = problems({ARTICLE: text})
    assert "not supported" not in problem


# F10: names with accents, however they are stored


def test_names_in_either_form() -> None:
    """The given case, its file name in NFD as macOS stores it and its link in NFC, and the other way round."""
    text = case("F10")
    (target,) = [path for path in text if not path.isascii()]
    forms: list[tuple[Literal["NFC", "NFD"], Literal["NFC", "NFD"]]] = [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")]
    for stored, linked in forms:
        files = {
            f"content/articles/{normalize(stored, 'Übung.md')}": text[target],
            "content/articles/link.md": normalize(linked, text["content/articles/link.md"]),
        }
        pages = outputs(built(site_of(files)))
        assert b'href="/articles/uebung/"' in pages["articles/link/index.html"]


def test_pictures_and_originals_in_either_form() -> None:
    """Pictures in the text and in the front matter, and the original of a translation."""
    files: dict[str, str | bytes] = {
        f"content/articles/{normalize('NFD', 'Übung.md')}": HEAD + "---\n![Room](Bücher.png)\n",
        f"content/articles/{normalize('NFD', 'Bücher.png')}": PICTURE,
        "content/articles/b.md": HEAD.replace("title: A", "title: B")
        + "lang: de\ntranslation_of: Übung.md\nimage: {src: Bücher.png, alt: Room}\n---\nText.\n",
    }
    assert outputs(built(site_of(files)))


def test_topics_people_and_the_publisher_in_either_form() -> None:
    """A name is the same in both forms: it finds its entry, and the publisher is the publisher."""
    registries = {"content/topics.yaml": "buecher: Bücher\n", "content/people.yaml": "joerg: Jörg\n"}
    front = normalize("NFD", "topics: [Bücher]\neditor: Jörg\nauthor: Häuser\n")
    config = SETTINGS + "publisher: {name: Häuser}\n"
    assert problems({**registries, **article(front)}, config) == []


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """Two files that differ by form alone are one problem."""
    articles = tmp_path / "content/articles"
    articles.mkdir(parents=True)
    (tmp_path / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    forms: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]
    for form in forms:
        (articles / normalize(form, "Übung.md")).write_text(HEAD + "---\nText.\n", encoding="utf-8")
    result = built(scan(tmp_path))

    assert [str(problem) for problem in result.problems if problem.severity == "error"] == [
        "content/articles/Übung.md:1:1: error: there are two files of this name, which differ only in how its accents "
        "are stored\n  hint: remove or rename one of them"
    ]


# F33: hints on names


def test_a_name_in_other_letters() -> None:
    """Plain.JPG for plain.jpg, and wrong links from the root in the same run."""
    files: dict[str, str | bytes] = {
        ARTICLE: HEAD + "---\n![Plain](Plain.JPG)\n\n[Nowhere](/nowhere/) [B](../articles/B.MD)\n",
        "content/articles/plain.jpg": PICTURE,
        "content/articles/b.md": HEAD.replace("title: A", "title: B\nTopics: x") + "---\nText.\n",
    }
    found = [f"{problem.message} | {problem.hint}" for problem in built(site_of(files)).problems]

    assert 'there is no file "Plain.JPG" | did you mean "plain.jpg"?' in found
    assert 'there is no file "../articles/B.MD" | did you mean "b.md"?' in found
    assert 'the site has no "/nowhere/" | a path from the root is one that the site has' in found
    assert 'unknown field "Topics" | did you mean "topics"?' in found


def test_settings_that_do_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One error, and not those that follow from it."""
    written("-- content/articles/a.md --\n" + HEAD + "author: Nobody\n---\n[x](/nowhere/)\n", tmp_path, templates={})

    assert main(["check", "--root", str(tmp_path), "--config", "nope.yaml"]) == 1
    assert capsys.readouterr().err.count("error:") == 1


# Fields that web editors leave empty, and fields of other programs


def test_empty_fields_count_as_not_given() -> None:
    """Each field of an article that may be left out may be an empty text, an empty group or a list of those."""
    table = declarations_of(Article)
    optional = [name for name, (attribute, _) in table.by_name.items() if attribute not in table.required]
    for blank in ('""', '" "', '[""]', "{}", '{x: ""}'):
        for name in optional:
            if blank == '{x: ""}' and table.by_name[name][1].is_group:
                continue  # x is an unknown field of it
            assert problems(article(f"{name}: {blank}\n")) == [], (name, blank)


def test_empty_fields_of_groups_count_as_not_given() -> None:
    """The same within groups and in the other files; an empty picture description says that it is decorative."""
    front = (
        'source: {name: Wire, ref: "", url: "", title: "", author: "", published: "", accessed: "", licence: ""}\n'
        'image: {src: "", alt: ""}\nreview: {by: "", date: "", role: ""}\nai: {role: "", tool: ""}\n'
        'corrections:\n- {date: 2026-01-03, says: Now, said: "", kind: "", by: ""}\ntopics: [ai, ""]\n'
    )
    registries = {
        "content/people.yaml": 'bob: {name: Bob, url: "", role: "", group: ""}\n',
        "content/sources.yaml": 'wire: {name: Wire, paywall: "", quote_words: "", hosts: ""}\n',
        "content/topics.yaml": 'ai: {title: AI, description: "", languages: {}}\n',
    }
    config = SETTINGS + 'timezone: ""\nlanguage: ""\nbase_url: ""\npage_size: ""\nshare_cards: ""\n'
    assert problems({**registries, **article(front)}, config) == []


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("description: x", 'did you mean "summary"?'),
        ("excerpt: x", 'did you mean "summary"?'),
        ("categories: [x]", 'did you mean "topics"?'),
        ("Keywords: [x]", 'did you mean "topics"?'),
        ("published: 2026-01-01", 'did you mean "date"?'),
        ("publishDate: 2026-01-01", 'did you mean "date"?'),
        ("pubDate: 2026-01-01", 'did you mean "date"?'),
        ("published: false", 'did you mean "draft"? It is the opposite: "published: false" is "draft: true"'),
        ("lastmod: 2026-01-01", 'did you mean "updated"?'),
        ("authors: [x]", 'did you mean "author"?'),
        ("layout: post", "remove the line: nothing here corresponds to it"),
        (
            "permalink: /x/",
            'did you mean "slug"? It is the last part of the address only; old addresses belong in "aliases"',
        ),
        ("url: /x/", 'did you mean "slug"? It is the last part of the address only; old addresses belong in "aliases"'),
        ("redirect_from: /x/", 'did you mean "aliases"?'),
        ("cover: x.png", 'did you mean "image"?'),
        ("thumbnail: x.png", 'did you mean "image"?'),
        ("featured_image: x.png", 'did you mean "image"?'),
        ("language: en", 'did you mean "lang"?'),
        ("guid: x", 'did you mean "id"?'),
        ("canonical_url: https://x.example/", 'did you mean "source"? The address belongs in its "url"'),
        ("Summary: x", 'did you mean "summary"?'),
        ("image: {url: x.png, alt: x}", 'did you mean "src"?'),
        ("source: {name: x, link: https://x.example/}", 'did you mean "url"?'),
    ],
)
def test_fields_of_other_programs(field: str, hint: str) -> None:
    """One problem each, with our name for it."""
    (problem,) = problems(article(f"{field}\n"))
    assert problem.split(" | ")[1] == hint


def test_a_date_of_another_name_is_not_missing_too() -> None:
    """What was meant is there: it is one problem, not two."""
    text = "---\ntitle: A\npubDate: 2026-01-02\n---\nText.\n"
    assert problems({ARTICLE: text}) == ['3:1 unknown field "pubDate" | did you mean "date"?']


def test_fields_of_other_programs_elsewhere() -> None:
    """In settings and registries."""
    config = "title: T\nbaseURL: https://x.example/\ndescription: x\npaginate: 5\n"
    assert [problem.split(" | ")[1] for problem in problems({}, config)] == [
        'did you mean "base_url"?',
        'did you mean "tagline"?',
        'did you mean "page_size"?',
    ]
    registries = {"content/people.yaml": "bob: {name: Bob, website: x}\n", "content/topics.yaml": "ai: {name: AI}\n"}
    assert [problem.split(" | ")[1] for problem in problems(registries)] == [
        'did you mean "url"?',
        'did you mean "title"?',
    ]


# F13: topics that differ only by what slugs drop


def topics_of(files: dict[str, str]) -> dict[str, str]:
    """The topics of a newsletter without errors, by slug."""
    tree = source_tree({"config.yaml": SETTINGS, **files})
    site, found = load_site(tree, settings_of(tree))
    assert not [problem for problem in found if problem.severity == "error"], found
    return {slug: topic.title for slug, topic in site.topics.items()}


SAME_ADDRESS = (
    'the topics ".NET" and "NET" would have the same address, "net" | '
    "use one name for both, or list them in content/topics.yaml under different keys"
)


def test_topics_with_signs() -> None:
    """The given case: C, C++ and C# are three topics; .NET and NET would be one, which is an error that names both."""
    assert problems(case("F13")) == [f"4:30 {SAME_ADDRESS}"]
    kept = {path: text.replace(", NET]", "]") for path, text in case("F13").items()}
    assert topics_of(kept) == {"c": "C", "c-plus-plus": "C++", "c-sharp": "C#", "net": ".NET"}


def test_topics_of_two_articles_with_one_address() -> None:
    """Names in two files are not merged in silence either, whatever slugs drop of them."""
    for one, other, slug in ((".NET", "NET", "net"), ("AT&T", "AT/T", "at-t"), ("Москва", "Moskva", "moskva")):
        files = {
            "content/articles/a.md": f'{HEAD}topics: ["{one}"]\n---\nText.\n',
            "content/articles/b.md": f'{HEAD.replace("title: A", "title: B")}topics: ["{other}"]\n---\nText.\n',
        }
        (problem,) = problems(files)
        assert f'the topics "{one}" and "{other}" would have the same address, "{slug}"' in problem


def test_topics_that_are_the_same() -> None:
    """Capitals, accents, spaces and hyphens tell no topics apart."""
    assert topics_of(article("topics: [Open Source, open-source, OPEN SOURCE, Café, cafe]\n")).keys() == {
        "cafe",
        "open-source",
    }


def test_marks_that_make_other_letters() -> None:
    """In Cyrillic and kana they are no accents."""
    found = topics_of(article("topics: [ガス, カス]\n"))
    assert set(found.values()) == {"ガス", "カス"}
    (problem,) = problems(article("topics: [мой, мои]\n"))
    assert 'the topics "мой" and "мои" would have the same address, "moi"' in problem


def test_topics_with_keys_of_their_own() -> None:
    """What the hint says works: with different keys, both are topics, also of one article."""
    registry = "dotnet: .NET\nnet: NET\nc-plus-plus: C++\nc: C\ncsharp: C#\n"
    files = {"content/topics.yaml": registry, **case("F13")}
    tree = source_tree({"config.yaml": SETTINGS, **files})
    site, found = load_site(tree, settings_of(tree))

    assert [problem for problem in found if problem.severity == "error"] == []
    assert site.articles[0].topics == ("c", "c-plus-plus", "csharp", "dotnet", "net")


def test_a_topic_that_a_registry_has_under_another_name() -> None:
    """.NET is not NET, even if that is the only one listed."""
    files = {"content/topics.yaml": "net: NET\n", **article("topics: [.NET]\n")}
    assert problems(files) == [
        '4:10 unknown topic ".NET" | did you mean "net"? Topics are listed in content/topics.yaml'
    ]


# Names that Windows reserves, bounds, and files in the place of folders

RESERVED = ("con", "aux", "nul", "prn", "com1", "lpt9")


def test_names_that_windows_reserves() -> None:
    """Topics, sources, people, articles, pages and pictures of such names get another path: sites are copied there."""
    files: dict[str, str | bytes] = {}
    for name in RESERVED:
        front = f"title: {name.upper()}\ndate: 2026-01-02\ntopics: [{name}]\nsource: {name}\nauthor: {name}\n"
        files[f"content/articles/x{name}.md"] = f"---\n{front}---\n![Room]({name}.png)\n\n[All]({name}.pdf)\n"
        files[f"content/articles/{name}.png"] = PICTURE
        files[f"content/articles/{name}.pdf"] = b"%PDF"
    files["content/pages/aux-page.md"] = "---\ntitle: Page\nslug: aux\n---\nText.\n"
    paths = outputs(built(site_of(files))).keys()

    assert {f"{folder}/con_/index.html" for folder in ("articles", "topics", "sources", "people")} <= paths
    assert "aux_/index.html" in paths
    stems = {part.partition(".")[0].lower() for path in paths for part in path.split("/")}
    assert stems.isdisjoint(RESERVED)


def test_at_most_fifty_topics() -> None:
    """Fifty are built; a thousand are one error, and found out at once."""
    fifty = ", ".join(f"topic{number}" for number in range(50))
    assert problems(article(f"topics: [{fifty}]\n")) == []
    assert problems(article(f"topics: [{fifty}, more]\n")) == [
        '4:9 "topics" has 51 items; at most 50 are allowed | keep the most important ones'
    ]
    thousand = ", ".join(f"topic{number}" for number in range(1000))
    with costs_less_than(3):
        assert built(site_of(article(f"tags: [{thousand}]\n"))).manifest is None


@pytest.mark.parametrize("folder", ["content/articles", "content/pages", "content/editions"])
def test_a_file_in_the_place_of_a_folder(folder: str) -> None:
    """It is an error: nothing of it would be published."""
    hint = "rename it, and make a folder of this name"
    found = load_settings(source_tree({"config.yaml": SETTINGS}))[0]
    assert found is not None
    errors = [problem for problem in load_site(source_tree({folder: "x"}), found)[1] if problem.severity == "error"]

    assert [str(problem) for problem in errors] == [
        f"{folder}:1:1: error: this is a file, not a folder\n  hint: {hint}"
    ]


@pytest.mark.parametrize("folder", ["content", "templates"])
def test_a_file_in_the_place_of_a_folder_that_is_scanned(folder: str, tmp_path: Path) -> None:
    """The same for what the scan looks into; it is one problem."""
    (tmp_path / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / folder).write_text("x", encoding="utf-8")
    if folder != "content":
        (tmp_path / "content").mkdir()

    assert [problem.message for problem in scan(tmp_path).problems] == ["this is a file, not a folder"]
