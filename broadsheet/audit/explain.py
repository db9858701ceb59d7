"""Why a page is rendered again: which part of its key is another than at the last build, in words for an editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..build.history import Inputs, inputs_of, recorded_inputs, tree_of
from ..build.newsletter import read_newsletter
from ..build.remembered import BuildRequest
from ..build.renderer import input_keys, read_templates, site_digests
from ..cache.execute import BuildContext
from ..cache.stages import Stage
from ..core.engine_fingerprint import Engine
from ..core.errors import did_you_mean
from ..core.urls import site_path
from ..plan import plan_site
from ..plan.types import File, Ledger, Page, Plan
from ..render.jinja.environment import Closure
from ..render.jinja.templates import Templates
from ..source.scan import scan
from ..source.tree import SourceChanged, SourceTree
from ..views.common import ProseView

_LINES = 12  # of one view; a list that has moved by one place differs everywhere
_LETTERS = 60
_BEFORE_IT = 15  # letters shown before the place where two texts part
_NAMES = ("title", "name", "headline", "text", "url")  # what an entry of a list is called by


class NoSuchPage(Exception):
    """Neither the sources nor the last build has such a page; says what may have been meant."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with its templates."""

    plan: Plan
    templates: Templates

    @property
    def outputs(self) -> list[Page | File | Ledger]:
        """All that the plan holds."""
        return [*self.plan.pages, *self.plan.files, self.plan.ledger]

    def find(self, path: str) -> Page | File | Ledger | None:
        """The output with this path."""
        return next((out for out in self.outputs if out.path == path), None)


def explain(root: Path, request: BuildRequest, context: BuildContext, wanted: str) -> list[str]:
    """Lines that say what is new about a page since the last build, or else what was new for that build.

    wanted: its site path, the file it comes from or goes to, or its address. Raises NoSuchPage.
    """
    tree = scan(root, request.config)
    now, last, before = (
        inputs_of(tree, request),
        recorded_inputs(context.cache, Stage.LAST_INPUTS),
        recorded_inputs(context.cache, Stage.PREVIOUS_INPUTS),
    )
    planned_now = _planned(tree, request, context)
    if planned_now is None:
        return ["config.yaml has errors; fix them first (broadsheet check lists them)."]
    if last is None:
        _named(wanted, [planned_now])
        return ["There is no record of a last build, so there is nothing to compare with."]
    if last.engine != now.engine:
        path = _named(wanted, [planned_now])
        return [f"{path} is rendered again, as every page is:", *_indented(_engine(last.engine, now.engine))]
    planned_last = _replanned(last, root, context)
    path = _named(wanted, [planned_now, planned_last])
    changes = _compared(path, planned_last, planned_now)
    if changes:
        return [f"{path} has changed since the last build ({_moment(last.request.as_of)}):", *_indented(changes)]
    lines = [f"Nothing that {path} shows has changed since the last build ({_moment(last.request.as_of)})."]
    if before is None or planned_last is None:
        return lines
    if before.engine != last.engine:
        return [*lines, "That build rendered every page:", *_indented(_engine(before.engine, last.engine))]
    changes = _compared(path, _replanned(before, root, context), planned_last)
    return [*lines, "That build rendered it again:", *_indented(changes)] if changes else lines


def _planned(tree: SourceTree, request: BuildRequest, context: BuildContext) -> Planned | None:
    """The plan of a tree; None when its settings have errors."""
    newsletter = read_newsletter(tree, request, context)
    if not newsletter.is_config_valid:
        return None
    templates, _ = read_templates(tree, context)
    plan, _ = plan_site(newsletter)
    return Planned(plan, templates)


def _replanned(inputs: Inputs, root: Path, context: BuildContext) -> Planned | None:
    """The plan of a former build; None when the store has lost what it takes to make it again."""
    try:
        return _planned(tree_of(inputs, root), inputs.request, context)
    except SourceChanged:
        return None


def _named(wanted: str, plans: Sequence[Planned | None]) -> str:
    """The site path that is meant."""
    outputs = [out for planned in plans if planned for out in planned.outputs]
    paths = {out.path for out in outputs}
    plain = wanted.partition("#")[0].partition("?")[0]
    for planned in filter(None, plans):
        if plain.startswith(planned.plan.site.absolute_url):
            plain = plain.removeprefix(planned.plan.site.absolute_url)
            break
    guess = f"/{plain.lstrip('/')}"
    for path in (guess, f"{guess}/", site_path(guess.lstrip("/"))):
        if path in paths:
            return path
    by_source = {out.origin.path: out.path for out in outputs if isinstance(out, File)}
    by_source |= {file: path for planned in plans if planned for file, path in planned.plan.homes.items()}
    if plain.removeprefix("./") in by_source:
        return by_source[plain.removeprefix("./")]
    hint = did_you_mean(guess, paths) or 'write it as in "/about/"'
    raise NoSuchPage(f'the site has no page "{wanted}"; {hint}')


