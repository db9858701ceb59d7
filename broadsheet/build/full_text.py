"""Full text for the search page: an index for each year and language, made by Pagefind from the finished pages.

Pagefind's output is not the same bytes twice, so it is no page of the plan: it joins a finished build just before that
is published, and stays out of what is compared. A year whose pages are the same keeps the index it had.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import unquote

from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..content.model import Settings
from ..content.settings import load_settings
from ..core.digest import digest, digest_bytes
from ..core.errors import Problem
from ..core.manifest import Entry, Manifest, manifest, media_type
from ..core.urls import addresses
from ..plan.search import INDEX, LIST
from .ledger import PATH as LEDGER
from .ledger import with_files
from .remembered import BuildResult

# What is about an article rather than of it. A template may mark more with data-pagefind-ignore.
_ROOT, _LEFT_OUT = "main", "nav, details, aside, .side, .after"
_UNUSED = re.compile(r"pagefind-(component-ui|modular-ui|ui|highlight)\.(js|css)|wasm\.unknown\.pagefind")
_LONGEST_SECONDS = 600


class _Year(NamedTuple):
    """The articles of a year in a language: where their index goes, and their pages by path."""

    folder: str
    language: str
    pages: dict[str, Entry]


def with_full_text(result: BuildResult, config: str, base_url: str | None, context: BuildContext) -> BuildResult:
    """A build whose settings ask for it, with its indexes among the outputs; without a manifest if they fail."""
    if result.manifest is None or result.tree is None:
        return result
    settings, _ = load_settings(result.tree, config, base_url=base_url)
    assert settings is not None  # else there were no manifest
    if find_spec("pagefind_bin") is None:
        hint = 'install it with: pip install "pagefind[bin]"; or write "full_text: false"'
        return _failed(result, settings, 'full_text needs the package "pagefind"', hint)
    added: dict[str, bytes] = {}
    for year in _years(result.manifest, result, settings):
        try:
            added |= _index(year, result, context)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return _failed(result, settings, f"Pagefind could not index {year.folder}: {error}", "build again")
    ledger = result.read(LEDGER, result.manifest.entries[LEDGER])
    added[LEDGER] = with_files(ledger, {path: digest_bytes(data) for path, data in added.items()})
    entries = {path: Entry(digest_bytes(data), len(data), media_type(path)) for path, data in added.items()}

    def read(path: str, entry: Entry) -> bytes:
        return added[path] if path in added else result.read(path, entry)

    return replace(result, manifest=manifest({**result.manifest.entries, **entries}), read=read)


def _failed(result: BuildResult, settings: Settings, message: str, hint: str) -> BuildResult:
    return replace(
        result, manifest=None, problems=(*result.problems, Problem(settings.where("full_text"), message, hint))
    )


def _years(whole: Manifest, result: BuildResult, settings: Settings) -> Iterator[_Year]:
    """Every year of every language, as the lists of the search page name its articles."""
    root = addresses(settings.base_url).relative("/")
    languages = {language.lower(): language for language in settings.languages}
    found: dict[tuple[str, str], dict[str, Entry]] = {}
    for path, entry in whole.entries.items():
        if listed := LIST.fullmatch(f"/{path}"):
            content = json.loads(result.read(path, entry))
            urls = [content["prefix"] + row[0] for row in content["rows"]]
            paths = [f"{unquote(url.removeprefix(root))}index.html" for url in urls]
            pages = {page: whole.entries[page] for page in paths}
            found.setdefault((listed["prefix"], listed["year"]), {}).update(pages)
    for (prefix, year), pages in found.items():
        language = languages.get(prefix.strip("/"), settings.language)
        yield _Year(INDEX.format(prefix=prefix, year=year).lstrip("/"), language.split("-")[0].lower(), pages)


def _index(year: _Year, result: BuildResult, context: BuildContext) -> dict[str, bytes]:
    """The files of an index by path, from the cache if it holds them all."""
    pages = sorted((path, entry.digest) for path, entry in year.pages.items())
    key = digest("full text", version("pagefind_bin"), _ROOT, _LEFT_OUT, year.language, *pages)
    kept = context.cache.get_many(Stage.FULL_TEXT, [key]).get(key)
    names: dict[str, str] = json.loads(bytes(kept)) if kept is not None else {}
    files = {name: data for name, held in names.items() if (data := context.cache.read(held)) is not None}
    if not names or files.keys() != names.keys():
        files = _made(year, result)
        names = {name: digest_bytes(data) for name, data in files.items()}
        context.cache.write({names[name]: data for name, data in files.items()})
        context.cache.put_many(Stage.FULL_TEXT, {key: json.dumps(names).encode()})
    context.cache.touch(list(names.values()))
    return {year.folder + name: data for name, data in files.items()}


def _made(year: _Year, result: BuildResult) -> dict[str, bytes]:
    with TemporaryDirectory(prefix="broadsheet-text-") as temporary:
        site, out = Path(temporary, "site"), Path(temporary, "index")
        for path, entry in year.pages.items():
            file = site / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(result.read(path, entry))
        options = ["--root-selector", _ROOT, "--exclude-selectors", _LEFT_OUT, "--force-language", year.language]
        command = [
            sys.executable,
            "-m",
            "pagefind",
            "--silent",
            "--site",
            str(site),
            "--output-path",
            str(out),
            *options,
        ]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False
        )
        if done.returncode or not (out / "pagefind.js").is_file():
            raise ValueError((done.stderr or done.stdout).strip().rpartition("\n")[2] or f"code {done.returncode}")
        files = [file for file in sorted(out.rglob("*")) if file.is_file() and not _UNUSED.fullmatch(file.name)]
        return {file.relative_to(out).as_posix(): file.read_bytes() for file in files}
