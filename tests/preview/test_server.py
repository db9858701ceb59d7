"""The server: the same bytes as the site, under the same paths, and nothing else."""

from __future__ import annotations

import http.client
import re
import time
from pathlib import Path

import pytest

from broadsheet.core.manifest import media_type
from tests.cost import HANG_SECONDS
from tests.newsroom import Newsroom, held, newsroom
from tests.previewing import DESK, SECRET, SERVED_SITE, Preview, previewing


def test_it_shows_the_newsletter(preview: Preview) -> None:
    """Proper requests get a page, so the tests below are able to fail."""
    for path in ("/", "/articles/first/", "/about/", "/feed.xml", "/notes.txt", "/photo.png", DESK):
        assert preview.ask(path).status == 200, path


HOSTILE_PATHS = [
    *(f"/{up}{name}"
      for up in ("../", "../../", "%2e%2e/", "%2E%2E%2F", "..%2f", ".%2e/", "....//", "static/../../", "about/../../")
      for name in ("secret.txt", "config.yaml")),
    "/%252e%252e/secret.txt", "/%252e%252e%252fsecret.txt", "/%25%32%65%25%32%65/secret.txt",
    "/..\\secret.txt", "/..%5csecret.txt", "/%5c..%5csecret.txt",
    "/\\..\\secret.txt", "/about\\index.html", "/about%5Cindex.html",
    "/secret.txt%00", "/%00/secret.txt", "/about/%00", "/index.html%00.png", "/..%00/secret.txt", "/%00",
    "/%c0%ae%c0%ae/secret.txt", "/%e0%80%ae%e0%80%ae/secret.txt", "/%ff", "/%c3%28", "/%uff0e%uff0e/secret.txt",
    "/secret.txt", "/site.secret", "/leak.txt", "/config.yaml", "/content/articles/a.md", "/templates/base.html",
    "/site/index.html", "/.env", "/.hidden", "/static/.hidden", "/.broadsheet/", "/.broadsheet/CACHEDIR.TAG",
    "/.git/config", "/.site.broadsheet/lock", "/build.py",
    "//etc/passwd", "///etc/passwd", "/etc/passwd", "/%2fetc%2fpasswd", "/c:/windows/win.ini", "/file:///etc/passwd",
    f"/{'a' * 300}/", f"/{'a' * 10_000}", f"/{'a/' * 5_000}", f"/{'%2e' * 3_000}", f"/{'../' * 2_000}secret.txt",
    "/%", "/%2", "/%zz", "/about/%", "/CON", "/nul", "/about./", "/about /".replace(" ", "%20"), "/~root/", "/*", "/;/",
    f"{DESK}../../secret.txt", f"{DESK}%2e%2e/secret.txt", f"{DESK}desk.html",
    f"{DESK}../preview.py", f"{DESK}.", f"{DESK}%00",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=lambda path: path[:40])
def test_no_path_leads_out_of_the_site(path: str, preview: Preview) -> None:
    """Plain, encoded twice, with backslashes, NULs or invalid UTF-8; and no path makes the server fail."""
    for method in (b"GET", b"HEAD"):
        request = b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" % (method, path.encode("latin-1"))
        answer = preview.raw(request)

        assert int(answer[9:12]) in (400, 404, 414, 431), answer[:200]
        assert SECRET.encode() not in answer
        assert b"root:" not in answer


def test_a_symbolic_link_out_of_the_newsletter_is_not_followed(tmp_path: Path) -> None:
    """It is reported, and its target is not served."""
    news = newsroom(tmp_path)
    (tmp_path / "outside.txt").write_text(SECRET)
    (news.root / "content/static").mkdir(exist_ok=True)
    (news.root / "content/static/inside.txt").symlink_to(tmp_path / "outside.txt")
    (news.root / "content/static/folder").symlink_to(tmp_path)
    with previewing(news) as preview:
        for path in ("/inside.txt", "/folder/outside.txt", "/static/inside.txt"):
            answer = preview.ask(path)
            assert answer.status != 200 or SECRET not in answer.text


def test_every_file_has_its_type(preview: Preview, served_news: Newsroom) -> None:
    """The media type of the manifest, and the encoding of text files."""
    for path in (
        "feed.xml",
        "feed.json",
        "atom.xml",
        "sitemap.xml",
        "robots.txt",
        "photo.png",
        "favicon.ico",
    ):
        if not (served_news.site / path).exists():
            continue
        kind = preview.ask(f"/{path}").headers["content-type"]
        assert kind.partition(";")[0] == media_type(path)
        assert "charset=utf-8" in kind or not kind.startswith("text/")
    assert preview.ask("/").headers["content-type"] == "text/html; charset=utf-8"
    assert preview.ask("/nowhere/").headers["content-type"] == "text/html; charset=utf-8"


