"""Workers on other machines, through dask.distributed: an executor like any other, but none of them is trusted.

A worker first compares the engine that it runs with the one that asks, before it even unpacks what it was sent; the
answer tells again which engine gave it. So a worker with other code or libraries is refused instead of believed.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeVar

from ..core.engine_fingerprint import engine_fingerprint
from ..core.feed_formats import FORMATS
from ..core.outcome import ClusterFault

PREFIX = "dask:"
CONNECT_SECONDS = 10
# What these tell on the standard error are tracebacks; an author is told in our words. They speak of answers still on
# their way when a build is given up, and of a scheduler that is gone.
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application")
# Code that a worker would else import with its first job, maybe long after it has told which engine it is.
_LATE_IMPORTS = (
    "render.jinja.page",
    *(f"render.feeds.{declared.module}" for declared in FORMATS.values()),
    "render.plain_text",
    "render.worker",
    "build.renderer",
    "cache.cached",
    "markdown",
    "content.reading",
)

T = TypeVar("T")


class ClusterExecutor(Executor):
    """Owns the connection to a cluster; what it is given to do are top-level functions of this package."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        outer: Future[T] = Future()
        sent = pickle.dumps((fn, args), pickle.HIGHEST_PROTOCOL)
        inner = self._executor.submit(answer, engine_fingerprint(), sent)
        inner.add_done_callback(partial(self._settle, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait)
        self._client.close()

    def _settle(self, outer: Future[Any], inner: Future[tuple[str, bytes]]) -> None:
        try:
            engine, made = inner.result()
            if engine != engine_fingerprint():
                outer.set_exception(_refused(self._address))
            else:
                outer.set_result(pickle.loads(made))
        except BaseException as error:  # whatever a cluster may raise, some of it no Exception
            outer.set_exception(_failed(self._address, error))


def connected(address: str, count: int) -> tuple[Executor, int]:
    """An executor for the cluster with this scheduler, and how many jobs it can do at once.

    Raises ClusterFault when there is no such cluster, or nobody works for it.
    """
    # Half a second, and the package is optional; to us it has no types.
    client_of: Any = import_module("distributed").Client
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    hint = "Start it with dask scheduler and dask worker, or build without --executor"
    try:
        client: Any = client_of(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise ClusterFault(f'there is no cluster at "{address}". {hint}.') from error
    threads: int = sum(client.nthreads().values())
    if not threads:
        client.close()
        raise ClusterFault(f'the cluster at "{address}" has no workers. {hint}.')
    return ClusterExecutor(client, address), threads


def answer(engine: str, sent: bytes) -> tuple[str, bytes]:
    """At the worker: which engine it is, and what the function gives, which is nothing if the engine is another."""
    own = _own_engine()
    if own != engine:
        return own, b""
    function, arguments = pickle.loads(sent)
    return own, pickle.dumps(function(*arguments), pickle.HIGHEST_PROTOCOL)


@cache
def _own_engine() -> str:
    own = engine_fingerprint()
    for late in _LATE_IMPORTS:
        import_module(f"..{late}", __package__)
    return own


def _refused(address: str) -> ClusterFault:
    return ClusterFault(
        f'a worker of "{address}" runs another version of Broadsheet, of Python or of a library than this machine, so '
        "its pages would not be the same. Install the same on all of them, restart the workers, and build again."
    )


def _failed(address: str, error: BaseException) -> ClusterFault:
    text = str(error).strip()
    # The scheduler and workers read what is sent to them: without Broadsheet they cannot, in the words of Dask.
    if isinstance(error, ImportError) or "deserializ" in text:
        return ClusterFault(
            f'the cluster at "{address}" cannot read its work, because its scheduler or a worker lacks Broadsheet or '
            "has other versions of it or of its libraries. Install what is installed here on the machines of the "
            "scheduler and of all workers, in the Python environment that they run in, restart them, and build again; "
            "or build without --executor."
        )
    words = " ".join(text.partition("\n\n")[0].split()) or type(error).__name__
    return ClusterFault(
        f'the cluster at "{address}" failed ({words.rstrip(".")}). See that its workers run and have the same '
        "Broadsheet installed, or build without --executor."
    )
