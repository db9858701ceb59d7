"""Assigning IDs to articles that have none."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.files import replace_file
from .context import read_content
from .options import below_root, everywhere
from .output import plural, show_errors


@click.command(short_help="Assign an ID to articles without one")
@everywhere
def mint(root: Path, config: str) -> int:
    """Write an ID into every article without one, so that feed readers recognise it even if its URL changes."""
    from uuid import uuid4

    from ..authoring.new_article import with_id

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    without = sorted(
        article.path for article in newsletter.site.articles if not (article.has_own_id or article.invalid)
    )
    for path in without:
        text = with_id(newsletter.tree.files[path].read().decode(), uuid4().urn)
        replace_file((root / path).resolve(), text.encode())  # a link within the newsletter stays one
        click.echo(path)
    click.echo(f"Assigned IDs to {plural(len(without), 'article')}.", err=True)
    return show_errors(newsletter)
