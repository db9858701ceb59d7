"""From a source tree to a plan, with everything kept that was read of files which have not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ..build.newsletter import in_zone, read_content_files, read_newsletter
from ..build.remembered import BuildRequest
from ..build.renderer import read_templates
from ..cache.execute import BuildContext
from ..content.model import Settings
from ..content.newsletter import Newsletter
from ..content.reading import Reading, reading_inputs
from ..core.errors import Problem
from ..plan import plan_site
from ..plan.types import Plan
from ..render.jinja.templates import FOLDER, STATIC, SUFFIXES, Templates
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
class PlannedNewsletter:
    """A newsletter and its plan, for which templates do not matter."""

    newsletter: Newsletter
    plan: Plan | None
    """None when the config file has errors."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All that a tree says."""

    templates: Templates
    planned: PlannedNewsletter
    problems: tuple[Problem, ...]

    @property
    def broken(self) -> frozenset[str]:
        """The files that cannot be shown as they are: not those in which only a link is broken, or the like."""
        found = {problem.where.path for problem in self.problems if problem.severity == "error"}
        site = self.planned.newsletter.site
        pieces = [*site.articles, *site.pages] if found else []
        return frozenset(found - {piece.path for piece in pieces if not piece.invalid})


@dataclass(slots=True)
class Reader:
    """Owns the last reading of each file by its path, with the digest of the file; and the last plan."""

    context: BuildContext
    _settings: Settings = field(init=False)
    _inputs: tuple[str, ...] = ()
    _readings: dict[str, tuple[str, tuple[str, Reading]]] = field(default_factory=dict)
    _last: tuple[Mapping[str, str], tuple[Problem, ...], PlannedNewsletter] | None = None

    def read(self, tree: SourceTree, request: PreviewRequest) -> Content:
        """Return all that a tree says, drafts and scheduled articles included.

        Raises SourceChanged when a file is no longer the one that was scanned.
        """
        templates, problems = read_templates(tree, self.context)
        inputs = {path: file.digest for path, file in tree.files.items() if not _is_template(path)}
        last = self._last
        if last and last[0] == inputs and last[1] == tree.problems and _is_current(last[2], request):
            planned = last[2]
        else:
            planned = self._plan(tree, request)
            self._last = (inputs, tree.problems, planned)
        return Content(templates, planned, (*problems, *planned.problems))

    def _plan(self, tree: SourceTree, request: PreviewRequest) -> PlannedNewsletter:
        wanted = BuildRequest(request.now(), True, request.base_url, request.config)
        newsletter = read_newsletter(tree, wanted, self.context, self._read_files)
        plan, problems = plan_site(newsletter)
        problems = [*newsletter.problems, *problems]
        return PlannedNewsletter(newsletter, plan if newsletter.is_config_valid else None, tuple(problems))

    def reading(self, path: str) -> Reading:
        """The last reading of a file. Raises KeyError when there is none."""
        return self._readings[path][1][1]

    def read_again(self, file: SourceFile) -> tuple[str, Reading]:
        """Key and reading of one file that has changed. May raise SourceChanged."""
        (found,) = read_content_files([file], self._settings, self.context)
        self._readings[file.path] = (file.digest, found)
        return found

    def _read_files(
        self, files: Sequence[SourceFile], settings: Settings, context: BuildContext
    ) -> list[tuple[str, Reading]]:
        """Return key and reading of each content file; only those that have changed are read."""
        inputs, self._settings = reading_inputs(settings), settings
        if inputs != self._inputs:
            self._inputs, self._readings = inputs, {}
        last = self._readings
        changed = [file for file in files if file.path not in last or last[file.path][0] != file.digest]
        for file, found in zip(changed, read_content_files(changed, settings, context), strict=True):
            last[file.path] = (file.digest, found)
        self._readings = {file.path: last[file.path] for file in files}
        return [found for _, found in self._readings.values()]


def _is_template(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and path.endswith(SUFFIXES) and not path.startswith(f"{STATIC}/")


def _is_current(planned: PlannedNewsletter, request: PreviewRequest) -> bool:
    """Whether a plan would be the same now."""
    return not is_outdated(planned.plan, in_zone(request.now(), planned.newsletter.settings))


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
    return replace(tree, files={**tree.files, **held})
