"""Removing the published site and the cache."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import has_errors, in_order
from .cache import remove_cache
from .options import DONE, OUTPUT_HELP, PROBLEMS, STATE, everywhere
from .output import plural, show


@click.command(short_help="Remove the built site and the cache")
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help=OUTPUT_HELP)
def clean(root: Path, config: str, output: Path | None) -> int:
    """Remove the built site and the cache; files that Broadsheet didn't write stay."""
    from ..publish import clean as clean_output

    removed, problems = clean_output(output or root / "site", root=root)
    cached = remove_cache(root / STATE)
    show(in_order(problems))
    click.echo(f"Removed {plural(removed, 'file')} of the site{' and the cache' if cached else ''}.", err=True)
    return PROBLEMS if has_errors(problems) else DONE
