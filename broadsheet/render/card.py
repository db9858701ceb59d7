"""Share cards."""

from __future__ import annotations

from ..environment import Closure
from ..pictures.card import card
from ..views import CardView, SiteView
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The card as PNG."""
    view: CardView = job.view
    return card(view.name, view.title, view.line)
