"""Reads the templates, each examined and compiled once for its content."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ..cache.cached import Task, run_cached
from ..cache.execute import BATCH, BuildContext
from ..cache.stages import Stage
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Problem
from ..render.jinja.templates import Examined, Templates, examine, load_templates
from ..source.tree import SourceTree


def read_templates(tree: SourceTree, context: BuildContext) -> tuple[Templates, list[Problem]]:
    """Return all templates of a tree, and what is wrong with any of them."""

    def examine_all(sources: Mapping[str, str]) -> Mapping[str, Examined]:
        engine = engine_fingerprint()
        tasks = [Task(digest("template", engine, *item), partial(tuple, item), cost=BATCH) for item in sources.items()]
        return dict(zip(sources, run_cached(Stage.TEMPLATES, tasks, examine, Examined, context), strict=True))

    return load_templates(tree, examine_all)
