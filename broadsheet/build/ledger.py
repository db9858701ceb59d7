"""The bytes of the ledger, provenance.json: every article with its record, every file of the site with its digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from ..cache.cache import Cache
from ..cache.stages import Stage
from ..content.model import Article
from ..content.provenance import standing_review
from ..core.digest import digest, digests_with
from ..core.engine_fingerprint import engine_fingerprint
from ..core.urls import addresses
from ..plan.types import Ledger, LedgerArticle

PATH = "provenance.json"
# Said in the file, so that whoever finds it knows how to compare: this is what `b2sum -l 256 FILE` prints.
DIGEST = "BLAKE2b-256"

_quote = encode_basestring
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_readers: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}  # derived from types alone

_Names = Mapping[str, str]  # by slug, as JSON


def article_lines(ledger: Ledger, articles: Sequence[LedgerArticle], cache: Cache) -> dict[str, str]:
    """The line of each article without its outputs, by its input key; most come from the cache."""
    inputs = digest(engine_fingerprint(), ledger.url, *ledger.sources.items(), "", *ledger.people.items())
    absolute = addresses(ledger.url).absolute
    sources = {slug: _quote(name) for slug, name in ledger.sources.items()}
    people = {slug: _quote(name) for slug, name in ledger.people.items()}
    keys = digests_with(inputs, [each.input_key for each in articles])
    records = cache.get_many(Stage.LEDGER_LINES, keys)
    lines, fresh = {}, {}
    for key, each in zip(keys, articles, strict=True):
        record = records.get(key)
        if record is None:
            record = fresh[key] = _article(each.article, absolute(each.path), sources, people).encode()
        lines[each.input_key] = str(record, "utf-8")
    cache.put_many(Stage.LEDGER_LINES, fresh)
    return lines


def ledger_bytes(
    ledger: Ledger, articles: Sequence[LedgerArticle], lines: Mapping[str, str], digests: Mapping[str, str]
) -> bytes:
    """The ledger as JSON, a line for each article and each file, so that two of them can be compared line by line.

    lines: from `article_lines`. digests: of all other outputs, by path. Those of an article stand with it, the others
    at the end.
    """
    newsletter = _encode({"title": ledger.title, "url": ledger.url})
    listed = ",\n".join(
        [f'{{{lines[each.input_key]},"outputs":{{{_members(each.outputs, digests)}}}}}' for each in articles]
    )
    own = {path for each in articles for path in each.outputs}
    files = _files({path: digest for path, digest in digests.items() if path not in own})
    return f'{{"newsletter":{newsletter},\n"digest":"{DIGEST}",\n"articles":[\n{listed}\n],\n{files}\n'.encode()


def with_files(data: bytes, digests: Mapping[str, str]) -> bytes:
    """The ledger with further files, which have joined the site after it was made."""
    start = data.rindex(b'\n"files":{\n') + 1
    known = json.loads(b"{" + data[start:])["files"]
    return data[:start] + f"{_files(known | digests)}\n".encode()


def _files(digests: Mapping[str, str]) -> str:
    """The end of the ledger."""
    lines = _members(sorted(digests), digests, ",\n")
    return f'"files":{{\n{lines}\n}}}}'


def _members(paths: Iterable[str], digests: Mapping[str, str], comma: str = ",") -> str:
    return comma.join([f'{_quote(path)}:"{digests[path]}"' for path in paths])


def _article(article: Article, url: str, sources: _Names, people: _Names) -> str:
    """What stands in the line of an article. Put together by hand, as there may be ten thousand of them."""
    updated = f',"updated":"{article.updated.isoformat()}"' if article.updated else ""
    return (
        f'"id":{_quote(article.id)},"url":{_quote(url)},"title":{_quote(article.title)},'
        f'"language":{_quote(article.lang)},"published":"{article.date.isoformat()}"{updated},'
        f'"text":"{article.prose.digest}","record":{{{",".join(_record(article, sources, people))}}}'
    )


def _record(article: Article, sources: _Names, people: _Names) -> list[str]:
    """Where the article comes from, what machines did, who answers for it and what was put right."""
    record = [f'"editor":{people[article.editor]}']
    if article.authors:
        record.append(f'"authors":[{",".join([people[author] for author in article.authors])}]')
    if article.citations:
        cited = [[f'"name":{sources[each.publication]}', *_given(each, people)] for each in article.citations]
        record.append(f'"sources":{_objects(cited)}')
    if article.ai:
        record.append(f'"ai":{{{",".join(_given(article.ai, people))}}}')
    review = standing_review(article)  # of another text no output tells
    if review:
        by = [] if review.by else [f'"by":{people[""]}']
        record.append(f'"review":{{{",".join(by + _given(review, people))}}}')
    if article.corrections:
        record.append(f'"corrections":{_objects([_given(each, people) for each in article.corrections])}')
    return record


def _objects(parts: Iterable[list[str]]) -> str:
    return "[" + ",".join([f"{{{','.join(members)}}}" for members in parts]) + "]"


def _given(value: Any, people: _Names) -> list[str]:
    """The fields of a part of the record that have a value, persons by their names; whatever fields it may have."""
    kind = type(value)
    if kind not in _readers:
        names = tuple(field.name for field in fields(kind) if field.name != "publication")
        _readers[kind] = (names, attrgetter(*names))
    names, read = _readers[kind]
    return [
        f'"{name}":{people[held] if name == "by" else _quote(held) if type(held) is str else _plain(held)}'
        for name, held in zip(names, read(value), strict=True)
        if held
    ]


def _plain(value: Any) -> str:
    return _encode(value.isoformat() if isinstance(value, date) else value)
