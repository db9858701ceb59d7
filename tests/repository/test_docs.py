"""What the documents promise is tried out: every command is run, every link is followed, every setting is explained."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from broadsheet.cache.stages import Stage
from broadsheet.commands.main import cli
from broadsheet.content.model import Article, Bylines, Citation, Permalinks, StaticPage
from broadsheet.content.settings import KEYS, PROMO_KEYS, load_settings
from broadsheet.render.jinja.environment import FILTERS, GLOBALS
from broadsheet.schema.fields import declarations_of
from broadsheet.source.tree import source_tree
from tests.cost import HANG_SECONDS
from tests.design.test_layers import LAYERS
from tests.sites import REPOSITORY

DOCUMENTS = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
NAMES = [str(path.relative_to(REPOSITORY)) for path in DOCUMENTS]
NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", ".tools", ".bench", ".broadsheet", "__pycache__", "*.egg-info",
    "dist", "node_modules", "site", "site.*", ".site*",
)  # fmt: skip

# These set up an environment, which takes minutes and a network; what they would do is checked instead.
SETS_UP = {
    "make build": "make --dry-run build",
    "make test": "make --dry-run test",
    "make serve": "make --dry-run serve",
    "make bench": "make --dry-run bench",
    ".venv/bin/broadsheet": "broadsheet",
    "python -m venv .venv": "python -m venv --help",
    ".venv/bin/pip install -e .": "python -m pip --version",
}


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def commands(document: Path) -> list[str]:
    """Every line of a document's ```sh blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text_of(document), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The repository as it is cloned, with an environment and the command `broadsheet`."""
    folder = tmp_path_factory.mktemp("clone") / "broadsheet"
    shutil.copytree(REPOSITORY, folder, ignore=NOT_IN_A_CLONE)
    (folder / ".venv").symlink_to(sys.prefix)
    command = folder.parent / "bin" / "broadsheet"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/build.py" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    yield folder


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if commands(path)], ids=lambda path: str(path.relative_to(REPOSITORY))
)
def test_every_command_works(document: Path, clone: Path) -> None:
    """In the order in which they are written, each ends with 0 and without a traceback."""
    path = os.pathsep.join([str(clone.parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands(document):
        done = subprocess.run(
            ["sh", "-c", SETS_UP.get(command, command)],
            cwd=clone,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), f"{command}\n{done.stdout}{done.stderr}"


def test_commands_are_found() -> None:
    """The test above is able to find something."""
    assert 'broadsheet new article "What we learnt this week"' in commands(REPOSITORY / "README.md")


def prose(document: Path) -> str:
    """A document without its blocks of code and its code in the line."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text_of(document), flags=re.MULTILINE | re.DOTALL))


def links(document: Path) -> list[str]:
    """What the links and pictures of a document lead to, within the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(document))
    return [target for target in targets if not re.match("https?:|mailto:", target)]


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, in the manner of GitHub."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text_of(document), flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_link_leads_somewhere(document: Path) -> None:
    """To a file that is there, and to a heading in it."""
    for target in links(document):
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_links_are_found() -> None:
    """The test above is able to find something."""
    assert "docs/authoring.md" in links(REPOSITORY / "README.md")
    assert "#dates" in links(REPOSITORY / "docs/authoring.md")


def options_of(name: str) -> set[str]:
    """The options of a command, and of the commands that it groups."""
    command = cli.commands[name]
    every = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    options = [parameter for one in every for parameter in one.params if isinstance(parameter, click.Option)]
    return {option for parameter in options for option in parameter.opts}


def test_the_readme_names_every_command_and_option() -> None:
    """And none that does not exist."""
    readme = text_of(REPOSITORY / "README.md")
    named = set(re.findall(r"^\| `broadsheet ([\w-]+)", readme, re.MULTILINE))
    options = set(re.findall(r"^\| `(--[a-z-]+)", readme, re.MULTILINE))

    assert named == set(cli.commands)
    assert options | {"--root", "--config"} == options_of("build")


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_no_option_is_made_up(document: Path) -> None:
    """Every option that a document gives to the command exists."""
    known = {option for name in cli.commands for option in options_of(name)} | {"--help", "--version"}
    for command in re.findall(r"(?:build\.py|broadsheet) [^`|\n]*", text_of(document)):
        assert set(re.findall(r"(?<=\s)--[a-z-]+", command)) <= known, command


def table(document: Path, heading: str) -> set[str]:
    """The names in the first column of the table below a heading; several may stand in one row."""
    section = text_of(document).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall("`([^`]+)`", row)}


def test_every_field_is_explained() -> None:
    """Of articles and of sources, in the guide for editors; pages have those of articles and no others."""
    guide = REPOSITORY / "docs/authoring.md"
    pages = re.search(r"The fields of a page in `content/pages/` are fewer: (.*?)\. ", text_of(guide))

    assert table(guide, "The fields of an article") | {"tags"} == set(declarations_of(Article).by_name)
    assert table(guide, "Sources") | {"license"} == set(declarations_of(Citation).by_name)
    assert pages is not None
    assert set(re.findall("`([a-z]+)`", pages[1])) == set(declarations_of(StaticPage).by_name)


def test_every_filter_is_listed() -> None:
    """In the guide for designers, with the functions, and none that does not exist."""
    listed = re.search(
        r"\*\*Filters\*\* are these: (.*?)\. Functions: (.*?)\.", text_of(REPOSITORY / "docs/templates.md")
    )

    assert listed is not None
    assert set(listed[1].split(", ")) == FILTERS
    assert set(listed[2].split(", ")) == GLOBALS


def test_every_message_of_the_guide_is_one_that_is_said() -> None:
    """Each row of the table of messages quotes words that the program has, names and numbers apart."""
    section = text_of(REPOSITORY / "docs/authoring.md").partition("| Message | Meaning |")[2]
    rows = re.findall(r"^\| (?!---)(.+?) \| .+ \| .+ \|$", section.partition("\n\n")[0], re.MULTILINE)
    places = [*(REPOSITORY / "broadsheet").rglob("*.py"), *(REPOSITORY / "tests/broken").rglob("*.txt")]
    said = "".join(map(text_of, [*places, REPOSITORY / "tests/broken/test_broken.py"]))

    for row in rows:
        for words in re.split(r'"[^"]*"|…|[0-9]+', row):
            assert words.strip(" :") in said, row
    assert len(rows) > 20


# The settings

CONFIG = text_of(REPOSITORY / "config.yaml")


def note(key: str) -> str:
    """The comment above a setting that stands at the left, as one line."""
    found = re.search(rf"((?:^#.*\n)+)(?:# )?{key}:", CONFIG, re.MULTILINE)
    return " ".join(found[1].replace("#", "").split()) if found else ""


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_explained_in_place(key: str) -> None:
    """In a comment above it that says what happens if it is omitted; the title cannot be."""
    assert len(note(key)) > 40
    assert "If omitted" in note(key) or key == "title"


def test_every_part_of_a_setting_is_explained_in_place() -> None:
    """Each either has a line of its own above it, or stands in a group that the note above explains as a whole."""
    explained = set(re.findall(r"^ +# [A-Z].*\n(?: +# .*\n)*? +(?:# )?([a-z_]+):", CONFIG, re.MULTILINE))
    inside = set(re.findall(r"^ +(?:# |- )?([a-z_]+):(?: |$)", CONFIG, re.MULTILINE))

    assert {"name", "url", "logo"} | {field.name for field in fields(Bylines)} | set(PROMO_KEYS) - {"link"} <= explained
    assert {field.name for field in fields(Permalinks)} | set(PROMO_KEYS) <= inside


def test_the_settings_are_sound() -> None:
    """Those of the repository, and each of the examples that stand in it as comments."""
    examples = re.sub(r"^( *)# ([a-z_]+: \S+)$", r"\1\2", CONFIG, flags=re.MULTILINE)

    for text in (CONFIG, examples):
        _, problems = load_settings(source_tree({"config.yaml": text}))
        assert problems == []


def test_one_line_is_enough(tmp_path: Path) -> None:
    """A newsletter needs a title and an article."""
    (tmp_path / "config.yaml").write_text("title: My Newsletter\n", encoding="utf-8")
    (tmp_path / "content/articles").mkdir(parents=True)
    example = re.search(r"^```markdown\n(---\n.*?)^```$", text_of(REPOSITORY / "README.md"), re.MULTILINE | re.DOTALL)
    assert example is not None
    (tmp_path / "content/articles/first.md").write_text(example[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, REPOSITORY / "build.py", "--root", tmp_path, "--as-of", "2026-11-24"],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
    )

    assert done.returncode == 0, done.stderr
    assert "My Newsletter" in (tmp_path / "site/articles/what-we-learnt-this-week/index.html").read_text(
        encoding="utf-8"
    )


def test_the_example_of_a_problem_is_what_is_said(tmp_path: Path) -> None:
    """The message that the guide shows is, to the letter, the one that comes."""
    guide = text_of(REPOSITORY / "docs/authoring.md")
    shown = re.search(r"^```text\n(content/articles/small-models\.md:.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert shown is not None
    (tmp_path / "content/articles").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text("title: My Newsletter\nprovenance: off\n", encoding="utf-8")
    (tmp_path / "content/topics.yaml").write_text("inference: Inference\n", encoding="utf-8")
    article = "---\nid: urn:x:1\ntitle: Small models\ndate: 2026-11-20\ntopics:  [inferense]\n---\n"
    (tmp_path / "content/articles/small-models.md").write_text(article, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, REPOSITORY / "build.py", "--root", tmp_path, "--quiet"],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
    )

    assert done.stderr.startswith(shown[1])


# The glossary and the decisions

GLOSSARY = re.findall(r"^\| ([a-z][a-z ]+) \| (.+) \|$", text_of(REPOSITORY / "docs/glossary.md"), re.MULTILINE)
STATUS = r"in force|replaced by \d+|measurement only"


def test_the_glossary_defines_words_that_are_used() -> None:
    """Each term is used in the code or in another document, each class it names exists, and the terms are sorted."""
    code = "".join(map(text_of, (REPOSITORY / "broadsheet").rglob("*.py")))
    used = code + "".join(text_of(path) for path in DOCUMENTS if path.name != "glossary.md")
    words = re.sub(r"[\s_-]+", " ", used).casefold()

    for term, meaning in GLOSSARY:
        assert term in words or term.title().replace(" ", "") in used, term
        for name in re.findall(r"`([A-Z][a-z]\w+)`", meaning):
            assert f"class {name}" in code, name
    assert [term for term, _ in GLOSSARY] == sorted(term for term, _ in GLOSSARY)
    assert len(GLOSSARY) > 25


def test_every_decision_is_in_the_index_with_a_status() -> None:
    """With the title of its file; of two decisions of which one replaces the other, each names the other."""
    folder = REPOSITORY / "docs/decisions"
    rows = re.findall(r"^\| \[(\d+\. .+?)\]\((\S+)\) \| (.+) \|$", text_of(folder / "README.md"), re.MULTILINE)

    assert [file for _, file, _ in rows] == sorted(path.name for path in folder.glob("[0-9]*.md"))
    for title, file, status in rows:
        assert text_of(folder / file).startswith(f"# {title}\n"), file
        assert re.match(STATUS, status), file
        for number in re.findall(r"replaced by (\d+)", status):
            (later,) = folder.glob(f"{int(number):04}-*.md")
            assert later.name in text_of(folder / file), file
            assert file in text_of(later), later.name


# The architecture

ARCHITECTURE = text_of(REPOSITORY / "docs/architecture.md")


def test_the_table_of_layers_is_the_one_that_imports_are_checked_against() -> None:
    """The same packages in the same order, and each is a folder."""
    named = re.findall(r"^\| `(\w+)` \|", ARCHITECTURE.partition("## Layers")[2], re.MULTILINE)

    assert tuple(named) == LAYERS
    assert all((REPOSITORY / "broadsheet" / name).is_dir() for name in named)


def test_the_architecture_names_files_and_functions_that_exist() -> None:
    """Files, the functions of the flow in their modules, and other functions, classes and constants."""
    code = "".join(map(text_of, (REPOSITORY / "broadsheet").rglob("*.py")))
    for path in re.findall(r"`((?:[\w.]+/)+[\w.]*)`", ARCHITECTURE):
        assert any((root / path).exists() for root in (REPOSITORY, REPOSITORY / "broadsheet")), path
    steps = re.findall(r"[▼│]  (\w+) +(\S+\.py)", ARCHITECTURE)
    for name, path in steps:
        assert f"def {name}(" in text_of(REPOSITORY / "broadsheet" / path), name
    for name in re.findall(r"`(\w*_\w+|[A-Z]\w+)[`(]", ARCHITECTURE):
        assert re.search(rf"\b(def|class) {name}\b|^{name}\b", code, re.MULTILINE) or name in ("None",), name
    assert len(steps) > 5


def test_the_architecture_draws_the_cache() -> None:
    """With the file of every stage, and no other."""
    drawn = re.findall(r"\w+\.(?:table|value)\b", ARCHITECTURE.partition("## The cache")[2].partition("\n## ")[0])

    assert sorted(drawn) == sorted(stage.file for stage in Stage)
