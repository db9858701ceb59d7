"""What editors met with other tools: the given inputs unchanged (cases/), and the rest of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.content.load import load_site
from broadsheet.content.settings import load_settings
from broadsheet.core.errors import in_order
from broadsheet.source.tree import source_tree

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
