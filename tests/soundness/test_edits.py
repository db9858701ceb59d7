"""Incremental equals clean, on a real disk: after each of long random sequences of edits, whatever the clock says."""

from __future__ import annotations

import os
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from PIL import Image

from tests.newsroom import PLAIN, Newsroom, newsroom

RUNS, STEPS = 6, 40  # for each machine; the suite's promise is at least 300 steps in all

NAMES = st.sampled_from(["a", "b", "c", "d", "2026/e", "2026/f"])
TITLES = st.sampled_from(["Alpha", "Beta & co", "Гамма", "<b>", "{{ site }}", "Alpha", "First"])
PIECES = [
    "Some prose.",
    "## A heading",
    "- one\n- two",
    "To [the first](/articles/first/).",
    "See [it](a.md).",
    "![A picture](mark.png)",
    "```python\nx = 1\n```",
]
PROSE = st.lists(st.sampled_from([*PIECES, "A note.[^1]\n\n[^1]: The note."]), max_size=4, unique=True).map("\n\n".join)


def picture(grey: int) -> bytes:
    """A small PNG of one shade of grey."""
    file = BytesIO()
    Image.new("L", (8, 6), grey).save(file, "PNG")
    return file.getvalue()


PICTURES = [picture(40), picture(200)]
MOMENTS = st.sampled_from(
    [
        "2026-11-01T00:00+00:00",
        "2026-11-15T12:00+00:00",
        "2026-11-24T12:00+00:00",
        "2026-12-31T23:59+00:00",
        "2027-06-01",
    ]
)

OTHER_FILES: dict[str, list[str | None]] = {
    "content/topics.yaml": [None, "ai: AI\nmoney: Money\nlaw: Law\n", "ai: AI\nmoney: Cash\nlaw: {title: Law}\n"],
    "content/sources.yaml": [None, "wire: {name: The Wire}\nbloomberg-tech: Bloomberg Tech\n", "wire: Wire\n"],
    "content/people.yaml": ["anna: Anna\n", "anna: Anna B.\n", "anna: Anna\n", "anna: [\n"],
    "content/pages/about.md": [None, "---\ntitle: A\n---\nB.\n", "---\ntitle: C\n---\nB.\n"],
    "templates/static/mark.txt": [None, "one", "two"],
    "links.lock": [
        None,
        "https://b.example/x\n  status 404\n  archive https://copies.example/1\n",
        "https://b.example/x\n  status 200\n  archive https://copies.example/1\n",
    ],
    "content/articles/a.source.txt": [None, "What the source said."],
    "templates/style.css": ["p { margin: 1em }", "p { margin: 2em }"],
}
OTHER_CHANGES = [(path, text) for path, texts in OTHER_FILES.items() for text in texts]


@st.composite
def articles(draw: st.DrawFn) -> str:
    """The text of an article, now and then with a mistake in it."""
    lines = [
        f"title: '{draw(TITLES)}'",
        f"date: 2026-{draw(st.sampled_from([10, 11, 12]))}-{draw(st.integers(1, 28)):02}",
    ]
    topics = draw(st.lists(st.sampled_from(["ai", "money", "law"]), max_size=2, unique=True))
    lines.append(f"topics: [{', '.join(topics)}]")
    for line in draw(
        st.lists(
            st.sampled_from(
                [
                    "source: Wire",
                    "source: {name: Bloomberg Tech, url: 'https://b.example/x'}",
                    "draft: true",
                    "summary: A summary.",
                    "editor: anna",
                    "image: {src: mark.png, alt: A mark}",
                    "aliases: [/old/]",
                    "updated: 2026-12-30",
                    "slug: fixed",
                ]
            ),
            max_size=3,
            unique_by=lambda text: text.partition(":")[0],
        )
    ):
        lines.append(line)
    if draw(st.integers(0, 19)) == 13:
        lines.append("colour: red")
    return "---\n" + "\n".join(lines) + f"\n---\n{draw(PROSE)}\n\nThe end.\n"


