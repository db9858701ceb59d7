"""Too close? Articles held against the extracts of their sources: what is taken over word for word, and how much.

docs/decisions/0026-too-close.md says what counts as a quotation, and why.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..cache.cached import Task, run_cached
from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..content.extracts import extracts
from ..content.front_matter import read_parts
from ..content.model import Publication, QuoteLimits, Site
from ..content.newsletter import Newsletter
from ..core.digest import digest
from ..core.engine_fingerprint import engine_fingerprint
from ..core.errors import Location, Problem, warning
from ..schema.textfile import decode_text, place_of
from ..source.tree import SourceFile, SourceTree
from .overlap import SHINGLE, ComparedWord, matched, runs, words_of

SIZE_LIMIT = 1_000_000
MOST_SHOWN = 3  # runs of one extract
_LETTERS = 160

# What in Markdown is no part of the text: addresses, their labels, marks of footnotes, codes of characters.
_NO_TEXT = re.compile(
    r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
    r"|^ {0,3}\[(?!\^)[^\]\n]+\]:.*$"
    r"|\]\[[^\]\n]*\]"
    r"|\[\^[^\]\s]{1,100}\]"
    r"|<?https?://[^\s<>)\]]+"
    r"|&#?\w{1,31};",
    re.MULTILINE,
)
_BLOCK = re.compile(r" {0,3}>")
_OTHER_BLOCK = re.compile(r" {0,3}(?:#|[-*+] |[0-9]{1,9}[.)] |```|~~~|---|\* ?\* ?\*)")
_CLOSING = {"“": "”", "«": "»", "„": "“”", "「": "」", '"': '"'}


@dataclass(frozen=True, slots=True)
class Pair:
    """An article's file with an extract of one of its sources, that source's name, and how close they may be."""

    article: SourceFile
    extract: SourceFile
    source: str
    limits: QuoteLimits


@dataclass(frozen=True, slots=True)
class ComparedText:
    """An article's prose with its words, and the line of its file on which it begins."""

    path: str
    prose: str
    line: int
    words: Sequence[ComparedWord]

    def where(self, word: int) -> Location:
        """The place of a word in the file."""
        line, column = place_of(self.prose, self.words[word].start)
        return Location(self.path, self.line + line - 1, column)

    def shown(self, first: int, last: int) -> str:
        """The words as they stand there, on one line and not too many."""
        text = " ".join(self.prose[self.words[first].start : self.words[last].end].split())
        return text if len(text) <= _LETTERS else f"{text[: _LETTERS // 2]} … {text[-_LETTERS // 2 :]}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a pair."""

    problems: tuple[Problem, ...]


def check_quotes(newsletter: Newsletter, context: BuildContext) -> tuple[list[Problem], int]:
    """What is too close to its source, and how many extracts were compared; known pairs are not compared again."""
    pairs = list(_pairs(newsletter.site, newsletter.tree, newsletter.settings.quotes))
    engine = engine_fingerprint()
    tasks = [Task(_key(pair, engine), partial(_with_bytes, pair)) for pair in pairs]
    verdicts = run_cached(Stage.QUOTES, tasks, judge, Verdict, context)
    return [problem for verdict in verdicts for problem in verdict.problems], len(pairs)


def _key(pair: Pair, engine: str) -> str:
    article, extract = pair.article, pair.extract
    files = article.path, article.digest, extract.path, extract.digest
    return digest("quotes", engine, *files, pair.source, pair.limits)


def judge(pair: Pair) -> Verdict:
    """What is wrong with a pair, as a result that can be kept."""
    return Verdict(tuple(compare(pair)))


def compare(pair: Pair) -> list[Problem]:
    """What is wrong with a pair: the longest runs that are over the limit, and the share of shared shingles."""
    text, problems = decode_text(pair.extract.read(), pair.extract.path, limit=SIZE_LIMIT)
    source = [word.text for word in words_of(without_markup(text))]
    if not source and not problems:
        return [warning(Location(pair.extract.path), "this extract is empty", "put what the source said into it")]
    parts, unread = read_parts(pair.article)
    if parts is None:
        return unread
    article = ComparedText(pair.article.path, parts.body, parts.body_line, words_of(without_markup(parts.body)))
    return [*problems, *_runs(pair, article, source), *_share(pair, article, source)]


