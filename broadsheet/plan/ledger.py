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


def plan(sites: Sequence[PublishedSite], outputs: Sequence[Page | File]) -> Ledger:
    """The ledger of all languages. A picture that several articles show belongs to the first of them."""
    published = sites[0]
    context = published.context
    further: dict[str, list[str]] = {}
    for output in outputs:
        if isinstance(output, Page) and (isinstance(output.content, OWN) or output.renderer == "markdown"):
            further.setdefault(output.origin.path, []).append(output_path(output.path))
    site, settings = context.site, context.settings
    sources = {slug: source.name for slug, source in site.sources.items()}
    people = {"": settings.publisher.name, **{slug: person.name for slug, person in site.people.items()}}
    return Ledger(
        PATH,
        settings.title,
        settings.base_url,
        partial(_recorded, sites, further),
        sources,
        people,
        Location("config.yaml"),
    )


def _recorded(sites: Sequence[PublishedSite], further: Mapping[str, list[str]]) -> tuple[Recorded, ...]:
    return tuple(
        [
            Recorded(article.model, article.path, _own(article, further), "".join(article.hashed.flat[1:]))
            for language in sites
            for article in language.articles
        ]
    )


def _own(article: PublishedArticle, further: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The outputs that are a story's own, in order."""
    page = output_path(article.path)
    others = further.get(article.model.path)
    return tuple(sorted([page, *others])) if others else (page,)
