"""A newsletter of everything that has ever broken a feed, for tests: hostile titles, and all Markdown that we know."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_it.utils import read_fixture_file

from broadsheet.core.urls import is_external
from broadsheet.markdown.parse import parse_markdown

FIXTURES = Path(__file__).parent / "markdown" / "fixtures"
TITLES = (
    "<script>alert(1)</script>",
    "</title></item>",
    "<b>bold</b> & <i>it",
    "AT&T",
    "AT&amp;T",
    "&lt;b&gt;",
    "&nbsp;&#x3C;",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- x -->",
    "\u202eright to left\u202c",
    "مرحبا بالعالم",
    "שלום",
    "😀 👩‍👩‍👧 🇩🇪",
    "e\u0301\u0302",
    "日本語の見出し",
    "{{ site }} {% x %}",
    "\"quotes\" and 'more'",
    "a" * 300,
    "𝒳" * 100,
    "\u00a0\u00adsoft",
    "100% %0A %s {0}",
    "https://a.example/?x=1&y=2",
    "javascript:alert(1)",
    "\\x00 \\n",
    "\u2028line",
    "3 < 4 > 2",
)


def prose() -> list[str]:
    """The input of every Markdown fixture that can be published by itself."""
    texts = []
    for file in sorted(FIXTURES.glob("*.txt")):
        for _, _, text, _ in read_fixture_file(file):
            outline = parse_markdown(text, "en").outline
            leads_out = all(is_external(found.target) or found.target.startswith("#") for found in outline.references)
            if leads_out and not any(fault.is_error for fault in outline.faults):
                texts.append(text)
    return texts


def hostile_site(bodies: list[str] | None = None) -> str:
    """A site string: each title with each place that shows text, each body as an article of its own."""
    parts = ["-- config.yaml --\ntitle: 'News <b>&</b> co'\ntagline: 'A < B & C'\nbase_url: https://h.example/\n"
             "share_cards: false\n"
             "feeds: {length: 500, families: {topics: [rss, atom, json]}}\n"]  # fmt: skip
    texts = bodies if bodies is not None else []
    for number, title in enumerate((*TITLES, *(f"Body {index}" for index in range(len(texts))))):
        word = json.dumps(title, ensure_ascii=False)
        body = texts[number - len(TITLES)] if number >= len(TITLES) else f"Prose ]]> &lt;b> `{title}`"
        parts.append(
            f"-- content/articles/h{number:03}.md --\n---\nid: urn:uuid:00000000-0000-4000-8000-{number:012}\n"
            f"title: {word}\nslug: h{number}\nsummary: {word}\ntopics: [hostile]\n"
            f"date: 2026-{1 + number // 28:02}-{1 + number % 28:02}T10:00Z\n"
            f"source: {{name: {json.dumps('Wire ' + title[:200], ensure_ascii=False)}, url: 'https://w.example/{number}?a=1&b=2'}}\n---\n{body}\n"
        )
    return "".join(parts)
