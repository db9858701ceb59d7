"""The plan: which pages exist and what each of them shows. Everything that lands in the site is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from ..content.model import Site
from ..content.newsletter import Newsletter
from ..core.errors import Problem, did_you_mean
from ..core.urls import is_external
from . import (
    articles,
    copied_files,
    feeds,
    icons,
    index_pages,
    ledger,
    lists,
    markdown_copies,
    redirects,
    robots,
    search,
    static_pages,
)
from .paths import conflicts
from .published import PublishedSite, published_sites
from .types import File, Page, Plan

# Planned for each language, then once for all; copied files last, since the others name the media that they use.
KINDS = (
    articles.plan,
    markdown_copies.plan,
    lists.plan,
    index_pages.plan,
    static_pages.plan,
    search.plan,
    feeds.plan,
)
ONCE = (redirects.plan, robots.plan, icons.plan, copied_files.plan)

# How long an article is news to Google's news sitemap, and so how long its date may decide what that contains.
NEWS_TIME = robots.NEWS_AGE


def plan_site(newsletter: Newsletter) -> tuple[Plan, list[Problem]]:
    """Return the plan of what is published of the newsletter, and the problems of its links and addresses."""
    site, as_of = newsletter.site, newsletter.as_of
    sites, problems = published_sites(newsletter)
    published = sites[0]
    context = published.context
    outputs = [output for language in sites for output in _in_language(language)]
    outputs += [output for kind in ONCE for output in kind(sites)]
    outputs += redirects.sitemaps(context.addresses, [output for output in outputs if isinstance(output, Page)])
    ledger_of_all = ledger.plan(sites, outputs)
    problems += [*published.references.problems, *icons.logo_problems(published)]
    if newsletter.is_config_valid:  # else the addresses may be different ones
        problems += conflicts([*outputs, ledger_of_all])
    if newsletter.is_config_valid and not published.references.broken:
        known = {output.path for output in outputs} | {ledger_of_all.path}
        problems += published.references.check_paths(known.__contains__)
        problems += [problem for language in sites for problem in _dead_navigation(language, known)]
    by_path = attrgetter("path")
    pages = tuple(sorted([output for output in outputs if isinstance(output, Page)], key=by_path))
    files = tuple(sorted([output for output in outputs if isinstance(output, File)], key=by_path))
    due = min(
        (article for article in site.articles if article.date > as_of and not article.is_draft),
        key=lambda article: article.date,
        default=None,
    )
    since, until = _bounds(site, as_of)
    staging = robots.is_staging(sites)
    views = [replace(language.site_view, is_staging=staging) for language in sites]
    return Plan(
        views[0],
        pages,
        files,
        ledger_of_all,
        published.references.homes,
        due=context.calendar.view(due.date).iso if due else "",
        due_title=due.title if due else "",
        since=since,
        until=until,
        sites=tuple((view.language, view) for view in views[1:]),
    ), problems


def _bounds(site: Site, as_of: datetime) -> tuple[str, str]:
    """The moments next to as_of, before and after it, at which what is published changes."""
    moments = [moment for article in site.articles for moment in (article.date, article.date + NEWS_TIME)]
    since = max((moment for moment in moments if moment <= as_of), default=None)
    until = min((moment for moment in moments if moment > as_of), default=None)
    return (since.isoformat() if since else "", until.isoformat() if until else "")


def _in_language(published: PublishedSite) -> Iterator[Page | File]:
    """All outputs of a language; pages of a further one carry its name."""
    context = published.context
    for kind in KINDS:
        for output in kind(published):
            if context.prefix and isinstance(output, Page):
                yield output._replace(language=context.settings.language)
            else:
                yield output


def _dead_navigation(published: PublishedSite, known: set[str]) -> list[Problem]:
    context = published.context
    return [
        Problem(
            context.settings.where(f"navigation.{number}.url"),
            f'the navigation leads to "{link.url}", which the site does not have',
            _meant(link.url, known) or 'write the address of a page, as in "/about/"',
        )
        for number, link in enumerate(context.settings.navigation)
        if not is_external(link.url) and link.url.partition("#")[0] not in known
    ]


def _meant(path: str, known: set[str]) -> str:
    """A question that names the page that was probably meant: one with a longer name too, which a title has made."""
    longer = sorted(other for other in known if path.strip("/") and other.startswith(f"{path.rstrip('/')}-"))
    return f'did you mean "{longer[0]}"?' if longer else did_you_mean(path, known)
