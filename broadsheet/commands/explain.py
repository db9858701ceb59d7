"""Explaining why a page was rebuilt."""

from __future__ import annotations

import json
from typing import Unpack

import click

from .context import building_tools, request
from .options import DONE, PROBLEMS, GivenOptions, building, options


@click.command(short_help="Explain why a page was rebuilt")
@building
@click.argument("page")
def explain(page: str, **given: Unpack[GivenOptions]) -> int:
    """Explain what has changed for a page since the last build.

    PAGE is its path (/articles/x/), its URL or its source file.
    """
    from ..audit.explain import NoSuchPage
    from ..audit.explain import explain as explained

    chosen = options(**given)
    with building_tools(chosen, keeps=False) as context:
        try:
            lines = explained(chosen.root, request(chosen), context, page)
        except NoSuchPage as unknown:
            click.echo(f"{unknown}", err=True)
            return PROBLEMS
    click.echo(json.dumps(lines, ensure_ascii=False) if chosen.as_json else "\n".join(lines))
    return DONE
