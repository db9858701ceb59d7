"""Finished text files: robots.txt, _redirects."""

from __future__ import annotations

from ..views.common import SiteView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The text as UTF-8."""
    return job.view.text.encode()  # type: ignore[no-any-return]
