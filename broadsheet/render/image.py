"""Picture files: a source file, handed over by value, at another size or as another kind of file."""

from __future__ import annotations

from ..pictures.srcset import encoded
from ..views.assets import ImageView
from ..views.common import SiteView
from .jinja.environment import Closure
from .job import Job


def render(job: Job, site: SiteView, closure: Closure) -> bytes:
    """The file."""
    view: ImageView = job.view
    data = dict(job.files)[view.source]
    return encoded(data, view.width, view.height, view.kind, is_drawing=view.is_drawing)
