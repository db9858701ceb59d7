"""Recording a review of an article."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import Problem, in_order
from ..core.files import replace_file
from .context import read_content
from .options import DONE, PROBLEMS, as_of, below_root, everywhere
from .output import show, show_errors


@click.command(short_help="Record a review of an article")
@everywhere
@click.argument("article", nargs=-1, required=True)
@click.option("--by", default="", help="Who reviewed it (default: the last reviewer).")
@click.option("--checked", default="", help="What was checked, separated by commas: facts,figures,quotes,rights.")
@click.option("--role", default="", help="The reviewer's role.")
def approve(root: Path, config: str, article: tuple[str, ...], *, by: str, checked: str, role: str) -> int:
    """Record a review of the current text of one or more articles.

    ARTICLE is its file, the name of its file, its slug or its URL. After a change to the text it needs a new review.
    """
    from ..authoring.approve import approved, article_named
    from ..schema.values import InvalidValue

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    site, tree = newsletter.site, newsletter.tree
    day = as_of(None).astimezone(newsletter.settings.zone).date()
    texts: dict[str, str] = {}
    errors: list[Problem] = []
    try:
        for named in [article_named(name, site) for name in article]:
            texts[named.path], found = approved(
                named, site, tree, day=day, by=by, role=role, checked=checked.split(",")
            )
            errors += found
    except InvalidValue as fault:
        show_errors(newsletter)
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    if errors:  # then nothing is written
        show(in_order(errors))
        return PROBLEMS
    for path, text in texts.items():
        replace_file((root / path).resolve(), text.encode())  # a link within the newsletter stays one
        click.echo(path)
    return DONE
