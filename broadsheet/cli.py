"""The commands. The only reader of clock, environment and terminal."""

from __future__ import annotations

import gc
import json
import os
import posixpath
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import click

from . import __version__
from .errors import Problem, Where, has_errors, in_order
from .outcome import ClusterFault
from .tree import SourceChanged

DONE, PROBLEMS, USAGE, INTERRUPTED = 0, 1, 2, 130
STATE = ".broadsheet"

F = TypeVar("F", bound=Callable[..., Any])


class BuildIsDefault(click.Group):
    """A group whose command is `build` when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own and args[0].startswith("-")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


def everywhere(command: F) -> F:
    """The options that every command has."""
    root = click.option(
        "--root", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".", help="The newsletter."
    )
    config = click.option("--config", default="config.yaml", help="Its settings, a path below the root.")
    return root(config(command))


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


@click.group(cls=BuildIsDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="broadsheet")
def cli() -> None:
    """Broadsheet publishes a curated newsletter: Markdown articles in, a website and a feed out."""


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

    @property
    def state(self) -> Path:
        """The folder of the cache and of the records of what was published."""
        return self.root / STATE


@cli.command()
@building
def build(**given: Any) -> int:
    """Publish the newsletter into site/. This is what happens when no command is named."""
    return build_and_publish(options(**given))


@cli.command()
@building
@click.option("--external", is_flag=True, help="Try the links that lead off the site too; this needs the network.")
def check(external: bool, **given: Any) -> int:
    """Find all problems; publish nothing."""
    chosen = options(**given)
    started = perf_counter()
    with building_tools(chosen) as bench:
        result = make(chosen, bench)
        problems = in_order([*result.problems, *check_finished(chosen, result, bench, external=external)])
        result = replace(result, problems=problems)
    if chosen.as_json:
        click.echo(json.dumps(summary(result, seconds=perf_counter() - started), indent=2))
    else:
        show(problems)
        say(chosen, f"{counted(problems)} in {plural(result.articles, 'article')}. Nothing was published.")
    return PROBLEMS if has_errors(problems) else DONE


@cli.command()
@building
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="The port to serve on.")
def serve(port: int, **given: Any) -> int:
    """Build the newsletter and show it at http://127.0.0.1:8000/."""
    from .preview import serve_folder

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


@cli.command()
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help="The folder of the site; site/ below the root.")
@click.option("--base-url", help="The address of the published site, instead of the one in the settings.")
@click.option("--all", "everything", is_flag=True, help="Tell of every feed, not only of those that changed.")
def ping(root: Path, config: str, output: Path | None, base_url: str | None, everything: bool) -> int:
    """Tell the hub, after an upload, which feeds have changed (WebSub)."""
    from .config import load_settings
    from .content.scan import scan
    from .hub import remember, tell, unheard

    tree, _ = scan(root, config)
    settings, problems = load_settings(tree, config, base_url=base_url)
    if settings is None:
        show(in_order(problems))
        return PROBLEMS
    known = root / STATE / "told.json"
    told, problems = unheard(output or root / "site", settings, None if everything else known)
    if not problems and told:
        problems = tell(settings.feeds.hub, list(told))
        if not problems:
            remember(known, told)
    show(problems)
    if not problems:
        click.echo(f"Told {settings.feeds.hub} of {plural(len(told), 'feed')}." if told else "No feed has changed.")
    return PROBLEMS if problems else DONE


@cli.command()
@everywhere
@click.argument("kind", type=click.Choice(["article"]))
@click.argument("title")
def new(root: Path, config: str, kind: str, title: str) -> int:
    """Begin an article: a file with its id minted and its fields laid out."""
    from uuid import uuid4

    from .config import load_settings
    from .content.mint import new_article
    from .content.scan import scan
    from .values import Fault

    config = below_root(config)
    tree, _ = scan(root, config)
    settings, problems = load_settings(tree, config)
    if settings is None:
        show(in_order(problems))
        return PROBLEMS
    try:
        path, text = new_article(
            title, id=uuid4().urn, now=datetime.now(UTC).astimezone(settings.zone), settings=settings, tree=tree
        )
    except Fault as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as opened:
        opened.write(text)
    click.echo(path)
    return DONE


