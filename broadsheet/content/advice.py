"""Warnings about a text that can be switched off: unfinished work, links that track readers, sources used twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from ..core.errors import Location, Problem, warning
from ..markdown.document import Outline
from ..schema.values import quoted
from .model import Article, StaticPage

# Parameters by which senders of newsletters, advertisers and social networks follow readers.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|igsh|"
    r"mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|_ga|_gl|_openstat|vero_id|oly_anon_id|oly_enc_id|wickedid|s_cid|"
    r"at_medium|at_campaign|ck_subscriber_id|ref_src|cmpid|spm",
    re.IGNORECASE,
)
_SHORTENERS = frozenset(
    {
        "bit.ly", "t.co", "tinyurl.com", "goo.gl", "goo.su", "ow.ly", "buff.ly", "is.gd", "v.gd", "lnkd.in", "dlvr.it",
        "rb.gy", "cutt.ly", "shorturl.at", "tiny.cc", "t.ly", "rebrand.ly", "j.mp", "trib.al", "fb.me", "amzn.to",
        "wp.me", "ift.tt", "clck.ru", "vk.cc", "bl.ink", "b.link", "soo.gd", "s.id", "tr.im", "u.to", "adf.ly",
        "flip.it", "spoti.fi", "nyti.ms", "wapo.st", "reut.rs", "econ.st", "bbc.in", "cnn.it", "x.co", "short.io",
        "urlzs.com", "lnk.to", "shorturl.com", "snip.ly", "bitly.com", "qr.ae", "a.co", "zurl.co", "mailchi.mp",
    }
)  # fmt: skip
_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_PORT = re.compile(r":(?:80|443)(?=/|$)")


def advice(piece: Article | StaticPage, outline: Outline, first_line: int) -> list[Problem]:
    """The warnings about the words of the front matter, and about links in it and in the text.

    One of each kind in the text, with the number of others. first_line: on which line of the file the text begins.
    """
    found = list(_unfinished(piece))
    links = [(piece.where(field), url) for field, url in _addresses(piece)]
    links += [
        (Location(piece.path, first_line + reference.line - 1, reference.column), reference.target)
        for reference in outline.references
        if "://" in reference.target
    ]
    for name, explain in (("tracking", _explain_tracking), ("shorteners", _explain_shortener)):
        told = [(where, *words) for where, url in links if (words := explain(url))]
        if told:
            where, message, hint = told[0]
            more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
            found.append(warning(where, message + more, hint, name))
    return found


def shared_sources(articles: Iterable[Article]) -> list[Problem]:
    """A warning for each article with the source of an earlier one, and for each such source of it.

    Translations have the source of their original. Addresses are compared in their canonical form.
    """
    rough: dict[str, list[tuple[Article, int, str]]] = {}
    for article in articles:
        for number, citation in enumerate(article.citations):
            if citation.url:
                rough.setdefault(_rough(citation.url), []).append((article, number, citation.url))
    return [problem for uses in rough.values() if len(uses) > 1 for problem in _shared(uses)]


def canonical(url: str) -> str:
    """What two spellings of one web address have in common: host in small letters without "www.", no tracking."""
    parts = urlsplit(without_tracking(url).partition("#")[0])
    host = _PORT.sub("", parts.netloc.lower().removeprefix("www."))
    query = "&".join(sorted(part for part in parts.query.split("&") if part))
    return f"{host}{parts.path.rstrip('/')}?{query}".rstrip("?")


def without_tracking(url: str) -> str:
    """The address without the parameters that track readers."""
    plain, question_mark, rest = url.partition("?")
    if not question_mark:
        return url
    query, hash_sign, fragment = rest.partition("#")
    kept = "&".join(part for part in query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0]))
    return plain + (f"?{kept}" if kept else "") + hash_sign + fragment


def _unfinished(piece: Article | StaticPage) -> Iterator[Problem]:
    from ..markdown.foreign import unfinished_in  # only where texts are parsed: it compiles many patterns

    texts = [("title", piece.title), ("headline", piece.headline), ("summary", piece.summary)]
    if isinstance(piece, Article) and piece.image:
        texts += [("image.alt", piece.image.alt), ("image.caption", piece.image.caption)]
    for field, text in texts:
        if (sign := unfinished_in(text)) and piece.has(field):
            yield warning(piece.where(field), f"{quoted(sign)} looks unfinished", "write what is missing", "unfinished")


def _addresses(piece: Article | StaticPage) -> Iterator[tuple[str, str]]:
    if isinstance(piece, Article):
        for number, citation in enumerate(piece.citations):
            if citation.url:
                yield _source_field(piece, number), citation.url
        if piece.image and "://" in piece.image.src:
            yield "image.src", piece.image.src


def _source_field(article: Article, number: int) -> str:
    listed = f"source.{number}.url"
    return listed if article.has(listed) else "source.url"


def _explain_tracking(url: str) -> tuple[str, str] | None:
    plain = without_tracking(url)
    if plain == url:
        return None
    kept = plain.partition("?")[2].partition("#")[0].split("&")
    added = next(part for part in url.partition("?")[2].partition("#")[0].split("&") if part not in kept)
    hint = f"write it without: {plain}" if len(plain) <= 200 else "write it without"
    return f'the address has "{added.partition("=")[0]}", by which readers are tracked', hint


def _explain_shortener(url: str) -> tuple[str, str] | None:
    host = url.partition("://")[2].split("/", 1)[0].lower().removeprefix("www.")
    if host not in _SHORTENERS:
        return None
    hint = "open it, and write the address that it leads to: a shortener can close, or lead elsewhere"
    return f'"{host}" is a link shortener, which hides where the link leads', hint


def _rough(url: str) -> str:
    """What addresses with the same canonical form have in common, found fast: there may be ten thousand."""
    plain = _PREFIX.sub("", url.partition("?")[0].partition("#")[0], count=1).lower().rstrip("/")
    return _PORT.sub("", plain, count=1) if ":" in plain else plain


def _shared(uses: Sequence[tuple[Article, int, str]]) -> Iterator[Problem]:
    first: dict[str, Article] = {}
    for article, number, url in uses:
        other = first.setdefault(canonical(url), article)
        if other is not article and not _is_translation(article, other):
            message = f"{other.path} has the same source"
            hint = "link to that article, or take the source out of one of them if it is another piece"
            yield warning(article.where(_source_field(article, number)), message, hint, "same-source")


def _is_translation(article: Article, other: Article) -> bool:
    originals = {article.translation_of or article.id, other.translation_of or other.id}
    return len(originals) == 1
