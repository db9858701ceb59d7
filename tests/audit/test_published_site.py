"""A published site is held against its ledger: in a folder, on the web, and with a signature."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from broadsheet.audit.published_site import ledger_contents, verify_folder, verify_web
from broadsheet.commands import main as cli
from broadsheet.core.urls import output_path
from broadsheet.web.client import Fetcher
from tests.cost import HANG_SECONDS
from tests.newsroom import Newsroom, newsroom
from tests.servers.remote import Remote, Says, remote
from tests.sites import SMALL_SITE
from tools.programs import find_program

ACCENTED = "-- content/articles/e.md --\n---\ntitle: Fourth\ndate: 2026-11-04\naliases: [/été/]\n---\nText.\n"


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    found = newsroom(tmp_path, SMALL_SITE + ACCENTED)
    assert found.build()["ok"]
    return found


def said(problems: tuple[object, ...], place: str) -> list[str]:
    return [str(problem).partition("\n")[0].replace(place, "") for problem in problems]


def test_a_site_as_it_was_published(news: Newsroom) -> None:
    """Every file is read and nothing is wrong."""
    found = verify_folder(news.site, None)

    assert (found.problems, found.signed_by) == ((), "")
    assert found.files == found.looked_at == len([path for path in news.site.rglob("*") if path.is_file()]) - 1


def test_what_is_missing_altered_or_more(news: Newsroom) -> None:
    """Each is named, a folder that is a link too; what file managers leave behind is not."""
    (news.site / "about/index.html").unlink()
    page = news.site / "articles/first/index.html"
    page.unlink()
    page.write_bytes(b"Other words.")
    (news.site / "articles/second/index.html").unlink()
    (news.site / "articles/second/index.html").symlink_to(page)
    (news.site / "casino").mkdir()
    (news.site / "casino/index.html").write_text("Win!")
    (news.site / "elsewhere").symlink_to(news.root)
    (news.site / ".DS_Store").write_text("")

    assert said(verify_folder(news.site, None).problems, f"{news.site}/") == [
        "articles/second/index.html:1:1: error: this file is missing: it is not a regular file",
        "articles/first/index.html:1:1: error: this file differs from the one listed in the ledger",
        "about/index.html:1:1: error: this file is missing: no such file",
        "elsewhere:1:1: error: the ledger does not list this file",
        "casino/index.html:1:1: error: the ledger does not list this file",
    ]


def test_a_site_without_a_ledger(tmp_path: Path) -> None:
    """An empty folder, or none."""
    for folder, said in ((tmp_path, "there is no ledger: no such file"), (tmp_path / "x", "there is no such folder")):
        (problem,) = verify_folder(folder, None).problems
        assert problem.message == said


HOSTILE = [
    b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"articles":[]}', b'{"articles":{},"files":{},"newsletter":{}}',
    b'{"articles":[1],"files":{},"newsletter":{"url":"x"}}',
    b'{"articles":[],"files":{"a":"short"},"newsletter":{"url":"x"}}',
    b'{"articles":[],"files":{"a":1},"newsletter":{"url":"x"}}',
    b'{"articles":[],"files":{},"newsletter":{"url":1}}',
    b"\xff\xfe",
    *(
        json.dumps({"articles": [], "files": {path: "0" * 64}, "newsletter": {"url": "x"}}).encode()
        for path in ("../secret", "/etc/passwd", "a/../../b", "", "a//b", "a\\b", "a\x00b", ".ssh/id", "\ud800")
    ),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_what_is_no_ledger(data: bytes, tmp_path: Path) -> None:
    """Whoever wrote it, no file outside of the site is looked at."""
    with pytest.raises(ValueError):
        ledger_contents(data)
    (tmp_path / "provenance.json").write_bytes(data)
    (problem,) = verify_folder(tmp_path, None).problems
    assert problem.message == "this is not a valid ledger"


def served(folder: Path) -> Callable[[str], Says]:
    def say(path: str) -> Says:
        file = folder / output_path(unquote(path))
        return Says(body=file.read_bytes()) if file.is_file() else Says(404)

    return say


class Everything(dict[str, Callable[[str], Says]]):
    """Says to every path what one function says."""

    def get(self, path: str, default: object = None) -> Callable[[str], Says]:
        return self[""]


def serve(host: Remote, folder: Path) -> None:
    host.says = Everything({"": served(folder)})  # type: ignore[assignment]


def hurried() -> Fetcher:
    return Fetcher(pause_seconds=0)


def test_a_site_on_the_web_as_it_was_published(news: Newsroom) -> None:
    """Addresses as readers have them, each asked for once; what hosts keep to themselves is not asked for."""
    with remote() as host:
        serve(host, news.site)
        found = verify_web(f"{host.url}/", hurried(), None, most=500)

    assert found.problems == ()
    assert found.looked_at == found.files - 2
    assert ("GET", "/%C3%A9t%C3%A9/") in host.asked
    assert ("GET", "/_redirects") not in host.asked
    assert len({path for _, path in host.asked}) == len(host.asked) - 1  # the sitemap, once more


def test_what_is_wrong_on_the_web(news: Newsroom) -> None:
    """Missing, altered, and a page that only the sitemap knows of."""
    (news.site / "about/index.html").unlink()
    sitemap = news.site / "sitemap.xml"
    text = sitemap.read_text().replace("<url>", "<url><loc>https://small.example/casino/</loc></url><url>", 1)
    sitemap.unlink()
    sitemap.write_text(text)
    with remote() as host:
        serve(host, news.site)
        found = verify_web(f"{host.url}/", hurried(), None, most=500)

    assert said(found.problems, f"{host.url}/") == [
        "about/index.html:1:1: error: this file is missing: the host returns 404",
        "sitemap.xml:1:1: error: this file differs from the one listed in the ledger",
        'sitemap.xml:1:1: error: the ledger does not list "casino/", which is listed here',
    ]


def test_the_web_is_asked_for_so_many_files_only(news: Newsroom) -> None:
    """Those of articles first, newest first."""
    with remote() as host:
        serve(host, news.site)
        found = verify_web(f"{host.url}/", hurried(), None, most=2)

    assert (found.problems, found.looked_at) == ((), 2)
    assert [path for _, path in host.asked] == [
        "/provenance.json", "/articles/fourth/", "/%C3%A9t%C3%A9/", "/sitemap.xml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "why"),
    [(Says(429), "the host asked us to try again later"), (Says(hangs=True), "no response within 1 seconds")],
)
def test_a_host_that_has_had_enough(news: Newsroom, says: Says, why: str) -> None:
    """It is asked for nothing more, and that is one problem."""
    with remote() as host:
        answers = served(news.site)
        host.says = Everything({"": lambda path: says if path == "/articles/third/" else answers(path)})  # type: ignore[assignment]
        found = verify_web(f"{host.url}/", Fetcher(pause_seconds=0, deadline_seconds=1.0), None, most=500)

    assert said(found.problems, f"{host.url}/") == [
        f"provenance.json:1:1: error: not all files could be compared: {why}"
    ]
    assert found.looked_at == 2
    assert host.asked[-1] == ("GET", "/articles/third/")


def test_a_host_that_is_gone() -> None:
    """One problem, not one for each file."""
    with remote() as host:
        pass
    (problem,) = verify_web(f"{host.url}/", hurried(), None, most=5).problems

    assert problem.message == "there is no ledger: Connection refused"


# Signatures


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two keys, and who they belong to."""
    if find_program("ssh-keygen") is None and not os.environ.get("CI"):
        pytest.skip("OpenSSH is not here")
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ours", "theirs"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(make, check=True, timeout=HANG_SECONDS)
        public = (folder / f"{name}.pub").read_text()
        (folder / f"{name}.signers").write_text(f"{name}@news.example {public}")
    return folder


