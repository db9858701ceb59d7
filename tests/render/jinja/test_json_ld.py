"""What pages tell search engines and social networks, held against the rules of those who read it.

On the newsletter of this repository and on one of 30 articles with pictures, so for every kind of page. The vocabulary
of schema.org comes as types with the npm package schema-dts, and TypeScript's compiler reads them.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree, html
from PIL import Image

from broadsheet.source.scan import scan
from broadsheet.source.tree import source_tree
from tests.cost import HANG_SECONDS
from tests.sites import HOUSE_TEMPLATES, REPOSITORY, built, outputs
from tools.npm import installed
from tools.sample import newsletter

SITES = ("newsletter", "sample")
SCHEMAS = REPOSITORY / "tests" / "render" / "jinja" / "schemas"
DATES = re.compile("date(Published|Modified|Created)")
ADDRESSES = re.compile("url|item|image|mainEntityOfPage|sameAs|.*Policy|publishingPrinciples|@id")
# https://ogp.me: what a page must say, and what belongs to which kind of page.
REQUIRED = {"og:title", "og:type", "og:url", "og:image", "og:description", "og:site_name"}
KNOWN = REQUIRED | {"og:image:width", "og:image:height", "og:image:alt"}
ARTICLE = {"article:published_time", "article:modified_time"}


@cache
def site(name: str) -> dict[str, bytes]:
    """The outputs of one of the two newsletters."""
    if name == "newsletter":
        return outputs(built(scan(REPOSITORY)))
    return outputs(built(source_tree(HOUSE_TEMPLATES | newsletter())))


def pages(name: str) -> Iterator[tuple[str, Any]]:
    """Each page with its document, but for redirects."""
    for path, data in site(name).items():
        if path.endswith(".html") and b'http-equiv="refresh"' not in data:
            yield path, html.fromstring(data)


def linked_data(name: str) -> dict[str, Any]:
    """The JSON-LD of each page that has any."""
    found = {}
    for path, page in pages(name):
        scripts = page.xpath("//script[@type='application/ld+json']/text()")
        assert len(scripts) <= 1, path
        if scripts:
            found[path] = json.loads(scripts[0])
    return found


def values(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value in linked data with the name of its property."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from values(value, key)
    elif isinstance(thing, list):
        for value in thing:
            yield from values(value, name)
    else:
        yield name, thing


@pytest.mark.parametrize("name", SITES)
def test_linked_data_uses_the_vocabulary_of_schema_org(name: str, tmp_path: Path) -> None:
    """Every type and every property exists, and every value is of a type that the property may have."""
    found = linked_data(name)
    kinds = {thing["@type"] for data in found.values() for thing in data.get("@graph", [data])}
    assert {"NewsArticle", "BreadcrumbList", "WebSite", "NewsMediaOrganization"} <= kinds

    assert compiled(found, tmp_path) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"headlin": "A slip"}, "headlin"),
        ({"@type": "NewsStory"}, "NewsStory"),
        ({"author": {"@type": "Place", "name": "A place"}}, "Place"),
        ({"isBasedOn": [{"@type": "CreativeWork", "datePublished": 2026}]}, "number"),
    ],
)
def test_a_planted_fault_in_linked_data_is_found(change: dict[str, Any], complaint: str, tmp_path: Path) -> None:
    """The check above can fail: for a property, a type, and a value of a wrong type."""
    article = next(data for data in linked_data("newsletter").values() if "@graph" in data)
    planted = {**article, "@graph": [{**article["@graph"][0], **change}]}

    assert complaint in "\n".join(compiled({"planted": planted}, tmp_path))


def compiled(found: dict[str, Any], folder: Path) -> list[str]:
    """What the compiler finds wrong with linked data, each page a constant."""
    try:
        modules = installed("schema") / "node_modules"
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("npm is not here, which fetches the vocabulary")
    (folder / "node_modules").symlink_to(modules)
    lines = ['import type { Graph, Thing, WithContext } from "schema-dts";']
    for number, (path, data) in enumerate(found.items()):
        kind = "Graph" if "@graph" in data else "WithContext<Thing>"
        lines.append(f"export const page{number}: {kind} = {json.dumps(data)}; // {path}")
    (folder / "data.ts").write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"]
    command = ["node", str(modules / "typescript" / "bin" / "tsc"), *options, "data.ts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout.splitlines() + done.stderr.splitlines()


@pytest.mark.parametrize("name", SITES)
def test_dates_and_addresses_in_linked_data_are_complete(name: str) -> None:
    """A moment has its zone, a day is a day, an address its host: types alone do not tell."""
    for path, data in linked_data(name).items():
        for key, value in values(data):
            assert value not in ("", None), (path, key)
            if DATES.fullmatch(key):
                moment = datetime.fromisoformat(value)
                assert moment.tzinfo is not None or len(value) == 10, (path, key, value)
            if ADDRESSES.fullmatch(key):
                parts = urlsplit(value)
                assert parts.scheme in ("http", "https") and parts.netloc, (path, key, value)


@pytest.mark.parametrize("name", SITES)
def test_cards_for_social_networks_follow_open_graph(name: str) -> None:
    """What https://ogp.me requires, once; what it knows, no more; a picture that is there, of the size that is said."""
    for path, page in pages(name):
        said = [(tag.get("property"), tag.get("content")) for tag in page.xpath("//head/meta[@property]")]
        properties = dict(said)
        if not page.xpath("//link[@rel='canonical']"):
            assert properties.keys() <= {"og:description"}, path  # not to be found, so not to be shared
            continue
        is_article = properties["og:type"] == "article"
        assert len(said) == len(properties) and all(value.strip() for value in properties.values()), path
        assert REQUIRED - {"og:description"} <= properties.keys() <= KNOWN | (ARTICLE if is_article else set()), path
        assert properties["og:type"] in ("article", "website")
        assert properties["og:url"] == page.xpath("string(//link[@rel='canonical']/@href)")
        assert ("article:published_time" in properties) == is_article
        for key in ARTICLE & properties.keys():
            assert datetime.fromisoformat(properties[key]).tzinfo is not None
        with Image.open(BytesIO(site(name)[urlsplit(properties["og:image"]).path[1:]])) as picture:
            size = (int(properties["og:image:width"]), int(properties["og:image:height"]))
            assert picture.size == size == (1200, 630), path
        assert len(properties["og:image:alt"]) <= 420
        assert page.xpath("string(//meta[@name='twitter:card']/@content)") == "summary_large_image"