def without_markup(text: str) -> str:
    """The text with blanks for what readers do not read; each character stays in its place."""
    return _NO_TEXT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def quotations(text: str) -> list[tuple[int, int]]:
    """Where the marked quotations of some Markdown begin and end, in order: block quotations, and quotation marks.

    Marks that are not closed within their paragraph mark nothing.
    """
    found: list[tuple[int, int]] = []
    start = begun = -1
    closing = ""
    at = 0
    for line in text.splitlines(keepends=True):
        is_blank = not line.strip()
        # A line may leave out its ">" within a paragraph (CommonMark §5.1).
        if _BLOCK.match(line) or (begun >= 0 and not is_blank and not _OTHER_BLOCK.match(line)):
            begun = at if begun < 0 else begun
            start = -1
        elif begun >= 0:
            found.append((begun, at))
            begun = -1
        if is_blank:
            start = -1
        elif begun < 0:
            for index, sign in enumerate(line, at):
                if start >= 0 and sign in closing and _ends(text, index):
                    found.append((start, index))
                    start = -1
                elif start < 0 and sign in _CLOSING and _begins(text, index):
                    start, closing = index, _CLOSING[sign]
        at += len(line)
    return [*found, (begun, at)] if begun >= 0 else found


def _begins(text: str, index: int) -> bool:
    return text[index] != '"' or index == 0 or not text[index - 1].isalnum()


def _ends(text: str, index: int) -> bool:
    return text[index] != '"' or not text[index + 1 : index + 2].isalnum()


def _runs(pair: Pair, article: ComparedText, source: list[str]) -> Iterator[Problem]:
    """A problem for each of the longest runs. Words of a short quotation are nobody's run; a long one is no excuse."""
    limit = pair.limits.words
    quoted = _quoted(article)
    texts: list[str | None] = [word.text for word in article.words]
    for first, last in quoted:
        if last - first < pair.limits.quotation:
            texts[first : last + 1] = [None] * (last + 1 - first)
    found = sorted(runs(matched(source, texts), limit + 1), key=lambda run: (run[0] - run[1], run))
    for first, last in _apart(found)[:MOST_SHOWN]:
        count = last - first + 1
        shown = article.shown(first, last)
        message = f'{count} words in a row are those of {pair.source}, and {limit} are allowed: "{shown}"'
        hint = "say it in your own words, or mark it as a quotation"
        if any(begin <= first and last <= end for begin, end in quoted):
            hint = f"a quotation may have {pair.limits.quotation} words: quote less of it"
        yield Problem(article.where(first), message, hint)


def _share(pair: Pair, article: ComparedText, source: list[str]) -> Iterator[Problem]:
    """A problem when too much of the article stands in the source, quoted or not."""
    lengths = matched(source, [word.text for word in article.words])
    shared = [index for index, count in enumerate(lengths) if count >= SHINGLE]
    total = len(lengths) - SHINGLE + 1
    if shared and 100 * len(shared) > pair.limits.share * total:
        share = -(-100 * len(shared) // total)
        message = (
            f"{share} % of the text is word for word in {pair.source}, in stretches of {SHINGLE} words or more, "
            f"and {pair.limits.share} % are allowed"
        )
        yield Problem(article.where(shared[0] - SHINGLE + 1), message, "retell more of it, and quote less")


def _quoted(article: ComparedText) -> list[tuple[int, int]]:
    """First and last word of each quotation that has any."""
    starts = [word.start for word in article.words]
    spans = [(bisect_left(starts, begin), bisect_left(starts, end) - 1) for begin, end in quotations(article.prose)]
    return [(first, last) for first, last in spans if first <= last]


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that share no word with one before them."""
    kept: list[tuple[int, int]] = []
    for first, last in found:
        if len(kept) == MOST_SHOWN:
            break
        if all(last < begin or end < first for begin, end in kept):
            kept.append((first, last))
    return sorted(kept)


def _pairs(site: Site, tree: SourceTree, limits: QuoteLimits) -> Iterator[Pair]:
    for article in sorted(site.articles, key=lambda article: article.path):
        slugs = [citation.publication for citation in article.citations]
        for path, slug in extracts(tree, article.path, slugs):
            source = site.sources[slug]
            yield Pair(tree.files[article.path], tree.files[path], source.name, limits_for(source, limits))


def limits_for(source: Publication, limits: QuoteLimits) -> QuoteLimits:
    """How close an article may be to a source: what sources.yaml says, else the settings."""
    words = limits.words if source.quote_words is None else source.quote_words
    share = limits.share if source.quote_share is None else source.quote_share
    return QuoteLimits(words, share, limits.quotation)


def _with_bytes(pair: Pair) -> tuple[Pair]:
    """The pair with its bytes: workers see no disk."""
    article, extract = (replace(file, content=file.read()) for file in (pair.article, pair.extract))
    return (replace(pair, article=article, extract=extract),)
