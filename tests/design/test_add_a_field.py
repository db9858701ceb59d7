"""A field is declared in one place: a test adds two to a copy of the package and counts the files that it touches."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

from tests.sites import REPOSITORY

ARTICLE_FIELD = """    reading_level: str = declared(
        Text(partial(shorter_than, 40), "text, at most 40 characters", {"type": "string", "maxLength": 40}),
        "How hard the text is to read.", default="", form="",
    )
"""
SOURCE_FIELD = '    edition: str = declared(SHORT, "The edition that it appeared in.", default="", form="")\n'
IMPORT = "from functools import partial\n\nfrom ..schema.values import shorter_than\n"
ADDITIONS = {
    "from ..schema.values import host_name\n": IMPORT,
    "    topics: tuple[Interned, ...] = declared(\n": ARTICLE_FIELD,
    "    accessed: date | None = declared(": SOURCE_FIELD,
}
USE = r"""
import json
from datetime import UTC, datetime
from typing import get_type_hints

from broadsheet.authoring.field_tables import fields_page
from broadsheet.authoring.json_schema import schema_files
from broadsheet.authoring.new_article import _form
from broadsheet.content.load import load_site
from broadsheet.content.model import Article, Citation
from broadsheet.content.settings import load_settings
from broadsheet.core.serialize import decode, encode
from broadsheet.source.tree import source_tree

def site(front):
    text = "---\ntitle: A\ndate: 2026-11-20\n" + front + "---\nB\n"
    tree = source_tree({"config.yaml": "title: X", "content/articles/a.md": text})
    return load_site(tree, load_settings(tree)[0])

found, problems = site("reading_level: easy\nsource: {name: W, edition: Late}\n")
(article,) = found.articles
assert not [problem for problem in problems if problem.severity == "error"], problems
assert (article.reading_level, article.citations[0].edition) == ("easy", "Late")
assert decode(Article, encode(article)) == article
assert get_type_hints(Article)["reading_level"] is get_type_hints(Citation)["edition"] is str

_, problems = site("reading_level: " + "x" * 41 + "\nsource: {name: W, edition: [a]}\n")
errors = [(p.where.line, p.where.column, p.message) for p in problems if p.severity == "error"]
assert errors[0][:2] == (4, 16) and "has 41 characters; at most 40 are allowed" in errors[0][2], errors
assert errors[1] == (5, 28, '"source.edition" must be text, not a list'), errors

properties = json.loads(schema_files()["article.json"])["properties"]
assert properties["reading_level"] == {
    "description": "How hard the text is to read.", "type": "string", "maxLength": 40,
}
assert "edition" in json.dumps(properties["source"])
assert "| `reading_level` | text, at most 40 characters | How hard the text is to read. |" in fields_page()
assert "| `edition` |" in fields_page()
form = list(_form(Article, {}, {}))
assert "reading_level:" in form and "  edition:" in form, form
"""


def test_a_field_is_added_in_one_file(tmp_path: Path) -> None:
    """It is checked, typed, cached, in the JSON schema, in the table of the docs and in the form of `new article`."""
    package = tmp_path / "broadsheet"
    shutil.copytree(REPOSITORY / "broadsheet", package, ignore=shutil.ignore_patterns("__pycache__"))
    model = package / "content" / "model.py"
    text = model.read_text(encoding="utf-8")
    for place, added in ADDITIONS.items():
        assert text.count(place) == 1
        text = text.replace(place, added + place)
    model.write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert touched(REPOSITORY / "broadsheet", package) == ["content/model.py"]


def touched(before: Path, after: Path) -> list[str]:
    """The Python files of a package that differ."""
    names = {str(path.relative_to(folder)) for folder in (before, after) for path in folder.rglob("*.py")}
    _, different, missing = filecmp.cmpfiles(before, after, sorted(names), shallow=False)
    return sorted([*different, *missing])
