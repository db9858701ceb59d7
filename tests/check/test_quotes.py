"""Articles are held against the extracts of their sources; the extracts never leave the house."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.cache.cache import MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.check.quotes import Pair, check_quotes, compare, quotations, without_markup
from broadsheet.commands import main as cli
from broadsheet.content.extracts import is_extract
from broadsheet.content.model import QuoteLimits
from broadsheet.core.progress import NoProgress
from broadsheet.source.tree import SourceTree, source_tree
from tests.cost import cheapest
from tests.newsroom import Newsroom, newsroom
from tests.sites import AS_OF, SMALL_SITE, built, changed, edit, outputs, tree, without_drawings

SITE = without_drawings(tree(SMALL_SITE))
SAID = (
    "The company said on Tuesday that its new model would be used by four hundred hospitals before the end of the "
    "year, and that doctors would keep the last word on every diagnosis that it made for them."
)
OWN = " ".join(f"own{number}" for number in range(400))
SIXTEEN = "its new model would be used by four hundred hospitals before the end of the year"
EXTRACT = "content/articles/a.source.txt"


def with_prose(prose: str, extract: str | bytes = SAID, name: str = EXTRACT) -> SourceTree:
    front = "---\nid: urn:test:a\ntitle: First\ndate: 2026-11-01\nsource: Wire\n---\n"
    return changed(SITE, {"content/articles/a.md": front + prose, name: extract})


def found(source: SourceTree, store: MemoryCache | None = None) -> list[str]:
    context = BuildContext(store or MemoryCache(), WorkerPool(1), NoProgress())
    newsletter = read_newsletter(source, BuildRequest(AS_OF), context)
    assert newsletter.is_config_valid, newsletter.problems
    return [str(problem) for problem in check_quotes(newsletter, context)[0]]


def test_a_run_is_told_with_its_place_and_its_words() -> None:
    """The line and column at which it begins in the article, and what to do."""
    prose = f"Something of our own.\n\nWe hear: **{SIXTEEN[:40]}**{SIXTEEN[40:]}. {OWN}\n"

    assert found(with_prose(prose)) == [
        "content/articles/a.md:9:12: error: 16 words in a row are those of Wire, and 15 are allowed: "
        f'"{SIXTEEN[:40]}**{SIXTEEN[40:]}"\n  hint: say it in your own words, or mark it as a quotation'
    ]


def test_a_text_of_our_own_is_fine() -> None:
    """As is one that takes over as much as is allowed."""
    assert found(with_prose(OWN)) == []
    assert found(with_prose(f"{SIXTEEN.partition(' ')[2]}. {OWN}")) == []


@pytest.mark.parametrize(
    "disguise",
    [
        SIXTEEN.upper(),
        SIXTEEN.replace(" ", ", "),
        SIXTEEN.replace(" ", "\n"),
        SIXTEEN.replace("four hundred", "[four](https://x.example/a_(b)) [hundred][ref]"),
        SIXTEEN.replace("hospitals", "hospitals[^1]"),
        SIXTEEN.replace("hospitals", "hos\u00adpit\u200bals"),
        SIXTEEN.replace("model", "m\uff4fdel"),
        SIXTEEN.replace("would", "*would*"),
        SIXTEEN.replace("used", "`used`"),
        SIXTEEN.replace(" ", "&nbsp;"),
    ],
)
def test_a_disguise_does_not_help(disguise: str) -> None:
    """Case, punctuation, markup, addresses and what cannot be seen are no words."""
    assert [problem for problem in found(with_prose(f"{disguise}. {OWN}")) if "16 words in a row" in problem]


@pytest.mark.parametrize(
    "quotation",
    [
        "“{0}”", "«{0}»", "„{0}“", '"{0}"', "They said: “{0}.”", "> {0}", "> They:\n> {0}", "> They said:\n{0}",
        '5" and "{0}"', "“Well,\nthey said, {0}”",
    ],
)  # fmt: skip
def test_a_marked_quotation_is_no_run(quotation: str) -> None:
    """By any usual marks, or as a block; the source box says whose words they are."""
    assert found(with_prose(f"{quotation.format(SIXTEEN)}\n\n{OWN}")) == []


@pytest.mark.parametrize(
    "no_quotation",
    ["“{0}", "{0}”", "“One” {0} “two”", "“One\n\n{0}”", "> One\n\n{0}", "> One\n# {0}", "> One\n- {0}", 'a"b {0} c"d'],
)
def test_what_is_no_marked_quotation(no_quotation: str) -> None:
    """Marks that are not closed in their paragraph, words between two quotations, a paragraph after a block."""
    assert "16 words in a row" in found(with_prose(f"{no_quotation.format(SIXTEEN)}\n\n{OWN}"))[0]


def test_a_long_quotation_is_no_excuse() -> None:
    """One has its limit, and the share counts all of them."""
    settings = "title: Small News\nshare_cards: false\nquotes: {quotation: 15, share: 3}\n"
    problems = found(changed(with_prose(f"> {SIXTEEN}\n\n{OWN}"), {"config.yaml": settings}))

    assert problems == [
        f"content/articles/a.md:7:3: error: 16 words in a row are those of Wire, and 15 are allowed: "
        f'"{SIXTEEN}"\n  hint: a quotation may have 15 words: quote less of it'
    ]


def test_the_share_counts_what_is_quoted_too() -> None:
    """Many short quotations make a copy as well."""
    prose = f"“{SIXTEEN}” {' '.join(OWN.split()[:50])}"

    assert found(with_prose(prose)) == [
        "content/articles/a.md:7:2: error: 16 % of the text is word for word in Wire, in stretches of 8 words or "
        "more, and 10 % are allowed\n  hint: retell more of it, and quote less"
    ]


def test_a_source_may_have_limits_of_its_own() -> None:
    """Stricter or more generous than the settings."""
    source = with_prose(f"{SIXTEEN}. {OWN}")
    for words, count in ((8, 1), (16, 0)):
        registry = f"wire: {{name: Wire, quote_words: {words}, quote_share: 50}}\n"
        assert len(found(changed(source, {"content/sources.yaml": registry}))) == count


def test_several_sources_have_an_extract_each() -> None:
    """Named by the source's short name; the plain one belongs to the first."""
    source = edit(with_prose(f"{SIXTEEN}. {OWN}", OWN.upper()), "content/articles/a.md", "Wire", "[Wire, Gazette]")
    source = changed(source, {"content/articles/a.source.gazette.txt": SAID})
    problems = [problem.partition(":")[2].partition("\n")[0] for problem in found(source)]

    assert len([problem for problem in problems if "16 words in a row are those of Gazette" in problem]) == 1
    assert len([problem for problem in problems if "400 words in a row are those of Wire" in problem]) == 1


