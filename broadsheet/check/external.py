"""Links that lead off the site, tried one after the other at each host. Never part of a build: it needs the network.

Polite: one request at a time and a pause at each host, HEAD before GET, nothing asked again that was fine in the last
weeks, and a limit to how many are tried in one run; the rest is tried in the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from time import sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..errors import Problem, Where, warning
from .facts import Facts

AGENT = "Broadsheet-link-check/1 (a newsletter looks whether its sources are still there)"
FINE_FOR_SECONDS = 14 * 86_400
FAILED_FOR_SECONDS = 86_400
MOST_AT_ONCE = 300
HOSTS_AT_ONCE = 6
TIMEOUT_SECONDS = 15
PAUSE_SECONDS = 1.0
MOVED_FOR_GOOD = (301, 308)
NO_HEAD = (400, 403, 404, 405, 406, 501, 503)  # some servers answer HEAD like this and GET well
FORBIDDEN = (401, 403, 429, 999)  # answers that programs get and people do not


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said: a status, or 0 and why there was none; target: where it sends readers; at: epoch seconds."""

    status: int
    target: str
    fault: str
    at: int

    def is_fresh(self, now: int) -> bool:
        """Whether asking again can wait."""
        age = now - self.at
        return 0 <= age < (FINE_FOR_SECONDS if 200 <= self.status < 300 else FAILED_FOR_SECONDS)


def check_external(
    pages: Mapping[str, Facts], cache: Path, *, now: int, most: int = MOST_AT_ONCE, pause_seconds: float = PAUSE_SECONDS
) -> tuple[list[Problem], int, int]:
    """What is wrong with outgoing links, how many were tried now and how many are left for the next run."""
    home = pages["index.html"].canonical if "index.html" in pages else ""
    found: dict[str, str] = {}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://")) and not (home and link.startswith(home)):
                found.setdefault(link.partition("#")[0], path)
    known = _load(cache)
    due = sorted(url for url in found if url not in known or not known[url].is_fresh(now))
    fresh = _ask_all(due[:most], now, pause_seconds)
    known = {url: answer for url, answer in {**known, **fresh}.items() if url in found}
    _save(cache, known)
    problems = [
        warning(Where(f"site/{found[url]}"), f'the link to "{url}" {fault}', hint)
        for url, answer in sorted(known.items())
        for fault, hint in _judged(answer)
    ]
    return problems, len(due[:most]), max(len(due) - most, 0)


def _judged(answer: Answer) -> list[tuple[str, str]]:
    if answer.status == 0:
        return [(f"gets no answer: {answer.fault}", "try it in a browser")]
    if answer.status in MOVED_FOR_GOOD:
        return [("has moved for good", f'write "{answer.target}"')]
    if answer.status >= 400 and answer.status not in FORBIDDEN:
        return [(f"is answered with {answer.status}", "find its new address, or say that it is gone")]
    return []


def _ask_all(urls: Iterable[str], now: int, pause_seconds: float) -> dict[str, Answer]:
    """The answers for some addresses; hosts at the same time, each host's addresses one by one."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(urlsplit(url).netloc, []).append(url)

    def ask_host(host: str) -> list[tuple[str, Answer]]:
        answers = []
        for number, url in enumerate(by_host[host]):
            sleep(pause_seconds if number else 0)
            answers.append((url, ask(url, now)))
        return answers

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        return {url: answer for answers in pool.map(ask_host, by_host) for url, answer in answers}


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_open: Callable[..., Any] = build_opener(_NoRedirects).open


def ask(url: str, now: int) -> Answer:
    """What the host answers for an address; redirects are answers, not followed."""
    answer = Answer(0, "", "", now)
    for method in ("HEAD", "GET"):
        answer = _request(url, method, now)
        if answer.status and answer.status not in NO_HEAD:
            break
    return answer


def _request(url: str, method: str, now: int) -> Answer:
    request = Request(url, method=method, headers={"User-Agent": AGENT, "Accept": "text/html, */*;q=0.5"})
    try:
        with _open(request, timeout=TIMEOUT_SECONDS) as answer:
            return Answer(answer.status, "", "", now)
    except HTTPError as error:
        with error:
            return Answer(error.code, urljoin(url, error.headers.get("Location", "")), "", now)
    except (URLError, HTTPException, OSError, ValueError) as error:
        return Answer(0, "", str(getattr(error, "reason", error))[:100], now)


def _load(cache: Path) -> dict[str, Answer]:
    """The answers that were kept; a damaged file is as good as none."""
    try:
        kept = json.loads(cache.read_bytes())
        return {url: Answer(int(a[0]), str(a[1]), str(a[2]), int(a[3])) for url, a in kept.items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return {}


def _save(cache: Path, answers: Mapping[str, Answer]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    kept = {url: [a.status, a.target, a.fault, a.at] for url, a in sorted(answers.items())}
    beside = cache.with_name(cache.name + ".new")
    beside.write_text(json.dumps(kept, indent=0, ensure_ascii=False), encoding="utf-8")
    beside.replace(cache)


def summary(tried: int, left: int) -> str:
    """What was done, for people."""
    return f"{tried} outgoing links tried" + (f", {left} left for the next time" if left else "") + "."
