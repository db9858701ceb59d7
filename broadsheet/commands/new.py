"""Creating articles and pages, and entries for people, sources and topics."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.files import replace_file
from .context import read_content
from .options import DONE, below_root, everywhere
from .output import show_errors

if TYPE_CHECKING:
    from ..content.newsletter import Newsletter

_EXAMPLES = {
    "article": "What we learnt this week", "page": "Contact", "person": "Jane Doe", "source": "Example Times",
    "topic": "Open source",
}  # fmt: skip
_NEXT = "This is a draft: `broadsheet serve` shows it, and it is published once you remove `draft: true`."


@click.command(short_help="Create an article, page, person, …")
@everywhere
@click.argument("kind", metavar="article|page|person|source|topic")
@click.argument("name", required=False)
def new(root: Path, config: str, kind: str, name: str | None) -> int:
    """Create an article or a page, or list a person, a source or a topic.

    Articles and pages are drafts with all fields to fill in.
    """
    from ..schema.values import InvalidValue

    _check_usage(kind, name)
    newsletter = read_content(root, below_root(config))
    if not newsletter.is_config_valid:
        return show_errors(newsletter)
    try:
        path, text = _made(kind, name or "", newsletter)
    except InvalidValue as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if path in newsletter.tree:
        replace_file(file.resolve(), text.encode())  # a link within the newsletter stays one
    else:
        with file.open("x", encoding="utf-8", newline="") as opened:
            opened.write(text)
    click.echo(path)
    if kind in ("article", "page"):
        click.echo(_NEXT, err=True)
    return DONE


def _made(kind: str, name: str, newsletter: Newsletter) -> tuple[str, str]:
    """Return the path and the text of what is created."""
    from uuid import uuid4

    from ..authoring.new_article import new_article, new_page
    from ..authoring.new_entry import new_entry

    now = datetime.now(UTC)
    if kind == "article":
        return new_article(name, newsletter, id=uuid4().urn, now=now)
    return new_page(name, newsletter, now=now) if kind == "page" else new_entry(kind, name, newsletter)


def _check_usage(kind: str, name: str | None) -> None:
    """Raise a usage error that says what to write instead."""
    from ..core.errors import closest

    if kind not in _EXAMPLES:
        meant = closest(kind, _EXAMPLES) if name else "article"
        if not meant:
            raise click.UsageError(f'"{kind}" cannot be created; choose one of {", ".join(_EXAMPLES)}')
        raise click.UsageError(f'did you mean: broadsheet new {meant} "{name or kind}"')
    if name is None:
        what = "title" if kind in ("article", "page") else "name"
        raise click.UsageError(f'the {what} is missing: broadsheet new {kind} "{_EXAMPLES[kind]}"')
