"""What has changed for a page, and whether the cache tells the truth."""

from __future__ import annotations

import json
from typing import Any

import click

from ..core.errors import has_errors, in_order
from .context import building_tools, request
from .options import DONE, PROBLEMS, building, options
from .output import counted, plural, say, show


@click.command()
@building
@click.argument("page")
def explain(page: str, **given: Any) -> int:
    """Say what has changed for a page since the last build: /articles/x/, its address, or the file it comes from."""
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


@click.command()
@building
def verify(**given: Any) -> int:
    """Render everything again without the cache, shut off from disk and network, and compare."""
    from ..audit.verify import verify as verified
    from ..publish import check_output

    chosen = options(**given)
    problems = check_output(chosen.output, root=chosen.root)
    with building_tools(chosen, keeps=False) as context:
        result = verified(chosen.root, request(chosen), context, chosen.output)
    problems += result.problems
    show(in_order(problems))
    rest = f" {plural(result.unpublished, 'file')} not published yet." if result.unpublished else ""
    say(chosen, f"{counted(in_order(problems))}; {plural(result.files, 'file')} compared.{rest}")
    return PROBLEMS if has_errors(problems) else DONE