@cli.command()
@everywhere
def mint(root: Path, config: str) -> int:
    """Write an id into every article that has none, so that its address may change and readers still know it."""
    from uuid import uuid4

    from .config import load_settings
    from .content.load import load_site
    from .content.mint import with_id
    from .content.scan import scan

    config = below_root(config)
    tree, found = scan(root, config)
    settings, problems = load_settings(tree, config)
    if settings is None:
        show(in_order([*found, *problems]))
        return PROBLEMS
    site, problems = load_site(tree, settings)
    without = sorted(article.path for article in site.articles if not article.has_own_id)
    for path in without:
        replace_file(root / path, with_id(tree.files[path].read().decode(), uuid4().urn).encode())
        click.echo(path)
    click.echo(f"Wrote ids into {plural(len(without), 'article')}.", err=True)
    errors = [problem for problem in [*found, *problems] if problem.severity == "error"]
    show(in_order(errors))
    return PROBLEMS if errors else DONE


@cli.command()
@everywhere
@click.option("--output", type=click.Path(path_type=Path), help="The folder of the site; site/ below the root.")
def clean(root: Path, config: str, output: Path | None) -> int:
    """Remove the published site and the cache: only what Broadsheet wrote."""
    from .publish import clean as clean_output

    removed, problems = clean_output(output or root / "site", root=root)
    cached = remove_cache(root / STATE)
    show(in_order(problems))
    click.echo(f"Removed {plural(removed, 'file')} of the site{' and the cache' if cached else ''}.", err=True)
    return PROBLEMS if has_errors(problems) else DONE


@cli.command()
@building
@click.argument("page")
def explain(page: str, **given: Any) -> int:
    """Say what has changed for a page since the last build: /articles/x/, its address, or the file it comes from."""
    from .explain import NoSuchPage
    from .explain import explain as explained

    chosen = options(**given)
    with building_tools(chosen, keeps=False) as bench:
        try:
            lines = explained(chosen.root, request(chosen), bench, page)
        except NoSuchPage as unknown:
            click.echo(f"{unknown}", err=True)
            return PROBLEMS
    click.echo(json.dumps(lines, ensure_ascii=False) if chosen.as_json else "\n".join(lines))
    return DONE


@cli.command()
@building
def verify(**given: Any) -> int:
    """Render everything again without the cache, shut off from disk and network, and compare."""
    from .publish import check_output
    from .verify import verify as verified

    chosen = options(**given)
    problems = check_output(chosen.output, root=chosen.root)
    with building_tools(chosen, keeps=False) as bench:
        result = verified(chosen.root, request(chosen), bench, chosen.output)
    problems += result.problems
    show(in_order(problems))
    rest = f" {plural(result.unpublished, 'file')} not published yet." if result.unpublished else ""
    say(chosen, f"{counted(in_order(problems))}; {plural(result.files, 'file')} compared.{rest}")
    return PROBLEMS if has_errors(problems) else DONE


@cli.command()
@everywhere
@click.option("--prune", is_flag=True, help="Drop what none of the last five builds has used.")
@click.option("--verify", is_flag=True, help="Read everything, and forget what is damaged.")
@click.option("--clear", is_flag=True, help="Remove all of it; the next build starts afresh.")
def cache(root: Path, config: str, *, prune: bool, verify: bool, clear: bool) -> int:
    """Say how large the cache is. It may be deleted at any time and never grows without bounds."""
    from .store import DiskStore

    if not (root / STATE / "CACHEDIR.TAG").is_file():
        click.echo("There is no cache.")
        return DONE
    if clear:
        click.echo("Removed the cache." if remove_cache(root / STATE) else "There is no cache.")
        return DONE
    store = DiskStore(root / STATE)
    if verify:
        found = store.verify()
        click.echo(f"Read {plural(found.entries, 'entry').replace('entrys', 'entries')}, {found.damaged} damaged.")
    if prune:
        click.echo(f"Gave back {megabytes(store.prune())}.")
    click.echo(f"The cache takes up {megabytes(store.size_bytes())}.")
    if store.warning:
        click.echo(store.warning, err=True)
    return PROBLEMS if store.warning else DONE


