"""What reading an article costs, stage by stage: `python -m bench.reading [FOLDER]`.

FOLDER holds a newsletter; without it, 100 articles are made up. For each article the least of 25 runs counts, so that
other work on the machine shows little.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from broadsheet.content.article import article_of
from broadsheet.content.front_matter import read_parts
from broadsheet.content.reading import read_content_file
from broadsheet.content.settings import makeshift_settings
from broadsheet.markdown.parse import parse_markdown, parse_without_fast_path
from broadsheet.schema.yaml import read_mapping
from broadsheet.source.tree import source_tree

from .corpus import article

RUNS = 25
T = TypeVar("T")


def main() -> None:
    """Print a line for each stage."""
    settings = makeshift_settings(source_tree({}))
    files = list(source_tree(_from_folder(Path(sys.argv[1])) if len(sys.argv) > 1 else _made_up()))
    parts = [halves for halves in (read_parts(file)[0] for file in files) if halves]
    _show("reading, all of it", lambda file: read_content_file(file, settings), files)
    _show("  decoding, front matter cut off", read_parts, files)
    _show("  front matter as YAML", lambda half: read_mapping(half.front, "a.md"), parts)
    _show("  front matter as an article", lambda half: article_of(half, "a.md", settings), parts)
    _show("  prose", lambda half: parse_markdown(half.body, "en"), parts)
    _show("  prose by markdown-it alone", lambda half: parse_without_fast_path(half.body, "en"), parts)


def _show(stage: str, work: Callable[[T], object], inputs: Iterable[T]) -> None:
    least = [min(_seconds(work, given) for _ in range(RUNS)) for given in inputs]
    print(f"{stage:34}{sum(least) / len(least) * 1e6:8.1f} µs")


def _seconds(work: Callable[[T], object], given: T) -> float:
    begun = perf_counter()
    work(given)
    return perf_counter() - begun


def _from_folder(folder: Path) -> dict[str, bytes | str]:
    paths = sorted((folder / "content/articles").rglob("*.md"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def _made_up() -> dict[str, bytes | str]:
    return {f"content/articles/{number}.md": _front_matter(number) + article(number).body for number in range(1, 101)}


def _front_matter(number: int) -> str:
    made = article(number)
    lines = [f'title: "{made.title}"', f"slug: {made.slug}", f"date: {made.date.isoformat()}"]
    source = f'source:\n  name: "{made.source}"\n  url: "{made.source_url}"'
    return "\n".join(["---", *lines, f'summary: "{made.summary}"', source, "---", ""])


if __name__ == "__main__":
    main()
