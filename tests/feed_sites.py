"""Newsletters with feeds of every kind, for tests: a small one with everything in it, and a long one."""

from __future__ import annotations

from broadsheet.source.tree import SourceTree
from tests.sites import PICTURE, built, changed, outputs, tree

FULL = """\
-- config.yaml --
title: Small News
base_url: https://small.example/
share_cards: false
tagline: News that is small
feeds:
  hub: https://hub.example/
-- content/sources.yaml --
wire: {name: Wire, url: "https://wire.example/", feed: "https://wire.example/feed.xml", licence: CC BY 4.0}
post: Post
-- content/people.yaml --
zoe: {name: Zoë Editor, url: "https://zoe.example/"}
rev: Rex Reviewer
-- content/articles/a.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000a
title: AT&T <b>buys</b> "it"
date: 2026-11-01T10:00+03:00
updated: 2026-11-05T09:00+03:00
summary: 3 < 4 & more.
topics: [ai, Big money]
source:
  - {ref: wire, url: "https://wire.example/a?x=1&y=2", title: The piece, author: W. Writer, published: 2026-10-31}
  - {ref: post}
editor: zoe
ai: {role: summarised, tool: Tool, model: M1}
review: {by: rev, date: 2026-11-06, checked: [figures]}
image: {src: map.png, alt: A map, caption: The map., credit: "Photo: P"}
corrections:
  - {date: 2026-11-06T12:00+03:00, kind: correction, said: It was two., says: It was three.}
---
See [below](#part) and a note.[^1]

## Part

| a | b |
| --- | ---: |
| 1 | `x < y` |

![Again](map.png)

[^1]: Noted.
-- content/articles/b.md --
---
id: urn:uuid:00000000-0000-4000-8000-00000000000b
title: مرحبا
date: 2026-11-02T10:00Z
lang: ar
---
نص.
-- content/pages/subscribe.md --
---
title: Subscribe
---
Take a feed.
-- content/pages/corrections.md --
---
title: Corrections
---
What was wrong.
"""


def full(text: str = FULL) -> SourceTree:
    return changed(tree(text), {"content/articles/map.png": PICTURE})


def made(text: str = FULL) -> dict[str, bytes]:
    return outputs(built(full(text)))


def many(count: int, config: str = "") -> SourceTree:
    """A newsletter of `count` articles on one topic, an hour apart, with three to a feed."""
    articles = "".join(
        f"-- content/articles/n{number:04}.md --\n---\nid: urn:test:{number:04}\ntitle: Number {number}\n"
        f"date: 2026-{1 + number // 600:02}-{1 + number // 24 % 25:02}T{number % 24:02}:00Z\ntopics: [ai]\n---\n"
        f"Prose {number}.\n"
        for number in range(1, count + 1)
    )
    return tree(
        f"-- config.yaml --\ntitle: T\nbase_url: https://t.example/\nshare_cards: false\n"
        f"feeds:\n  length: 3\n{config}{articles}"
    )
