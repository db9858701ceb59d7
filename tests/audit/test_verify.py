"""Verifying: a wrong page in the cache is found and named, and while rendering nothing reaches for disk or network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from broadsheet.audit.sandbox import IoDenied, no_io
from broadsheet.build.renderer import input_keys, view_keys
from broadsheet.cache.cache import DiskCache
from broadsheet.cache.stages import Stage
from broadsheet.commands import main as cli
from broadsheet.core.digest import digest, digest_bytes
from broadsheet.core.engine_fingerprint import engine_fingerprint
from broadsheet.core.serialize import decode, encode
from broadsheet.plan import plan_site
from broadsheet.render.jinja.environment import compiled
from broadsheet.render.jinja.templates import Examined
from broadsheet.render.worker import record_of
from tests.sites import AS_OF, REPOSITORY, SMALL_SITE, written


def run(root: Path, *arguments: str) -> int:
    return cli.main([*arguments, "--root", str(root), "--as-of", AS_OF.isoformat()])


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small newsletter that has been built."""
    assert run(written(SMALL_SITE, tmp_path), "build", "--quiet") == 0
    return tmp_path


def verified(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """How the command ends, and what it says."""
    capsys.readouterr()
    code = run(root, "verify")
    return code, capsys.readouterr().err


def test_a_sound_cache_agrees(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrong, and nothing is written."""
    before = {path: path.stat().st_mtime_ns for path in (site / "site").rglob("*")}
    files = sum(path.is_file() for path in before)

    assert verified(site, capsys) == (0, f"No problems; {files} files compared.\n")
    assert {path: path.stat().st_mtime_ns for path in (site / "site").rglob("*")} == before


def test_pictures_are_read_and_drawn_under_the_seal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The house's own newsletter, with all it has, and a picture that is made smaller."""
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "config.yaml", tmp_path)
    Image.effect_noise((1200, 800), 40).convert("RGB").save(tmp_path / "content/articles/noise.jpg")
    (tmp_path / "content/articles/noise.md").write_text(
        "---\ntitle: Noise\ndate: 2026-11-01\nauthor: Hamidun News\nai: none\n"
        "image: {src: noise.jpg, alt: Noise}\n---\nText.\n"
    )
    assert run(tmp_path, "build", "--quiet") == 0
    code, said = verified(tmp_path, capsys)

    assert code == 0, said
    assert "files compared" in said


def test_an_edit_that_is_not_published_yet_is_no_problem(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is only said how many files are behind: the page, and the ledger, which holds its digest."""
    about = site / "content/pages/about.md"
    about.write_text(about.read_text().replace("Who we are", "Who we were"))
    code, said = verified(site, capsys)

    assert code == 0
    assert said.endswith(" 2 files not published yet.\n")


@pytest.mark.parametrize("is_shortcut", [False, True])
def test_a_wrong_page_in_the_cache_is_named(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_shortcut: bool
) -> None:
    """As it would be there if a key left something out: whole, with its checksum, and yet wrong; by whichever key."""
    keys: dict[str, str] = {}
    by_view: dict[str, str] = {}

    def noting_view_keys(plan, pages, templates):  # type: ignore[no-untyped-def]
        found = view_keys(plan, pages, templates)
        by_view.update({key: keys.get(page.path, page.path) for page, key in zip(pages, found, strict=True)})
        return found

    def noting(plan, pages, templates):  # type: ignore[no-untyped-def]
        found = input_keys(plan, pages, templates)
        keys.update({page.path: key for page, key in zip(pages, found, strict=True)})
        return found

    (site / ".broadsheet/v2/view_keys.table").unlink()  # so that every page is asked for by its input key
    with monkeypatch.context() as patched:
        patched.setattr("broadsheet.build.renderer.input_keys", noting)
        patched.setattr("broadsheet.build.renderer.view_keys", noting_view_keys)
        assert run(site, "check", "--quiet", "--drafts") == 0  # the same pages, but not remembered as a whole
    store = DiskCache(site / ".broadsheet")
    wrong = b"<!doctype html><title>Yesterday</title>"
    store.write({digest_bytes(wrong): wrong})
    wrong_record = record_of(digest_bytes(wrong), len(wrong))
    if is_shortcut:  # a view key that leads to another page
        (view_key,) = [key for key, name in by_view.items() if name in ("/about/", keys["/about/"])]
        store.put_many(Stage.PAGES, {"0" * 64: wrong_record})
        store.put_many(Stage.VIEW_KEYS, {view_key: bytes(32)})
    else:
        store.put_many(Stage.PAGES, {keys["/about/"]: wrong_record})
    store.close()
    code, said = verified(site, capsys)

    assert code == 1
    assert said.startswith(
        "about/index.html:1:1: error: the cache gives other bytes for this page than rendering it again\n"
        "  hint: this is a bug in Broadsheet: please report it."
    )
    assert "2 errors; " in said  # the page, and the ledger, which holds its digest


def test_wrong_code_of_a_template_in_the_cache_is_found(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It makes a wrong page when that is next edited; rendering it again takes no code from the cache."""
    store = DiskCache(site / ".broadsheet")
    source = (site / "templates/page.html").read_text()
    key = digest("template", engine_fingerprint(), "page.html", source)
    (record,) = store.get_many(Stage.TEMPLATES, [key]).values()
    found = decode(Examined, record)
    wrong = compiled("page.html", source.replace("<h1", "<h1 class=wrong"))
    assert found.compiled != wrong
    store.put_many(Stage.TEMPLATES, {key: encode(replace(found, compiled=wrong))})
    store.close()
    about = site / "content/pages/about.md"
    about.write_text(about.read_text().replace("Who we are", "Who we were"))
    assert run(site, "build", "--quiet") == 0
    code, said = verified(site, capsys)

    assert b"<h1 class=wrong" in (site / "site/about/index.html").read_bytes()
    assert code == 1
    assert "about/index.html:1:1: error: the cache gives other bytes for this page than rendering it again\n" in said


def test_prose_that_markdown_it_reads_otherwise_is_named(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would be if our own way for simple blocks were wrong somewhere."""
    monkeypatch.setattr("broadsheet.markdown.fast.inlines.escape", lambda text: text.replace("a", "o"))
    code, said = verified(site, capsys)

    assert code == 1
    assert "content/articles/a.md:1:1: error: markdown-it reads this text otherwise than we do\n" in said


def test_a_published_file_that_has_rotted_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Same size and same time, but another byte: only reading it tells."""
    page = site / "site/about/index.html"
    before = page.stat()
    page.write_bytes(page.read_bytes().replace(b"Who we are", b"Who we arf"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    code, said = verified(site, capsys)

    assert code == 1
    assert "site/about/index.html:1:1: error: this file is no longer what was published" in said


def test_problems_of_the_newsletter_come_first(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be built cannot be verified."""
    (site / "content/articles/a.md").write_text("---\ntitle: A\ndate: never\n---\n")
    code, said = verified(site, capsys)

    assert code == 1
    assert "content/articles/a.md:3" in said


def test_a_hidden_read_is_found(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that looks into a file is stopped, and the file is named."""

    def peeking(*arguments, **named):  # type: ignore[no-untyped-def]
        (site / "config.yaml").read_text()
        return plan_site(*arguments, **named)

    monkeypatch.setattr("broadsheet.plan.plan_site", peeking)
    code, said = verified(site, capsys)

    assert code == 1
    assert f"reached for open '{site / 'config.yaml'}'" in said


@pytest.mark.parametrize(
    "reach",
    [
        lambda: Path("/etc/hostname").read_bytes(),
        lambda: list(Path("/").iterdir()),
        lambda: socket.socket(),
        lambda: subprocess.run(["true"], check=True),
    ],
)
def test_the_seal_stops_what_reaches_out(reach: Callable[[], object]) -> None:
    """Files, folders, network and programs; afterwards everything is as before."""
    with no_io() as reached:
        with pytest.raises(IoDenied):
            reach()
        assert len(reached) == 1
    with no_io() as reached:
        assert reached == []


def test_libraries_may_read_themselves() -> None:
    """Their code and data are covered by the fingerprint."""
    import jinja2

    with no_io() as reached:
        Path(jinja2.__file__).read_bytes()
    assert reached == []


@pytest.mark.parametrize("name", ["news_tools-1.0.dist-info/METADATA", "news_tools/data.txt", "news.egg-info/x.txt"])
def test_libraries_may_be_installed_anywhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beside the environment's own: with PYTHONPATH, a .pth file or an editable installation."""
    for path in ("news_tools-1.0.dist-info/METADATA", "news_tools/data.txt", "news.egg-info/x.txt"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text("x")
    monkeypatch.syspath_prepend(tmp_path)

    with no_io() as reached:
        (tmp_path / name).read_bytes()
    assert reached == []


def test_verify_passes_beside_an_editable_installation(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Which leaves a .egg-info or .dist-info in the checkout, where libraries look for plugins."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name, file in (("broadsheet.egg-info", "PKG-INFO"), ("broadsheet-1.0.dist-info", "METADATA")):
        (checkout / name).mkdir()
        (checkout / name / file).write_text("Metadata-Version: 2.1\nName: broadsheet\nVersion: 1.0\n")
        (checkout / name / "entry_points.txt").write_text("[pydantic]\nx = broadsheet:x\n[console_scripts]\n")
    environment = {**os.environ, "PYTHONPATH": f"{checkout}{os.pathsep}{REPOSITORY}"}
    command = [sys.executable, "-m", "broadsheet", "verify", "--root", str(site), "--output", str(site / "site")]
    result = subprocess.run(
        [*command, "--as-of", AS_OF.isoformat()], env=environment, cwd=checkout, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert "files compared" in result.stdout + result.stderr
