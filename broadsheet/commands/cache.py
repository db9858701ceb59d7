"""Showing the size of the cache, checking it and removing it."""

from __future__ import annotations

from pathlib import Path

import click

from .options import DONE, PROBLEMS, STATE, everywhere
from .output import megabytes, plural


@click.command(short_help="Show the size of the cache")
@everywhere
@click.option("--prune", is_flag=True, help="Remove what recent builds have not used.")
@click.option("--verify", is_flag=True, help="Read every entry and remove damaged ones.")
@click.option("--clear", is_flag=True, help="Remove the whole cache; the next build starts from scratch.")
def cache(root: Path, config: str, *, prune: bool, verify: bool, clear: bool) -> int:
    """Show the size of the cache. Its size is bounded, and it can be deleted at any time."""
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
        click.echo(f"Freed {megabytes(store.prune())}.")
    click.echo(f"The cache uses {megabytes(store.size_bytes())}.")
    if store.warning:
        click.echo(store.warning, err=True)
    return PROBLEMS if store.warning else DONE


def remove_cache(folder: Path) -> bool:
    """Remove the cache and return whether there was one; a folder without our tag is not ours and stays."""
    if not (folder / "CACHEDIR.TAG").is_file():
        return False
    from shutil import rmtree

    rmtree(folder)
    return True
