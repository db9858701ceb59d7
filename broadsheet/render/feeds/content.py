"""The HTML of feed entries: self-contained, with sources and corrections, and only what feed readers keep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from ...markdown.document import fill
from ...views.common import CorrectionView, FigureView, ProseView
from ...views.feeds import FeedItemView, FeedMessagesView, FeedView
from ..prose import image_markup

# What feed readers keep; they strip classes, IDs, roles and styles, which are for our own pages.
_KEPT = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start",),
    "time": ("datetime",),
}
_ALWAYS_KEPT = ("lang", "dir")
_BACK_LINK = re.compile(r'\s*<a [^>]*class="footnote-backref"[^>]*>.*?</a>', re.DOTALL)
_FOOTNOTES = re.compile(r"<section[^>]*>")
_WITHOUT_MEANING = re.compile(r"</?(?:span|div|section|picture|source)(?:\s[^>]*)?>")
_WITH_ATTRIBUTES = re.compile(r"<([a-z][a-z0-9]*)\s([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z:-]+)="([^"]*)"')
_ALIGNMENT = re.compile(r"\balign-(left|right|center)\b")
# Not valid in XML (XML 1.0 §2.2), though articles may contain them; surrogates are rejected when they are read.
_NOT_XML = tuple(chr(code) for code in (*range(0x20), 0xFFFE, 0xFFFF) if code not in (0x09, 0x0A, 0x0D))


def clean_text(text: str) -> str:
    """The text without characters that are not valid in XML."""
    for char in _NOT_XML:  # a tenth of the time that a regular expression takes
        if char in text:
            text = text.replace(char, "")
    return text


def content(item: FeedItemView, feed: FeedView, documents: Mapping[str, str]) -> str:
    """The HTML of an entry: its full text, or its summary if that is what the feed carries."""
    html = documents[item.body.document] if item.body and feed.has_full_text else ""
    is_own_language = item.language == feed.language and item.direction == "ltr"
    return _content(item, html, feed.has_full_text, is_own_language, feed.messages)


def full_content(item: FeedItemView, messages: FeedMessagesView, documents: Mapping[str, str]) -> str:
    """The HTML of an entry with its full text, for use outside feeds."""
    return _content(item, documents[item.body.document] if item.body else "", True, True, messages)


@lru_cache(maxsize=256)  # the same entry is in several feeds and formats, which are often rendered together
def _content(
    item: FeedItemView, html: str, has_full_text: bool, is_own_language: bool, messages: FeedMessagesView
) -> str:
    parts = [f"<p><em>{escape(item.byline)}.</em></p>\n"] if item.byline else []
    is_notice = item.body is None
    parts += [_notice(one, messages) for one in item.corrections if one.is_first or is_notice]
    if has_full_text and item.body is not None:
        parts += [_figure(item.image.figure) if item.image else "", _prose(item.body, html)]
    elif item.body is not None:
        parts.append(f"<p>{escape(item.summary)}</p>\n")
    parts += [_notice(one, messages) for one in item.corrections if not (one.is_first or is_notice)]
    parts += _sources(item, messages)
    parts += [f"<p>{escape(text)}</p>\n" for text in (item.ai_note, item.review_note) if text]
    entry = clean_text("".join(parts))
    if is_own_language:
        return entry
    return f'<div lang="{escape(item.language)}" dir="{item.direction}">\n{entry}</div>\n'


def _notice(correction: CorrectionView, messages: FeedMessagesView) -> str:
    before = f"{messages.correction_before} {correction.said} {messages.correction_after} " if correction.said else ""
    title = escape(f"{correction.kind}, {correction.date.text}.")
    after = f" {messages.corrected_by.replace('{name}', correction.by)}" if correction.by else ""
    return f"<p><strong>{title}</strong> {escape(before + correction.says + after)}</p>\n"


def _figure(figure: FigureView) -> str:
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width and figure.height else ""
    words = " ".join(part for part in (figure.caption, figure.credit) if part)
    caption = f"<figcaption>{escape(words)}</figcaption>" if words else ""
    return f'<figure><img src="{escape(figure.url)}" alt="{escape(figure.alt)}"{size}>{caption}</figure>\n'


def _sources(item: FeedItemView, messages: FeedMessagesView) -> list[str]:
    """The sources as paragraphs, since feed readers do not show such metadata."""
    parts = []
    for source in item.sources:
        title = escape(source.title or source.name)
        if source.url:
            named = f'<a href="{escape(source.url)}">{title}</a>' + (
                f" ({escape(source.name)})" if source.title else ""
            )
        else:
            named = f"{title}. {escape(messages.no_source_link)}"
        licence = f" {escape(messages.licence)}: {escape(source.licence)}." if source.licence else ""
        parts.append(f"<p>{escape(messages.source)}: {named}{licence}</p>\n")
    return parts


def _prose(body: ProseView, html: str) -> str:
    images = {picture.slot: image_markup(picture, body.urls[picture.slot]) for picture in body.pictures}
    return fill(_plain(html), body.urls, images=images)


def _plain(html: str) -> str:
    """The HTML of a document, its slots still open, without what only our own pages need."""
    if "footnote-backref" in html:
        html = _BACK_LINK.sub("", html)
        html = _FOOTNOTES.sub("<hr>", html)
    html = _WITHOUT_MEANING.sub("", html)
    return _WITH_ATTRIBUTES.sub(_tag, html)


def _tag(found: re.Match[str]) -> str:
    name, attributes = found[1], found[2]
    kept = _KEPT.get(name, ())
    shown = [f' {key}="{value}"' for key, value in _ATTRIBUTE.findall(attributes) if key in kept or key in _ALWAYS_KEPT]
    if name in ("td", "th") and (aligned := _ALIGNMENT.search(attributes)):
        shown.append(f' align="{aligned[1]}"')  # obsolete in HTML, but feed readers keep it
    return f"<{name}{''.join(shown)}>"
