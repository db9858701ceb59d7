"""Commands that write into articles: beginning one, giving ids to those that have none, and saying who checked one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import in_order
from .context import read_content
from .options import DONE, PROBLEMS, as_of, below_root, everywhere
from .output import plural, show

if TYPE_CHECKING:
    from ..content.newsletter import Newsletter


@click.command(short_help="Create an article")
@everywhere
@click.argument("kind", metavar="KIND", type=click.Choice(["article"]))
@click.argument("title")
def new(root: Path, config: str, kind: str, title: str) -> int:
    """Begin an article: a file with its id minted and its fields laid out."""
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


@click.command(short_help="Assign an ID to articles without one")
@everywhere
def mint(root: Path, config: str) -> int:
    """Write an id into every article that has none, so that its address may change and readers still know it."""
    from uuid import uuid4

    from ..authoring.new_article import with_id

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    without = sorted(
        article.path for article in newsletter.site.articles if not (article.has_own_id or article.invalid)
    )
    for path in without:
        replace_file(root / path, with_id(newsletter.tree.files[path].read().decode(), uuid4().urn).encode())
        click.echo(path)
    click.echo(f"Wrote ids into {plural(len(without), 'article')}.", err=True)
    return show_errors(newsletter)


@click.command(short_help="Record a review of an article")
@everywhere
@click.argument("article")
@click.option("--by", default="", help="Who reviewed it (default: the last reviewer).")
@click.option("--checked", default="", help="What was checked, separated by commas: facts,figures,quotes,rights.")
@click.option("--role", default="", help="The reviewer's role.")
def approve(root: Path, config: str, article: str, *, by: str, checked: str, role: str) -> int:
    """Write into an article that somebody has checked it, bound to its text as it stands now.

    ARTICLE is its file, its short name or its address. Once the text is changed, it needs to be checked again.
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
    replace_file(root / named.path, text.encode())
    click.echo(named.path)
    return DONE


def show_errors(newsletter: Newsletter) -> int:
    """Show the errors of a newsletter, and return the exit code."""
    errors = [problem for problem in newsletter.problems if problem.severity == "error"]
    show(errors)
    return PROBLEMS if errors else DONE


def replace_file(file: Path, data: bytes) -> None:
    """Puts new bytes in a file's place at once: a crash leaves the old ones or the new ones."""
    file = file.resolve()  # a link within the newsletter stays one
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_bytes(data)
    beside.chmod(file.stat().st_mode & 0o7777)
    beside.replace(file)
