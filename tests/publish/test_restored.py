"""A site without the state folder beside it is ours if all its files are those of its own ledger."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from broadsheet.core.digest import digest_bytes
from broadsheet.publish import check_output, clean, published
from tests.publish.test_publish import held, put, refused

PAGES = {"index.html": "home", "a/index.html": "article a", "a/photo.jpg": "photo", "_headers": "none"}


def site(**changes: str) -> dict[str, str]:
    """The files of a site with its ledger."""
    pages = PAGES | changes
    digests = {path: digest_bytes(text.encode()) for path, text in pages.items()}
    outputs = {path: digests.pop(path) for path in list(digests) if path.startswith("a/")}
    ledger = {"newsletter": {"title": "News", "url": "https://n.example/"}, "articles": [{"outputs": outputs}]}
    return pages | {"provenance.json": json.dumps(ledger | {"digest": "BLAKE2b-256", "files": digests})}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A newsletter whose site is published, and whose state folder is gone, as after a checkout on a build service."""
    root = tmp_path / "newsletter"
    root.mkdir()
    put(root, site())
    return without_state(root)


def without_state(root: Path) -> Path:
    """The folder, whose site is a copy without a state folder."""
    shutil.rmtree(root / ".site.broadsheet")
    (root / "site").rename(root / "old")
    shutil.copytree(root / "old", root / "site")
    shutil.rmtree(root / "old")
    return root


def test_a_restored_site_is_ours(root: Path) -> None:
    """It is known, compared, replaced, and known again afterwards; what the new one has not is removed."""
    assert check_output(root / "site", root=root) == []
    assert published(root / "site")["a/index.html"] == digest_bytes(b"article a")
    change = put(root, site(**{"index.html": "new"}))

    assert (change.added, change.changed, change.removed) == ((), ("index.html", "provenance.json"), ())
    put(root, {"index.html": "only"})
    assert held(root / "site") == {"index.html": "only"}


def test_an_unchanged_restored_site_stays(root: Path) -> None:
    """Nothing is written again."""
    change = put(root, site())

    assert (change.added, change.changed, change.removed) == ((), (), ())


def test_a_signature_belongs_to_its_ledger(root: Path) -> None:
    """It cannot stand in it."""
    (root / "site/provenance.json.sig").write_text("signature")

    assert put(root, site()).removed == ("provenance.json.sig",)


@pytest.mark.parametrize("path", ["index.html", "a/photo.jpg", "_headers"])
def test_a_changed_file_is_protected(root: Path, path: str) -> None:
    """It is named, and nothing is written."""
    (root / "site" / path).write_text("mine")
    before = held(root / "site")

    assert f'files that were edited by hand: "{path}"' in refused(root, site())
    assert held(root / "site") == before


@pytest.mark.parametrize("path", ["notes.txt", "a/draft.txt", "mine/index.html"])
def test_a_foreign_file_is_protected(root: Path, path: str) -> None:
    """One that the ledger does not list, in any folder."""
    (root / "site" / path).parent.mkdir(exist_ok=True)
    (root / "site" / path).write_text("mine")
    before = held(root / "site")

    assert f'contains files that Broadsheet did not write: "{path}"' in refused(root, site())
    assert held(root / "site") == before


@pytest.mark.parametrize(
    "ledger",
    ["", "{", "[]", "{}", "[" * 100_000, '{"articles":[],"files":{}}', '{"articles":[],"files":{"index.html":"x"}}',
     '{"articles":[],"files":{"../config.yaml":"DIGEST"}}', '{"articles":[],"files":{"/etc/passwd":"DIGEST"}}',
     '{"articles":3,"files":{"index.html":"DIGEST"}}', '{"articles":[],"files":{"a":"DIGEST","a/b":"DIGEST"}}'],
)  # fmt: skip
def test_a_ledger_that_is_none_is_not_believed(root: Path, ledger: str) -> None:
    """The site is foreign then, as any other folder; no path outside of it is looked at."""
    (root / "config.yaml").write_text("mine")
    (root / "site/provenance.json").write_text(ledger.replace("DIGEST", digest_bytes(b"mine")))
    before = held(root)

    assert "contains files that Broadsheet did not write" in refused(root, site())
    assert {p: t for p, t in held(root).items() if not p.startswith(".site.")} == before


def test_a_ledger_that_is_a_link_is_not_ours(root: Path) -> None:
    """As no other link is."""
    (root / "site/provenance.json").rename(root / "elsewhere.json")
    (root / "site/provenance.json").symlink_to("../elsewhere.json")

    assert 'edited by hand: "provenance.json"' in refused(root, site())
    assert (root / "site/provenance.json").is_symlink()


def test_clean_removes_a_restored_site(root: Path) -> None:
    """All of it, as it is ours; a file of somebody else stays."""
    (root / "site/a/mine.txt").write_text("mine")
    (root / ".site.broadsheet").mkdir()
    removed, problems = clean(root / "site", root=root)

    assert removed == 5
    assert [problem.severity for problem in problems] == ["warning"]
    assert held(root / "site") == {"a/mine.txt": "mine"}
