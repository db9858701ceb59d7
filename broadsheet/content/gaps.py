"""What is missing in provenance records or cannot be right, a rule for each kind, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields as fields_of
from typing import NamedTuple
from urllib.parse import urlsplit

from ..core.digest import digest_bytes
from ..core.errors import Location, Problem, warning
from ..schema.values import quoted
from .model import Article, Bylines, Citation, Publication, Settings, Site, sound_items
from .provenance import changed_at, has_ai, review_fault

# Pages that say what a newsletter promises, by slug. They are named in structured data too.
POLICY_PAGES = {
    "how-we-work": "how you choose, write and check, and who is responsible",
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
NOWHERE = frozenset({"example", "invalid", "test", "localhost", "example.com", "example.org", "example.net"})
PLACEHOLDER_TEXT = "\nWrite the article here.\n"  # the body of a new article
UNWRITTEN = digest_bytes(PLACEHOLDER_TEXT.encode())
_BELOW_NOWHERE = tuple(f".{name}" for name in NOWHERE)


class Gap(NamedTuple):
    """What is missing or cannot be so in a record; kind: of which rule.

    article: None for what the newsletter itself lacks. fields: the first of them that the article has is the place. It
    is looked up only for gaps that are told: a newsletter may have ten thousand of a kind.
    """

    kind: str
    article: Article | None
    fields: tuple[str, ...]
    message: str
    hint: str


def newsletter_gaps(site: Site) -> Iterator[Gap]:
    """What the newsletter as a whole lacks: pages with what it promises, sentences that say from whom a piece is."""
    yield from _missing_pages(site)
    yield from _silent_bylines(site.settings)


def _missing_pages(site: Site) -> Iterator[Gap]:
    slugs = {page.slug for page in site.pages if not page.is_draft}
    has_unknown = not all(page.is_sound("slug", "title") for page in site.pages)
    missing = {slug: what for slug, what in POLICY_PAGES.items() if slug not in slugs and not has_unknown}
    if len(missing) == 1:
        ((slug, what),) = missing.items()
        message = f'there is no page with the slug "{slug}"'
        yield Gap("page", None, ("provenance",), message, f"write one in content/pages: {what}")
    elif missing:
        named = "; ".join(f'"{slug}" ({what})' for slug, what in sorted(missing.items()))
        message = f"there are no pages with the slugs {' and '.join(map(quoted, sorted(missing)))}"
        yield Gap("page", None, ("provenance",), message, f"write them in content/pages: {named}")


def _silent_bylines(settings: Settings) -> Iterator[Gap]:
    """Sentences that do not say from whom a piece is."""
    every = {"byline": settings.bylines}
    every |= {f"languages.{tag}.byline": local.bylines for tag, local in settings.languages.items() if local.bylines}
    for place, bylines in every.items():
        for name in [field.name for field in fields_of(Bylines)]:
            sentence = getattr(bylines, name)
            wanted = ("{author}", "{editor}") if name.startswith("own") else ("{source}",)
            if sentence and not any(token in sentence for token in wanted):
                message = f"{quoted(sentence)} does not say who a piece is from"
                yield Gap("attribution", None, (f"{place}.{name}",), message, f"put {wanted[0]} into the sentence")


def article_gaps(site: Site, articles: Iterable[Article]) -> Iterator[Gap]:
    """What is missing in the records of these articles, in their order."""
    hollow = frozenset(slug for slug, source in site.sources.items() if _is_placeholder(source.name))
    homes = {slug: found for slug, source in site.sources.items() if (found := _hosts(source))}
    for article in articles:
        sound = article.is_sound
        if article.prose.digest == UNWRITTEN:
            message = "the text is still the placeholder of a new article"
            yield Gap("text", article, (), message, "write the article, or keep it as a draft: `draft: true`")
        if article.citations:
            yield from _sources(article, hollow, homes, site)
        elif not article.authors and sound("source", "author"):
            hint = 'write "source:" with its name and address or, for a piece of your own, "author:" with a name'
            message = "this article says neither where it comes from nor who wrote it"
            yield Gap("origin", article, (), message, hint)
        if article.authors or article.editor or article.review:
            yield from _people(article, site)
        if article.ai is None and sound("ai"):
            hint = (
                'write "ai: none" if it was made without AI, else "ai:" with "role" and, if known, "tool" and "tasks"'
            )
            yield Gap("ai", article, (), "this article does not say whether AI was used", hint)
        elif article.ai and article.ai.role == "none" and (article.ai.tool or article.ai.model or article.ai.tasks):
            message = 'the role of AI is "none", but the record says what it was used for'
            hint = "set the role to what it did, or remove the other lines"
            yield Gap("role", article, ("ai.tool", "ai.model", "ai.tasks"), message, hint)
        if article.review or (has_ai(article) and sound("review")):
            yield from _review(article, site)
        if article.corrections:
            yield from _corrections(article)


def _sources(article: Article, hollow: frozenset[str], homes: dict[str, tuple[str, ...]], site: Site) -> Iterator[Gap]:
    for number, citation in sound_items("source", article.citations, article.invalid):
        name = f"source.{number}" if article.has(f"source.{number}") else "source"
        if citation.publication in hollow:
            yield _placeholder(article, site.sources[citation.publication].name, f"{name}.name", f"{name}.ref", name)
        for field, text in (("title", citation.title), ("author", citation.author)):
            if text and _is_placeholder(text):
                yield _placeholder(article, text, f"{name}.{field}")
        if citation.published and citation.published > article.date and article.is_sound("date"):
            message = f'the source was published on {citation.published:%Y-%m-%d}, after the "date" of this article'
            hint = "one of the two dates must be wrong"
            yield Gap("published", article, (f"{name}.published",), message, hint)
        if citation.url:
            host = _host(citation.url)
            known = homes.get(citation.publication, ())
            if host not in known and (known or _is_nowhere(host)):
                yield from _address(article, citation, f"{name}.url", host, known, site)


def _address(
    article: Article, citation: Citation, field: str, host: str, known: tuple[str, ...], site: Site
) -> Iterator[Gap]:
    """The gap of an address that is not simply at one of its source's hosts; one below them is right as well."""
    source = site.sources[citation.publication]
    if any(host.endswith(f".{home}") for home in known):
        return
    if _is_nowhere(host):
        hint = "use the address of the original, or remove the line: the page then says that no link is on record"
        yield Gap(
            "placeholder", article, (field,), f"{quoted(citation.url)} is a placeholder, not a real address", hint
        )
    else:
        message = f'the address is on "{host}", but {source.name} is at "{known[0]}"'
        hint = f'check both; if {source.name} publishes there too, give it "hosts: [{host}]" in content/sources.yaml'
        yield Gap("host", article, (field,), message, hint)


