"""The cache and what was published: their size, and their removal."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import has_errors, in_order
from .options import DONE, PROBLEMS, STATE, everywhere
from .output import megabytes, plural, show


@click.command()
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help="The folder of the site; site/ below the root.")
def clean(root: Path, config: str, output: Path | None) -> int:
    """Remove the published site and the cache: only what Broadsheet wrote."""
    from ..publish import clean as clean_output

    removed, problems = clean_output(output or root / "site", root=root)
    cached = remove_cache(root / STATE)
    show(in_order(problems))
    click.echo(f"Removed {plural(removed, 'file')} of the site{' and the cache' if cached else ''}.", err=True)
    return PROBLEMS if has_errors(problems) else DONE


@click.command()
@everywhere
@click.option("--prune", is_flag=True, help="Drop what none of the last five builds has used.")
@click.option("--verify", is_flag=True, help="Read everything, and forget what is damaged.")
@click.option("--clear", is_flag=True, help="Remove all of it; the next build starts afresh.")
def cache(root: Path, config: str, *, prune: bool, verify: bool, clear: bool) -> int:
    """Say how large the cache is. It may be deleted at any time and never grows without bounds."""
    from ..cache.cache import DiskCache

    if not (root / STATE / "CACHEDIR.TAG").is_file():
        click.echo("There is no cache.")
        return DONE
    if clear:
        click.echo("Removed the cache." if remove_cache(root / STATE) else "There is no cache.")
        return DONE
    store = DiskCache(root / STATE)
    if verify:
        found = store.verify()
        click.echo(f"Read {plural(found.entries, 'entry').replace('entrys', 'entries')}, {found.damaged} damaged.")
    if prune:
        click.echo(f"Gave back {megabytes(store.prune())}.")
    click.echo(f"The cache takes up {megabytes(store.size_bytes())}.")
    if store.warning:
        click.echo(store.warning, err=True)
    return PROBLEMS if store.warning else DONE


def remove_cache(folder: Path) -> bool:
    """Whether there was a cache, which is gone now; a folder without our tag is not ours and stays."""
    if not (folder / "CACHEDIR.TAG").is_file():
        return False
    from shutil import rmtree

    rmtree(folder)
    return True
