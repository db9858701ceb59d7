"""Compares Broadsheet with other generators on the same articles, and writes bench/RESULTS.md: make bench."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import parts, report
from bench.contenders import CONTENDERS, ROOT, Absent, Contender, from_checkout
from bench.previews import PreviewCost, measure_previews
from bench.runs import Cost, run_scenario
from bench.scenarios import SCENARIOS, prepare

RESULTS = Path(__file__).with_name("RESULTS.md")
FOREWORD = """\
# What a build costs

Written by `{command}`; each figure is the median of {runs} runs, in which the contenders took turns. Memory is the
highest sum over all processes at one time; like the changes on disk, it comes from one more run, which is not timed.
*Rewritten* files have a new inode or modification time; *changed* files have different bytes.
All make the same articles into pages, lists, topics, sources, an archive, a feed and a sitemap, with the same
parts in each page (bench/parts.py has the table, the exceptions and the reasons; it is checked before each run).
bench/peers/ has their settings and templates. Broadsheet makes some things more, such as the search lists, in the same
time.

In the tables of previews, *first page* is the time from the start of the command, with a filled cache, to the home
page; *served* is the time from a save until the article's page contains the change, requested every 2 ms; *visible* is
the same in a Chromium tab, which reloads by itself. Each is the median of {edits} saves (of 5 starts) with pauses of
random length, with all previews running at the same time.
"""


def main() -> int:
    options = _options()
    if options.corpus:
        return _write_corpus(options.corpus, options.articles[0])
    tools, work = ROOT / ".bench" / "tools", options.work or ROOT / ".bench"
    sections = []
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=work, ignore_cleanup_errors=True) as folder:
        found = [_complete(contender, Path(folder)) for contender in _contenders(options, tools)]
        contenders = [each for each in found if isinstance(each, Contender)]
        absent = [each for each in found if isinstance(each, Absent)]
        for articles in options.articles:
            costs, previews, losers = _measure(articles, contenders, options, Path(folder))
            absent += [each for each in losers if each not in absent]
            sections.append(report.tables(articles, costs, previews))
            print(f"\n{sections[-1]}\n", flush=True)
        _note("tidying up")
    facts = report.machine(contenders, absent)
    print(facts)
    if options.write:
        command = " ".join(["make bench", *([f'BENCH="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else [])])
        foreword = FOREWORD.format(command=command, runs=options.runs, edits=options.edits)
        RESULTS.write_text("\n\n".join([foreword.strip(), facts, *sections]) + "\n", encoding="utf-8")
    return 1 if any(peer.name == report.OURS for peer in absent) else 0


def _contenders(options: argparse.Namespace, tools: Path) -> list[Contender | Absent]:
    """Those asked for by name, and another checkout of ours if one is named."""
    found = [CONTENDERS[name](tools) for name in options.only]
    if options.against:
        head = ["git", "-C", str(options.against), "rev-parse", "--short", "HEAD"]
        commit = subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
        found.append(from_checkout(options.against.resolve(), f"before ({commit})", commit))
    return found


def _complete(found: Contender | Absent, folder: Path) -> Contender | Absent:
    """Return the contender if its pages have all required parts; the floor has no pages."""
    if isinstance(found, Absent) or not found.template:
        return found
    _note(f"looking for the parts of pages in what {found.name} makes")
    try:
        lacking = parts.lacking(found, folder / f"parts-{found.name}")
    except (OSError, subprocess.SubprocessError) as failed:
        return Absent(found.name, f"a build of {parts.ARTICLES} articles failed: {failed}")
    return Absent(found.name, f"its pages lack {', '.join(lacking)}") if lacking else found


def _write_corpus(folder: Path, articles: int) -> int:
    """Write the corpus in our own format, to inspect, profile or check what is built from it."""
    ours = CONTENDERS["broadsheet"](ROOT)
    assert isinstance(ours, Contender)
    prepare(ours, folder, articles, attic=folder)
    print(f"{folder} holds {articles:,} articles. Build it with: broadsheet --root {folder}")
    return 0


def _measure(
    articles: int, contenders: list[Contender], options: argparse.Namespace, folder: Path
) -> tuple[list[Cost], list[PreviewCost], list[Absent]]:
    """Return the cost of each contender in each scenario and as a preview, and those that failed, with the reason."""
    attic = folder / f"attic-{articles}"
    attic.mkdir()
    places = []
    for contender in contenders:
        _note(f"writing {articles:,} articles for {contender.name}")
        places.append(prepare(contender, folder / f"{articles}-{contender.name.strip('()').lower()}", articles, attic))
    costs: list[Cost] = []
    losers: list[Absent] = []
    for name in options.scenarios:
        scenario = SCENARIOS[name]
        running = [place for place in places if place.contender.template or not scenario.needs_template]
        measured, failed = run_scenario(scenario, running, options.runs, _note)
        costs += measured
        for place, words in failed:
            places = [other for other in places if other is not place]
            losers.append(Absent(place.contender.name, f"{scenario.name}, {articles:,} articles: {words}"))
    showing = [place for place in places if place.contender.preview]
    previews, without = measure_previews(showing, options.edits, _note) if options.edits and showing else ([], [])
    return costs, previews, losers + without


def _note(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
    else:
        print(words, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000], metavar="N")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--edits", type=int, default=20, metavar="N", help="saves in a preview; 0 leaves it out")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="measure another checkout of Broadsheet too")
    parser.add_argument("--work", type=Path, help="where the sites are built; .bench/ unless told, a tmpfs if you like")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="only write the articles, in our form, and stop")
    parser.add_argument("--no-write", dest="write", action="store_false", help="leave bench/RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
