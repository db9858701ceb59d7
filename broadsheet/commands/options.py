"""What was asked for on the command line, with its defaults from the machine."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

DONE, PROBLEMS, USAGE, INTERRUPTED = 0, 1, 2, 130
STATE = ".broadsheet"

F = TypeVar("F", bound=Callable[..., Any])


def everywhere(command: F) -> F:
    """The options that every command has."""
    root = click.option(
        "--root", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".", help="The newsletter."
    )
    config = click.option("--config", default="config.yaml", help="Its settings, a path below the root.")
    return root(config(command))


def telling(command: F) -> F:
    """The options of commands that do not build, and have something to tell."""
    as_json = click.option("--json", "as_json", is_flag=True, help="Result and problems as JSON on standard output.")
    quiet = click.option("--quiet", is_flag=True, help="Say nothing but problems.")
    return everywhere(quiet(as_json(command)))


def building(command: F) -> F:
    """The options of commands that build."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Result and problems as JSON on standard output."),
        click.option("--quiet", is_flag=True, help="Say nothing but problems."),
        click.option("--executor", default="processes", help="Who does the work: inline, processes or dask:ADDRESS."),
        click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; as many as there are cores."),
        click.option("--verify", is_flag=True, help="Read every file again, also those that look unchanged."),
        click.option("--drafts", is_flag=True, help="Publish drafts and scheduled articles too."),
        click.option("--as-of", help="Build as if it were this moment: 2026-11-24 or 2026-11-24T09:00+03:00."),
        click.option("--base-url", help="The address of the published site, instead of the one in the settings."),
        click.option("--output", type=click.Path(path_type=Path), help="Where the site goes; site/ below the root."),
        everywhere,
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    root: Path
    config: str
    output: Path
    base_url: str | None
    as_of: datetime
    drafts: bool
    verify: bool
    jobs: int
    executor: str
    quiet: bool
    as_json: bool
    sign: Path | None = None

    @property
    def state(self) -> Path:
        """The folder of the cache and of the records of what was published."""
        return self.root / STATE


def options(**given: Any) -> Options:
    """The options with their defaults from the machine: the clock, SOURCE_DATE_EPOCH, the number of cores."""
    from ..cache.execute import available_cores

    root: Path = given["root"]
    return Options(
        root=root,
        config=below_root(given["config"]),
        output=given["output"] or root / "site",
        base_url=base_url(given["base_url"]),
        as_of=as_of(given["as_of"]),
        drafts=given["drafts"],
        verify=given["verify"],
        jobs=given["jobs"] or available_cores(),
        executor=executor(given["executor"]),
        quiet=given["quiet"],
        as_json=given["as_json"],
        sign=given.get("sign"),
    )


def as_of(text: str | None) -> datetime:
    """The moment to build for: the option, else SOURCE_DATE_EPOCH (https://reproducible-builds.org), else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if text is not None:
            return datetime.fromisoformat(text)
        if epoch:
            return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        fault = f'--as-of is "{text}", which is no moment: write it like 2026-11-24 or 2026-11-24T09:00+03:00'
        if text is None:
            fault = f'SOURCE_DATE_EPOCH is "{epoch}", which is no moment: give the seconds since 1970, as a number'
        raise click.UsageError(fault) from error
    return datetime.now(UTC)


def base_url(text: str | None) -> str | None:
    """The address given, when it is one."""
    if text is not None:
        from ..content.settings import base_address
        from ..schema.values import InvalidValue

        try:
            return base_address(text)
        except InvalidValue as fault:
            raise click.UsageError(f"--base-url: {fault.message}: {fault.hint}") from fault
    return None


def executor(text: str) -> str:
    """The executor named, when there is one of this name and what it needs is installed."""
    if text in ("inline", "processes"):
        return text
    if not text.startswith("dask:") or text == "dask:":
        raise click.UsageError(f'--executor is "{text}": write inline, processes or dask:tcp://HOST:PORT')
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise click.UsageError('--executor dask needs the package "distributed": pip install distributed')
    return text


def below_root(config: str) -> str:
    """The path of the settings, in its plain form: it names the file in problems."""
    path = posixpath.normpath(config)
    if path.startswith(("/", "../")) or path in ("..", "."):
        raise click.UsageError(f'--config is "{config}", which is no path below the root: write it like config.yaml')
    return path
