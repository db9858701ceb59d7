"""What an editor waits for: the preview's first page, and from a save to the page that shows it.

Each preview is asked over and over until it gives what was saved; the pauses between saves have random lengths, since a
server may look for changes at fixed times. All previews run side by side, and take turns.
"""

from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from bench.contenders import Absent
from bench.corpus import BenchArticle, article
from bench.runs import environment, rotated
from bench.scenarios import Workplace

if TYPE_CHECKING:
    from playwright.sync_api import Page

STARTS = 5
LOG = "preview.log"
TIMEOUT_SECONDS = 120
ASK_AGAIN_SECONDS = 0.002
PAUSE_SECONDS = (0.5, 1.5)


@dataclass(slots=True)
class PreviewCost:
    """Seconds of one contender's preview: from the start to the first page, from saves to what shows them."""

    contender: str
    first_page: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Running:
    """A running preview."""

    place: Workplace
    process: subprocess.Popen[bytes]
    port: int
    began: float

    @property
    def page(self) -> str:
        """Return the path of the article that is edited."""
        return f"/articles/{_edited(self.place).slug}/"

    def shows(self, path: str, words: str = "") -> float:
        """Return the time at which a page contains the text."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        asked = time.perf_counter()
        while self.process.poll() is None and time.perf_counter() - asked < TIMEOUT_SECONDS:
            try:
                wire.request("GET", path)
                answer = wire.getresponse()
                if words.encode() in answer.read() and answer.status == 200:
                    wire.close()
                    return time.perf_counter()
            except (OSError, HTTPException):
                wire.close()
            time.sleep(ASK_AGAIN_SECONDS)
        said = (self.place.folder / LOG).read_text(encoding="utf-8", errors="replace")[-400:]
        raise TimeoutError(f"{self.place.contender.name} does not show {words!r} at {path}: {said}")


def measure_previews(
    places: Sequence[Workplace], edits: int, note: Callable[[str], None]
) -> tuple[list[PreviewCost], list[Absent]]:
    """What every contender's preview cost in so many saves, and what could not be measured, with the reason.

    The caches are those that builds have left.
    """
    costs = {place.contender.name: PreviewCost(place.contender.name) for place in places}
    for turn in range(STARTS):
        for place in rotated(places, turn):
            note(f"preview: start {turn + 1} of {STARTS}, {place.contender.name}")
            with _running(place) as preview:
                costs[place.contender.name].first_page.append(preview.shows("/") - preview.began)
    with ExitStack() as stack:
        previews = [stack.enter_context(_running(place)) for place in places]
        for preview in previews:
            preview.shows(preview.page)
        for turn in range(edits):
            for preview in rotated(previews, turn):
                note(f"preview: save {turn + 1} of {edits}, {preview.place.contender.name}")
                served = _saved(preview, partial(preview.shows, preview.page))
                costs[preview.place.contender.name].served.append(served)
        absent = _in_a_browser(previews, costs, edits, note)
    return list(costs.values()), absent


def _in_a_browser(
    previews: Sequence[Running], costs: dict[str, PreviewCost], edits: int, note: Callable[[str], None]
) -> list[Absent]:
    """Measure from save to screen, each preview in its own tab; if there is no browser, return the reason."""
    try:
        from playwright.sync_api import sync_playwright

        from tools.browser import ARGUMENTS, find_browser
    except ModuleNotFoundError:
        return [Absent("Chromium", "playwright is not installed")]
    path = find_browser()
    if path is None:
        return [Absent("Chromium", "not found")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        tabs = {}
        for preview in previews:
            tabs[preview.port] = browser.new_context().new_page()
            tabs[preview.port].goto(f"http://127.0.0.1:{preview.port}{preview.page}")
        for turn in range(edits):
            for preview in rotated(previews, turn):
                note(f"preview: save {turn + 1} of {edits} in a browser, {preview.place.contender.name}")
                visible = _saved(preview, partial(_visible, tabs[preview.port]))
                costs[preview.place.contender.name].visible.append(visible)
        browser.close()
    return []


def _visible(tab: Page, words: str) -> float:
    """Return the time at which a tab shows the text."""
    tab.get_by_text(words).first.wait_for(timeout=TIMEOUT_SECONDS * 1000)
    return time.perf_counter()


def _saved(preview: Running, shown: Callable[[str], float]) -> float:
    """Return the seconds from a save, after a pause, until its text is shown."""
    words = f"An afterthought, number {next(preview.place.edits)}."
    file = preview.place.folder / preview.place.contender.article_file(_edited(preview.place))[0]
    text = file.read_text(encoding="utf-8")
    time.sleep(random.uniform(*PAUSE_SECONDS))
    began = time.perf_counter()
    file.write_text(f"{text}\n{words}\n", encoding="utf-8")
    return shown(words) - began


@contextmanager
def _running(place: Workplace) -> Iterator[Running]:
    """Start the contender's preview on its own port; stop it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = place.contender.preview(place.folder, port) if place.contender.preview else []
    with (place.folder / LOG).open("ab") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=place.folder,
            env=environment(place.contender),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        yield Running(place, process, port, began)
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def _edited(place: Workplace) -> BenchArticle:
    return article(place.articles // 2)
