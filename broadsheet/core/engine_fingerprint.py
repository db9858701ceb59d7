"""The engine as an input: our own source and the versions of every library that shapes output."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .digest import digest

# Distributions whose version can change a byte of the output.
SHAPING = (
    "babel",
    "feedgen",
    "fontpkg_source_serif_4",
    "jinja2",
    "lxml",
    "markdown_it_py",
    "markupsafe",
    "mdit_py_plugins",
    "mdurl",
    "pillow",
    "pygments",
    "python_dateutil",
    "python_slugify",
    "pyyaml",
    "text_unidecode",
    "tzdata",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """What the fingerprint is made of: Python's version, a digest of our own source, the libraries by folder name."""

    python: str
    source: str
    libraries: tuple[str, ...]


@cache
def engine() -> Engine:
    """The engine that runs now."""
    return Engine(sys.version, digest(_own_source(Path(__file__).parent.parent)), _versions())


@cache
def engine_fingerprint() -> str:
    """A digest that changes whenever this package's code, Python or a library that shapes output does."""
    return digest(engine())


def _own_source(package: Path) -> tuple[tuple[str, bytes], ...]:
    return tuple((str(file.relative_to(package)), file.read_bytes()) for file in sorted(package.rglob("*.py")))


def _versions() -> tuple[str, ...]:
    # importlib.metadata costs 20 ms for these names; the folder names ("jinja2-3.1.6.dist-info") say the same.
    found: set[str] = set()
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 — half the time of Path.iterdir
        except OSError:
            continue
        found.update(name for name in map(str.lower, names) if name.endswith((".dist-info", ".egg-info")))
    return tuple(sorted(name for name in found if name.replace("-", "_").startswith(SHAPING)))
