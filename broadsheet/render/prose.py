"""Views with their prose filled in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ..markdown.document import fill
from ..views import Html, PictureView, ProseView


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
    # The first picture is often the largest thing on the screen: it does not wait until the layout is known.
    lazy = "" if picture.is_first else ' loading="lazy" decoding="async"'
    opening = f'<img src="{url}"{size}{lazy}'
    return (f"<picture>{sources}{opening}", "</picture>") if sources else (opening, "")
