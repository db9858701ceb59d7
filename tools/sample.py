"""Writes a newsletter of 30 articles with pictures, for viewing and measuring: python -m tools.sample FOLDER.

With --site it is built too, into FOLDER/site. It has every kind of page and what articles can hold: pictures of several
shapes and kinds, tables, code, notes, two languages with translations, a piece from right to left, editors, a logo.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

from PIL import Image, ImageDraw

from bench.corpus import article as corpus_article

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = 30
NEWEST = date(2026, 11, 23)
AS_OF = "2026-11-24"
CONFIG = """\
title: The Sample
tagline: Thirty invented stories with pictures, to look at and to measure
base_url: https://sample.example/
provenance: off
markdown_copies: true
language: en-GB
publisher: {name: Sample House, url: "https://house.example/", logo: /static/logo.png}
navigation:
  - {title: Topics, url: /topics/}
  - {title: Archive, url: /archive/}
  - {title: Search, url: /search/}
  - {title: Subscribe, url: /subscribe/}
  - {title: About, url: /about/}
promos:
  course: {label: From our publisher, title: Learn it, text: A course in ten parts., url: "https://courses.example/"}
languages:
  ru: {title: Образец, tagline: Тридцать выдуманных историй с картинками}
"""
PEOPLE = """\
jane: {name: Jane Doe, role: Editor, bio: Edits what machines write., url: "https://jane.example/"}
ivan: {name: Ivan Petrov, role: Reporter, bio: Looks things up.}
"""
PAGES = {"about": "About us", "how-we-work": "How we work", "corrections": "Corrections", "subscribe": "Subscribe"}
KINDS = ("correction", "clarification", "update")
LINK = re.compile(r"\[([^]]+)\]\(https:")
REST = """
A claim that needs a note.[^1] And `code` in a line of text, with a [link to elsewhere](https://else.example/page).

[^1]: The note, with [its own link](https://note.example/).
"""
RUSSIAN = """\
---
id: urn:sample:ru
title: Маленькие модели догоняют большие
date: 2026-11-23T09:00
summary: Что известно, откуда это известно и чего пока не знает никто.
lang: ru
topics: [chips]
translation_of: sample-1/index.md
---
Первый абзац о том, что произошло. Второе предложение объясняет, почему это важно.

## Что случилось

Подробности, которые стоит знать.
"""
ARABIC = """\
---
id: urn:sample:ar
title: النماذج الصغيرة تلحق بالكبيرة
date: 2026-11-12T09:00
summary: ما هو معروف ومن أين جاء.
lang: ar
topics: [chips]
source: {name: Harbour Wire, url: "https://harbour.example/ar"}
ai: {role: translated}
---
الفقرة الأولى تقول ما حدث ولماذا يهم القارئ.

## ماذا حدث

تفاصيل أخرى تستحق القراءة.
"""


def newsletter() -> dict[str, bytes]:
    """Return the files of the newsletter by path: the same bytes each time."""
    files = {
        "config.yaml": CONFIG.encode(),
        "content/people.yaml": PEOPLE.encode(),
        "content/articles/ru.md": RUSSIAN.encode(),
        "content/articles/ar.md": ARABIC.encode(),
        "templates/static/logo.png": _logo(),
    }
    for slug, title in PAGES.items():
        head = (
            f"---\ntitle: {title}\nslug: {slug}\nsummary: What readers should know of it.\nupdated: 2026-11-01\n---\n"
        )
        files[f"content/pages/{slug}.md"] = (head + corpus_article(len(title)).body_with_link("/")).encode()
    for number in range(1, ARTICLES + 1):
        folder = f"content/articles/sample-{number}"
        pictures = _pictures(number)
        files |= {f"{folder}/{name}": data for name, (data, _) in pictures.items()}
        alts = {name: alt for name, (_, alt) in pictures.items()}
        files[f"{folder}/index.md"] = _article(number, alts).encode()
    return files


def write(folder: Path) -> None:
    """Write the newsletter into a folder."""
    for path, data in newsletter().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def two_sites(folder: Path) -> Iterator[Path]:
    """Build the newsletter of this repository and the sample in a folder."""
    write(folder)
    for root, site in ((ROOT, folder / "newsletter"), (folder, folder / "sample")):
        command = [sys.executable, "build.py", "--quiet", "--root", str(root), "--output", str(site), "--as-of", AS_OF]
        subprocess.run(command, cwd=ROOT, check=True)
        yield site


def _article(number: int, alts: dict[str, str]) -> str:
    made = corpus_article(number)
    day = NEWEST - timedelta(days=3 * (number - 1))
    topics = [
        "chips" if number < 3 else "",
        *[topic.lower().replace(" ", "-") for topic in made.topics if topic != "Search"],
    ]
    source = (
        f'{{name: {made.source}, url: "{made.source_url}", author: A. Writer, published: {day - timedelta(days=1)}}}'
    )
    second = "{name: Second Draft, title: A paper that only its title is known of, licence: CC BY 4.0}"
    head = [
        f"id: urn:sample:{number}",
        f"title: {made.title!r}",
        f"date: {day}T09:00",
        f"summary: {made.summary!r}",
        f"topics: [{', '.join(dict.fromkeys(filter(None, topics)))}]",
        f"source: [{source}, {second}]"
        if number % 7 == 0
        else f"source: {source}"
        if number % 6
        else "author: Jane Doe",
        f"ai: {{role: {('summarised', 'translated', 'assisted')[number % 3]}}}" if number % 4 else "",
        f"editor: {('Jane Doe', 'Ivan Petrov')[number % 2]}" if number % 3 else "",
        f"updated: {day + timedelta(days=1)}" if number % 5 == 0 else "",
        "promo: course" if number % 2 else "",
        f"corrections: [{', '.join(_correction(day, kind) for kind in KINDS[: number // 8 + 1])}]"
        if number % 8 == 2
        else "",
        f'image: {{src: wide.jpg, alt: "{alts["wide.jpg"]}", caption: What it shows., credit: A. Painter}}'
        if "wide.jpg" in alts
        else "",
    ]
    figures = [f'![{alt}]({name} "A caption")' for name, alt in alts.items() if name != "wide.jpg"]
    body = made.body_with_link(f"../sample-{max(number - 1, 1)}/index.md")
    counter = count(1)  # two links with the same words have to lead to the same page (WCAG 2.4.9)
    body = LINK.sub(lambda found: f"[{found[1]} {next(counter)}](https:", body)
    return "\n".join(["---", *filter(None, head), "---", body, *figures, REST])


def _correction(day: date, kind: str) -> str:
    said = "It was 400 people." if kind == "correction" else ""
    return f'{{date: {day + timedelta(days=2)}, kind: {kind}, said: "{said}", says: "It was 4,000 people."}}'


def _pictures(number: int) -> dict[str, tuple[bytes, str]]:
    """Return the pictures of an article with their alternative texts: most have a lead image, some have more."""
    found = {}
    if number % 4:
        found["wide.jpg"] = (_photograph(number, 1600, 900), "Hills in the morning")
    if number % 3 == 0:
        found["chart.png"] = (_chart(number), "Bars that grow from left to right")
    if number % 5 == 0:
        found["tall.webp"] = (_photograph(number + 100, 700, 1000, "WEBP"), "A tower in mist")
    if number % 7 == 0:
        found["small.png"] = (_chart(number, 120, 60), "A small mark")
    return found


def _photograph(seed: int, width: int, height: int, kind: str = "JPEG") -> bytes:
    """Return soft colours with some grain, as large as a photograph."""
    chance = random.Random(seed)
    image = Image.frombytes("RGB", (8, 6), chance.randbytes(144)).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (width // 4, height // 4), chance.randbytes((width // 4) * (height // 4)))
    grain = grain.resize((width, height), Image.Resampling.BICUBIC).convert("RGB")
    return _file(Image.blend(image, grain, 0.12), kind)


def _chart(seed: int, width: int = 900, height: int = 500) -> bytes:
    chance = random.Random(seed)
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    step = width // 10
    for bar in range(10):
        top = height - round(height * (bar + 1 + chance.random()) / 12)
        draw.rectangle((bar * step + 2, top, (bar + 1) * step - 4, height), (138, 26, 43, 255))
    return _file(image, "PNG")


def _logo() -> bytes:
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((210, 10, 390, 190), (138, 26, 43, 255))
    return _file(image, "PNG")


def _file(image: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    image.save(file, kind, quality=85)
    return file.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.sample", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--site", action="store_true", help="build it too, into FOLDER/site")
    options = parser.parse_args()
    write(options.folder)
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(options.folder), "--as-of", AS_OF]
    return subprocess.run(command, check=False).returncode if options.site else 0


if __name__ == "__main__":
    sys.exit(main())
