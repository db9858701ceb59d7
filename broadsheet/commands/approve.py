"""Recording a review of an article."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import in_order
from ..core.files import replace_file
from .context import read_content
from .options import DONE, PROBLEMS, as_of, below_root, everywhere
from .output import show, show_errors


@click.command(short_help="Record a review of an article")
@everywhere
@click.argument("article")
@click.option("--by", default="", help="Who reviewed it (default: the last reviewer).")
@click.option("--checked", default="", help="What was checked, separated by commas: facts,figures,quotes,rights.")
@click.option("--role", default="", help="The reviewer's role.")
def approve(root: Path, config: str, article: str, *, by: str, checked: str, role: str) -> int:
    """Record a review of an article's current text.

    ARTICLE is its file, the name of its file, its slug or its URL. After a change to the text it needs a new review.
    """
    from ..authoring.approve import approved, article_named
    from ..schema.values import InvalidValue

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    site, tree = newsletter.site, newsletter.tree
    day = as_of(None).astimezone(newsletter.settings.zone).date()
    try:
        named = article_named(article, site)
        text, errors = approved(named, site, tree, day=day, by=by, role=role, checked=checked.split(","))
    except InvalidValue as fault:
        show_errors(newsletter)
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    if errors:
        show(in_order(errors))
        return PROBLEMS
    replace_file((root / named.path).resolve(), text.encode())  # a link within the newsletter stays one
    click.echo(named.path)
    return DONE