def test_a_missing_page_gets_the_404_page(preview: Preview) -> None:
    """With status 404, for any path."""
    for path in ("/nowhere/", "/nowhere.png", "/articles/none/", "/feed.xml/"):
        answer = preview.ask(path)
        assert answer.status == 404
        assert "<title>Page not found – Small News</title>" in answer.text


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/old/first/", "/articles/first/"),
        ("/older.html", "/articles/first/"),
        ("/about", "/about/"),
        ("/articles/first", "/articles/first/"),
        ("/about?a=1&b=%20", "/about/?a=1&b=%20"),
    ],
)
def test_old_urls_redirect_to_new_ones(path: str, leads_to: str, preview: Preview) -> None:
    """Permanently, like a real web server; so do folders without their slash."""
    answer = preview.ask(path)

    assert (answer.status, answer.headers["location"].removeprefix(preview.url)) in ((301, leads_to), (308, leads_to))


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "//evil.example/..", "///evil.example/%2e%2e", "/\\evil.example",
        "/%5cevil.example",
        "/%2f%2fevil.example", "//about", "/.//evil.example", "/about%0d%0aSet-Cookie:%20a=b", "/about%0aLocation:%20http://evil",
        "/%0d%0aX:1/about", "//evil.example/about", "/about//", "//%61bout",
    ],
)  # fmt: skip
def test_no_redirect_goes_to_another_site(path: str, preview: Preview) -> None:
    """Nor can a URL add a header to the response."""
    answer = preview.ask(path)

    assert answer.status in (400, 404) or re.match(r"/[^/\\]", answer.headers["location"].removeprefix(preview.url))
    assert "set-cookie" not in answer.headers and "x" not in answer.headers


def test_a_reused_connection_is_fast(preview: Preview) -> None:
    """Small responses are sent at once, without waiting for an ACK."""
    connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=HANG_SECONDS)

    def seconds() -> float:
        began = time.monotonic()
        connection.request("GET", "/about/")
        connection.getresponse().read()
        return time.monotonic() - began

    for _ in range(3):
        seconds()
    # Waiting for the system takes 40 ms each time, on any machine; on a busy one a single quick answer will do.
    assert any(seconds() < 0.035 for _ in range(200))
    connection.close()


def test_preview_bytes_are_site_bytes(tmp_path: Path) -> None:
    """Every file is the one that a build publishes, except for the script added to pages."""
    news = newsroom(tmp_path, SERVED_SITE)
    assert news.build("--drafts")["ok"]
    with previewing(news) as preview:
        for path, published in held(news.site).items():
            if path.partition("/")[0] == "old" or path == "older.html":
                continue  # these are redirects here, as on a real host
            answer = preview.ask(f"/{path.removesuffix('index.html')}")
            assert answer.status == (404 if path == "404.html" else 200), path
            shown = without_script(answer.body, published) if path.endswith(".html") else answer.body
            assert shown == published, path


def without_script(shown: bytes, published: bytes) -> bytes:
    """The served page without what was added to the published one, which must be a single script."""
    start = next((at for at, (a, b) in enumerate(zip(shown, published, strict=False)) if a != b), len(published))
    length = len(shown) - len(published)
    assert length > 0, "nothing was added"
    # If the added text starts like the text after it, it may also start earlier.
    for begin in range(start, max(start - 200, -1), -1):
        added = shown[begin : begin + length]
        if re.fullmatch(rb"\s*<script[^>]*>.*</script>\s*", added, re.DOTALL) and added.count(b"</script") == 1:
            return shown[:begin] + shown[begin + length :]
    raise AssertionError(f"not one script: {shown[start : start + length][:300]!r}")


def test_a_newsletter_below_a_folder(tmp_path: Path) -> None:
    """Its pages are below the folder, as on the real host, and / redirects there."""
    news = newsroom(tmp_path, SERVED_SITE.replace("https://small.example/", "https://small.example/news/"))
    with previewing(news) as preview:
        answer = preview.ask("/")
        assert answer.status == 200 or answer.headers["location"].removeprefix(preview.url) == "/news/"
        links = set(re.findall(r'href="(/news/[^"#]*)"', preview.ask("/news/").text))
        assert len(links) > 5
        for link in links:
            assert preview.ask(link).status == 200, link
        assert preview.ask(DESK).status == 200
        assert 'href="/news/articles/first/"' in preview.ask(DESK).text
