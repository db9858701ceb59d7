"""The ledger, provenance.json: which articles it lists, and which outputs are their own."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Where
from ..urls import output_path
from ..views import CardView, ImageView, RedirectView
from .layout import Layout
from .types import File, Ledger, Page, Recorded

PATH = "/provenance.json"
# What belongs to an article when it comes from its file: a topic that only one article names comes from there too.
ARTICLE = "article.html"
OWN = (CardView, ImageView, RedirectView)


def plan(layouts: Sequence[Layout], outputs: Sequence[Page | File]) -> Ledger:
    """The ledger of all languages. A picture that several articles show belongs to the first of them."""
    layout = layouts[0]
    own: dict[str, list[str]] = {}
    for output in outputs:
        if isinstance(output, Page) and (output.template == ARTICLE or isinstance(output.shows, OWN)):
            own.setdefault(output.origin.path, []).append(output_path(output.path))
    absolute, site, settings = layout.addresses.absolute, layout.site, layout.settings
    recorded = [
        Recorded(story.article, absolute(story.path), tuple(sorted(own[story.article.path])))
        for language in layouts
        for story in language.stories
    ]
    sources = {slug: source.name for slug, source in site.sources.items()}
    people = {"": settings.publisher.name, **{slug: person.name for slug, person in site.people.items()}}
    return Ledger(PATH, settings.title, settings.base_url, tuple(recorded), sources, people, Where("config.yaml"))
