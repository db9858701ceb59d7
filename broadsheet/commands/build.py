"""Building and publishing the site."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Unpack

import click

from ..core.errors import has_errors
from .context import make_and_publish
from .options import DONE, PROBLEMS, GivenOptions, Options, building, options
from .output import last_line, say, show, summary


@click.command(short_help="Build and publish the site (the default)")
@building
@click.option(
    "--sign", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="SSH key for signing the ledger."
)
def build(sign: Path | None, **given: Unpack[GivenOptions]) -> int:
    """Build and publish the site. This is the default command."""
    return build_and_publish(options(sign=sign, **given))


def build_and_publish(chosen: Options) -> int:
    """Build, publish unless there are errors, and return the exit code."""
    started = perf_counter()
    result, published = make_and_publish(chosen)
    seconds = perf_counter() - started
    if chosen.as_json:
        report = summary(result, seconds=seconds, published=published)
        click.echo(json.dumps(report, indent=2))
    else:
        show(result.problems)
        say(chosen, last_line(chosen, result, published, seconds))
    return PROBLEMS if has_errors(result.problems) else DONE
