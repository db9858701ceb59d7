"""What happens to a newsletter before a build: first build, no change, or one of three edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.contenders import Contender
from bench.corpus import article


@dataclass(slots=True)
class Workplace:
    """One contender's folder; owns the numbers of its next article and next edit while the bench runs."""

    contender: Contender
    folder: Path
    articles: int
    attic: Path
    edits: count[int] = field(default_factory=count)

    @property
    def output(self) -> Path:
        """Return the folder of the built site."""
        return self.folder / self.contender.output

    def write_article(self, number: int) -> Path:
        """Return the file of a new article."""
        path, text = self.contender.article_file(article(number))
        target = self.folder / path
        target.write_text(text, encoding="utf-8")
        return target

    def put_away(self, *names: str) -> None:
        """Move what is there elsewhere. Deleting it would slow down the next writes on some disks."""
        for name in names:
            if (self.folder / name).exists():
                (self.folder / name).rename(self.attic / f"{self.contender.name}-{name}-{next(self.edits)}")


def prepare(contender: Contender, folder: Path, articles: int, attic: Path) -> Workplace:
    """Make a folder with the contender's settings and templates, and the corpus in its format."""
    place = Workplace(contender, folder, articles, attic)
    folder.mkdir(parents=True)
    contender.set_up(folder)
    (folder / contender.article_file(article(1))[0]).parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, articles + 1):
        place.write_article(number)
    return place


def _cold(place: Workplace) -> None:
    place.put_away(place.contender.output, *place.contender.caches)


def _no_change(place: Workplace) -> None:
    pass


def _body_edit(place: Workplace) -> None:
    path = place.folder / place.contender.article_file(article(place.articles // 2))[0]
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\nAn afterthought, number {next(place.edits)}.\n")


def _new_article(place: Workplace) -> None:
    place.articles += 1
    place.write_article(place.articles)


def _template_edit(place: Workplace) -> None:
    path = place.folder / place.contender.template
    before = path.read_text(encoding="utf-8")
    after = before.replace("</footer>", f"<p>Edit {next(place.edits)}</p></footer>", 1)
    if after == before:
        raise ValueError(f"{path} holds no </footer>")
    path.write_text(after, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named change; `change` applies it to a workplace."""

    name: str
    change: Callable[[Workplace], None]
    needs_template: bool = False


SCENARIOS = {
    "cold": Scenario("cold", _cold),
    "no-change": Scenario("no change", _no_change),
    "body": Scenario("one body edit", _body_edit),
    "new": Scenario("one new article", _new_article),
    "template": Scenario("one template edit", _template_edit, needs_template=True),
}
