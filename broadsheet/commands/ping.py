"""Telling the hub of new feeds."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import in_order
from .options import DONE, PROBLEMS, STATE, everywhere
from .output import plural, show


@click.command()
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help="The folder of the site; site/ below the root.")
@click.option("--base-url", help="The address of the published site, instead of the one in the settings.")
@click.option("--all", "everything", is_flag=True, help="Tell of every feed, not only of those that changed.")
def ping(root: Path, config: str, output: Path | None, base_url: str | None, everything: bool) -> int:
    """Tell the hub, after an upload, which feeds have changed (WebSub)."""
    from ..content.settings import load_settings
    from ..source.scan import scan
    from ..web.websub import changed_feeds, notify, record_notified

    tree = scan(root, config)
    settings, problems = load_settings(tree, config, base_url=base_url)
    if settings is None:
        show(in_order(problems))
        return PROBLEMS
    known = root / STATE / "told.json"
    told, problems = changed_feeds(output or root / "site", settings, None if everything else known)
    if not problems and told:
        problems = notify(settings.feeds.hub, list(told))
        if not problems:
            record_notified(known, told)
    show(problems)
    if not problems:
        click.echo(f"Told {settings.feeds.hub} of {plural(len(told), 'feed')}." if told else "No feed has changed.")
    return PROBLEMS if problems else DONE
