"""Work that is done once: each result comes from the cache if it is there, and is made and kept if not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ..core.outcome import Completed, Failed, WithBlob
from ..core.serialize import decode, encode
from .cache import Record
from .execute import BuildContext, run_batches
from .stages import Stage

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Task:
    """One result to be had by its key."""

    key: str
    arguments: Callable[[], tuple[Any, ...]]
    """Gives what the work is called with; called only if the result is not in the cache."""
    cost: int = 1
    """How long the work takes and how much it carries, where a page is 1; what costs BATCH travels alone."""


def run_cached(
    stage: Stage,
    tasks: Sequence[Task],
    work: Callable[..., Any],
    result: type[R],
    context: BuildContext,
) -> list[R]:
    """The result of each task, in order.

    work: a top-level function that gives a result, or one WithBlob; result: the type of the results.
    """
    records = cached_records(stage, tasks, work, context)
    return [decode(result, records[task.key]) for task in tasks]


def cached_records(
    stage: Stage,
    tasks: Sequence[Task],
    work: Callable[..., Any],
    context: BuildContext,
    prepare: Callable[[], None] = lambda: None,
) -> dict[str, Record]:
    """The result of each task by its key, as the record that `run_cached` decodes.

    prepare: loads what the work needs, called before workers are forked, which then have it already.
    """
    records = context.cache.get_many(stage, [task.key for task in tasks])
    misses = list({task.key: task for task in tasks if task.key not in records}.values())
    batches = run_batches(
        misses,
        pack=_packed,
        work=partial(_complete_all, work),
        label=stage.label,
        cost=_cost,
        context=context,
        prepare=prepare,
    )
    for batch in batches:
        fresh = {task.key: record for task, record in batch if isinstance(record, bytes)}
        context.cache.put_many(stage, fresh)
        records.update(fresh)
    return records


def _packed(tasks: Sequence[Task]) -> tuple[tuple[Any, ...], ...]:
    return tuple([task.arguments() for task in tasks])


def _cost(task: Task) -> int:
    return task.cost


def _complete_all(work: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Completed | Failed]:
    """At the worker: what comes of each call, as records."""
    return [_completed(work(*arguments)) for arguments in calls]


def _completed(result: Any) -> Completed:
    if isinstance(result, WithBlob):
        return Completed(encode(result.value), result.blob, result.digest)
    return Completed(encode(result), b"")
