"""The bytes of the ledger, provenance.json: every article with its record, every file of the site with its digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from .model import Article
from .plan.types import Ledger, Recorded
from .provenance import standing_review

PATH = "provenance.json"
# Said in the file, so that whoever finds it knows how to compare: this is what `b2sum -l 256 FILE` prints.
DIGEST = "BLAKE2b-256"

_quote = encode_basestring
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_readers: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}  # derived from types alone


def ledger_bytes(ledger: Ledger, digests: Mapping[str, str]) -> bytes:
    """The ledger as JSON, a line for each article and each file, so that two of them can be compared line by line.

    digests: of all other outputs, by path. Those of an article stand with it, the others at the end.
    """
    newsletter = _encode({"title": ledger.title, "url": ledger.url})
    articles = ",\n".join([_article(recorded, ledger, digests) for recorded in ledger.articles])
    own = {path for recorded in ledger.articles for path in recorded.outputs}
    files = _files({path: digest for path, digest in digests.items() if path not in own})
    return f'{{"newsletter":{newsletter},\n"digest":"{DIGEST}",\n"articles":[\n{articles}\n],\n{files}\n'.encode()


def with_files(data: bytes, digests: Mapping[str, str]) -> bytes:
    """The ledger with further files, which have joined the site after it was made."""
    start = data.rindex(b'\n"files":{\n') + 1
    known = json.loads(b"{" + data[start:])["files"]
    return data[:start] + f"{_files(known | digests)}\n".encode()


def _files(digests: Mapping[str, str]) -> str:
    """The end of the ledger."""
    lines = ",\n".join([f'{_quote(path)}:"{digests[path]}"' for path in sorted(digests)])
    return f'"files":{{\n{lines}\n}}}}'


def _article(recorded: Recorded, ledger: Ledger, digests: Mapping[str, str]) -> str:
    """The line of an article. Put together by hand: there are ten thousand of them, in every build."""
    article = recorded.article
    updated = f',"updated":"{article.updated.isoformat()}"' if article.updated else ""
    outputs = ",".join([f'{_quote(path)}:"{digests[path]}"' for path in recorded.outputs])
    return (
        f'{{"id":{_quote(article.id)},"url":{_quote(recorded.url)},"title":{_quote(article.title)},'
        f'"language":{_quote(article.lang)},"published":"{article.date.isoformat()}"{updated},'
        f'"text":"{article.prose.digest}","record":{_encode(_record(article, ledger))},"outputs":{{{outputs}}}}}'
    )


def _record(article: Article, ledger: Ledger) -> dict[str, Any]:
    """Where the article comes from, what machines did, who answers for it and what was put right."""
    people = ledger.people
    record: dict[str, Any] = {"editor": people[article.editor]}
    if article.authors:
        record["authors"] = [people[author] for author in article.authors]
    if article.citations:
        record["sources"] = [
            {"name": ledger.sources[citation.publication], **_given(citation, people)} for citation in article.citations
        ]
    if article.ai:
        record["ai"] = _given(article.ai, people)
    review = standing_review(article)  # of another text no output tells
    if review:
        record["review"] = {"by": people[""], **_given(review, people)}
    if article.corrections:
        record["corrections"] = [_given(correction, people) for correction in article.corrections]
    return record


def _given(value: Any, people: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a part of the record that have a value, persons by their names; whatever fields it may have."""
    kind = type(value)
    if kind not in _readers:
        names = tuple(field.name for field in fields(kind) if field.name != "publication")
        _readers[kind] = (names, attrgetter(*names))
    names, read = _readers[kind]
    given = {name: _plain(held) for name, held in zip(names, read(value), strict=True) if held}
    if "by" in given:
        given["by"] = people[given["by"]]
    return given


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
