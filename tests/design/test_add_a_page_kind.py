"""A new kind of page is one module in plan/, a view, a template and its entry in the list of kinds: nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.sites import REPOSITORY, SMALL_SITE, files

PLAN = '''\
"""The articles by length, with the text of the longest."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import Location
from ..views.common import ProseView
from ..views.longest import LongestView
from .context import ResolvedLinks
from .prose import page_urls
from .published import PublishedSite
from .types import Page


def plan(published: PublishedSite) -> Iterator[Page]:
    """The page, if there are articles."""
    context, path = published.context, published.context.at("/longest/")
    ordered = sorted(published.articles, key=lambda article: (-article.prose_summary.words, article.path))
    if ordered:
        longest, document = ordered[0], ordered[0].prose_summary.document
        links = published.resolved_links.get(longest.model.path, ResolvedLinks())
        view = LongestView(
            head=published.head("The longest", "All articles by length.", path),
            title="The longest",
            items=tuple([article.item for article in ordered]),
            text=ProseView(document, page_urls(links.of(longest.outline), context.addresses)),
        )
        yield Page(
            path, "page", "longest.html", view, Location("config.yaml"),
            kind="curiosities", documents=(document,), is_listed=True,
        )
'''
VIEW = '''\
"""The view of the articles by length."""

from __future__ import annotations

from dataclasses import dataclass

from .common import HeadView, ItemView, ProseView


@dataclass(frozen=True, slots=True)
class LongestView:
    """The articles by length, with the text of the longest."""

    head: HeadView
    title: str
    items: tuple[ItemView, ...]
    text: ProseView
'''
TEMPLATE = """\
{% extends "base.html" %}
{% block main %}
<h1>{{ page.title }}</h1>
<ol>
{% for item in page.items %}
<li>{{ item.title }}</li>
{% endfor %}
</ol>
{{ page.text }}
{% endblock %}
"""
DESK = """\
import sys
from pathlib import Path
from broadsheet.build.newsletter import read_newsletter
from broadsheet.build.remembered import BuildRequest
from broadsheet.plan import plan_site
from broadsheet.preview.desk.outputs import output_kinds
from broadsheet.preview.desk.overview import DeskState
from broadsheet.source.scan import scan
from tests.sites import AS_OF, a_bench

newsletter = read_newsletter(scan(Path(sys.argv[1])), BuildRequest(AS_OF), a_bench())
plan, _ = plan_site(newsletter)
desk = DeskState(Path(), AS_OF, (), newsletter.settings, newsletter.site, plan, bytes, None)
print([(kind.title, [output.path for output in kind.outputs]) for kind in output_kinds(desk)])
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with a kind of page more and its template, and a newsletter."""
    root = tmp_path_factory.mktemp("checkout")
    copytree(REPOSITORY / "broadsheet", root / "broadsheet", ignore=ignore_patterns("__pycache__"))
    copytree(REPOSITORY / "templates", root / "templates")
    (root / "broadsheet/plan/longest.py").write_text(PLAN)
    (root / "broadsheet/views/longest.py").write_text(VIEW)
    (root / "templates/longest.html").write_text(TEMPLATE)
    kinds = root / "broadsheet/plan/__init__.py"
    text = kinds.read_text()
    for line in ("    lists,\n", "    lists.plan,\n"):
        assert text.count(line) == 1
        text = text.replace(line, line + line.replace("lists", "longest"))
    kinds.write_text(text)
    for path, content in files(SMALL_SITE).items():
        (root / "newsletter" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "newsletter" / path).write_bytes(content)
    config = root / "newsletter/config.yaml"
    config.write_text(config.read_text() + "share_cards: false\n")
    return root


def run(checkout: Path, *arguments: str) -> str:
    """What this program of the copy prints."""
    environment = {**os.environ, "PYTHONPATH": f"{checkout}{os.pathsep}{REPOSITORY}"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def broadsheet(checkout: Path, *arguments: str) -> str:
    """What this command of the copy prints for its newsletter."""
    return run(checkout, "-m", "broadsheet", *arguments, "--root", f"{checkout}/newsletter", "--as-of", "2026-11-24")


def test_a_kind_of_page_is_one_module_one_view_one_template_and_an_entry(checkout: Path) -> None:
    """The page is rendered, listed in the sitemap and in the ledger, on the dashboard by its kind, and explained."""
    broadsheet(checkout, "build", "--quiet")
    site = checkout / "newsletter/site"
    page = (site / "longest/index.html").read_text()
    assert page.index("<li>Second</li>") < page.index("<li>First</li>") < page.index("<li>Third</li>")
    assert "More prose, and a link to" in page
    assert "https://small.example/longest/" in (site / "sitemap.xml").read_text()
    assert "longest/index.html" in json.loads((site / "provenance.json").read_text())["files"]

    assert "('Curiosities', ['/longest/'])" in run(checkout, "-c", DESK, f"{checkout}/newsletter")

    article = checkout / "newsletter/content/articles/c.md"
    article.write_text(article.read_text().replace("title: Third", "title: The third"))
    assert "/longest/ has changed since the last build" in broadsheet(checkout, "explain", "/longest/")


def test_nothing_else_of_the_program_was_touched(checkout: Path) -> None:
    """Beside the three new files, two lines of one file: the import of the module, and its place among the kinds."""
    before = {path: (REPOSITORY / path).read_text().splitlines() for path in sources(REPOSITORY)}
    after = {path: (checkout / path).read_text().splitlines() for path in sources(checkout)}
    assert sorted(after.keys() - before.keys()) == ["broadsheet/plan/longest.py", "broadsheet/views/longest.py"]
    edited = {path for path in before if before[path] != after[path]}
    assert edited == {"broadsheet/plan/__init__.py"}
    (kinds,) = edited
    assert [line.strip() for line in after[kinds] if line not in before[kinds]] == ["longest,", "longest.plan,"]


def sources(root: Path) -> list[str]:
    """All modules, templates and style sheets of the program below a folder."""
    found = (path for path in (root / "broadsheet").rglob("*") if path.suffix in (".py", ".html", ".css", ".js"))
    return [path.relative_to(root).as_posix() for path in found]
