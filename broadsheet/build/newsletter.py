"""Reads a newsletter: settings, content, provenance and pictures, each file once for its bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from time import perf_counter

from ..cache.cache import Record
from ..cache.cached import Task, cached_records, run_cached
from ..cache.execute import BATCH, BuildContext
from ..cache.stages import Stage
from ..content.gaps import policy_problems
from ..content.load import assemble, overlooked
from ..content.lockfile import PATH as LOCK
from ..content.lockfile import Copies, copies_of
from ..content.model import Settings, Site
from ..content.newsletter import Newsletter, content_files
from ..content.reading import Reading, prepare, read_content_file, reading_inputs
from ..content.settings import load_settings, makeshift_settings
from ..core.digest import digest, digests_with
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem, in_order
from ..core.serialize import decode, encode
from ..markdown.document import ProseSummary
from ..pictures.facts import BYTES_LIMIT, PictureMetadata, is_picture, too_large
from ..pictures.measure import measure
from ..source.tree import SourceFile, SourceTree
from .remembered import BuildRequest


def read_content_files(
    files: Sequence[SourceFile], settings: Settings, context: BuildContext
) -> list[tuple[str, Reading]]:
    """For each file the key of its reading, and the reading."""
    # A path may be anything, so the digest comes first: it always has the same length.
    keys = digests_with(_inputs(settings), [file.digest + file.path for file in files])
    tasks = [Task(key, partial(_arguments, file, settings)) for key, file in zip(keys, files, strict=True)]
    records = dict(cached_records(Stage.READINGS, tasks, read_content_file, context, prepare))
    return _decoded(keys, records)


def _arguments(file: SourceFile, settings: Settings) -> tuple[SourceFile, Settings]:
    return with_bytes(file), settings


def _decoded(keys: Sequence[str], records: dict[str, Record]) -> list[tuple[str, Reading]]:
    """The readings, whose records are given up: both together would take 60 MB.

    The records as one piece of memory are given back to the system as a whole. One by one, they would leave holes.
    """
    ends = list(accumulate([len(records[key]) for key in keys]))
    whole = memoryview(b"".join([records[key] for key in keys]))
    records.clear()
    return [(key, decode(Reading, whole[start:end])) for key, start, end in zip(keys, [0, *ends], ends, strict=False)]


def _inputs(settings: Settings) -> str:
    return digest(engine_fingerprint(), *reading_inputs(settings))


def with_bytes(file: SourceFile) -> SourceFile:
    """The file with its bytes: workers see no disk."""
    return SourceFile(file.path, file.digest, file.size, file.read())


ReadFiles = Callable[[Sequence[SourceFile], Settings, BuildContext], Sequence[tuple[str, Reading]]]
"""Gives for each content file the key and the value of its reading, in the same order."""


def read_newsletter(
    tree: SourceTree, request: BuildRequest, context: BuildContext, read_files: ReadFiles = read_content_files
) -> Newsletter:
    """Return everything that the sources say, with all problems that can be found without planning or rendering.

    read_files: gives the readings of content files; the preview has most of them in memory.
    Raises SourceChanged when a file is no longer the one that was scanned.
    """
    at = perf_counter()
    settings, problems = load_settings(tree, request.config, base_url=request.base_url)
    if request.config in {problem.where.path for problem in tree.problems}:
        problems = []  # the scan has already said why there is no config file
    usable = settings or makeshift_settings(tree, request.config)
    if request.config in tree:
        site, prose_summaries, source_digests, found = _read_content(tree, usable, context, read_files)
        gaps = policy_problems(site, drafts=request.drafts)
        # Warnings may come from the default policy; a config file with errors can still say that it is "strict".
        problems += [*found, *(gap for gap in gaps if settings or gap.severity == "error")]
    else:  # nothing is judged without settings: nearly everything would seem wrong
        site, prose_summaries, source_digests = Site(usable, (), (), {}, {}, {}), {}, {}
    problems = [problem for problem in problems if problem.name not in usable.silenced]
    at = context.timed("read", at)
    pictures = measure_pictures(tree, context)
    context.timed("pictures", at)
    return Newsletter(
        tree=tree,
        site=site,
        is_config_valid=settings is not None,
        as_of=in_zone(request.as_of, usable),
        # Without a valid time zone, no link can be said to lead to an article that is not published yet.
        includes_unpublished=request.drafts or settings is None,
        prose_summaries=prose_summaries,
        source_digests=source_digests,
        pictures=pictures,
        problems=in_order([*tree.problems, *problems]),
    )


def in_zone(time: datetime, settings: Settings) -> datetime:
    """Return the time, in the newsletter's zone if it names none."""
    return time if time.tzinfo else time.replace(tzinfo=settings.zone)


def _read_content(
    tree: SourceTree, settings: Settings, context: BuildContext, read_files: ReadFiles
) -> tuple[Site, dict[str, ProseSummary], dict[str, str], list[Problem]]:
    """Return the site, and by path the prose summaries and the source digests of articles; and problems of content."""
    files = content_files(tree)
    found = read_files(files, settings, context)
    readings = [reading for _, reading in found]
    prose_summaries = {
        file.path: reading.prose_summary for file, reading in zip(files, readings, strict=True) if reading.prose_summary
    }
    site, problems = assemble(
        tree,
        settings,
        [reading.parsed for reading in readings if reading.parsed],
        [reading.page for reading in readings if reading.page],
        [*overlooked(tree), *(problem for reading in readings for problem in reading.problems)],
    )
    keys = {id(reading.parsed.article): key for key, reading in found if reading.parsed}
    # An article that other files have changed is another object, and digested by all that it contains.
    source_digests = {
        article.path: keys.get(id(article)) or digest(encode(article), encode(prose_summaries[article.path]))
        for article in site.articles
    }
    copies = _read_copies(tree, context)
    return replace(site, archives=copies.copies), prose_summaries, source_digests, [*problems, *copies.problems]


def _read_copies(tree: SourceTree, context: BuildContext) -> Copies:
    """Return the archived copies of dead sources; a file of ten thousand addresses is read once for its content."""
    file = tree.get(LOCK)
    if file is None:
        return Copies({}, ())
    task = Task(digest("links", engine_fingerprint(), file.digest), lambda: (with_bytes(file),))
    (copies,) = run_cached(Stage.LINKS, [task], copies_of, Copies, context)
    return copies


def measure_pictures(tree: SourceTree, context: BuildContext) -> Mapping[str, PictureMetadata]:
    """Return the metadata of every file that is a picture by its name, by path; each is opened once for its content."""
    engine = engine_fingerprint()
    pictures = [file for path, file in tree.files.items() if is_picture(path)]
    found = {file.path: too_large(file.size) for file in pictures if file.size > BYTES_LIMIT}
    others = [file for file in pictures if file.path not in found]
    tasks = [Task(digest("measure", engine, file.digest), partial(_content, file), cost=BATCH) for file in others]
    measured = run_cached(Stage.PICTURES, tasks, measure, PictureMetadata, context)
    return found | {file.path: metadata for file, metadata in zip(others, measured, strict=True)}


def _content(file: SourceFile) -> tuple[bytes]:
    return (file.read(),)