class Edits(RuleBasedStateMachine):
    """One edit, one build: the published folder is that of a clean build in another folder."""

    steps = published = 0
    edits_per_build = 1

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="broadsheet-edits-"))
        self.news: Newsroom = newsroom(self.folder)
        self.edits = self.bad_in_a_row = 0
        for where in ("", "2026/"):
            self.news.write(f"content/articles/{where}mark.png", PICTURES[0])
        self.news.assert_sound()
        self.good = self.news.sources()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def done(self) -> None:
        """After an edit."""
        self.edits += 1
        if self.edits % self.edits_per_build == 0:
            type(self).steps += 1
            is_good = self.news.assert_sound()["ok"]
            type(self).published += is_good
            self.bad_in_a_row = 0 if is_good else self.bad_in_a_row + 1
            if is_good:
                self.good = self.news.sources()
            elif self.bad_in_a_row == 2:
                self.go_back()

    def go_back(self) -> None:
        """To the sources of the last good build, as with git: else most builds would only show that errors stop."""
        for path in self.news.sources().keys() | self.good.keys():
            self.news.write(path, self.good.get(path))
        self.bad_in_a_row = 0

    @rule(name=NAMES, text=articles())
    def write_an_article(self, name: str, text: str) -> None:
        self.news.write(f"content/articles/{name}.md", text)
        self.done()

    @rule(name=NAMES, prose=st.sampled_from(PIECES))
    def add_to_an_article(self, name: str, prose: str) -> None:
        file = self.news.root / f"content/articles/{name}.md"
        if file.exists():
            file.write_text(f"{file.read_text(encoding='utf-8')}\n{prose}\n\nThe end.\n", encoding="utf-8")
        self.done()

    @rule(name=NAMES, letters=st.sampled_from("xyz"))
    def exchange_a_letter_behind_the_back_of_the_clock(self, name: str, letters: str) -> None:
        """The file has its size, its inode and its times as before, but another letter in it."""
        file = self.news.root / f"content/articles/{name}.md"
        if file.exists():
            before = file.stat()
            with file.open("r+b") as opened:
                opened.seek(-2, 2)
                opened.write(letters.encode())
            assert file.stat().st_size == before.st_size
            set_times(file, before.st_mtime_ns)
        self.done()

    @rule(name=NAMES, days=st.integers(-400, 400))
    def touch_an_article(self, name: str, days: int) -> None:
        """Other times, back or ahead, and nothing else."""
        file = self.news.root / f"content/articles/{name}.md"
        if file.exists():
            set_times(file, file.stat().st_mtime_ns + days * 86_400 * 10**9)
        self.done()

    @rule(name=NAMES)
    def delete_an_article(self, name: str) -> None:
        self.news.write(f"content/articles/{name}.md", None)
        self.done()

    @rule(old=NAMES, new=NAMES)
    def rename_an_article(self, old: str, new: str) -> None:
        """Over another one, if it is there; its times go with it."""
        source, target = (self.news.root / f"content/articles/{name}.md" for name in (old, new))
        if source.exists():
            target.parent.mkdir(exist_ok=True)
            source.replace(target)
        self.done()

    @rule(one=NAMES, other=NAMES)
    def let_two_articles_change_places(self, one: str, other: str) -> None:
        """Every inode, size and time is one that was there before, at another path."""
        first, second = (self.news.root / f"content/articles/{name}.md" for name in (one, other))
        if first.exists() and second.exists() and first != second:
            aside = self.news.root / "aside"
            first.replace(aside)
            second.replace(first)
            aside.replace(second)
        self.done()

    @rule(change=st.sampled_from(OTHER_CHANGES))
    def write_another_file(self, change: tuple[str, str | None]) -> None:
        self.news.write(*change)
        self.done()

    @rule(data=st.sampled_from([*PICTURES * 4, None]), where=st.sampled_from(["", "2026/"]))
    def write_a_picture(self, data: bytes | None, where: str) -> None:
        self.news.write(f"content/articles/{where}mark.png", data)
        self.done()

    @rule(
        text=st.builds(
            "title: {}\nbase_url: https://{}.example/\npage_size: {}\nlanguage: {}\ntimezone: {}\n{}{}".format,
            st.sampled_from(["Small News", "Other News"]),
            st.sampled_from([*["small", "other"] * 4, "small.example/news//.."]),
            st.integers(1, 3),
            st.sampled_from(["en", "ru"]),
            st.sampled_from(["UTC", "Asia/Tokyo"]),
            st.sampled_from([*[PLAIN] * 8, ""]),
            st.sampled_from(["", "tagline: Twice a week\n", "navigation: [{title: About, url: /about/}]\n"]),
        )
    )
    def write_the_settings(self, text: str) -> None:
        self.news.write("config.yaml", text)
        self.done()

    @rule(
        name=st.sampled_from(["404.html", "base.html", "article.html", "list.html", "page.html"]),
        mark=st.sampled_from([*["<!-- one -->", "<!-- two -->", "{{ site.title }}"] * 4, "{{ page.nothing }}"]),
    )
    def add_to_a_template(self, name: str, mark: str) -> None:
        file = self.news.root / "templates" / name
        if file.exists():
            text = file.read_text(encoding="utf-8").partition("\n{# added #}")[0]
            file.write_text(f"{text}\n{{# added #}}{mark}", encoding="utf-8")
        self.done()

    @rule(moment=MOMENTS)
    def set_the_clock(self, moment: str) -> None:
        """Ahead or back."""
        self.news.as_of = moment
        self.done()

    @rule()
    def publish_drafts_or_not(self) -> None:
        self.news.is_with_drafts = not self.news.is_with_drafts
        self.done()

    @rule()
    def lose_the_site(self) -> None:
        shutil.rmtree(self.news.site, ignore_errors=True)
        self.done()

    @rule()
    def change_nothing(self) -> None:
        self.done()


class SeveralEdits(Edits):
    """As people work: some edits, then a build."""

    edits_per_build = 3


def set_times(file: Path, modified_ns: int) -> None:
    """Sets the modification time."""
    os.utime(file, ns=(modified_ns, modified_ns))


@pytest.mark.parametrize(("machine", "factor"), [(Edits, 1), (SeveralEdits, 3)])
def test_every_build_after_any_edits_equals_a_clean_one(machine: type[Edits], factor: int) -> None:
    """Byte for byte in the published folder, with the same problems told; with errors, the old site stays."""
    machine.steps = machine.published = 0
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS * factor, phases=(Phase.generate, Phase.shrink), deadline=None
        ),
    )
    assert machine.steps >= 200
    assert machine.published >= machine.steps / 2
