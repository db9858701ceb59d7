"""What the newsletter demands of the record of each article (`provenance` in config.yaml), and where there are gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from ..errors import Problem, Severity, Where
from ..model import Article, Citation, Publication, Site
from ..provenance import changed_at, has_ai, review_fault
from ..values import quoted

# Pages that say what a newsletter promises, by slug. They are named in structured data too.
POLICY_PAGES = {
    "how-we-work": "how you choose, write and check, and who answers for it",
    "corrections": "what readers can expect when something was wrong",
}
PLACEHOLDERS = frozenset(
    {
        "", "?", "??", "???", "-", "--", "n/a", "null", "name", "source", "author", "title", "url", "todo", "to do",
        "tbd", "tba", "fixme", "xxx", "unknown", "placeholder", "name of the source", "name of a person",
        "name of the editor", "the title of the piece", "who wrote it", "lorem ipsum", "example", "example gazette",
        "john doe", "jane doe",
    }
)  # fmt: skip
# Names that lead nowhere by design (https://www.rfc-editor.org/rfc/rfc2606).
NOWHERE = ("example", "invalid", "test", "localhost", "example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing or cannot be so in the record of an article; kind: of which rule."""

    kind: str
    where: Where
    message: str
    hint: str


def policy_problems(site: Site, *, drafts: bool) -> list[Problem]:
    """The gaps in all records, by the policy: errors, warnings, or nothing.

    As warnings there is one of each kind, which says how many more there are: a newsletter of a thousand articles that
    has never kept records needs no thousand lines. A draft, when drafts are shown, has warnings only.
    """
    policy = site.settings.provenance
    if policy == "off":
        return []
    finished = [*_missing_pages(site), *_gaps(site, [article for article in site.articles if not article.is_draft])]
    begun = list(_gaps(site, [article for article in site.articles if article.is_draft])) if drafts else []
    if policy == "strict":
        return [_problem(gap, "error") for gap in finished] + [_problem(gap, "warning") for gap in begun]
    return _summed_up([*finished, *begun])


