"""Verifying the cache and the published site against a build from scratch."""

from __future__ import annotations

from typing import Unpack

import click

from ..core.errors import has_errors, in_order
from .context import building_tools, request
from .options import DONE, PROBLEMS, GivenOptions, building, options
from .output import counted, plural, say, show


@click.command(short_help="Compare the cache with a clean build")
@building
def verify(**given: Unpack[GivenOptions]) -> int:
    """Render everything again without the cache, isolated from disk and network, and compare the results."""
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
