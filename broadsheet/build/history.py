"""What the last builds were made from, noted in the store: so little that the old plan can be made again from it.

Views are not kept. The readings of all files are in the store anyway, so the note holds the digest of every file and
the text of those few that the plan reads itself: settings, registries, templates. 0.1 KB for each article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..cache.cache import Cache
from ..cache.stages import Stage
from ..content.lockfile import PATH as LOCK
from ..core.engine_fingerprint import Engine, engine
from ..core.serialize import decode, encode
from ..render.jinja.templates import FOLDER, STATIC, SUFFIXES
from ..source.tree import SourceChanged, SourceFile, SourceTree
from .remembered import BuildRequest


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that decides a build. files: a line for each file, of digest, size and path. texts: as Latin-1, which
    any bytes can be."""

    engine: Engine
    request: BuildRequest
    files: str
    texts: Mapping[str, str]


def inputs_of(tree: SourceTree, request: BuildRequest) -> Inputs:
    """The inputs of a build."""
    files = "\n".join([f"{file.digest} {file.size} {file.path}" for file in tree])
    texts = {file.path: file.read().decode("latin-1") for file in tree if _is_read_by_the_plan(file.path, request)}
    return Inputs(engine(), request, files, texts)


def record_inputs(cache: Cache, tree: SourceTree, request: BuildRequest) -> None:
    """Notes the inputs of a build that rendered or published something; those noted before are then the ones before."""
    try:
        now = encode(inputs_of(tree, request))
    except SourceChanged:  # an editor saves in this moment; the site is out, and this is only for explaining it
        return
    last = cache.value(Stage.LAST_INPUTS)
    if last is not None:
        cache.set_value(Stage.PREVIOUS_INPUTS, bytes(last))
    cache.set_value(Stage.LAST_INPUTS, now)


def recorded_inputs(cache: Cache, stage: Stage) -> Inputs | None:
    """The inputs of the last or the previous build; None if there are none, or another version wrote them its way."""
    data = cache.value(stage)
    if data is None:
        return None
    try:
        return decode(Inputs, data)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def tree_of(inputs: Inputs, root: Path) -> SourceTree:
    """The source tree of a build. Bytes that were not noted are read from disk, if they are still the same."""
    lines = inputs.files.split("\n") if inputs.files else []
    return SourceTree({file.path: file for file in [_file(line, inputs, root) for line in lines]})


def _file(line: str, inputs: Inputs, root: Path) -> SourceFile:
    digest, size, path = line.split(" ", 2)
    text = inputs.texts.get(path)
    return SourceFile(path, digest, int(size), str(root / path) if text is None else text.encode("latin-1"))


def _is_read_by_the_plan(path: str, request: BuildRequest) -> bool:
    if path.startswith(FOLDER + "/"):
        return path.endswith((*SUFFIXES, ".yaml")) and not path.startswith(STATIC + "/")
    return path in (request.config, LOCK) or path.endswith(".yaml")
