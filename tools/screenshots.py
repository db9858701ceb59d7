"""Takes the screenshots for docs/screenshots: python -m tools.screenshots

The newsletter of this repository, built for a fixed day, on a phone and on a desktop, by day and by night. The pictures
have a palette of few colours: they are small, and the same pages give the same bytes with the same browser and fonts.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tools.browser import ARGUMENTS, find_browser
from tools.serving import served

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
AS_OF = "2026-11-24"
COLOURS = 32
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
PAGES = {
    "home": "/",
    "article": "/articles/ant-group-ai-medicine/",
    "topic": "/topics/newsroom/",
    "search": "/search/?q=feed",
}
README = ("home", "desktop", "light")  # is home.png too


def main() -> None:
    path = find_browser()
    if path is None:
        sys.exit("No Chromium was found; see python -m tools.browser")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="broadsheet-screenshots-") as temporary:
        site = Path(temporary) / "site"
        build = [sys.executable, "build.py", "--quiet", "--as-of", AS_OF, "--output", str(site)]
        subprocess.run(build, cwd=ROOT, check=True)
        with served(site) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            for name, page in PAGES.items():
                for size in SIZES:
                    for scheme in ("light", "dark"):
                        data = small(picture(browser, url + page, SIZES[size], scheme))
                        (FOLDER / f"{name}-{size}-{scheme}.png").write_bytes(data)
                        if (name, size, scheme) == README:
                            (FOLDER / f"{name}.png").write_bytes(data)
            browser.close()


def picture(browser: Browser, url: str, size: tuple[int, int], scheme: str) -> bytes:
    """Return the first screen of a page as PNG."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.evaluate("document.activeElement.blur()")
    data = page.screenshot()
    context.close()
    return data


def small(png: bytes) -> bytes:
    """Return the same picture with few colours."""
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
