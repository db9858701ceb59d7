"""The options of the command line, with defaults from the machine."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

import click

DONE, PROBLEMS, USAGE, INTERRUPTED = 0, 1, 2, 130
STATE = ".broadsheet"
ROOT_HELP = "Folder of the newsletter (default: the current folder)."
OUTPUT_HELP = "Folder of the site (default: site/ below --root)."
BASE_URL_HELP = "URL of the published site (default: base_url in the config)."

F = TypeVar("F", bound=Callable[..., Any])


def everywhere(command: F) -> F:
    """Add the options that every command has."""
    root = click.option(
        "--root",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=".",
        help=ROOT_HELP,
    )
    config = click.option("--config", default="config.yaml", help="Path to the config file, relative to --root.")
    return root(config(command))


def reporting(command: F) -> F:
    """Add the options of commands that report a result without building."""
    as_json = click.option("--json", "as_json", is_flag=True, help="Print the result and the problems as JSON.")
    quiet = click.option("--quiet", is_flag=True, help="Print only errors and warnings.")
    return everywhere(quiet(as_json(command)))


def building(command: F) -> F:
    """Add the options of commands that build."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the result and the problems as JSON."),
        click.option("--quiet", is_flag=True, help="Print only errors and warnings."),
        click.option("--executor", default="processes", help="Where work runs: inline, processes or dask:ADDRESS."),
        click.option("--jobs", type=click.IntRange(min=1), help="Number of worker processes (default: one per core)."),
        click.option("--verify", is_flag=True, help="Read every file, even those that look unchanged."),
        click.option("--drafts", is_flag=True, help="Include drafts and scheduled articles."),
        click.option("--as-of", help="Build as of this time: 2026-11-24 or 2026-11-24T09:00+03:00."),
        click.option("--base-url", help=BASE_URL_HELP),
        click.option("--output", type=click.Path(path_type=Path), help=OUTPUT_HELP),
        everywhere,
    ):
        command = option(command)
    return command


class GivenOptions(TypedDict):
    """What click hands to a command that builds: the options of `building` as they were given."""

    root: Path
    config: str
    output: Path | None
    base_url: str | None
    as_of: str | None
    drafts: bool
    verify: bool
    jobs: int | None
    executor: str
    quiet: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one build."""

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
        """The folder of the cache and of the record of what was published."""
        return self.root / STATE


def options(*, sign: Path | None = None, **given: Unpack[GivenOptions]) -> Options:
    """Return the options with their defaults: the clock or SOURCE_DATE_EPOCH, and the number of cores."""
    from ..cache.execute import available_cores

    root = given["root"]
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
        sign=sign,
    )


def as_of(text: str | None) -> datetime:
    """Return the time to build for: the option, else SOURCE_DATE_EPOCH (https://reproducible-builds.org), else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if text is not None:
            return datetime.fromisoformat(text)
        if epoch:
            return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f'--as-of: cannot parse "{text}"; use 2026-11-24 or 2026-11-24T09:00+03:00'
        if text is None:
            message = f'SOURCE_DATE_EPOCH: cannot parse "{epoch}"; use the number of seconds since 1970'
        raise click.UsageError(message) from error
    return datetime.now(UTC)


def base_url(text: str | None) -> str | None:
    """Return the URL, or raise a usage error if it is not one."""
    if text is not None:
        from ..content.settings import base_address
        from ..schema.values import InvalidValue

        try:
            return base_address(text)
        except InvalidValue as fault:
            raise click.UsageError(f"--base-url: {fault.message}: {fault.hint}") from fault
    return None


def executor(text: str) -> str:
    """Return the executor, or raise a usage error if it does not exist or is not installed."""
    if text in ("inline", "processes"):
        return text
    if not text.startswith("dask:") or text == "dask:":
        raise click.UsageError(
            f'--executor: "{text}" is not an executor; use inline, processes or dask:tcp://HOST:PORT'
        )
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise click.UsageError('--executor dask needs the package "distributed": pip install distributed')
    return text


def below_root(config: str) -> str:
    """Return the normalised path of the config file, as problems name it."""
    path = posixpath.normpath(config)
    if path.startswith(("/", "../")) or path in ("..", "."):
        raise click.UsageError(f'--config: "{config}" is not a path below --root; use a path such as config.yaml')
    return path