def test_the_longest_runs_come_first() -> None:
    """At most three of them, in the order of the text; a long one is shown by its two ends."""
    said = [" ".join(f"word{number}x{index}" for index in range(20 + number)) for number in range(5)]
    prose = " own ".join(said)
    problems = [problem for problem in found(with_prose(prose, ". ".join(said))) if "in a row" in problem]

    assert [problem.split()[2] for problem in problems] == ["22", "23", "24"]
    assert "word4x0 word4x1" in problems[2] and " … " in problems[2] and "word4x23" in problems[2]


def test_an_extract_that_is_none() -> None:
    """Empty, or no text: told at its own place."""
    assert found(with_prose(OWN, " \n")) == [
        f"{EXTRACT}:1:1: warning: this extract is empty\n  hint: put what the source said into it"
    ]
    (problem,) = found(with_prose(OWN, b"caf\xe9"))
    assert problem.startswith(f"{EXTRACT}:1:4: error: the byte 0xE9 is not valid UTF-8")


def test_a_pair_that_is_known_is_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until one of the two changes, or a limit does."""
    store = MemoryCache()
    source = with_prose(f"{SIXTEEN}. {OWN}")
    first = found(source, store)
    with monkeypatch.context() as patched:
        patched.setattr("broadsheet.check.quotes.compare", None)
        assert found(source, store) == first
    assert found(changed(source, {EXTRACT: "Nothing."}), store) == []


MARKDOWN = st.lists(
    st.sampled_from(["](", ")", "(", "[", "]", "[^", "]:", "> ", "\n", "\n\n", "“", "”", '"', "«", "»", "a", "b ",
                     "&amp;", "http://x", "<", "\u200b", "\u0301", "# ", "```"]),
    max_size=60,
).map("".join)  # fmt: skip


@given(MARKDOWN)
def test_markup_goes_and_everything_stays_in_its_place(text: str) -> None:
    """Same length, same lines."""
    plain = without_markup(text)

    assert len(plain) == len(text)
    assert [index for index, sign in enumerate(plain) if sign == "\n"] == [
        index for index, sign in enumerate(text) if sign == "\n"
    ]


@given(MARKDOWN)
def test_quotations_are_apart_and_in_order(text: str) -> None:
    """Each within the text, none empty, none within another."""
    spans = quotations(text)

    assert all(0 <= begin < end <= len(text) for begin, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(MARKDOWN, MARKDOWN, st.integers(0, 3))
def test_no_text_is_too_much(prose: str, extract: str, words: int) -> None:
    """Whatever the two hold, there is a verdict, and every place is one of the article."""
    files = source_tree({"a.md": f"---\ntitle: A\n---\n{prose}", "a.source.txt": extract}).files
    problems = compare(Pair(files["a.md"], files["a.source.txt"], "Wire", QuoteLimits(words, 0, 2)))
    lines = f"---\ntitle: A\n---\n{prose}".split("\n")

    for problem in problems:
        assert problem.where.path == "a.source.txt" or problem.where.column <= len(lines[problem.where.line - 1])


@pytest.mark.parametrize(
    "unit", ["](", "](a", "[x](a(b)", "][", "[^", "> ", "“", '"a', "«a»", "http://", "&", "<http", "   [x]:", "a b "]
)
def test_hostile_texts_take_time_in_proportion(unit: str) -> None:
    """Four times the text, not sixteen times the time."""

    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        files = source_tree({"a.md": f"---\ntitle: A\n---\n{text}", "a.source.txt": text}).files
        return cheapest(lambda: compare(Pair(files["a.md"], files["a.source.txt"], "Wire", QuoteLimits())))

    seconds(1_000)
    assert seconds(80_000) < 10 * max(seconds(20_000), 0.02)


# Extracts stay at home


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (EXTRACT, True),
        ("content/articles/x/index.source.txt", True),
        ("content/articles/x/index.source.wire.txt", True),
        ("content/static/A.SOURCE.TXT", True),
        ("content/articles/source.txt", False),
        ("content/static/robots.txt", False),
        ("content/articles/a.source.md", False),
    ],
)
def test_names_of_extracts(path: str, expected: bool) -> None:
    """The article's name, ".source", for further sources their short name, ".txt"."""
    assert is_extract(path) is expected


