"""From a source tree to a plan, with everything kept that was read of files which have not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..config import load_settings, makeshift_settings
from ..content.reading import Reading, reading_inputs
from ..engine import content_files, in_zone, measure_pictures, put_together, unread_files
from ..errors import Problem
from ..markdown.document import Outline
from ..model import Settings, Site
from ..plan import plan_site
from ..plan.types import Plan
from ..press import missing_templates
from ..readings import read_all, read_files
from ..run import Bench
from ..templates import STATIC, SUFFIXES, Templates, load_templates
from ..tree import SourceFile, SourceTree


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be previewed. now: gives the moment it is for; state: the folder of the cache."""

    root: Path
    config: str
    base_url: str | None
    now: Callable[[], datetime]
    state: Path
    output: Path


@dataclass(frozen=True, slots=True)
class Content:
    """All that a tree says. settings and plan are None when the config cannot be used."""

    tree: SourceTree
    as_of: datetime
    problems: tuple[Problem, ...]
    templates: Templates
    settings: Settings | None
    site: Site
    outlines: Mapping[str, Outline]
    plan: Plan | None


@dataclass(slots=True)
class Reader:
    """Owns the readings of all files as they were last, by path: the digest of the file, the reading and its key."""

    bench: Bench
    _settings: Settings = field(init=False)
    _inputs: tuple[str, ...] = ()
    _kept: dict[str, tuple[str, tuple[str, Reading]]] = field(default_factory=dict)

    def read(self, tree: SourceTree, found: list[Problem], request: Request) -> Content:
        """All that a tree says, drafts and scheduled articles included; `found` are problems of the scan.

        Raises SourceChanged when a file is no longer the one that was scanned.
        """
        templates, problems = load_templates(tree)
        settings, settings_problems = load_settings(tree, request.config, base_url=request.base_url)
        problems = [*found, *problems]
        if request.config not in {problem.where.path for problem in found}:
            problems += settings_problems
        usable = settings or makeshift_settings(tree, request.config)
        site, outlines, origins, content_problems = put_together(tree, usable, self._readings(tree, usable))
        problems += content_problems
        as_of = in_zone(request.now(), usable)
        plan = None
        if settings is not None:
            plan, plan_problems = plan_site(
                site,
                outlines,
                tree,
                as_of=as_of,
                drafts=True,
                broken=unread_files(tree, site) | frozenset(problem.where.path for problem in found),
                facts=measure_pictures(tree, self.bench),
                origins=origins,
            )
            problems += [*plan_problems, *missing_templates(plan.pages, templates)]
        return Content(tree, as_of, tuple(problems), templates, settings, site, outlines, plan)

    def reading(self, path: str) -> Reading:
        """What a file said when it was last read. Raises KeyError when it never was."""
        return self._kept[path][1][1]

    def read_again(self, file: SourceFile) -> tuple[str, Reading]:
        """Key and reading of one file that has changed. May raise SourceChanged."""
        (found,) = read_files([file], self._settings, self.bench)
        self._kept[file.path] = (file.digest, found)
        return found

    def _readings(self, tree: SourceTree, settings: Settings) -> dict[str, tuple[str, Reading]]:
        """Key and reading of each content file; only those that have changed are looked up or read."""
        inputs, self._settings = reading_inputs(settings), settings
        if inputs != self._inputs:
            self._inputs, self._kept = inputs, {}
        files, kept = content_files(tree), self._kept
        new = [file for file in files if file.path not in kept or kept[file.path][0] != file.digest]
        read = read_files if kept else read_all
        for file, found in zip(new, read(new, settings, self.bench), strict=True):
            kept[file.path] = (file.digest, found)
        self._kept = {file.path: kept[file.path] for file in files}
        return {path: found for path, (_, found) in self._kept.items()}


def with_texts(tree: SourceTree, before: SourceTree, config: str) -> SourceTree:
    """The tree with the bytes of the files that every plan reads: settings, registries, words and templates.

    Raises SourceChanged when one of them is no longer the one that was scanned.
    """
    held: dict[str, SourceFile] = {}
    for path, file in tree.files.items():
        if (path.endswith((*SUFFIXES, ".yaml")) and not path.startswith(STATIC + "/")) or path == config:
            old = before.get(path)
            if old is None or old.digest != file.digest:
                old = SourceFile(path, file.digest, file.size, file.read())
            held[path] = old
    return SourceTree({**tree.files, **held})
