"""Creating an article."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from .context import read_content
from .options import DONE, below_root, everywhere
from .output import show_errors


@click.command(short_help="Create an article")
@everywhere
@click.argument("kind", metavar="KIND", type=click.Choice(["article"]))
@click.argument("title")
def new(root: Path, config: str, kind: str, title: str) -> int:
    """Create an article: a draft with an ID and all fields to fill in."""
    from uuid import uuid4

    from ..authoring.new_article import new_article
    from ..schema.values import InvalidValue

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    try:
        path, text = new_article(title, newsletter, id=uuid4().urn, now=datetime.now(UTC))
    except InvalidValue as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as opened:
        opened.write(text)
    click.echo(path)
    return DONE