def run(news: Newsroom, *arguments: str | Path) -> int:
    return cli.main([*map(str, arguments), "--root", str(news.root)])


def build(news: Newsroom, *arguments: str | Path) -> int:
    return run(news, "build", "--as-of", news.as_of, *arguments)


def test_a_signed_site(news: Newsroom, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who signed is told; a second build with the same key changes nothing, one without takes the signature away."""
    assert build(news, "--sign", keys / "ours", "--quiet") == 0
    assert run(news, "verify-site", "--signers", keys / "ours.signers") == 0
    assert capsys.readouterr().err.endswith(" files compared. Signed by ours@news.example.\n")
    assert build(news, "--sign", keys / "ours") == 0
    assert "; nothing changed; " in capsys.readouterr().err
    assert build(news) == 0
    assert "; 0 written, 1 removed; " in capsys.readouterr().err


def test_a_signature_of_somebody_else(news: Newsroom, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another key, another ledger, or none at all: each is told apart."""
    build(news, "--sign", keys / "theirs", "--quiet")
    assert run(news, "verify-site", "--signers", keys / "ours.signers", "--quiet") == 1
    assert "the signature is not valid: it is signed by nobody who is named in" in capsys.readouterr().err
    build(news, "--sign", keys / "ours", "--quiet")
    ledger = news.site / "provenance.json"
    data = ledger.read_bytes().replace(b"First", b"Fifth")
    ledger.unlink()
    ledger.write_bytes(data)
    assert run(news, "verify-site", "--signers", keys / "ours.signers", "--quiet") == 1
    assert "the signature is not valid: the signature does not belong to it" in capsys.readouterr().err
    (news.site / "provenance.json.sig").unlink()
    assert run(news, "verify-site", "--signers", keys / "ours.signers", "--quiet") == 1
    assert "the ledger is not signed: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["nonsense", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
def test_a_damaged_signature(news: Newsroom, keys: Path, damage: str) -> None:
    """It is a problem, not a traceback."""
    (news.site / "provenance.json.sig").write_text(damage)
    (problem,) = verify_folder(news.site, keys / "ours.signers").problems

    assert problem.message.startswith("the signature is not valid")


def test_a_key_that_cannot_sign(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is published, and it is said why."""
    before = (news.site / "provenance.json").read_bytes()
    news.write("content/pages/about.md", "---\ntitle: About\n---\nNew.\n")

    assert build(news, "--sign", news.root / "config.yaml") == 1
    assert '--sign: error: "' in capsys.readouterr().err
    assert (news.site / "provenance.json").read_bytes() == before
    assert build(news, "--sign", news.root / "nowhere") == 2


@pytest.mark.parametrize("folder", ["content/static", "templates"])
def test_a_key_among_the_sources_is_refused(
    news: Newsroom, keys: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    """It would be published sooner or later."""
    shutil.copy(keys / "ours", news.root / folder / "key")

    assert build(news, "--sign", news.root / folder / "key") == 1
    assert "is among the sources of the site" in capsys.readouterr().err


def test_a_file_in_the_place_of_the_signature(news: Newsroom, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the author's, and is not replaced."""
    news.write("content/static/provenance.json.sig", "mine")

    assert build(news, "--sign", keys / "ours") == 1
    assert 'a file of yours has the name of the signature, "provenance.json.sig"' in capsys.readouterr().err


def test_without_the_program(
    news: Newsroom, keys: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said what to install."""
    monkeypatch.setenv("PATH", str(news.root))

    assert build(news, "--sign", keys / "ours", "--executor", "inline") == 1
    assert 'there is no program "ssh-keygen"' in capsys.readouterr().err


# The command


def test_the_command_tells_programs(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, on standard output."""
    shutil.rmtree(news.site / "about")
    assert run(news, "verify-site", "--json") == 1
    told = json.loads(capsys.readouterr().out)

    assert (told["ok"], told["signed_by"]) == (False, "")
    assert told["problems"][0]["path"].endswith("site/about/index.html")
    assert told["files"] == told["looked_at"]


def test_the_command_on_the_web(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    """An address instead of a folder."""
    with remote() as host:
        serve(host, news.site)
        assert run(news, "verify-site", host.url, "--most", "1") == 0

    files = len([path for path in news.site.rglob("*") if path.is_file()]) - 1
    assert capsys.readouterr().err == f"No problems; 1 file of {files} compared.\n"


@pytest.mark.parametrize("place", ["http://[x", "https://user:pw@x/", "http://x/?a", "https://"])
def test_an_address_that_is_none(news: Newsroom, place: str) -> None:
    """Wrong usage, and nothing is asked."""
    assert run(news, "verify-site", place) == 2


def test_a_folder_that_is_named(news: Newsroom, tmp_path: Path) -> None:
    """It need not be the one below the root."""
    shutil.copytree(news.site, tmp_path / "copy")
    assert run(news, "verify-site", tmp_path / "copy", "--quiet") == 0
    os.unlink(tmp_path / "copy/index.html")  # noqa: PTH108
    assert run(news, "verify-site", tmp_path / "copy", "--quiet") == 1
