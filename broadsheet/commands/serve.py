"""The preview."""

from __future__ import annotations

from typing import Any

import click

from ..errors import Problem, Where
from .build import build_and_publish
from .options import DONE, PROBLEMS, building, options
from .talk import show


@click.command()
@building
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="The port to serve on.")
def serve(port: int, **given: Any) -> int:
    """Build the newsletter and show it at http://127.0.0.1:8000/."""
    from ..preview import serve_folder

    chosen = options(**given)
    code = build_and_publish(chosen)
    if code != DONE:
        return code
    try:
        serve_folder(chosen.output, port, announce=lambda text: click.echo(text, err=True))
    except KeyboardInterrupt:  # the announced way to end it: nothing was broken off
        click.echo("", err=True)
    except OSError as error:
        hint = "another program may use it; give another one with --port"
        show([Problem(Where("--port"), f"cannot serve on port {port}: {error.strerror}", hint)])
        return PROBLEMS
    return DONE
