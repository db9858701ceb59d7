"""The ledger, provenance.json: which articles it lists, and which outputs belong to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ..core.errors import Location
from ..core.urls import output_path
from .published import PublishedSite
from .types import File, Ledger, LedgerArticle, Page

PATH = "/provenance.json"


def plan(sites: Sequence[PublishedSite], outputs: Sequence[Page | File]) -> Ledger:
    """The ledger of all languages. A picture that several articles show belongs to the first of them."""
    owned: dict[str, list[str]] = {}
    for output in outputs:
        if isinstance(output, Page) and output.owner:
            owned.setdefault(output.owner, []).append(output_path(output.path))
    site, settings = sites[0].context.site, sites[0].context.settings
    sources = {slug: source.name for slug, source in site.sources.items()}
    people = {"": settings.publisher.name, **{slug: person.name for slug, person in site.people.items()}}
    return Ledger(
        PATH,
        settings.title,
        settings.base_url,
        partial(_ledger_articles, sites, owned),
        sources,
        people,
        Location("config.yaml"),
    )


def _ledger_articles(sites: Sequence[PublishedSite], owned: Mapping[str, list[str]]) -> tuple[LedgerArticle, ...]:
    return tuple(
        [
            LedgerArticle(
                article.model,
                article.path,
                tuple(sorted(owned[article.model.path])),
                "".join(article.hashed.flat[1:]),
            )
            for published in sites
            for article in published.articles
        ]
    )
