"""Imports point down, and what must be pure touches neither clock nor chance nor machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "broadsheet"

# docs/architecture.md draws this. A module may import from its own layer and from those below.
LAYERS = (
    {"errors", "digest", "outcome", "codec", "yamlplain", "yamltext", "yamlwords", "textfile"},
    {
        "tree", "model", "views", "urls", "slugs", "config", "feed_settings", "fields", "values", "markdown",
        "fingerprint", "progress", "forks", "environment", "quick", "pictures", "style", "structured", "provenance",
        "words",
    },
    {"content", "templates"},
    {"plan", "render"},
    {"run", "store", "notes", "pack", "manifest", "cluster"},
    {"engine", "press", "builds", "readings", "ledger"},
    {
        "check", "publish", "trees", "preview", "recall", "explain", "seal", "verify", "hub", "fetch",
        "signing", "claims", "sources", "fulltext",
    },
    {"terminal", "commands", "cli"},
)  # fmt: skip
RENDER_MAY_IMPORT = {"render", "views", "markdown", "errors", "digest", "outcome", "codec", "environment", "pictures"}
PURE = ("plan", "render", "markdown", "views.py", "environment.py", "quick.py", "style.py", "structured.py", "words.py")
FORBIDDEN_NAMES = {
    "open", "input", "now", "today", "utcnow", "time", "monotonic", "perf_counter", "random", "urandom", "uuid4",
    "environ", "getenv", "getlocale", "setlocale", "read_text", "read_bytes", "write_text", "write_bytes", "getcwd",
}  # fmt: skip
FORBIDDEN_MODULES = {"time", "random", "secrets", "os", "locale", "socket", "pathlib", "tempfile", "subprocess"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer(name: str) -> int:
    for number, names in enumerate(LAYERS):
        if name in names:
            return number
    raise AssertionError(f'"{name}" has no layer: name it in LAYERS and in docs/architecture.md')


def top(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(module: Path) -> Iterator[tuple[str, int]]:
    """The names of our own top modules that a module imports, with the line, wherever the import stands."""
    depth = len(module.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            if node.level < depth:
                yield top(module), node.lineno
            elif node.module:
                yield node.module.partition(".")[0], node.lineno
            else:
                for alias in node.names:
                    yield alias.name, node.lineno


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(module: Path) -> None:
    """A module imports from its own layer or from those below."""
    if module == PACKAGE / "__init__.py":
        return
    own = layer(top(module))
    for name, line in imported(module):
        if name != "__version__":
            assert layer(name) <= own, f"{module}:{line} imports {name} from a higher layer"


def test_plan_and_render_are_siblings() -> None:
    """Neither imports the other, and a renderer cannot reach the model."""
    for module in modules():
        for name, line in imported(module):
            if top(module) == "plan":
                assert name != "render", f"{module}:{line}"
            if top(module) == "render":
                assert name in RENDER_MAY_IMPORT, f"{module}:{line} imports {name}"


def test_the_plan_needs_neither_jinja_nor_lxml() -> None:
    """What is planned every time must not pay for what is rendered rarely."""
    for module in modules():
        if top(module) == "plan":
            source = module.read_text(encoding="utf-8")
            assert not {"jinja2", "lxml", "feedgen", "pydantic", "markdown_it", "PIL"} & set(foreign(ast.parse(source)))


def foreign(source: ast.AST) -> Iterator[str]:
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def impurities(source: str) -> list[str]:
    """The names and modules in some source that reach for the clock, for chance or for the machine."""
    parsed = ast.parse(source)
    found = [name for name in foreign(parsed) if name in FORBIDDEN_MODULES]
    for node in ast.walk(parsed):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in FORBIDDEN_NAMES:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_NAMES:
            found.append(node.attr)
        elif isinstance(node, ast.Global):
            found += node.names
    return found


def test_what_is_pure_touches_nothing_outside() -> None:
    """plan/, render/, markdown/ and the views know no clock, chance, environment, locale or file."""
    for module in modules():
        if module.relative_to(PACKAGE).parts[0] in PURE:
            assert impurities(module.read_text(encoding="utf-8")) == [], module


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import random\nx = random.random()",
        "import os\nx = os.environ['HOME']",
        "x = open('a').read()",
        "import time\nx = time.time()",
        "import locale\nx = locale.getlocale()",
        "count = 0\ndef f():\n    global count\n    count += 1",
    ],
)
def test_the_source_check_finds_what_is_planted(planted: str) -> None:
    """The check above is able to fail."""
    assert impurities(planted)
