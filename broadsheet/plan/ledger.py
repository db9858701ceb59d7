"""The ledger, provenance.json: which articles it lists, and which outputs are their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ..core.errors import Location
from ..core.urls import output_path
from ..views.assets import (
    CardView,
    ImageView,
    RedirectView,
)
from .published import PublishedArticle, PublishedSite
from .types import File, Ledger, Page, Recorded

PATH = "/provenance.json"
# What belongs to an article when it comes from its file: a topic that only one article names comes from there too.
OWN = (CardView, ImageView, RedirectView)


def plan(layouts: Sequence[PublishedSite], outputs: Sequence[Page | File]) -> Ledger:
    """The ledger of all languages. A picture that several articles show belongs to the first of them."""
    layout = layouts[0]
    further: dict[str, list[str]] = {}
    for output in outputs:
        if isinstance(output, Page) and (isinstance(output.content, OWN) or output.renderer == "markdown"):
            further.setdefault(output.origin.path, []).append(output_path(output.path))
    site, settings = layout.site, layout.settings
    sources = {slug: source.name for slug, source in site.sources.items()}
    people = {"": settings.publisher.name, **{slug: person.name for slug, person in site.people.items()}}
    return Ledger(
        PATH,
        settings.title,
        settings.base_url,
        partial(_recorded, layouts, further),
        sources,
        people,
        Location("config.yaml"),
    )


def _recorded(layouts: Sequence[PublishedSite], further: Mapping[str, list[str]]) -> tuple[Recorded, ...]:
    return tuple(
        [
            Recorded(story.article, story.path, _own(story, further), "".join(story.known.flat[1:]))
            for language in layouts
            for story in language.stories
        ]
    )


def _own(story: PublishedArticle, further: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The outputs that are a story's own, in order."""
    page = output_path(story.path)
    others = further.get(story.article.path)
    return tuple(sorted([page, *others])) if others else (page,)
