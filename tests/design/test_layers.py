"""Imports point down, and what must be pure touches neither clock nor chance nor machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

PACKAGE = Path(__file__).parents[2] / "broadsheet"

# From the top down. A module may import from its own package and from those below, never upwards; plan and render are
# siblings. docs/architecture.md has the same table.
LAYERS = (
    "commands", "preview", "audit", "check", "build", "plan", "render", "authoring", "web", "content", "i18n", "source",
    "schema", "markdown", "pictures", "cache", "publish", "views", "core",
)  # fmt: skip
RENDER_MAY_IMPORT = {"render", "i18n", "source", "views", "markdown", "core", "pictures", "schema"}
PURE = ("plan", "render", "markdown", "views", "i18n")
FORBIDDEN_NAMES = {
    "open", "input", "now", "today", "utcnow", "time", "monotonic", "perf_counter", "random", "urandom", "uuid4",
    "environ", "getenv", "getlocale", "setlocale", "read_text", "read_bytes", "write_text", "write_bytes", "getcwd",
}  # fmt: skip
FORBIDDEN_MODULES = {"time", "random", "secrets", "os", "locale", "socket", "pathlib", "tempfile", "subprocess"}


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Every module of the package by its dotted name below it; a package is named like its folder."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path = PACKAGE) -> dict[str, dict[str, int]]:
    """For each module, our modules that it imports and the line, wherever the import is, function bodies too."""
    known = modules(package)
    found: dict[str, dict[str, int]] = {}
    for name, path in known.items():
        base = name.split(".") if path.name == "__init__.py" and name else name.split(".")[:-1]
        targets: dict[str, int] = {}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                start = base[: len(base) - node.level + 1]
                module = ".".join([*start, *(node.module or "").split(".")]).strip(".")
                for alias in node.names:
                    whole = f"{module}.{alias.name}".strip(".")
                    targets.setdefault(whole if whole in known else module, node.lineno)
        found[name] = {target: line for target, line in targets.items() if target != name}
    return found


def upward(graph: dict[str, dict[str, int]]) -> list[str]:
    """Imports that point up the list of layers, or across from plan to render."""
    wrong = []
    for name, targets in graph.items():
        own = name.partition(".")[0]
        for target, line in targets.items():
            other = target.partition(".")[0]
            if own in ("", "__main__") or other in ("", own):
                continue
            if LAYERS.index(other) < LAYERS.index(own) or (own, other) == ("plan", "render"):
                wrong.append(f"{name}:{line} imports {target}")
    return wrong


def circles(graph: dict[str, dict[str, int]]) -> list[list[str]]:
    """Groups of modules that import each other, directly or by way of others (Tarjan's strong components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in graph.get(name, ()):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph:
        if name not in index:
            visit(name)
    return found


def test_every_package_has_a_layer() -> None:
    """Nothing is flat at the top but __init__ and __main__."""
    assert {name.partition(".")[0] for name in modules()} == {*LAYERS, "", "__main__"}


def test_imports_point_down() -> None:
    """A module imports from its own package or from those below, and plan does not import render."""
    assert upward(imports()) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    """There is no circle, also none within a package, and none that a function-local import hides."""
    assert circles(imports()) == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package, to plant faults in."""
    copytree(PACKAGE, tmp_path / "broadsheet", ignore=ignore_patterns("__pycache__"))
    return tmp_path / "broadsheet"


def test_a_planted_circle_is_found(copied: Path) -> None:
    """Two modules of one package that import each other, one of them within a function."""
    with (copied / "core/urls.py").open("a") as file:
        file.write("\n\ndef planted() -> None:\n    from .manifest import manifest\n\n    manifest\n")
    with (copied / "core/manifest.py").open("a") as file:
        file.write("\nfrom . import urls\n")
    assert ["core.manifest", "core.urls"] in circles(imports(copied))
    assert upward(imports(copied)) == []


def test_a_planted_import_upwards_is_found(copied: Path) -> None:
    """Also when it is written within a function."""
    with (copied / "core/slugs.py").open("a") as file:
        file.write("\n\ndef planted() -> None:\n    from ..plan.types import Plan\n\n    Plan\n")
    (found,) = upward(imports(copied))
    assert found.startswith("core.slugs:") and found.endswith("imports plan.types")


def test_the_fast_path_has_one_door() -> None:
    """Only markdown/parse.py imports markdown/fast/, and only the package: it will be deleted one day."""
    importers = {
        (name, target)
        for name, targets in imports().items()
        for target in targets
        if target.startswith("markdown.fast") and not name.startswith("markdown.fast")
    }
    assert importers == {("markdown.parse", "markdown.fast")}


def test_a_renderer_cannot_reach_the_model() -> None:
    """Renderers see views and templates, never the model, the plan or the disk."""
    for name, targets in imports().items():
        if name.startswith("render."):
            reached = {target.partition(".")[0] for target in targets if target}
            assert reached <= RENDER_MAY_IMPORT, (name, reached - RENDER_MAY_IMPORT)


def test_the_plan_needs_neither_jinja_nor_lxml() -> None:
    """What is planned every time must not pay for what is rendered rarely."""
    for name, path in modules().items():
        if name.startswith("plan"):
            source = path.read_text(encoding="utf-8")
            assert not {"jinja2", "lxml", "feedgen", "markdown_it", "PIL"} & set(foreign(ast.parse(source)))


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
    for name, path in modules().items():
        if name.partition(".")[0] in PURE:
            assert impurities(path.read_text(encoding="utf-8")) == [], name


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
