"""A new newsletter: settings, pages, a first article as a draft, and what editors and publishing need around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .json_schema import schema_files
from .new_article import in_yaml

SCHEMAS = ".vscode/schemas"
_FOLDER = Path(__file__).parent / "starter"
_FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"<<(\w+)>>")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of a newsletter that is to be started."""

    title: str
    url: str
    """The address of the site; empty if it is not known yet."""
    language: str
    publisher: str
    id: str
    """Of the first article."""
    date: str
    version: str
    """Of Broadsheet."""
    requirement: str
    """From where Broadsheet is installed, as a line of requirements.txt."""


def has_texts(language: str) -> bool:
    """Whether there are pages in this language; a newsletter in another one starts from English pages."""
    return _texts(language).is_file()


def newsletter_files(start: Start) -> dict[str, str]:
    """Return the files of a new newsletter by path."""
    texts = _texts(start.language) if has_texts(start.language) else _texts("en")
    files = _sections((_FOLDER / "common.txt").read_text(encoding="utf-8"))
    files |= _sections(texts.read_text(encoding="utf-8"))
    values = _values(start)
    files = {path: _PLACEHOLDER.sub(lambda found: values[found[1]], text) for path, text in files.items()}
    return files | {f"{SCHEMAS}/{name}": text for name, text in schema_files().items()}


def update_schemas(root: Path) -> bool:
    """Write the schemas of a newsletter again if they are of another version; return whether they were."""
    folder = root / SCHEMAS
    outdated = {
        folder / name: text
        for name, text in (schema_files() if folder.is_dir() else {}).items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    }
    for file, text in outdated.items():
        file.write_text(text, encoding="utf-8", newline="\n")
    return bool(outdated)


def _texts(language: str) -> Path:
    return _FOLDER / f"{language.lower().partition('-')[0]}.txt"


def _sections(text: str) -> dict[str, str]:
    parts = _FILE.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _values(start: Start) -> Mapping[str, str]:
    return {
        "title": in_yaml(start.title),
        "title_text": _MARKDOWN.sub(r"\\\1", start.title),
        "base_url": f"base_url: {start.url}" if start.url else "# base_url: https://…",
        "language": start.language,
        "publisher": in_yaml(start.publisher),
        "publisher_text": _MARKDOWN.sub(r"\\\1", start.publisher),
        "id": start.id,
        "date": start.date,
        "version": start.version,
        "requirement": start.requirement,
    }