def test_an_extract_is_not_published() -> None:
    """Neither its words nor its name come out, and the site is the one without it but for the article."""
    source = with_prose("Text.", "Secret words.", "content/articles/a.source.txt")
    files = outputs(built(source))

    assert built(source).problems == ()
    assert not [path for path, data in files.items() if b"Secret words" in data or "source.txt" in path]
    assert files == outputs(built(changed(source, {EXTRACT: None})))


@pytest.mark.parametrize("link", ["[x](a.source.txt)", "![x](a.source.txt)"])
def test_a_link_to_an_extract_does_not_publish_it(link: str) -> None:
    """It is an error, as for any file that is not for readers."""
    result = built(with_prose(link))

    assert result.manifest is None
    assert '"a.source.txt" is not published' in str(result.problems[0])


@pytest.mark.parametrize("folder", ["content/static", "templates/static"])
def test_an_extract_among_static_files_is_refused(folder: str) -> None:
    """A slip must not publish what others wrote."""
    result = built(changed(SITE, {f"{folder}/notes.source.txt": SAID}))

    assert result.manifest is None
    assert "has the name of an extract of a source, and these are never published" in str(result.problems[-1])


def test_an_extract_without_its_article_is_told() -> None:
    """It would be compared with nothing."""
    result = built(changed(SITE, {"content/articles/aa.source.txt": SAID}))

    assert [str(problem).partition("\n")[0] for problem in result.problems] == [
        "content/articles/aa.source.txt:1:1: warning: this source text does not belong to an article"
    ]


# The command


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    found = newsroom(tmp_path)
    found.write("content/articles/a.md", with_prose(f"{SIXTEEN}. {OWN}").files["content/articles/a.md"].read())
    found.write(EXTRACT, SAID)
    return found


def run(news: Newsroom, *arguments: str) -> int:
    return cli.main(["check", "--root", str(news.root), "--as-of", news.as_of, *arguments])


def test_the_command(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """Only when it is asked for; a build is not kept from publishing."""
    run(news, "--quiet")
    assert "in a row" not in capsys.readouterr().err
    assert run(news, "--quotes") == 1
    said = capsys.readouterr().err
    assert "1 source text compared.\n" in said
    assert "content/articles/a.md:7:1: error: 16 words in a row are those of Wire" in said
    assert news.build()["ok"]


def test_the_command_tells_programs(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, among the other problems."""
    assert run(news, "--quotes", "--json") == 1
    told = json.loads(capsys.readouterr().out)

    assert [problem["line"] for problem in told["problems"] if "in a row" in problem["message"]] == [7]


def test_without_settings_nothing_is_compared(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """Their problems are told."""
    news.write("config.yaml", "quotes: {words: many}\n")

    assert run(news, "--quotes") == 1
    said = capsys.readouterr().err
    assert 'config.yaml:1:17: error: "many" is not a whole number from 0 to 1000' in said
    assert "in a row" not in said
