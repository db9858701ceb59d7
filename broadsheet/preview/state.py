"""What the preview shows between two saves: one immutable value that is replaced as a whole."""

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
from ..views.assets import TextView
from .reader import PlannedNewsletter

Output = Page | File | Ledger
REDIRECTS = "_redirects"


@dataclass(frozen=True, slots=True)
class PreviewState:
    """The newsletter at one point in time, with drafts and scheduled articles.

    settings, site and plan are None until a newsletter without fatal errors has been read.
    """

    number: int
    """Increases with every change."""
    as_of: datetime
    tree: SourceTree
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site | None
    plan: Plan | None
    outputs: Mapping[str, Output]
    """By output file ("about/index.html")."""
    redirects: Mapping[str, str]
    """The new URL for each old path."""
    badges: Mapping[str, str]
    """By output file, why a page is not published."""

    @property
    def addresses(self) -> Addresses:
        """The URLs of the site's pages on the preview's host."""
        return addresses(self.settings.base_url if self.settings else "http://localhost/")


def state_of(planned: PlannedNewsletter, number: int, tree: SourceTree) -> PreviewState:
    """The state of a newsletter that has a plan."""
    assert planned.plan is not None
    outputs = outputs_of(planned.plan)
    return PreviewState(
        number=number,
        as_of=planned.newsletter.as_of,
        tree=tree,
        problems=(),
        settings=planned.newsletter.settings,
        site=planned.newsletter.site,
        plan=planned.plan,
        outputs=outputs,
        redirects=redirects_of(outputs),
        badges=badges_of(planned.newsletter.site, planned.newsletter.as_of),
    )


def outputs_of(plan: Plan) -> dict[str, Output]:
    """All outputs of a plan by output file."""
    outputs: dict[str, Output] = {output_path(page.path): page for page in plan.pages}
    outputs.update((output_path(file.path), file) for file in plan.files)
    outputs[output_path(plan.ledger.path)] = plan.ledger
    return outputs


def redirects_of(outputs: Mapping[str, Output]) -> dict[str, str]:
    """The new URL for each old path, from the same file that real hosts read."""
    page = outputs.get(REDIRECTS)
    if not isinstance(page, Page) or not isinstance(page.view, TextView):
        return {}
    lines = [line.split(" ") for line in page.view.text.splitlines()]
    return {unquote(line[0]): line[1] for line in lines}


def badges_of(site: Site, as_of: datetime) -> dict[str, str]:
    """By output file, why a build would not publish the page now."""
    settings = site.settings
    badges = {}
    for article in site.articles:
        if article.is_draft or article.date > as_of:
            when = f"{article.date.astimezone(settings.zone):%Y-%m-%d %H:%M}"
            badge = "Draft: not published" if article.is_draft else f"Scheduled for {when}: not published yet"
            badges[output_path(article_path(article, settings))] = badge
    for page in site.pages:
        if page.is_draft:
            badges[output_path(page_path(page, settings))] = "Draft: not published"
    return badges
