"""The same pages as Broadsheet's as far as Pelican makes them: article, lists of 10, topics, sources, months, feed."""

import base64
import hashlib
import json
import re
from collections import deque
from pathlib import Path

SITENAME = "The Bench"
SITEURL = "https://bench.example"
PATH = "content"
ARTICLE_PATHS = ["articles"]
OUTPUT_PATH = "output"
THEME = "theme"
THEME_STATIC_DIR = "static"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%B %d, %Y"
DEFAULT_PAGINATION = 10
FORMATTED_FIELDS = []  # a summary is text
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.codehilite": {"css_class": "highlight"},
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.toc": {},  # ids for headings
    },
    "output_format": "html5",
}

ARTICLE_URL = "articles/{slug}/"
ARTICLE_SAVE_AS = "articles/{slug}/index.html"
CATEGORY_URL = "sources/{slug}/"
CATEGORY_SAVE_AS = "sources/{slug}/index.html"
TAG_URL = "topics/{slug}/"
TAG_SAVE_AS = "topics/{slug}/index.html"
AUTHOR_SAVE_AS = ""
MONTH_ARCHIVE_SAVE_AS = "archive/{date:%Y}/{date:%m}/index.html"
MONTH_ARCHIVE_URL = "archive/{date:%Y}/{date:%m}/"
ARCHIVES_SAVE_AS = "archive/index.html"
CATEGORIES_SAVE_AS = "sources/index.html"
TAGS_SAVE_AS = "topics/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
DIRECT_TEMPLATES = ["index", "tags", "categories", "archives", "sitemap"]
PAGINATION_PATTERNS = (
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

FEED_DOMAIN = SITEURL
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False

STYLE = {kind: Path(f"{kind}.css").read_text() for kind in ("article", "list")}
STYLE_HASH = {
    kind: "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    for kind, style in STYLE.items()
}
HOUSE = {"@type": "NewsMediaOrganization", "name": SITENAME, "url": f"{SITEURL}/"}

_heading = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>')
_around = {}
_minutes = {}


def _neighbours(article, articles):
    """The article's older and newer neighbour and three older ones on its first topic, found for all at once."""
    if not _around:
        older, recent = None, {}
        for each in reversed(articles):
            _around[each.slug] = [older, None, tuple(recent.get(each.tags[0].name, ()))]
            if older is not None:
                _around[older.slug][1] = each
            for tag in each.tags:
                recent.setdefault(tag.name, deque(maxlen=3)).appendleft(each)
            older = each
    return _around[article.slug]


def _reading_minutes(article):
    """Minutes of reading, counted once for an article and all lists that show it."""
    if article.slug not in _minutes:
        _minutes[article.slug] = max(1, round(len(article.content.split()) / 230))
    return _minutes[article.slug]


def _structured_data(article, url):
    """What an article tells machines, as JSON."""
    source, topic, iso = article.category.name, article.tags[0], article.date.isoformat()
    data = {
        "@type": "NewsArticle",
        "identifier": article.identifier,
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.summary,
        "datePublished": iso,
        "dateModified": iso,
        "inLanguage": "en",
        "articleSection": [tag.name for tag in article.tags],
        "author": HOUSE,
        "publisher": HOUSE,
        "isBasedOn": [
            {
                "@type": "CreativeWork",
                "name": source,
                "url": article.source_url,
                "publisher": {"@type": "Organization", "name": source},
            }
        ],
        "creditText": f"From {source}; edited by {article.editor}",
    }
    steps = [(SITENAME, f"{SITEURL}/"), (topic.name, f"{SITEURL}/{topic.url}"), (article.title, None)]
    trail = [
        {"@type": "ListItem", "position": position, "name": name, **({"item": item} if item else {})}
        for position, (name, item) in enumerate(steps, 1)
    ]
    graph = [data, {"@type": "BreadcrumbList", "itemListElement": trail}]
    whole = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


JINJA_FILTERS = {
    "headings": _heading.findall,
    "neighbours": _neighbours,
    "reading_minutes": _reading_minutes,
    "structured_data": _structured_data,
}
