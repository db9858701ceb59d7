"""The benchmark: the same articles for everybody, and costs that are counted."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import parts, report
from bench.contenders import CONTENDERS, ROOT, Contender, is_installed
from bench.corpus import article
from bench.previews import PreviewCost
from bench.runs import MEASURE, Cost


def test_articles_are_the_same_on_every_machine_and_version() -> None:
    """Figures of last year can be compared. Change this digest only together with all figures."""
    digest = hashlib.sha256()
    for number in range(1, 201):
        digest.update(repr(article(number)).encode())

    assert digest.hexdigest()[:16] == "50f9d8ca1ff0428c"


def test_an_article_has_about_five_kilobytes() -> None:
    """The size that the figures in the README speak of."""
    sizes = [len(article(number).body) for number in range(1, 201)]

    assert 4_500 < sum(sizes) / len(sizes) < 6_000


def test_a_link_leads_to_an_article_that_is_in_the_corpus() -> None:
    """Every third article links to one with a lower number."""
    slugs = [article(number).slug for number in range(1, 61)]

    linking = article(60)

    assert linking.earlier in slugs[:-1]
    assert f"[in an earlier piece]({linking.earlier}.md)" in linking.body_with_link("{slug}.md")


@pytest.mark.parametrize("name", ["broadsheet", "hugo", "pelican", "eleventy"])
def test_all_make_pages_of_the_same_parts(name: str, tmp_path: Path) -> None:
    """An article, the home page and a topic's list hold what the table asks, but for what it lets a peer off."""
    tools = ROOT / ".bench" / "tools"
    if not is_installed(name, tools):
        pytest.skip(f"{name} is not here; `make bench` installs it, and asks the same before it measures")
    contender = CONTENDERS[name](tools)
    assert isinstance(contender, Contender)

    assert parts.lacking(contender, tmp_path / "its") == []


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    """What is taken out of a page is missed, and nothing else is; of an empty page all is."""
    ours = CONTENDERS["broadsheet"](ROOT)
    assert isinstance(ours, Contender)
    parts.lacking(ours, tmp_path / "ours")
    page = parts.page_file(ours, tmp_path / "ours", "article").read_text()

    def without(pattern: str) -> list[str]:
        shorter, count = re.subn(pattern, "", page, flags=re.DOTALL)
        assert count == 1
        return parts.absent_parts("article", shorter.encode())

    assert without("<details>.*</details>") == ["contents", "headings to jump to"]
    assert without('<section class="related">.*</section>') == ["related"]
    assert without('<link rel="canonical"[^>]*>') == ["canonical"]
    assert without('"identifier":"[^"]*",') == ["policy for the data", "data: identifier"]
    assert without("border-block-start:.3rem solid var[(]--accent[)];") == ["policy"]
    assert len(parts.absent_parts("article", b"<p>")) == len(parts.ARTICLE) + len(parts.DATA) + 1


def test_what_is_not_asked_is_in_the_table() -> None:
    """Nobody is let off a part that has another name by now."""
    assert [name for name in parts.NOT_ASKED if name[1] not in parts.PAGES[name[0]][1]] == []


def test_the_processes_of_a_command_are_added_up() -> None:
    """Two children that hold 40 MB each count as more than one of them."""
    child = "import time; held = bytes(1) * 40_000_000; time.sleep(0.4)"
    both = (
        "import subprocess, sys\n"
        f"children = [subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in 'ab']\n"
        "for each in children: each.wait()\n"
    )
    command = [sys.executable, "-I", "-S", MEASURE, "--memory", sys.executable, "-c", both]

    cost = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert cost["exit"] == 0
    assert cost["wall"] >= 0.4
    if Path("/proc/self/smaps_rollup").exists():
        assert cost["memory"] > 80_000_000


def test_a_table_gives_medians_and_ratios() -> None:
    """The ratio is ours divided by theirs, of medians."""
    ours = Cost("Broadsheet", "cold", (1.0, 3.0, 2.0), (1.0, 1.0, 1.0), 50_000_000, 10, 10, 10, 2_000)
    theirs = Cost("Peer", "cold", (8.0, 7.0, 9.0), (1.0, 1.0, 1.0), 90_000_000, 10, 10, 10, 2_000)

    *_, first, second = report.tables(1000, [ours, theirs]).splitlines()

    assert first.split() == "| Broadsheet | 2.000 | 1.000–3.000 | 1.000 | 50 | 10 | 10 | 10 | 2 | |".split()  # noqa: SIM905
    assert second.split() == "| Peer | 8.000 | 7.000–9.000 | 1.000 | 90 | 10 | 10 | 10 | 2 | 0.25 |".split()  # noqa: SIM905


def test_previews_have_a_table_of_their_own() -> None:
    """Medians in milliseconds, spans and ratios; what was not measured stays empty."""
    ours = PreviewCost("Broadsheet", [0.5, 0.3, 0.4], [0.05, 0.07, 0.06])
    theirs = PreviewCost("Peer", [4.0, 4.0, 4.0], [0.6, 0.5, 0.7])

    *_, first, second = report.tables(1000, [], [ours, theirs]).splitlines()

    assert first.split() == "| Broadsheet | 400 | 300–500 | | 60 | 50–70 | | | | |".split()  # noqa: SIM905
    assert second.split() == "| Peer | 4,000 | 4,000–4,000 | 0.10 | 600 | 500–700 | 0.10 | | | |".split()  # noqa: SIM905