def _summed_up(gaps: Iterable[Gap]) -> list[Problem]:
    kinds: dict[str, list[Gap]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(gap)
    return [_problem(_first(group), "warning") for group in kinds.values()]


def _first(group: list[Gap]) -> Gap:
    first = min(group, key=lambda gap: (gap.where, gap.message))
    more = len(group) - 1
    return replace(first, message=f"{first.message} (as in {more} more)") if more else first


def _problem(gap: Gap, severity: Severity) -> Problem:
    return Problem(gap.where, gap.message, gap.hint, severity)


def _missing_pages(site: Site) -> Iterator[Gap]:
    slugs = {page.slug for page in site.pages if not page.is_draft}
    for slug, what in POLICY_PAGES.items():
        if slug not in slugs:
            message = f'there is no page with the slug "{slug}"'
            yield Gap("page", site.settings.where("provenance"), message, f"write one in content/pages: {what}")


def _gaps(site: Site, articles: Iterable[Article]) -> Iterator[Gap]:
    hollow = frozenset(slug for slug, source in site.sources.items() if _is_placeholder(source.name))
    homes = {slug: found for slug, source in site.sources.items() if (found := _hosts(source))}
    for article in articles:
        if not article.citations and not article.authors:
            hint = (
                'write "source:" with the name and address of the original or, for a piece of your own, "author: Name"'
            )
            message = "this article says neither where it comes from nor who wrote it"
            yield Gap("origin", _place(article), message, hint)
        if article.citations:
            yield from _sources(article, hollow, homes, site)
        yield from _people(article, site)
        if article.ai is None:
            hint = 'write "ai: none" if people wrote it alone, else "ai:" with "role" and, if known, "tool" and "tasks"'
            yield Gap("ai", _place(article), "this article does not say what machines did to the text", hint)
        elif article.ai.role == "none" and (article.ai.tool or article.ai.model or article.ai.tasks):
            message = 'the role of AI is "none", and yet the record says what it was used for'
            where = _place(article, "ai.tool", "ai.model", "ai.tasks")
            yield Gap("role", where, message, "write what it did as its role, or take the other lines out")
        if article.review or has_ai(article):
            yield from _review(article, site)
        for number, correction in enumerate(article.corrections):
            if correction.kind == "correction" and not correction.said:
                where = _place(article, f"corrections.{number}.says")
                message = "this correction does not say what was wrong"
                yield Gap("correction", where, message, 'quote the old words: "said: The figure was 400."')


def _sources(article: Article, hollow: frozenset[str], homes: dict[str, tuple[str, ...]], site: Site) -> Iterator[Gap]:
    for number, citation in enumerate(article.citations):
        name = f"source.{number}" if f"source.{number}" in article.places else "source"
        if citation.publication in hollow:
            where = _place(article, f"{name}.name", f"{name}.ref", name)
            yield _placeholder(where, site.sources[citation.publication].name)
        for field, text in (("title", citation.title), ("author", citation.author)):
            if text and _is_placeholder(text):
                yield _placeholder(_place(article, f"{name}.{field}"), text)
        if citation.published and citation.published > article.date:
            message = f'the source was published on {citation.published:%Y-%m-%d}, after the "date" of this article'
            where = _place(article, f"{name}.published")
            yield Gap("published", where, message, "a source comes first: one of the two dates is wrong")
        if citation.url:
            yield from _address(citation, _place(article, f"{name}.url"), homes, site)


def _address(citation: Citation, where: Where, homes: dict[str, tuple[str, ...]], site: Site) -> Iterator[Gap]:
    host = (urlsplit(citation.url).hostname or "").rstrip(".")
    source = site.sources[citation.publication]
    if _is_nowhere(host) and not any(map(_is_nowhere, homes.get(source.slug, ()))):
        hint = "copy the address of the original, or take the line out: the page then says that no link is on record"
        yield Gap("placeholder", where, f"{quoted(citation.url)} is a placeholder for an address", hint)
    elif source.slug in homes and not any(host == home or host.endswith(f".{home}") for home in homes[source.slug]):
        message = f'the address is on "{host}", but {source.name} is at "{homes[source.slug][0]}"'
        hint = f'check both; if {source.name} publishes there too, give it "hosts: [{host}]" in content/sources.yaml'
        yield Gap("host", where, message, hint)


def _people(article: Article, site: Site) -> Iterator[Gap]:
    for field, slugs in (("author", article.authors), ("editor", (article.editor,))):
        for slug in slugs:
            if slug and _is_placeholder(site.people[slug].name):
                yield _placeholder(_place(article, field), site.people[slug].name)
    if article.review and article.review.by and _is_placeholder(site.people[article.review.by].name):
        yield _placeholder(_place(article, "review.by"), site.people[article.review.by].name)


def _review(article: Article, site: Site) -> Iterator[Gap]:
    review = article.review
    approve = f"run `python build.py approve {article.path}"
    if review is None:
        hint = f'have somebody read it, then {approve} --by "Name"`'
        yield Gap(
            "reviewer", _place(article, "ai.role", "ai"), "AI took part in this text, and nobody has checked it", hint
        )
        return
    by = site.people[review.by].name if review.by else site.settings.publisher.name
    fault = review_fault(article)
    if fault == "unbound":
        message = "this review does not say which text was checked"
        yield Gap("review", _place(article, "review.by"), message, f"if it is the text as it stands, {approve}`")
    elif fault == "changed":
        message = f"needs review: the text has changed since {by} checked it on {review.date}"
        yield Gap("review", _place(article, "review.text"), message, f"have it checked again, then {approve}`")
    elif fault == "older":
        message = f"needs review: {by} checked it on {review.date}, and it was changed on {_day(changed_at(article))}"
        yield Gap("review", _place(article, "review.date"), message, f"have it checked again, then {approve}`")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _placeholder(where: Where, text: str) -> Gap:
    hint = "write who or what it is, or take the line out"
    return Gap("placeholder", where, f"{quoted(text)} is a placeholder", hint)


def _is_placeholder(text: str) -> bool:
    return text.casefold().strip(" <>[](){}*_.…") in PLACEHOLDERS


def _is_nowhere(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in NOWHERE)


def _hosts(source: Publication) -> tuple[str, ...]:
    """Where a source is known to publish."""
    urls = [urlsplit(url).hostname or "" for url in (source.url, source.feed) if url]
    return tuple(dict.fromkeys([host.rstrip(".").removeprefix("www.") for host in (*urls, *source.hosts) if host]))


def _place(article: Article, *fields: str) -> Where:
    """The place of the first of these fields that is given, else of the title."""
    return article.where(next((field for field in fields if field in article.places), "title"))
