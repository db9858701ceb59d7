"""The theme: listing its files, copying them into the newsletter, and following its changes."""

from __future__ import annotations

from pathlib import Path

import click

from .options import DONE, everywhere


@click.group(short_help="List, copy and compare files of the theme")
def theme() -> None:
    """List the files of the theme, copy one to change it, and see what has changed in it since."""


@theme.command("list", short_help="List the files of the theme")
@everywhere
def list_files(root: Path, config: str) -> int:
    """List the files of the theme, and which of them the newsletter replaces."""
    from ..authoring.theme import theme_files

    files = theme_files(root)
    width = max(len(file.name) for file in files)
    for file in files:
        click.echo(f"{file.name:<{width}}  {file.state}".rstrip())
    return DONE


@theme.command(short_help="Copy a file of the theme to change it")
@everywhere
@click.argument("file")
def eject(root: Path, config: str, file: str) -> int:
    """Copy a file of the theme into templates/, where your changes to it replace the original."""
    from ..authoring.theme import eject as copy
    from ..schema.values import InvalidValue

    try:
        click.echo(copy(root, file))
    except InvalidValue as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    return DONE


@theme.command(short_help="Show what has changed in the theme")
@everywhere
@click.option("--applied", is_flag=True, help="Record that your files have these changes now.")
@click.argument("file", nargs=-1)
def diff(root: Path, config: str, applied: bool, file: tuple[str, ...]) -> int:
    """Show what has changed in the theme's files since they were ejected; by default, in all of them."""
    from ..authoring.theme import changes, record_as_applied
    from ..schema.values import InvalidValue

    try:
        found = [(own, lines) for own, lines in changes(root, file) if lines]
    except InvalidValue as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    for own, lines in found:
        path = f"templates/{own.name}"
        if applied:
            record_as_applied(root, own)
            click.echo(f"{path}: recorded.", err=True)
            continue
        if own.original is None:
            click.echo(f"{path} was not ejected; this is how it differs from the theme's file:", err=True)
        click.echo("\n".join(lines))
    if not found:
        click.echo("Nothing has changed.", err=True)
    elif not applied and any(own.original for own, _ in found):
        click.echo("Once your files have these changes, run `broadsheet theme diff --applied`.", err=True)
    return DONE
