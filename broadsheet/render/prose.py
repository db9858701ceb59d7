"""Views with their prose filled in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ..markdown.document import fill
from ..views.common import Html, PictureView, ProseView

# The first picture does not wait until the layout is known; but text comes first (decision 61).
_TURNS = {"": "", "first": ' fetchpriority="low"', "later": ' loading="lazy" decoding="async"'}


def filled(prose: ProseView, documents: Mapping[str, str]) -> Html:
    """The finished markup of some prose."""
    images = {picture.slot: image_markup(picture, prose.urls[picture.slot]) for picture in prose.pictures}
    return Html(fill(documents[prose.document], prose.urls, id_prefix=prose.id_prefix, images=images))


def image_markup(picture: PictureView, url: str) -> tuple[str, str]:
    """What stands before the alt attribute of a picture in the prose, and behind its tag; url is escaped already.

    The macro `picture` of templates/_parts.html writes the same for the figure of an article.
    """
    sources = "".join(
        f'<source type="{variants.type}" srcset="{escape(variants.srcset)}" sizes="{escape(picture.sizes)}">'
        for variants in picture.variants
    )
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width else ""
    opening = f'<img src="{url}"{_TURNS[picture.turn]}{size}'
    return (f"<picture>{sources}{opening}", "</picture>") if sources else (opening, "")
