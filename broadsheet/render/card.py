"""Share cards."""

from __future__ import annotations

from ..pictures.card import card
from ..views.assets import CardView
from ..views.common import SiteView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The card as PNG."""
    view: CardView = job.view
    return card(view.name, view.title, view.line)
