"""What becomes of gaps in records (`provenance` in config.yaml): errors, warnings, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.errors import Location, Problem, warning
from .gaps import Gap, article_gaps, newsletter_gaps
from .model import Site


def policy_problems(site: Site, *, drafts: bool) -> list[Problem]:
    """The gaps in all records, by the policy: errors, warnings, or nothing.

    As warnings there is one of each kind, which says how many more there are: a newsletter of a thousand articles that
    has never kept records needs no thousand lines. A draft, when drafts are shown, has warnings only.
    """
    policy = site.settings.provenance
    if policy == "off":
        return []
    done = [article for article in site.articles if not article.is_draft]
    begun = [article for article in site.articles if article.is_draft] if drafts else []
    gaps, unfinished = [*newsletter_gaps(site), *article_gaps(site, done)], list(article_gaps(site, begun))
    if policy == "strict":
        errors = [Problem(_where(gap, site), gap.message, gap.hint) for gap in gaps]
        return errors + [warning(_where(gap, site), gap.message, gap.hint) for gap in unfinished]
    return _summed_up([*gaps, *unfinished], site)


def _summed_up(gaps: Iterable[Gap], site: Site) -> list[Problem]:
    kinds: dict[str, list[Gap]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(gap)
    found = []
    for group in kinds.values():
        path = min(gap.article.path if gap.article else "" for gap in group)
        in_file = [(_where(gap, site), gap) for gap in group if not gap.article or gap.article.path == path]
        where, first = min(in_file, key=lambda pair: (pair[0], pair[1].message))
        more = f" (and {len(group) - 1} more)" if len(group) > 1 else ""
        found.append(warning(where, first.message + more, first.hint))
    return found


def _where(gap: Gap, site: Site) -> Location:
    if gap.article is None:
        return site.settings.where(gap.fields[0])
    return gap.article.where(next(filter(gap.article.has, gap.fields), "title"))
