"""What crosses the executor on its way out: plain values, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..views.common import SiteView
from .jinja.environment import Closure


@dataclass(frozen=True, slots=True)
class Job:
    """One page to render. documents: the html with open slots of each document that the view refers to.

    files: the bytes of each source file that the view refers to, by digest. language: which of the batch's further
    sites it belongs to.
    """

    renderer: str
    template: str
    view: Any
    documents: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs with all they need: the site's view, those of further languages, and the closures of their templates."""

    site: SiteView
    closures: tuple[tuple[str, Closure], ...]
    jobs: tuple[Job, ...]
    sites: tuple[tuple[str, SiteView], ...] = ()
