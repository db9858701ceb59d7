"""The steps that commands share: reading a newsletter, building it, publishing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from ..core.errors import Location, Problem, in_order
from ..core.runtime import stop_collecting
from .options import STATE, Options, as_of
from .output import say

if TYPE_CHECKING:
    from pathlib import Path

    from ..build.remembered import BuildRequest, BuildResult
    from ..cache.execute import BuildContext, WorkerPool
    from ..content.newsletter import Newsletter
    from ..core.manifest import Difference


@contextmanager
def building_tools(chosen: Options, *, keeps: bool = True) -> Iterator[BuildContext]:
    """Provide cache, workers and progress bars of one build; keeps: whether the cache counts it as a build."""
    from ..cache.cache import DiskCache
    from ..cache.execute import BuildContext
    from .progress_bars import progress

    stop_collecting()
    store = DiskCache(chosen.state)
    with workers(chosen) as hands, progress(quiet=chosen.quiet or chosen.as_json) as bars:
        context = BuildContext(store, hands, bars)
        yield context
    if keeps and "plan" in context.seconds:  # else it was remembered as a whole, and has used nothing to be marked
        if "render" in context.seconds:  # else no page was used, though the next build may need them all
            store.prune_if_grown()
        store.close()
    if store.warning:
        say(chosen, store.warning)


def workers(chosen: Options) -> WorkerPool:
    """Return the workers of the chosen executor; a cluster is connected to only when there is enough work for it."""
    from ..cache.execute import WorkerPool

    if chosen.executor.startswith("dask:"):
        from functools import partial

        from ..cache.cluster import connected

        return WorkerPool(max(chosen.jobs, 2), start=partial(connected, chosen.executor.removeprefix("dask:")))
    return WorkerPool(1 if chosen.executor == "inline" else chosen.jobs)


def build_newsletter(chosen: Options, context: BuildContext) -> BuildResult:
    """Return the result of building, not yet published."""
    from ..build.pipeline import build_folder

    return build_folder(chosen.root, request(chosen), context, reads_all=chosen.verify)


def read_content(root: Path, config: str) -> Newsletter:
    """Return the newsletter below root, for commands that neither plan nor render; the cache keeps what was read."""
    from ..build.newsletter import read_newsletter
    from ..build.pipeline import scan_folder
    from ..build.remembered import BuildRequest
    from ..cache.cache import DiskCache
    from ..cache.execute import BuildContext, WorkerPool
    from ..core.progress import NoProgress

    store = DiskCache(root / STATE)
    with WorkerPool(1) as pool:
        context, wanted = BuildContext(store, pool, NoProgress()), BuildRequest(as_of(None), config=config)
        newsletter = read_newsletter(scan_folder(root, wanted, context), wanted, context)
    store.close()
    return newsletter


def request(chosen: Options) -> BuildRequest:
    """Return the build request that the options stand for."""
    from ..build.remembered import BuildRequest

    return BuildRequest(chosen.as_of, chosen.drafts, chosen.base_url, chosen.config)


def make_and_publish(chosen: Options) -> tuple[BuildResult, Difference | None]:
    """Build and publish; return the result, with the problems of publishing, and what changed in the site, or None."""
    from ..publish import check_output, publish

    published = None
    with building_tools(chosen) as context:
        result = build_newsletter(chosen, context)
        if result.full_text:
            from ..build.full_text import with_full_text

            result = with_full_text(result, chosen.config, chosen.base_url, context)
        result, unsigned = signed(chosen, result, context)
        at = perf_counter()
        if unsigned or result.manifest is None:
            refused = check_output(chosen.output, root=chosen.root)
        else:
            hands = context.workers.forks
            published, refused = publish(result.manifest, result.read, chosen.output, root=chosen.root, processes=hands)
        context.timed("publish", at)
        if result.tree is not None and (published or (result.rendered and published is not None)):
            from ..build.history import record_inputs  # what an unchanged newsletter does not pay for

            record_inputs(context.cache, result.tree, request(chosen))
        return replace(result, problems=in_order([*result.problems, *unsigned, *refused])), published


def signed(chosen: Options, result: BuildResult, context: BuildContext) -> tuple[BuildResult, list[Problem]]:
    """Return the result with a signed ledger, if --sign was given, and the problems of signing."""
    if chosen.sign is None or result.manifest is None:
        return result, []
    from ..build.signing import with_signature
    from ..schema.values import InvalidValue
    from ..source.scan import FOLDERS

    key = chosen.sign.resolve()
    if any((chosen.root / folder).resolve() in key.parents for folder in FOLDERS):
        message = f'the key "{chosen.sign}" is among the sources of the site and could be published with them'
        return result, [Problem(Location("--sign"), message, "move it out of the newsletter's folder")]
    try:
        return with_signature(result, chosen.sign, context.cache), []
    except InvalidValue as fault:
        return result, [Problem(Location("--sign"), fault.message, fault.hint)]