def megabytes(size: int) -> str:
    """ "12.3 MB"."""
    return f"{size / 1_000_000:.1f} MB"


def options(**given: Any) -> Options:
    """The options with their defaults from the machine: the clock, SOURCE_DATE_EPOCH, the number of cores."""
    from .run import available_cores

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
        from .config import base_address
        from .values import Fault

        try:
            return base_address(text)
        except Fault as fault:
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


def workers(chosen: Options) -> Any:
    """The workers asked for; a cluster is connected to when there is enough to do for it."""
    from .run import Workers

    if chosen.executor.startswith("dask:"):
        from functools import partial

        from .cluster import connected

        return Workers(max(chosen.jobs, 2), start=partial(connected, chosen.executor.removeprefix("dask:")))
    return Workers(1 if chosen.executor == "inline" else chosen.jobs)


def below_root(config: str) -> str:
    """The path of the settings, in its plain form: it names the file in problems."""
    path = posixpath.normpath(config)
    if path.startswith(("/", "../")) or path in ("..", "."):
        raise click.UsageError(f'--config is "{config}", which is no path below the root: write it like config.yaml')
    return path


@contextmanager
def building_tools(chosen: Options, *, keeps: bool = True) -> Iterator[Any]:
    """The store, the workers and the progress bars of one build; one that only looks is none that a store counts."""

    from .run import Bench
    from .store import DiskStore
    from .terminal import progress

    # A build makes a million small objects and hardly any garbage; looking for cycles in them takes half of its time.
    gc.disable()
    store = DiskStore(chosen.state)
    with workers(chosen) as hands, progress(quiet=chosen.quiet or chosen.as_json) as bars:
        bench = Bench(store, hands, bars)
        yield bench
    if keeps and "plan" in bench.seconds:  # else it was remembered as a whole, and has used nothing to be marked
        store.prune_if_grown()
        store.close()
    if store.warning:
        say(chosen, store.warning)


def make(chosen: Options, bench: Any) -> Any:
    """The result of building, not yet published."""
    from .builds import build as build_site

    return build_site(chosen.root, request(chosen), bench, state=chosen.state, reads_all=chosen.verify)


def request(chosen: Options) -> Any:
    """What the build is asked for."""
    from .builds import BuildRequest

    return BuildRequest(chosen.as_of, chosen.drafts, chosen.base_url, chosen.config)


def check_finished(chosen: Options, result: Any, bench: Any, *, external: bool) -> list[Problem]:
    """What is wrong with the outputs of a build, which are looked at when there are any."""
    from .check import Outputs, check_outputs, page_facts

    if result.manifest is None:
        return []
    as_of = chosen.as_of if chosen.as_of.tzinfo else chosen.as_of.replace(tzinfo=UTC)
    published = chosen.output if chosen.output.is_dir() else None
    pages = page_facts(result.manifest, result.read, bench)
    problems = check_outputs(Outputs(result.manifest, result.read, as_of, published, pages))
    if external:
        from .check.external import check_external
        from .check.external import summary as tried

        now = int(datetime.now(UTC).timestamp())
        found, *counts = check_external(pages, chosen.state / "external.json", now=now)
        say(chosen, tried(*counts))
        problems += found
    return problems


