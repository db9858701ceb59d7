"""Checking the newsletter without publishing it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Unpack

import click

from ..core.errors import Problem, has_errors, in_order
from .context import build_newsletter, building_tools, request
from .options import DONE, PROBLEMS, GivenOptions, Options, building, options
from .output import counted, plural, say, show, summary

if TYPE_CHECKING:
    from ..build.remembered import BuildResult
    from ..cache.execute import BuildContext


@click.command(short_help="Find all problems without publishing")
@building
@click.option("--external", is_flag=True, help="Also check links to other sites (needs the network).")
@click.option("--quotes", is_flag=True, help="Also compare articles with their source texts.")
def check(external: bool, quotes: bool, **given: Unpack[GivenOptions]) -> int:
    """Check content, rendered pages and feeds without publishing."""
    chosen = options(**given)
    started = perf_counter()
    with building_tools(chosen) as context:
        result = build_newsletter(chosen, context)
        found = check_finished(chosen, result, context, external=external)
        found += compare_quotes(chosen, result, context) if quotes else []
        problems = in_order([*result.problems, *found])
        result = replace(result, problems=problems)
    if chosen.as_json:
        click.echo(json.dumps(summary(result, seconds=perf_counter() - started), indent=2))
    else:
        show(problems)
        say(chosen, f"{counted(problems)} in {plural(result.articles, 'article')}. Nothing was published.")
    return PROBLEMS if has_errors(problems) else DONE


def compare_quotes(chosen: Options, result: BuildResult, context: BuildContext) -> list[Problem]:
    """Return where articles are too close to their sources; nothing if the config file is invalid."""
    from ..build.newsletter import read_newsletter
    from ..check.quotes import check_quotes

    newsletter = read_newsletter(result.tree, request(chosen), context)
    if not newsletter.is_config_valid:
        return []
    problems, compared = check_quotes(newsletter, context)
    say(chosen, f"{plural(compared, 'source text')} compared.")
    return problems


def check_finished(chosen: Options, result: BuildResult, context: BuildContext, *, external: bool) -> list[Problem]:
    """Return the problems of the rendered pages and feeds; nothing if content errors kept them from being rendered."""
    from ..check import Outputs, check_outputs, page_facts

    if result.manifest is None:
        return []
    as_of = chosen.as_of if chosen.as_of.tzinfo else chosen.as_of.replace(tzinfo=UTC)
    published = chosen.output if chosen.output.is_dir() else None
    pages = page_facts(result.manifest, result.read, context)
    problems = check_outputs(Outputs(result.manifest, result.read, as_of, published, pages))
    if external:
        from ..check.external import check_external
        from ..check.external import summary as tried
        from ..web.client import Fetcher

        now = int(datetime.now(UTC).timestamp())
        found, *counts = check_external(pages, context.cache, Fetcher(), now=now)
        say(chosen, tried(*counts))
        problems += found
    return _in_source(chosen, problems, result, context)


def _in_source(chosen: Options, problems: list[Problem], result: BuildResult, context: BuildContext) -> list[Problem]:
    """Return the problems at their places in the sources; only then is the plan of an unchanged site made again."""
    from ..build.newsletter import read_newsletter
    from ..check.in_source import in_source
    from ..plan import plan_site

    if not problems:
        return problems
    plan, _ = plan_site(read_newsletter(result.tree, request(chosen), context))
    return in_source(problems, result.tree, plan.pages)