def _compared(path: str, old: Planned | None, new: Planned | None) -> list[str]:
    """What is new about one page."""
    if old is None or new is None:
        return ["the cache no longer holds what that build was made from, so what changed cannot be told"]
    before, after = old.find(path), new.find(path)
    if before is None or after is None:
        return [] if before is after else ["the page is gone" if after is None else "the page is new"]
    if isinstance(before, Ledger) or isinstance(after, Ledger):
        return [] if _same(old, new) else ["it lists every other file with its digest, and some of these have changed"]
    if isinstance(before, File) or isinstance(after, File):
        return list(_files(before, after))
    return [
        *_template(before, after, old.templates, new.templates),
        *(f"what all pages show: {line}" for line in _limited(differences(old.plan.site, new.plan.site))),
        *_limited(differences(before.view, after.view)),
    ]


def _same(old: Planned, new: Planned) -> bool:
    before, after = (
        (input_keys(site_digests(one.plan), one.plan.pages, one.templates), one.plan.files) for one in (old, new)
    )
    return before == after


def _files(before: Page | File, after: Page | File) -> Iterator[str]:
    if not isinstance(before, File) or not isinstance(after, File):
        yield "what was a page is now a copied file, or the reverse"
        return
    if before.source.path != after.source.path:
        yield f"it is copied from another file: {_arrow(before.source.path, after.source.path)}"
    if before.source.digest != after.source.digest:
        yield f"{after.source.path}, of which it is a copy, has other content"


def _engine(before: Engine, after: Engine) -> list[str]:
    """Which part of the engine is another."""
    lines = ["Broadsheet's own code is another"] if before.source != after.source else []
    if before.python != after.python:
        lines.append(f"Python: {_arrow(before.python.split()[0], after.python.split()[0])}")
    old, new = _versions(before.libraries), _versions(after.libraries)
    lines += [
        f"the library {name}: {_arrow(old.get(name, 'absent'), new.get(name, 'absent'))}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    return lines


def _versions(folders: tuple[str, ...]) -> dict[str, str]:
    """Versions by library, from folder names such as "jinja2-3.1.6.dist-info"."""
    split = [folder.rpartition(".")[0].partition("-") for folder in folders]
    return {name: version for name, _, version in split}


def _template(before: Page, after: Page, old: Templates, new: Templates) -> Iterator[str]:
    if before.template != after.template:
        yield f"it uses another template: {_arrow(before.template, after.template)}"
        return
    nothing = Closure("", ())
    was = dict(old.closures.get(before.template, nothing).sources)
    now = dict(new.closures.get(after.template, nothing).sources)
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            through = "" if name == after.template else f", which {after.template} needs"
            what = "is new" if name not in was else "is no longer used" if name not in now else "has changed"
            yield f"the template {name}{through}, {what}" if through else f"its template {name} {what}"


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """A line for each field in which two views differ: its dotted path, and the old and the new value, shortened."""
    if old == new and type(old) is type(new):
        return
    if isinstance(old, ProseView) and isinstance(new, ProseView) and old.document != new.document:
        yield f"{path}: the text itself"
        old = ProseView(new.document, old.urls, old.id_prefix)
    if is_dataclass(old) and type(old) is type(new):
        for field in fields(old):
            below = f"{path}.{field.name}" if path else field.name
            yield from differences(getattr(old, field.name), getattr(new, field.name), below)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _entries(old, new, path)
    else:
        yield f"{path}: {_arrow(_shown(old), _shown(new))}"


def _entries(old: tuple[Any, ...], new: tuple[Any, ...], path: str) -> Iterator[str]:
    """Entries that have come, gone or changed; those of the same name are compared with each other."""
    was, now = {_name(entry): entry for entry in old}, {_name(entry): entry for entry in new}
    if len(old) == len(new) and was.keys() != now.keys():
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{path}[{number}]")
        return
    came, gone = [name for name in now if name not in was], [name for name in was if name not in now]
    if came:
        yield f"{path}: new in the list: {_listed(came)}"
    if gone:
        yield f"{path}: no longer in the list: {_listed(gone)}"
    told = [
        line
        for number, entry in enumerate(new)
        if _name(entry) in was
        for line in differences(was[_name(entry)], entry, f"{path}[{number}]")
    ]
    yield from told
    if not (came or gone or told):
        yield f"{path}: the order, or entries of the same name"


def _name(entry: Any) -> str:
    """What an entry is known by: most have an address, which stays when the words change."""
    if not is_dataclass(entry):
        return str(entry)
    known = {name: getattr(entry, name) for name in _NAMES if hasattr(entry, name)}
    return str(known.get("url") or next(iter(known.values()), entry))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"{len(value)} entries"
    return str(value) if not is_dataclass(value) else f'"{_name(value)}"'


def _arrow(old: str, new: str) -> str:
    """Both values, cut to the place where they part."""
    start = 0
    if max(len(old), len(new)) > _LETTERS:
        same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        start = max(same - _BEFORE_IT, 0)
    return f"{_cut(old, start)} → {_cut(new, start)}"


def _cut(text: str, start: int) -> str:
    """A stretch of a text, on one line."""
    stretch = text[start : start + _LETTERS].replace("\n", "⏎")
    return f"{'…' if start else ''}{stretch}{'…' if len(text) > start + _LETTERS else ''}"


def _limited(lines: Iterator[str]) -> list[str]:
    found = list(lines)
    more = len(found) - _LINES
    return [*found[:_LINES], f"and {more} more"] if more > 0 else found


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
