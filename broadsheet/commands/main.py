"""The command line: all commands, grouped by purpose, and the exit code and message of each error that ends one."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from .. import __version__
from ..core.outcome import ClusterFault
from ..core.runtime import exit_at_once, interrupt_again
from ..source.tree import SourceChanged
from .approve import approve
from .build import build
from .cache import cache
from .check import check
from .clean import clean
from .explain import explain
from .init import init
from .links import links
from .mint import mint
from .new import new
from .options import DONE, INTERRUPTED, PROBLEMS, USAGE
from .ping import ping
from .serve import serve
from .theme import theme
from .verify import verify
from .verify_site import verify_site

GROUPS = {
    "Write": (init, new, mint, approve, theme),
    "Preview": (serve,),
    "Check": (check, links),
    "Publish": (build, ping, verify_site),
    "Maintain": (explain, verify, cache, clean),
}


class CommandGroup(click.Group):
    """The command `broadsheet`: lists its commands by purpose, and runs `build` when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"-h", "--help", "--version"}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = ["build", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each group of commands."""
        width = max(len(name) for name in self.commands)
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{command.name:<{width}}", command.get_short_help_str()) for command in commands])


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="broadsheet")
def cli() -> None:
    """Build a curated newsletter: Markdown articles in, a website and feeds out."""


for commands in GROUPS.values():
    for command in commands:
        cli.add_command(command)


def main(args: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 success, 1 problems, 2 usage error, 130 interrupted."""
    try:
        code = cli.main(args=args, prog_name="broadsheet", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. The site is unchanged.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return PROBLEMS
    except ClusterFault as fault:
        click.echo(f"Build failed: {fault} The site is unchanged.", err=True)
        return PROBLEMS
    except SourceChanged as changed:
        click.echo(f"{changed} changed while it was being read. The site was not changed; build again.", err=True)
        return PROBLEMS
    except OSError as error:
        place = f' "{error.filename}"' if error.filename else ""
        click.echo(f"System error{place}: {error.strerror or error}. The site is unchanged.", err=True)
        return PROBLEMS


def run() -> NoReturn:
    """Run the command this process was started for, and end the process."""
    sys.unraisablehook = interrupt_again
    code = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream and not stream.closed:
                stream.flush()
    except OSError:  # whoever read our output has gone
        code = code or PROBLEMS
    # A cluster, and on other systems a pool of processes, have to shut down properly.
    if "distributed" in sys.modules or (sys.platform != "linux" and "multiprocessing" in sys.modules):
        sys.exit(code)
    exit_at_once(code)
