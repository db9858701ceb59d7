"""Writing down what must never change: IDs of articles, and slugs of articles and pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.files import replace_file
from .context import read_content
from .options import below_root, everywhere
from .output import plural, show_errors

if TYPE_CHECKING:
    from ..content.model import Article, StaticPage


@click.command(short_help="Assign IDs and slugs where there are none")
@everywhere
def mint(root: Path, config: str) -> int:
    """Write an ID and a slug into every article without one, and a slug into every page.

    Feed readers then recognise an article even if its URL changes, and a new title changes no URL.
    """
    from uuid import uuid4

    from ..authoring.new_article import has_empty, in_yaml, with_field

    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    site = newsletter.site
    missing: dict[str, dict[str, str]] = {}
    pieces: tuple[Article | StaticPage, ...] = (*site.articles, *site.pages)
    for piece in pieces:
        text = newsletter.tree.files[piece.path].read().decode()
        if not piece.invalid and (not piece.has("slug") or has_empty(text, "slug")):
            missing.setdefault(piece.path, {})["slug"] = in_yaml(piece.slug)
    for article in site.articles:
        if not (article.invalid or article.has_own_id):
            missing.setdefault(article.path, {})["id"] = uuid4().urn
    for path in sorted(missing):
        text = newsletter.tree.files[path].read().decode()
        for name, value in missing[path].items():
            text = with_field(text, name, value)
        replace_file((root / path).resolve(), text.encode())  # a link within the newsletter stays one
        click.echo(path)
    ids, slugs = (sum(name in fields for fields in missing.values()) for name in ("id", "slug"))
    click.echo(f"Assigned {plural(ids, 'ID')} and {plural(slugs, 'slug')}.", err=True)
    return show_errors(newsletter)
