"""The same sources give the same bytes: in any folder, time zone, locale, order of files, hash seed, number of jobs."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from broadsheet.cache.execute import INLINE_BELOW
from tests.cost import HANG_SECONDS
from tests.sites import HOUSE_TEMPLATES, REPOSITORY

NOON = "1795521600"  # 2026-11-24T12:00Z
COUNT = 200


def of_the_house() -> dict[str, bytes]:
    """The repository's own newsletter."""
    places = [REPOSITORY / "config.yaml", *(REPOSITORY / "content").rglob("*"), *(REPOSITORY / "templates").rglob("*")]
    return {str(path.relative_to(REPOSITORY)): path.read_bytes() for path in sorted(places) if path.is_file()}


def invented() -> dict[str, bytes]:
    """A newsletter with something of everything, and enough of it for the worker processes."""
    config = """\
title: Малые новости
language: ru
timezone: Europe/Moscow
base_url: https://small.example/news/
page_size: 7
promos:
  academy: {label: От издателя, title: Курсы, text: Учимся., url: "https://academy.example/"}
"""
    found: dict[str, bytes] = {
        "config.yaml": config.encode(),
        "content/topics.yaml": b"".join(b"t%d: {title: Topic %d}\n" % (n, n % 5) for n in range(5)),
        "content/static/CNAME": b"small.example\n",
        "content/pages/about.md": "---\ntitle: О нас\naliases: [/Кто-мы/]\n---\nМы.\n".encode(),
    }
    for number in range(COUNT):
        folder = f"content/articles/{number % 3}/{number}"
        found[f"{folder}/index.md"] = _article(number).encode()
        found[f"{folder}/photo.png"] = _picture(number % 10)
    return found | {path: data for path, data in HOUSE_TEMPLATES.items() if path not in found}


def _article(number: int) -> str:
    return f"""\
---
id: urn:uuid:00000000-0000-4000-8000-{number:012}
title: "Новость {number}: о «малых» моделях"
date: 2026-{number % 10 + 1:02}-{number % 28 + 1:02} 0{number % 10}:30
updated: 2026-12-01T00:00:30-09:30
topics: [t{number % 5}, t{number % 3}]
source: {{name: Газета № {number % 4}, published: 2026-10-25T01:30+00:00}}
ai: {{role: summarised}}
aliases: [/Старое/{number}/]
image: {{src: photo.png, alt: Снимок}}
promo: academy
---
Первый абзац с [ссылкой](../../{(number + 1) % COUNT % 3}/{(number + 1) % COUNT}/index.md) и "кавычками"[^1].

## Почему это важно

```python
print({{"a", "b"}}, {number})
```

![Снимок](photo.png "Подпись")

[^1]: Сноска {number}.
"""


def _picture(shade: int) -> bytes:
    """A PNG of 16 by 9 pixels in one shade of grey."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes([shade]) * 16) * 9
    header = struct.pack(">IIBBBBB", 16, 9, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def put(sources: Mapping[str, bytes], folder: Path, *, backwards: bool = False) -> Path:
    """The folder, with the files made in the order of their names or against it."""
    for path in sorted(sources, reverse=backwards):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(sources[path])
    return folder


def published(
    root: Path, *, jobs: int = 1, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Every output of a build in a process of its own."""
    usual = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": NOON}
    done = subprocess.run(
        [sys.executable, REPOSITORY / "build.py", "--root", root, "--jobs", str(jobs), "--json"],
        cwd=cwd,
        env={**os.environ, **usual, **(environment or {})},
        capture_output=True,
        timeout=HANG_SECONDS,
    )
    result = json.loads(done.stdout)
    assert result["ok"], (result["problems"], done.stderr)
    assert result["reused"] == 0
    site = root / "site"
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


Sources = dict[str, bytes]
Outputs = dict[str, bytes]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sources, Outputs]:
    """The repository's newsletter, and the site it gives."""
    sources = of_the_house()
    return sources, published(put(sources, tmp_path_factory.mktemp("ours")))


def same(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> None:
    """Says which paths differ rather than showing all their bytes."""
    assert sorted(one) == sorted(other)
    assert [path for path in one if one[path] != other[path]] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Kathmandu"},
        {"TZ": "America/St_Johns"},
        {"LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},  # where "I".lower() is a letter of its own
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "PYTHONUTF8": "0", "PYTHONOPTIMIZE": "1"},
        {"HOME": "/nonexistent", "USER": "nobody", "COLUMNS": "20"},
    ],
    ids=lambda environment: " ".join(f"{name}={value}" for name, value in environment.items()),
)
def test_the_environment_does_not_matter(
    environment: dict[str, str], ours: tuple[Sources, Outputs], tmp_path: Path
) -> None:
    """Nothing of the machine gets into the site."""
    sources, site = ours

    same(published(put(sources, tmp_path), environment=environment), site)


def test_the_folder_does_not_matter(ours: tuple[Sources, Outputs], tmp_path: Path) -> None:
    """Neither where the newsletter lies nor from where it is built, nor files hidden in it."""
    sources, site = ours
    root = put(sources, tmp_path / "ещё одна папка" / "site")
    (root / "content/.hidden.md").write_text("not ours", encoding="utf-8")

    same(published(root, cwd=root / "content"), site)


def test_the_order_of_files_does_not_matter(ours: tuple[Sources, Outputs], tmp_path: Path) -> None:
    """Folders list their files in the order in which they were made, on some systems."""
    sources, site = ours

    same(published(put(sources, tmp_path, backwards=True)), site)


def test_a_large_newsletter_on_another_machine(tmp_path: Path) -> None:
    """All of it at once, and a pool of two workers in the place of one process."""
    sources = invented()
    site = published(put(sources, tmp_path / "here"))
    there = put(sources, tmp_path / "ещё одна папка", backwards=True)
    environment = {"TZ": "Pacific/Apia", "LC_ALL": "POSIX", "PYTHONHASHSEED": "7"}

    assert COUNT >= INLINE_BELOW  # else no pool would be started
    same(published(there, jobs=2, environment=environment), site)
