"""A build from sources to a site: remembered from the last time, or read, planned, rendered and finished."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from ..cache.execute import BuildContext
from ..core.errors import has_errors, in_order
from ..source.scan import scan
from ..source.stat_cache import load_stat_cache, save_stat_cache
from ..source.tree import SourceTree
from .remembered import BuildRequest, BuildResult, recall_site, remember_site


def build_folder(root: Path, request: BuildRequest, context: BuildContext, *, reads_all: bool = False) -> BuildResult:
    """Return the site of the newsletter below root as it is on disk now.

    reads_all: read also files that look unchanged.
    """
    at = perf_counter()
    tree = scan_folder(root, request, context, reads_all=reads_all)
    context.timed("scan", at)
    return build_site(tree, request, context)


def scan_folder(root: Path, request: BuildRequest, context: BuildContext, *, reads_all: bool = False) -> SourceTree:
    """Return the source tree below root; the arguments are those of `build_folder`."""
    seen = load_stat_cache(context.cache, is_trusted=not reads_all)
    tree = scan(root, request.config, seen, processes=context.workers.forks)
    save_stat_cache(context.cache, seen)
    return tree


def build_site(tree: SourceTree, request: BuildRequest, context: BuildContext) -> BuildResult:
    """Return the site of a source tree; while there are errors, their list without a site."""
    at = perf_counter()
    remembered = recall_site(tree, request, context, lambda: make_site(tree, request, context))
    context.timed("recall", at)
    if remembered is not None:
        return remembered
    result = make_site(tree, request, context)
    remember_site(tree, request, result, context)
    return result


def make_site(tree: SourceTree, request: BuildRequest, context: BuildContext) -> BuildResult:
    """Return what `build_site` does, made anew: everything is judged before the first page or picture is rendered."""
    # Imported here, since Jinja2, Babel and the rest cost 100 ms, which a build without changes does not pay.
    from ..plan import plan_site
    from .newsletter import read_newsletter
    from .renderer import PageRenderer, read_templates

    at = perf_counter()
    templates, template_problems = read_templates(tree, context)
    context.timed("templates", at)
    newsletter = read_newsletter(tree, request, context)
    at = perf_counter()
    plan, plan_problems = plan_site(newsletter)
    at = context.timed("plan", at)
    problems = in_order([*template_problems, *newsletter.problems, *plan_problems])
    articles = len(newsletter.site.articles)
    if has_errors(problems):
        return BuildResult(problems, articles=articles, seconds=context.seconds, tree=tree)
    renderer = PageRenderer(plan, templates, newsletter, context)
    pages = renderer.render_all()
    context.cache.touch([summary.document for summary in newsletter.prose_summaries.values()])
    context.timed("render", at)
    return BuildResult(
        problems=in_order([*problems, *pages.problems]),
        manifest=None if has_errors(pages.problems) else renderer.manifest(pages),
        read=renderer.read,
        articles=articles,
        rendered=pages.rendered,
        reused=pages.reused,
        due=plan.due,
        due_title=plan.due_title,
        since=plan.since,
        until=plan.until,
        full_text=newsletter.settings.full_text,
        seconds=context.seconds,
        tree=tree,
    )
