"""What the dashboard is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...content.model import Settings, Site
from ...core.errors import Problem
from ...core.manifest import Manifest
from ...core.urls import Addresses, addresses
from ...plan.types import Page, Plan


@dataclass(frozen=True, slots=True)
class DeskState:
    """A snapshot of the preview. settings, site and plan are None until the newsletter has been read without errors."""

    output: Path
    """The folder of the published site."""
    as_of: datetime
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site | None
    plan: Plan | None
    """With drafts and scheduled articles, as the preview shows it."""
    read: Callable[[str], bytes]
    """The bytes of one of the plan's outputs, by its site path."""
    next_manifest: Manifest | None
    """What the next build would publish; None until that is known."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages of the plan; none while there is no plan."""
        return self.plan.pages if self.plan else ()

    @property
    def addresses(self) -> Addresses:
        """The URLs of the site's pages on the preview's host."""
        return addresses(self.settings.base_url if self.settings else "http://localhost/")

    def local_url(self, url: str) -> str:
        """The URL on the preview's host if this one belongs to the site; else the same URL."""
        site = self.addresses
        return f"{site.prefix}/{url.removeprefix(site.base)}" if url.startswith(site.base) else url

    def format_time(self, time: datetime | None) -> str:
        """A date and time in the newsletter's time zone, without the time at midnight; "" for None."""
        if time is None:
            return ""
        local = time.astimezone(self.settings.zone) if self.settings else time
        return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"
