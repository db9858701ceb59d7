"""Checks built sites with Lighthouse: python -m tools.lighthouse [FOLDER …] [--runs 3] [--pages PART]

On an imitated telephone, with Debian's Chromium, one page of each kind, each --runs times; the medians are printed, and
what is not perfect is named. Without folders, the newsletter of this repository and the sample of 30 articles are built
first. Run it on a quiet machine: it measures time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tools import sample
from tools.browser import ARGUMENTS, find_browser
from tools.npm import installed
from tools.serving import served

# The kinds of pages by the shape of their addresses; of each the first one is tried.
KINDS = {
    "home": r"/",
    "older list": r"/page/\d+/",
    "article": r"/articles/[^/]+/",
    "topics": r"/topics/",
    "topic": r"/topics/[^/]+/",
    "sources": r"/sources/",
    "source": r"/sources/[^/]+/",
    "people": r"/people/",
    "person": r"/people/[^/]+/",
    "archive": r"/archive/",
    "year": r"/archive/\d+/",
    "month": r"/archive/\d+/\d+/",
    "search": r"/search/",
    "about": r"/about/",
    "how we work": r"/how-we-work/",
    "corrections": r"/corrections/",
    "subscribe": r"/subscribe/",
    "other language": r"/ru/articles/[^/]+/",
}
LCP_LIMIT = 800


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lighthouse", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pages", default="", help="only kinds whose name holds this")
    options = parser.parse_args()
    browser = find_browser()
    if browser is None:
        sys.exit("No Chromium was found; see python -m tools.browser")
    tool = installed("lighthouse") / "node_modules" / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory(prefix="broadsheet-lighthouse-") as temporary:
        folders = options.folders or sample.two_sites(Path(temporary))
        faults = [
            fault
            for folder in folders
            for name, path in pages(folder).items()
            if options.pages in name
            for fault in _measured(folder, name, path, [tool, browser], options.runs)
        ]
    print("\n".join(faults) or "Nothing to mend.")
    return 1 if faults else 0


def pages(folder: Path) -> dict[str, str]:
    """Return a page of each kind, by the name of the kind; of articles one with a picture and one without."""
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("index.html")):
        path = f"/{file.parent.relative_to(folder).as_posix()}/".replace("/./", "/")
        text = file.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' in text:
            continue
        for name, shape in KINDS.items():
            if re.fullmatch(shape, path):
                found.setdefault("article with picture" if name == "article" and "<img" in text else name, path)
    return found


def _measured(folder: Path, name: str, path: str, tools: list[Any], runs: int) -> list[str]:
    """Print the medians of a page; return what could be better."""
    with served(folder) as url:
        reports = [_report(url + path, *tools) for _ in range(runs)]
    scores = {
        key: median(100 * (report["categories"][key]["score"] or 0) for report in reports)
        for key in reports[0]["categories"]
    }
    numbers = {
        key: median(report["audits"][key]["numericValue"] for report in reports)
        for key in ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
    }
    paint, shift, blocking = numbers.values()
    marks = " ".join(f"{score:3.0f}" for score in scores.values())
    where = f"{folder.name} {name}"
    print(f"{where:32} {marks}  LCP {paint:4.0f}  CLS {shift:.3f}  TBT {blocking:3.0f}  {path}", flush=True)
    faults = [f"{where}: {key} {score:.0f}: {_lost(reports[0], key)}" for key, score in scores.items() if score < 100]
    return faults + ([f"{where}: LCP {paint:.0f}, CLS {shift:.3f}, TBT {blocking:.0f}"]
                     if paint > LCP_LIMIT or shift or blocking else [])  # fmt: skip


def _lost(report: dict[str, Any], category: str) -> str:
    """Return the audits that lower the score of a category."""
    audits = [report["audits"][ref["id"]] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    return ", ".join(audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 0.9)


def _report(url: str, tool: Path, browser: str, *, attempts: int = 3) -> dict[str, Any]:
    flags = " ".join(["--headless=new", *ARGUMENTS])
    command = ["node", str(tool), url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": browser}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        report: dict[str, Any] = json.loads(done.stdout)
        return report
    if attempts > 1:  # on a busy machine the browser may be too late for it
        return _report(url, tool, browser, attempts=attempts - 1)
    raise SystemExit(f"Lighthouse failed at {url}: {done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
