"""From a source tree to a plan, with everything kept that was read of files which have not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from ..build.pipeline import content_files, examined, in_zone, measure_pictures, put_together, unread_files
from ..build.readings import read_all, read_files
from ..build.renderer import missing_templates
from ..cache.execute import BuildContext
from ..content.model import Settings, Site
from ..content.policy import policy_problems
from ..content.reading import Reading, reading_inputs
from ..content.settings import load_settings, makeshift_settings
from ..core.errors import Problem
from ..markdown.document import ProseSummary
from ..plan import plan_site
from ..plan.types import Plan
from ..render.jinja.templates import FOLDER, STATIC, SUFFIXES, Templates, load_templates
from ..source.tree import SourceFile, SourceTree


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What is to be previewed. now: gives the moment it is for; state: the folder of the cache."""

    root: Path
    config: str
    base_url: str | None
    now: Callable[[], datetime]
    state: Path
    output: Path


@dataclass(frozen=True, slots=True)
class Planned:
    """What a tree says but for its templates. settings and plan are None when the config cannot be used."""

    as_of: datetime
    problems: tuple[Problem, ...]
    settings: Settings | None
    site: Site
    prose_summaries: Mapping[str, ProseSummary]
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Content:
    """All that a tree says."""

    tree: SourceTree
    templates: Templates
    planned: Planned
    problems: tuple[Problem, ...]

    @property
    def broken(self) -> frozenset[str]:
        """The files that cannot be shown as they are: not those in which only a link leads nowhere, or the like."""
        found = {problem.where.path for problem in self.problems if problem.severity == "error"}
        site = self.planned.site
        pieces = [*site.articles, *site.pages] if found else []
        return frozenset(found - {piece.path for piece in pieces if not piece.invalid})


@dataclass(slots=True)
class Reader:
    """Owns the readings of all files as they were last, by path: the digest of the file, the reading and its key.

    And the last plan, with what it was made from: templates are no part of that.
    """

    context: BuildContext
    _settings: Settings = field(init=False)
    _inputs: tuple[str, ...] = ()
    _kept: dict[str, tuple[str, tuple[str, Reading]]] = field(default_factory=dict)
    _last: tuple[Mapping[str, str], list[Problem], Planned] | None = None

    def read(self, tree: SourceTree, found: list[Problem], request: PreviewRequest) -> Content:
        """All that a tree says, drafts and scheduled articles included; `found` are problems of the scan.

        Raises SourceChanged when a file is no longer the one that was scanned.
        """
        templates, problems = load_templates(tree, partial(examined, self.context))
        shaping = {path: file.digest for path, file in tree.files.items() if not _is_template(path)}
        last = self._last
        if last and last[0] == shaping and last[1] == found and _still_holds(last[2], request):
            planned = last[2]
        else:
            planned = self._plan(tree, found, request)
            self._last = (shaping, found, planned)
        missing = missing_templates(planned.plan.pages, templates) if planned.plan else []
        return Content(tree, templates, planned, (*found, *problems, *planned.problems, *missing))

    def _plan(self, tree: SourceTree, found: list[Problem], request: PreviewRequest) -> Planned:
        settings, settings_problems = load_settings(tree, request.config, base_url=request.base_url)
        is_new = request.config not in {problem.where.path for problem in found}
        usable = settings or makeshift_settings(tree, request.config)
        site, prose_summaries, source_digests, problems = put_together(
            tree, usable, self._readings(tree, usable), self.context
        )
        problems += settings_problems if is_new else []
        as_of = in_zone(request.now(), usable)
        if settings is None:
            return Planned(as_of, tuple(problems), None, site, prose_summaries, None)
        problems += policy_problems(site, drafts=True)
        plan, plan_problems = plan_site(
            site,
            prose_summaries,
            tree,
            as_of=as_of,
            drafts=True,
            broken=unread_files(tree, site) | frozenset(problem.where.path for problem in found),
            facts=measure_pictures(tree, self.context),
            source_digests=source_digests,
        )
        return Planned(as_of, (*problems, *plan_problems), settings, site, prose_summaries, plan)

    def reading(self, path: str) -> Reading:
        """What a file said when it was last read. Raises KeyError when it never was."""
        return self._kept[path][1][1]

    def read_again(self, file: SourceFile) -> tuple[str, Reading]:
        """Key and reading of one file that has changed. May raise SourceChanged."""
        (found,) = read_files([file], self._settings, self.context)
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
        for file, found in zip(new, read(new, settings, self.context), strict=True):
            kept[file.path] = (file.digest, found)
        self._kept = {file.path: kept[file.path] for file in files}
        return {path: found for path, (_, found) in self._kept.items()}


def _is_template(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and path.endswith(SUFFIXES) and not path.startswith(f"{STATIC}/")


def _still_holds(planned: Planned, request: PreviewRequest) -> bool:
    """Whether a plan would be the same now."""
    return planned.settings is None or not is_outdated(planned.plan, in_zone(request.now(), planned.settings))


def is_outdated(plan: Plan | None, as_of: datetime) -> bool:
    """Whether the same sources give another plan at this moment."""
    return plan is not None and bool(plan.until) and as_of >= datetime.fromisoformat(plan.until)


def with_texts(tree: SourceTree, before: SourceTree, config: str) -> SourceTree:
    """The tree with the bytes of the files that every plan reads: settings, registries, words and templates.

    Raises SourceChanged when one of them is no longer the one that was scanned.
    """
    held: dict[str, SourceFile] = {}
    for path, file in tree.files.items():
        if path.endswith(".yaml") or path == config or _is_template(path):
            old = before.get(path)
            if old is None or old.digest != file.digest:
                old = SourceFile(path, file.digest, file.size, file.read())
            held[path] = old
    return SourceTree({**tree.files, **held})
