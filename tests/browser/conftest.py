"""A newsletter with every kind of page, served on the loopback with its own headers, and a browser to read it with."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from broadsheet.core.manifest import media_type
from tests.sites import built, outputs, tree
from tools.browser import ARGUMENTS, find_browser

SITE = """\
-- config.yaml --
title: Small News
tagline: News of small things.
base_url: https://small.example/
page_size: 5
navigation:
  - {title: Topics, url: /topics/}
  - {title: Archive, url: /archive/}
  - {title: Search, url: /search/}
  - {title: About, url: /about/}
promos:
  course: {label: From our publisher, title: Learn it, text: A course., url: "https://courses.example/"}
languages:
  ru:
    title: Малые новости
    tagline: Новости о малом.
-- content/topics.yaml --
ai: {title: Machines that learn, description: What they can and cannot do., languages: {ru: {title: Машины}}}
money: {title: Money, description: Who pays.}
-- content/sources.yaml --
wire: {name: The Wire, url: "https://wire.example/", description: An agency., licence: CC BY 4.0, paywall: true}
post: {name: The Post}
-- content/people.yaml --
jane: {name: Jane Doe, role: Editor, bio: Edits what machines write., url: "https://jane.example/"}
-- content/pages/about.md --
---
title: About
summary: Who we are.
updated: 2026-11-01
---
## One

Text.

## Two

Text.

## Three

Text.
-- content/articles/full.md --
---
id: urn:test:full
title: A story with everything
date: 2026-11-20T10:00Z
updated: 2026-11-21
topics: [ai, money]
summary: All that an article can hold.
editor: Jane Doe
promo: course
source: {ref: wire, url: "https://wire.example/a", title: The original, author: A. Writer, published: 2026-11-19}
ai: {role: summarised}
---
A first paragraph with a [link](https://else.example/), `code` and a note.[^1]

## A table

| Field | What it holds, in so many words that the table is wide | Number |
| --- | --- | ---: |
| First | Thewordsofthistablecannotbebrokenwell | 1,000,000 |

## A list

- one
- two

### Deeper

> Somebody said so.

```python
def f(x: int) -> str:  # a comment
    return "text"
```

## An end

Words.

[^1]: The note.
-- content/articles/ru.md --
---
id: urn:test:ru
title: История со всем
date: 2026-11-20T10:00Z
lang: ru
topics: [ai]
translation_of: full.md
---
Первый абзац.
"""


def article(number: int) -> str:
    """A plain article, one for each day of October."""
    topic, source = ("ai", "wire") if number % 2 else ("money", "post")
    return (
        f"-- content/articles/a{number}.md --\n---\nid: urn:test:{number}\ntitle: Café number {number}\n"
        f"date: {2026 - number % 2}-10-{number:02}T10:00Z\ntopics: [{topic}]\nsource: {{ref: {source}}}\n"
        f"summary: The summary of story {number}.\n---\nProse.\n"
    )


@dataclass
class Served:
    """Owns the server of one test module: where it is, and what it was asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site() -> Iterator[Served]:
    """The newsletter on a port of its own."""
    with serving(outputs(built(tree(newsletter())))) as served:
        yield served


def newsletter() -> str:
    """The newsletter as text."""
    return SITE + "".join(map(article, range(1, 13)))


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Served]:
    """These outputs on a port of their own, with the policy that their headers give."""
    policy = next(line for line in files["_headers"].decode().splitlines() if "Content-Security-Policy" in line)
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            plain = self.path.partition("?")[0]
            served.asked.append(self.path)
            path = plain.lstrip("/") + ("index.html" if plain.endswith("/") else "")
            data = files.get(path)
            self.send_response(404 if data is None else 200)
            kind = media_type(path) if data else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Security-Policy", policy.partition(": ")[2])
            body = files["404.html"] if data is None else data
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium here; `make test` finds or installs one")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab; a test fails when the browser complains about anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    path = os.environ.get("BROADSHEET_AXE") or ".tools/axe/node_modules/axe-core/axe.min.js"
    if not Path(path).is_file():
        pytest.skip("axe-core is not here; `make test` fetches it where npm is present")
    return Path(path).read_text(encoding="utf-8")
