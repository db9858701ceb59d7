"""Notifying the WebSub hub of changed feeds."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import in_order
from .options import BASE_URL_HELP, DONE, OUTPUT_HELP, PROBLEMS, STATE, everywhere
from .output import plural, show


@click.command(short_help="Notify the hub of changed feeds")
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help=OUTPUT_HELP)
@click.option("--base-url", help=BASE_URL_HELP)
@click.option("--all", "everything", is_flag=True, help="Notify the hub of every feed, not only of changed ones.")
def ping(root: Path, config: str, output: Path | None, base_url: str | None, everything: bool) -> int:
    """Notify the WebSub hub, after an upload, of the feeds that have changed."""
    from ..cache.cache import DiskCache
    from ..content.settings import load_settings
    from ..source.scan import scan
    from ..web.websub import changed_feeds, notified_feeds, notify, record_notified

    tree = scan(root, config)
    settings, problems = load_settings(tree, config, base_url=base_url)
    if settings is None:
        show(in_order(problems))
        return PROBLEMS
    cache = DiskCache(root / STATE)
    before = {} if everything else notified_feeds(cache)
    told, problems = changed_feeds(output or root / "site", settings, before)
    if not problems and told:
        problems = notify(settings.feeds.hub, list(told))
        if not problems:
            record_notified(cache, told)
    show(problems)
    if not problems:
        click.echo(f"Notified {settings.feeds.hub} of {plural(len(told), 'feed')}." if told else "No feed has changed.")
    return PROBLEMS if problems else DONE
