"""Icons of the newsletter."""

from __future__ import annotations

from ..pictures.icon import drawn_icon, logo_icon
from ..views.assets import IconView
from ..views.common import SiteView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The icon as PNG or ICO."""
    view: IconView = job.view
    if view.logo:
        data = dict(job.files)[view.logo]
        return logo_icon(data, view.kind, view.size, view.margin, has_ground=view.has_ground)
    return drawn_icon(view.letter, view.kind, view.size, view.margin, has_ground=view.has_ground)