def _people(article: Article, site: Site) -> Iterator[Gap]:
    named = [("author", slug) for slug in article.authors] + [("editor", article.editor)]
    if article.review:
        named.append(("review.by", article.review.by))
    for field, slug in named:
        if slug and _is_placeholder(site.people[slug].name):
            yield _placeholder(article, site.people[slug].name, field)


def _review(article: Article, site: Site) -> Iterator[Gap]:
    review = article.review
    approve = f"run `broadsheet approve {article.path}"
    if review is None:
        hint = f'have somebody review it, then {approve} --by "Name"`'
        message = "AI was used for this text, and nobody has reviewed it"
        yield Gap("reviewer", article, ("ai.role", "ai"), message, hint)
        return
    if not article.is_sound("title", "headline", "summary", "review.text"):
        return  # it is not known which text was approved
    fault = review_fault(article)
    if fault == "unbound":
        message = "this review does not say which version of the text was approved"
        yield Gap("review", article, ("review.by",), message, f"if it was the current version, {approve}`")
    elif fault:
        by = site.people[review.by].name if review.by else site.settings.publisher.name
        changed = changed_at(article)
        message = f"needs review: the text has changed since {by} reviewed it on {review.date}"
        if fault == "older" and changed:
            message = f"needs review: {by} reviewed it on {review.date}, and it was changed on {changed:%Y-%m-%d}"
        field = "review.text" if fault == "changed" else "review.date"
        yield Gap("review", article, (field,), message, f"have it reviewed again, then {approve}`")


def _corrections(article: Article) -> Iterator[Gap]:
    for number, correction in sound_items("corrections", article.corrections, article.invalid):
        if correction.kind == "correction" and not correction.said and article.is_sound(f"corrections.{number}.said"):
            message = "this correction does not say what was wrong"
            hint = 'quote the old text: "said: The figure was 400."'
            yield Gap("correction", article, (f"corrections.{number}.says",), message, hint)


def _placeholder(article: Article, text: str, *fields: str) -> Gap:
    hint = "write the real one, or remove the line"
    return Gap("placeholder", article, fields, f"{quoted(text)} is a placeholder", hint)


def _is_placeholder(text: str) -> bool:
    return text.casefold().strip(" <>[](){}*_.…") in PLACEHOLDERS


def _is_nowhere(host: str) -> bool:
    return host in NOWHERE or host.endswith(_BELOW_NOWHERE)


def _hosts(source: Publication) -> tuple[str, ...]:
    """Where a source is known to publish."""
    hosts = [*[_host(url) for url in (source.url, source.feed) if url], *source.hosts]
    return tuple(dict.fromkeys([host.removeprefix("www.") for host in hosts if host]))


def _host(url: str) -> str:
    plain = url.split("/", 3)[2].lower()
    if (
        ":" in plain or "?" in plain or "#" in plain
    ):  # else there is nothing to take apart, which takes ten times as long
        plain = urlsplit(url).hostname or ""
    return plain.rstrip(".")


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
