"""What the preview shows between two saves, as one frozen value that is exchanged as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from ..content.model import Settings, Site
from ..core.errors import Problem
from ..core.urls import Addresses, addresses, output_path
from ..plan.published import article_path, page_path
from ..plan.types import File, Ledger, Page, Plan
from ..source.tree import SourceTree
from ..views.assets import (
    TextView,
)
from .reader import Planned

Output = Page | File | Ledger
REDIRECTS = "_redirects"


@dataclass(frozen=True, slots=True)
class State:
    """The newsletter with its drafts and scheduled articles as the sources say it at one moment.

    number: counts up with every change. settings, site and plan are None while no whole newsletter has been met since
    the start. outputs: by their file in the site ("about/index.html"). redirects: the address that an old site path
    leads to. badges: by output file, what is to be said of a page that is not published.
    """

    number: int
    as_of: datetime
    tree: SourceTree
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site | None
    plan: Plan | None
    outputs: Mapping[str, Output]
    redirects: Mapping[str, str]
    badges: Mapping[str, str]

    @property
    def addresses(self) -> Addresses:
        """Where the site's pages lie on the preview's own host."""
        return addresses(self.settings.base_url if self.settings else "http://localhost/")


def state_of(planned: Planned, number: int, tree: SourceTree) -> State:
    """The state of what was planned, which has a plan."""
    assert planned.plan is not None
    outputs = outputs_of(planned.plan)
    return State(
        number=number,
        as_of=planned.as_of,
        tree=tree,
        problems=(),
        settings=planned.settings,
        site=planned.site,
        plan=planned.plan,
        outputs=outputs,
        redirects=redirects_of(outputs),
        badges=badges_of(planned.site, planned.as_of),
    )


def outputs_of(plan: Plan) -> dict[str, Output]:
    """All outputs of a plan by their file in the site."""
    outputs: dict[str, Output] = {output_path(page.path): page for page in plan.pages}
    outputs.update((output_path(file.path), file) for file in plan.files)
    outputs[output_path(plan.ledger.path)] = plan.ledger
    return outputs


def redirects_of(outputs: Mapping[str, Output]) -> dict[str, str]:
    """Where old addresses lead: what a real host reads in the site's own file of redirects."""
    page = outputs.get(REDIRECTS)
    if not isinstance(page, Page) or not isinstance(page.view, TextView):
        return {}
    lines = [line.split(" ") for line in page.view.text.splitlines()]
    return {unquote(line[0]): line[1] for line in lines}


def badges_of(site: Site, as_of: datetime) -> dict[str, str]:
    """What is to be said of the pages that a build now would leave out."""
    settings = site.settings
    badges = {}
    for article in site.articles:
        if article.is_draft or article.date > as_of:
            when = f"{article.date.astimezone(settings.zone):%Y-%m-%d %H:%M}"
            said = "Draft: not published" if article.is_draft else f"Scheduled for {when}: not published yet"
            badges[output_path(article_path(article, settings))] = said
    for page in site.pages:
        if page.is_draft:
            badges[output_path(page_path(page, settings))] = "Draft: not published"
    return badges
