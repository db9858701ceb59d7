"""What people read is in plain English: phrases that no English-speaking editor would write do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from broadsheet.commands.main import cli
from tests.sites import REPOSITORY

PHRASES = {
    r"(?<!there )\bis no (?!longer\b|more\b|use\b|better\b)": "is not a valid",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\banew\b": "again",
    r"\b(all|every\w*|nothing|over|itself|elsewhere),? but for\b": "except",
    r"\blead(s|ing)? (nowhere|off|into)\b": "is broken; returns 404; goes to",
    r"\b(points? (wide|high|of width)|million points)\b": "pixels",
    r"\b(special|invisible|control) signs?\b": "character",
    r"\blies\b": "is",
    r"\bstands? (in|at|on|there|here|above|below|behind|beside|under|word)\b": "is; appears",
    r"\bpassed (on|over)\b": "shared; ignored",
    r"\bthe house\b": "the publisher",
    r"\b(no|this) moment\b|\bthe moment (for|at) which\b": "date and time",
    r"\bleft out\b": "if omitted",
    r"\bput right\b": "corrected",
    r"\b(hold|holds|held) against\b": "compare with",
    r"\bholds (no|an? (\w+ )?(colon|comma|brace|backslash|character|user name|link))\b": "contains",
    r"\bin the manner of\b": "like",
    r"\b(what is|what's) the matter\b": "the problem",
    r"\bbelongs? into\b": "belongs in",
    r"\bwrong usage\b": "usage error",
    r"\byou are told\b": "Broadsheet reports",
    r"\bat a loss\b": "unclear",
    r"\bour day\b": "today",
}
WORST = re.compile("|".join(PHRASES), re.IGNORECASE)

READ = [
    REPOSITORY / "README.md",
    REPOSITORY / "CHANGELOG.md",
    REPOSITORY / "config.yaml",
    REPOSITORY / "templates/messages/en.yaml",
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "content").rglob("*.md")),
    *sorted((REPOSITORY / "content").rglob("*.yaml")),
]


def worst(text: str) -> list[str]:
    """Return the phrases in a text, each with what is around it."""
    plain = " ".join(text.split())
    return [plain[max(found.start() - 20, 0) : found.end() + 20] for found in WORST.finditer(plain)]


@pytest.mark.parametrize("file", READ, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_documents_and_pages_are_in_plain_english(file: Path) -> None:
    """None of the phrases, in documents, settings, interface text, pages and articles."""
    assert worst(file.read_text(encoding="utf-8")) == []


def messages(file: Path) -> Iterator[str]:
    """Yield the texts in a module that are not docstrings, formatted ones without what is filled in."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_messages_are_in_plain_english() -> None:
    """None of the phrases, in any text of the program that is not a docstring."""
    files = sorted((REPOSITORY / "broadsheet").rglob("*.py"))
    found = [(file.name, phrase) for file in files for text in messages(file) for phrase in worst(text)]

    assert found == []


@pytest.mark.parametrize("name", ["", *sorted(cli.commands)])
def test_help_is_in_plain_english(name: str) -> None:
    """None of the phrases, in the help of the program and of each command."""
    command: click.Command = cli.commands[name] if name else cli
    assert worst(command.get_help(click.Context(command))) == []


@pytest.mark.parametrize("text", ["“3/4” is no date", "it leads nowhere", "1,200 points wide", "Left out: no tagline."])
def test_phrases_are_found(text: str) -> None:
    """The tests above are able to find something."""
    assert worst(text)