@pytest.mark.parametrize("name", SITES)
def test_sitemaps_follow_their_schemas(name: str) -> None:
    """The protocol's and the news sitemap's; every page that may be indexed is there, and nothing else."""
    schema = etree.XMLSchema(file=str(SCHEMAS / "sitemap.xsd"))
    listed: set[str] = set()
    for path in ("sitemap.xml", "sitemap-news.xml"):
        document: Any = etree.fromstring(site(name)[path])
        schema.assertValid(document)
        found = {str(address) for address in document.xpath("//*[local-name()='loc']/text()")}
        assert found or (name, path) == ("newsletter", "sitemap-news.xml")  # it publishes nothing every two days
        listed |= found
    indexed = {str(address) for _, page in pages(name) for address in page.xpath("//link[@rel='canonical']/@href")}

    assert listed == indexed


@pytest.mark.parametrize(
    "entry",
    [
        "<loc>/articles/</loc>",
        "<loc>https://a.example/</loc><lastmod>2026-11-24T09:00:00</lastmod>",
        "<loc>https://a.example/</loc><lastmod>yesterday</lastmod>",
        "<lastmod>2026-11-24</lastmod><loc>https://a.example/</loc>",
        "<loc>https://a.example/ä</loc>",
        "<loc>https://a.example/</loc></url><url><loc>https://a.example/</loc>",
    ],
)
def test_a_planted_fault_in_a_sitemap_is_found(entry: str) -> None:
    """The schema can say no."""
    schema = etree.XMLSchema(file=str(SCHEMAS / "sitemap.xsd"))
    root = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'

    assert not schema.validate(etree.fromstring(f"{root}<url>{entry}</url></urlset>"))
