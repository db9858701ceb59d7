"""Views with their prose filled in."""

from __future__ import annotations

from collections.abc import Mapping

from ..markdown.document import fill
from ..views import Html, ProseView


def filled(prose: ProseView, documents: Mapping[str, str]) -> Html:
    """The finished markup of some prose."""
    return Html(fill(documents[prose.document], prose.urls, id_prefix=prose.id_prefix))
