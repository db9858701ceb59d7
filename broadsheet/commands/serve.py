"""Previewing the newsletter."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ..core.errors import Location, Problem
from ..core.runtime import end_on_termination_as_on_interrupt
from . import options as given_options
from .options import BASE_URL_HELP, DONE, OUTPUT_HELP, PROBLEMS, STATE, everywhere
from .output import show


@click.command(short_help="Preview the newsletter while you write")
@everywhere
@click.option("--as-of", help="Preview as of this time: 2026-11-24 or 2026-11-24T09:00+03:00.")
@click.option("--base-url", help=BASE_URL_HELP)
@click.option("--output", type=click.Path(path_type=Path), help=OUTPUT_HELP)
@click.option("--host", default="127.0.0.1", help="Interface to listen on (anyone who can reach it sees drafts).")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="First port to try; 0 for any free one.")
@click.option("--open", "is_to_open", is_flag=True, help="Open the preview in the browser.")
def serve(
    root: Path,
    config: str,
    as_of: str | None,
    base_url: str | None,
    output: Path | None,
    *,
    host: str,
    port: int,
    is_to_open: bool,
) -> int:
    """Preview the newsletter at http://127.0.0.1:8000/ while you write; nothing is published."""
    from ..authoring.new_newsletter import update_schemas
    from ..cache.cache import DiskCache
    from ..cache.execute import BuildContext, WorkerPool, available_cores
    from ..core.progress import NoProgress
    from ..preview.app import PreviewApp
    from ..preview.guard import Address, listen, url_of
    from ..preview.reader import PreviewRequest
    from .progress_bars import progress

    time = given_options.as_of(as_of) if as_of else None
    request = PreviewRequest(
        root=root,
        config=given_options.below_root(config),
        base_url=given_options.base_url(base_url),
        now=lambda: time or datetime.now(UTC),
        state=root / STATE,
        output=output or root / "site",
    )
    if update_schemas(root):
        click.echo("The schemas for editors in .vscode/schemas are now those of this version.", err=True)
    address = Address(host, port)
    try:
        listener = listen(address)
    except OSError as error:
        hint = "another program may be using it; choose another one with --port"
        show([Problem(Location("--port"), f"cannot serve on port {port}: {error.strerror}", hint)])
        return PROBLEMS
    end_on_termination_as_on_interrupt()
    url = url_of(listener, address)
    click.echo(f"Preview at {url}/ — the dashboard is at {url}/__preview/ — press Ctrl-C to stop.", err=True)
    if is_to_open:
        click.launch(f"{url}/")  # it waits until the newsletter has been read
    store = DiskCache(request.state)
    try:
        with WorkerPool(available_cores()) as workers, progress(quiet=False) as bars:
            context = BuildContext(store, workers, bars)
            app = PreviewApp(request, context, _report)
            app.read()
        context.workers, context.progress = WorkerPool(1), NoProgress()
        app.run(listener, address)
    except KeyboardInterrupt:  # the documented way to stop it
        click.echo("", err=True)
    finally:
        store.close()
    return DONE


def _report(problems: list[Problem], is_whole: bool) -> None:
    """Print new problems, one line each, or that all errors are fixed."""
    for problem in problems:
        show([Problem(problem.where, problem.message)])
    if is_whole:
        click.echo("All errors fixed.", err=True)
