"""A build of what was built before is remembered, and a file that looks the same is not read again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.build import pipeline
from broadsheet.build.pipeline import build_folder
from broadsheet.build.remembered import BuildRequest
from broadsheet.cache.cache import DiskCache, MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.cache.stages import Stage
from broadsheet.core.progress import NoProgress
from broadsheet.render.jinja import environment
from broadsheet.source import stat_cache as seen_module
from broadsheet.source.scan import scan
from broadsheet.source.stat_cache import load_stat_cache, save_stat_cache
from broadsheet.source.tree import THEME
from tests.sites import AS_OF, SMALL_SITE, built, changed, outputs, tree, without_drawings, written

SITE = tree(SMALL_SITE)


def test_an_unchanged_newsletter_is_neither_read_nor_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second build is the first one remembered: same manifest, same problems, nothing made."""
    store = MemoryCache()
    first = built(SITE, store=store)
    monkeypatch.setattr(pipeline, "make_site", None)
    second = built(SITE, store=store)

    assert second.manifest == first.manifest
    assert (second.problems, second.articles, second.reused) == (first.problems, 3, len(first.rendered))
    assert outputs(second) == {path: first.read(path, entry) for path, entry in first.manifest.entries.items()}  # type: ignore[union-attr]


def test_a_lost_page_is_made_again() -> None:
    """What is remembered but no longer kept costs time and nothing else."""
    store = MemoryCache()
    first = outputs(built(SITE, store=store))
    remembered = built(SITE, store=store)
    kept = {digest: data for digest, data in store.blobs.items() if b"<html" not in data}
    store.blobs.clear()
    store.blobs.update(kept)

    assert outputs(remembered) == first


@pytest.mark.parametrize("most", [1, 3])
def test_a_page_is_whole_however_its_pieces_are_put_together(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """A long one comes in several parts."""
    expected = outputs(built(SITE))
    monkeypatch.setattr("broadsheet.render.jinja.page.PIECES", most)

    assert outputs(built(SITE)) == expected


def test_an_edit_compiles_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of templates is in the store, also for a process that has never seen them."""
    store = MemoryCache()
    built(SITE, store=store)
    edited = changed(SITE, {"content/articles/a.md": SITE.files["content/articles/a.md"].read().decode() + "More.\n"})
    expected = outputs(built(edited))
    for kept in (environment.parsed, environment.compiled, environment.fast_environment):
        kept.cache_clear()
    monkeypatch.setattr("jinja2.Environment.compile", None)
    monkeypatch.setattr("jinja2.Environment.parse", None)
    result = built(edited, store=store)

    assert "/articles/first/" in result.rendered
    assert outputs(result) == expected


DATES = [datetime(2026, 11, day, 10, tzinfo=UTC) for day in (1, 2, 3, 20, 28)]


@given(st.lists(st.datetimes(datetime(2026, 10, 25), datetime(2026, 12, 5)), min_size=2, max_size=4))
def test_the_moment_counts_only_where_it_decides_something(moments: list[datetime]) -> None:
    """Builds at any moments, in any order, with a store give what builds without one give."""
    source = changed(
        without_drawings(SITE),
        {
            f"content/articles/s{number}.md": f"---\nid: urn:test:{number}\ntitle: S{number}\n"
            f"date: {moment.isoformat()}\n---\nText.\n"
            for number, moment in enumerate(DATES)
        },
    )
    store = MemoryCache()
    for moment in moments:
        as_of = moment.replace(tzinfo=UTC)
        incremental, clean = built(source, store=store, as_of=as_of), built(source, as_of=as_of)
        assert (outputs(incremental), incremental.due) == (outputs(clean), clean.due)


def test_a_moment_within_the_bounds_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build a minute later is the same build."""
    store = MemoryCache()
    built(SITE, store=store)
    monkeypatch.setattr(pipeline, "make_site", None)

    assert built(SITE, store=store, as_of=AS_OF + timedelta(minutes=1)).manifest


def later(path: Path, *, days: int) -> None:
    moment = path.stat().st_mtime + days * 86_400
    os.utime(path, (moment, moment))


@pytest.fixture
def newsletter(tmp_path: Path) -> Path:
    (tmp_path / ".broadsheet").mkdir()
    return written(SMALL_SITE, tmp_path)


def scanned(root: Path) -> dict[str, str]:
    """The digests of a scan that trusts the last one, and is trusted by the next."""
    seen = load_stat_cache(DiskCache(root / ".broadsheet"))
    found = scan(root, seen=seen)
    assert found.problems == ()
    save_stat_cache(DiskCache(root / ".broadsheet"), seen)
    return {file.path: file.digest for file in found}


def settle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets files count as settled at once."""
    monkeypatch.setattr(seen_module, "RACY_NS", -(10**15))


def test_files_that_look_the_same_are_not_read(newsletter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second scan opens no source."""
    settle(newsletter, monkeypatch)
    first = scanned(newsletter)
    monkeypatch.setattr("broadsheet.source.scan.digest_file", None)

    assert scanned(newsletter) == first


def test_an_edit_with_an_old_time_is_seen(newsletter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same size and same modification time: the time of the last change of status tells."""
    settle(newsletter, monkeypatch)
    scanned(newsletter)
    file = newsletter / "content/articles/a.md"
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"Some", b"Same"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert scanned(newsletter) == {file.path: file.digest for file in scan(newsletter)}


def test_a_file_that_has_just_changed_is_read_again(newsletter: Path) -> None:
    """Within the coarsest clock's tick a second change might not show: such looks are not kept."""
    scanned(newsletter)

    kept = load_stat_cache(DiskCache(newsletter / ".broadsheet")).files
    assert [path for path in kept if not path.startswith(THEME)] == []


def test_looks_of_another_python_are_not_trusted(newsletter: Path) -> None:
    """Whole by their checksum, but written in a way that this one cannot read."""
    DiskCache(newsletter / ".broadsheet").set_value(Stage.STAT_CACHE, b"?")

    assert load_stat_cache(DiskCache(newsletter / ".broadsheet")).files == {}


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_damaged_looks_are_not_trusted(newsletter: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None) -> None:
    """A cut or changed file costs time."""
    settle(newsletter, monkeypatch)
    first = scanned(newsletter)
    kept = newsletter / ".broadsheet/v2/stat_cache.value"
    data = kept.read_bytes()
    kept.write_bytes(data[:-1] + b"x" if damage is None else damage)

    assert load_stat_cache(DiskCache(newsletter / ".broadsheet")).files == {}
    assert scanned(newsletter) == first


def test_verify_reads_every_file(newsletter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that lies (as after a copy that kept all times) is found out by reading all."""
    settle(newsletter, monkeypatch)
    cache = DiskCache(newsletter / ".broadsheet")
    scanned(newsletter)
    seen = load_stat_cache(cache)
    size, changed_ns, status_ns, inode, _ = seen.files["content/articles/a.md"]
    seen.files["content/articles/a.md"] = (size, changed_ns, status_ns, inode, "0" * 64)
    save_stat_cache(cache, seen)
    context = BuildContext(cache, WorkerPool(1), NoProgress())

    result = build_folder(newsletter, BuildRequest(AS_OF), context, reads_all=True)

    assert outputs(result) == outputs(built(tree(SMALL_SITE)))