def build_and_publish(chosen: Options) -> int:
    """The exit code of a build that publishes when there is no error."""
    started = perf_counter()
    result, published = make_and_publish(chosen)
    seconds = perf_counter() - started
    if chosen.as_json:
        told = summary(result, seconds=seconds, published=published)
        click.echo(json.dumps(told, indent=2))
    else:
        show(result.problems)
        say(chosen, last_line(chosen, result, published, seconds))
    return PROBLEMS if has_errors(result.problems) else DONE


def make_and_publish(chosen: Options) -> tuple[Any, Any]:
    """The result of a build, with the problems of publishing it, and what changed in the site, or None."""
    from .publish import check_output, publish

    published = None
    with building_tools(chosen) as bench:
        result = make(chosen, bench)
        at = perf_counter()
        if result.manifest is None:
            refused = check_output(chosen.output, root=chosen.root)
        else:
            published, refused = publish(result.manifest, result.read, chosen.output, root=chosen.root)
        bench.timed("publish", at)
        if result.tree is not None and (published or (result.rendered and published is not None)):
            from .recall import remember  # what an unchanged newsletter does not pay for

            remember(bench.store, result.tree, request(chosen))
        return replace(result, problems=in_order([*result.problems, *refused])), published


def last_line(chosen: Options, result: Any, published: Any, seconds: float) -> str:
    """What was written, rendered and reused, how long it took, and what is due next."""
    if has_errors(result.problems):
        return f"{counted(result.problems)}. Nothing was published; the site is as it was."
    changed = len(published.added) + len(published.changed)
    parts = [
        f"Published {plural(len(result.manifest.entries), 'file')} in {chosen.output}",
        f"{changed} written, {len(published.removed)} removed",
        f"{plural(len(result.rendered), 'page')} rendered, {result.reused} reused",
        f"{seconds:.2f} s",
    ]
    due = f' Due next: "{result.due_title}" at {result.due}.' if result.due else ""
    warnings = f" {counted(result.problems)}." if result.problems else ""
    return "; ".join(parts) + "." + warnings + due


def summary(result: Any, *, seconds: float, published: Any = None) -> dict[str, Any]:
    """The result for other programs."""
    return {
        "ok": not has_errors(result.problems),
        "problems": [
            {"severity": problem.severity, **asdict(problem.where), "message": problem.message, "hint": problem.hint}
            for problem in result.problems
        ],
        "articles": result.articles,
        "files": len(result.manifest.entries) if result.manifest else 0,
        "rendered": len(result.rendered),
        "reused": result.reused,
        "added": list(published.added) if published else [],
        "changed": list(published.changed) if published else [],
        "removed": list(published.removed) if published else [],
        "due": {"at": result.due, "title": result.due_title} if result.due else None,
        "seconds": {**result.seconds, "total": round(seconds, 4)},
    }


def show(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Problems on standard error, errors in red on a terminal that wants colours."""
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        text = str(problem).replace(f" {problem.severity}: ", f" {click.style(problem.severity, fg=colour)}: ", 1)
        is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"  # https://no-color.org
        click.echo(text, err=True, color=False if is_plain else None)


def say(chosen: Options, text: str) -> None:
    """A remark on standard error, unless silence was asked for."""
    if not chosen.quiet:
        click.echo(text, err=True)


def counted(problems: tuple[Problem, ...]) -> str:
    """ "2 errors, 1 warning"."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    parts = [plural(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return ", ".join(parts) or "No problems"


def plural(count: int, noun: str) -> str:
    """ "1 page", "2 pages"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def remove_cache(folder: Path) -> bool:
    """Whether there was a cache, which is gone now; a folder without our tag is not ours and stays."""
    if not (folder / "CACHEDIR.TAG").is_file():
        return False
    from shutil import rmtree

    rmtree(folder)
    return True


def replace_file(file: Path, data: bytes) -> None:
    """Puts new bytes in a file's place at once: a crash leaves the old ones or the new ones."""
    file = file.resolve()  # a link within the newsletter stays one
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_bytes(data)
    beside.chmod(file.stat().st_mode & 0o7777)
    beside.replace(file)


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
