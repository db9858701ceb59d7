"""The worker's rim: a batch of jobs in, as many outcomes out. Failures are returned, never raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from struct import Struct
from typing import cast

from ..core.digest import digest_bytes
from ..core.feed_formats import FORMATS
from ..core.outcome import Completed, Failed
from ..pictures.facts import DamagedPicture
from ..views.common import SiteView
from .jinja.environment import Closure, fast_environment
from .job import Batch, Job

Renderer = Callable[[Job, SiteView, Closure], bytes | Failed]

# A renderer's module is imported when its first job comes: feeds bring lxml, pages Jinja2.
RENDERERS = {
    "card": ".images", "icon": ".images", "image": ".images", "markdown": ".markdown_copy", "opml": ".feeds.opml",
    "page": ".jinja.page", "search": ".search_lists", "text": ".plain_text",
    **{declared.name: f".feeds.{declared.module}" for declared in FORMATS.values()},
}  # fmt: skip
PageRecord = tuple[str, int]  # digest and size of a page
_RECORD = Struct("<32sQ")
NO_TEMPLATE = Closure("", ())


def render_batch(batch: Batch) -> tuple[Completed | Failed, ...]:
    """The outcome of each job, in order; the record of a page is its digest and its size."""
    closures = dict(batch.closures)
    sites = {"": batch.site, **dict(batch.sites)}
    return tuple([_render(job, sites[job.language], closures.get(job.template, NO_TEMPLATE)) for job in batch.jobs])


def prepare(renderers: Iterable[str], closures: Iterable[tuple[str, Closure]]) -> None:
    """Loads these renderers and templates, for all processes that are forked from this one."""
    for renderer in renderers:
        import_module(RENDERERS[renderer], __package__)
    for name, closure in closures:
        fast_environment(closure.sources, closure.codes).get_template(name)


def _render(job: Job, site: SiteView, closure: Closure) -> Completed | Failed:
    render = cast(Renderer, import_module(RENDERERS[job.renderer], __package__).render)
    try:
        outcome = render(job, site, closure)
    except DamagedPicture as damage:
        return Failed(str(damage), hint=damage.hint, is_in_source=True)
    except Exception as error:  # the worker's rim: an exception that cannot be unpickled would kill the pool
        return Failed(f"{type(error).__name__}: {error}", job.template)
    if isinstance(outcome, Failed):
        return outcome
    name = digest_bytes(outcome)
    return Completed(record_of(name, len(outcome)), outcome, name)


def record_of(digest: str, size: int) -> bytes:
    """What is kept of a page beside its bytes."""
    return _RECORD.pack(bytes.fromhex(digest), size)


def page_of(record: bytes | memoryview) -> PageRecord:
    """Digest and size of a page."""
    digest, size = _RECORD.unpack(record)
    return digest.hex(), size
