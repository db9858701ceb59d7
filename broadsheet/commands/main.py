"""The command line: all commands under one name, and what becomes of the errors that end one."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from .. import __version__
from ..core.outcome import ClusterFault
from ..source.tree import SourceChanged
from .articles import approve, mint, new
from .build import build, check
from .cache import cache, clean
from .inquire import explain, verify
from .links import links
from .options import DONE, INTERRUPTED, PROBLEMS, USAGE
from .ping import ping
from .serve import serve
from .verify_site import verify_site

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

COMMANDS = (build, check, serve, new, mint, approve, ping, links, explain, verify, verify_site, cache, clean)


class BuildIsDefault(click.Group):
    """A group whose command is `build` when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own and args[0].startswith("-")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BuildIsDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="broadsheet")
def cli() -> None:
    """Broadsheet publishes a curated newsletter: Markdown articles in, a website and a feed out."""


for command in COMMANDS:
    cli.add_command(command)


def main(args: list[str] | None = None) -> int:
    """Runs a command and gives its exit code: 0 done, 1 problems, 2 wrong usage, 130 interrupted."""
    try:
        code = cli.main(args=args, prog_name="broadsheet", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. The site is as it was.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return PROBLEMS
    except ClusterFault as fault:
        click.echo(f"Not built: {fault} The site is as it was.", err=True)
        return PROBLEMS
    except SourceChanged as changed:
        click.echo(f"{changed} was changed while it was read. The site is as it was; build again.", err=True)
        return PROBLEMS
    except OSError as error:
        place = f' "{error.filename}"' if error.filename else ""
        click.echo(f"The system refused{place}: {error.strerror or error}. The site is as it was.", err=True)
        return PROBLEMS


def interrupt_again(lost: UnraisableHookArgs) -> None:
    """Lets an interrupt come once more that came where Python drops exceptions, as when it frees a module's lock."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.01)  # not at once, for this is such a place too
    else:
        sys.__unraisablehook__(lost)


def run() -> NoReturn:
    """Runs the command that this process was started for, and ends the process."""
    sys.unraisablehook = interrupt_again
    code = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream and not stream.closed:
                stream.flush()
    except OSError:  # nobody listens any more
        code = code or PROBLEMS
    # A cluster, and on other systems a pool of processes, have ends of their own to tie up.
    if "distributed" in sys.modules or (sys.platform != "linux" and "multiprocessing" in sys.modules):
        sys.exit(code)
    # Python would first free each of a million small objects, which takes longer than a build in which nothing changed.
    os._exit(code)
