"""What crosses the executor on its way out: plain values, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..environment import Closure
from ..views import SiteView


@dataclass(frozen=True, slots=True)
class Job:
    """One page to render. documents: the html with open slots of each document that the view refers to.

    files: the bytes of each source file that the view refers to, by digest.
    """

    renderer: str
    template: str
    view: Any
    documents: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs with all they need: the site's view and the closures of their templates, by template name."""

    site: SiteView
    closures: tuple[tuple[str, Closure], ...]
    jobs: tuple[Job, ...]
