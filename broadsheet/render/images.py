"""Everything that is drawn: pictures at another size or of another kind, share cards, icons."""

from __future__ import annotations

from ..pictures.card import card
from ..pictures.icon import drawn_icon, logo_icon
from ..pictures.srcset import encoded
from ..views.assets import CardView, IconView, ImageView
from ..views.common import SiteView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The file; source pictures are handed over by value."""
    view: CardView | IconView | ImageView = job.view
    if isinstance(view, CardView):
        return card(view.name, view.title, view.line)
    if isinstance(view, ImageView):
        data = dict(job.files)[view.source]
        return encoded(data, view.width, view.height, view.kind, is_drawing=view.is_drawing)
    if view.logo:
        data = dict(job.files)[view.logo]
        return logo_icon(data, view.kind, view.size, view.margin, has_ground=view.has_ground)
    return drawn_icon(view.letter, view.kind, view.size, view.margin, has_ground=view.has_ground)
