"""The real newsletter and the sample of 30 articles with pictures: every kind of page, as every reader gets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_pages import AXE
from tools import sample
from tools.lighthouse import pages
from tools.serving import served


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The folders of both sites by name."""
    yield {site.name: site for site in sample.two_sites(tmp_path_factory.mktemp("sites"))}


@pytest.mark.parametrize("name", ["newsletter", "sample"])
def test_every_kind_of_page_is_accessible(name: str, sites: dict[str, Path], browser: Browser, axe: str) -> None:
    """axe finds nothing at three widths in two schemes, nothing is wider than a small phone, no picture is missing."""
    kinds = pages(sites[name]) | {"not found": "/404.html", "results": "/search/?q=the"}
    assert len(kinds) >= 14
    faults: dict[str, Any] = {}
    context = browser.new_context(bypass_csp=True)
    tab = context.new_page()
    with served(sites[name]) as url:
        for kind, path in kinds.items():
            tab.goto(url + path)
            if kind == "results":
                expect(tab.locator("#found li")).not_to_have_count(0)
            tab.evaluate(axe + ";0")
            for width in (320, 768, 1280):
                tab.set_viewport_size({"width": width, "height": 900})
                if tab.evaluate("document.documentElement.scrollWidth") > width:
                    faults[f"{kind} {width}"] = "wider than the screen"
                for scheme in ("light", "dark"):
                    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    found = tab.evaluate(AXE)
                    faults |= {f"{kind} {width} {scheme}": found} if found else {}
            for picture in tab.locator("img").all():
                picture.scroll_into_view_if_needed()
                expect(picture).to_have_js_property("complete", True)
                if not picture.evaluate("(img) => img.naturalWidth"):
                    faults[f"{kind} picture"] = picture.get_attribute("src")
    context.close()

    assert sorted({str(fault) for fault in faults.values()}) == [], list(faults)
