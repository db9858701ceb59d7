"""The preview as a hostile web page, a broken client and a curious neighbour meet it; all ask a real process."""

from __future__ import annotations

import http.client
import re
import resource
import selectors
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.core.manifest import media_type
from tests.cost import HANG_SECONDS
from tests.newsroom import Newsroom, held, newsroom
from tests.previewing import DESK, IS_LONG, Answer, Preview, eventually, previewing
from tests.sites import PICTURE, SMALL_SITE, UNPUBLISHED

EVENTS = f"{DESK}events"
AT_ONCE_SECONDS = 20  # a fifth of a second on a machine that does nothing else
SECRET = "the secret of the house"
SITE = (
    SMALL_SITE.replace("title: First", "title: First\naliases: [/old/first/, /older.html]")
    + UNPUBLISHED
    + f"""\
-- content/static/notes.txt --
{"0123456789" * 100}
-- content/static/.hidden --
{SECRET}
-- secret.txt --
{SECRET}
-- site.secret --
{SECRET}
-- .env --
{SECRET}
"""
)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsletter with secrets around it, published once."""
    made = newsroom(tmp_path_factory.mktemp("safety"), SITE)
    (made.root.parent / "secret.txt").write_text(SECRET)
    (made.root / "content/static/photo.png").write_bytes(PICTURE)
    made.build()
    # What lies in site/ is none of the preview's business, so a link in it leads nowhere.
    (made.site / "leak.txt").symlink_to(made.root / "secret.txt")
    return made


@pytest.fixture(scope="module")
def preview(news: Newsroom) -> Iterator[Preview]:
    """The preview that all tests ask which change nothing."""
    with previewing(news) as running:
        yield running


def test_it_shows_the_newsletter(preview: Preview) -> None:
    """The tests below are able to fail: what is asked for properly is there."""
    for path in ("/", "/articles/first/", "/about/", "/feed.xml", "/notes.txt", "/photo.png", DESK):
        assert preview.ask(path).status == 200, path


# Paths

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
    """Not encoded, encoded twice, with backslashes, NULs or bytes that are no text; and none makes the server fail."""
    for method in (b"GET", b"HEAD"):
        request = b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" % (method, path.encode("latin-1"))
        answer = preview.raw(request)

        assert int(answer[9:12]) in (400, 404, 414, 431), answer[:200]
        assert SECRET.encode() not in answer
        assert b"root:" not in answer


def test_a_link_in_the_sources_leads_out_of_nothing(tmp_path: Path) -> None:
    """A symbolic link to a file outside of the newsletter is reported and not served."""
    news = newsroom(tmp_path)
    (tmp_path / "outside.txt").write_text(SECRET)
    (news.root / "content/static").mkdir(exist_ok=True)
    (news.root / "content/static/inside.txt").symlink_to(tmp_path / "outside.txt")
    (news.root / "content/static/folder").symlink_to(tmp_path)
    with previewing(news) as preview:
        for path in ("/inside.txt", "/folder/outside.txt", "/static/inside.txt"):
            answer = preview.ask(path)
            assert answer.status != 200 or SECRET not in answer.text


# Hosts and origins


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example:{port}",
        "evil.localhost.example",
        "127.0.0.1@evil.example", "evil.example#127.0.0.1", "", " ", "127.0.0.1:x", "127.0.0.1:{port}, evil.example",
        "0.0.0.0:{port}", "[::]:{port}", "[::1", "localhost:{port}/", "localhost\x00",
        "127.0.0.1.:{port}", "xn--localhst-x1a",
    ],
)  # fmt: skip
def test_another_host_is_refused(host: str, preview: Preview) -> None:
    """A page whose name was pointed at this machine (DNS rebinding) gets nothing, whatever it asks for."""
    named = host.format(port=preview.port).encode("latin-1")
    for path in (b"/", b"/articles/draft-of-a-thing/", DESK.encode(), EVENTS.encode(), b"/feed.xml"):
        answer = preview.raw(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path, named))

        assert int(answer[9:12]) in (400, 403, 421), answer[:300]
        assert b"thing" not in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
)
def test_no_host_or_two_are_refused(head: bytes, preview: Preview) -> None:
    """And what proxies say does not count."""
    assert preview.status_of(head) in (400, 403, 421)


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LocalHost:{port}", "localhost"])
def test_its_own_hosts_are_served(host: str, preview: Preview) -> None:
    """By number and by name."""
    assert preview.ask("/", Host=host.format(port=preview.port)).status == 200


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:{port}.evil.example"},
    {"Origin": "http://localhost.evil.example:{port}"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", [DESK, EVENTS])
def test_the_desk_and_the_stream_refuse_other_origins(path: str, headers: dict[str, str], preview: Preview) -> None:
    """A page elsewhere can neither read what is planned nor keep streams open; another port is another origin."""
    answer = preview.ask(path, **{name: value.format(port=preview.port) for name, value in headers.items()})

    assert answer.status == 403
    assert b"thing" not in answer.body


def test_the_desk_and_the_stream_serve_their_own_origin(preview: Preview) -> None:
    """As a browser says it, by either name of this machine."""
    for host in ("127.0.0.1", "localhost"):
        own = {
            "Host": f"{host}:{preview.port}",
            "Origin": f"http://{host}:{preview.port}",
            "Sec_Fetch_Site": "same-origin",
        }
        assert preview.ask(DESK, **own).status == 200
        assert first_of(preview, EVENTS, **own).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "path", ["/", "/articles/draft-of-a-thing/", "/feed.xml", "/photo.png", "/nowhere/", DESK, EVENTS]
)
def test_no_other_page_may_read_or_frame_anything(path: str, preview: Preview) -> None:
    """No answer shares itself with other origins, and a browser takes each for nothing but what it is called."""
    answer = first_of(preview, path, Origin=preview.url).partition(b"\r\n\r\n")[0].lower()

    assert b"access-control-allow" not in answer
    assert b"x-content-type-options: nosniff" in answer
    assert b"set-cookie" not in answer
    if path == DESK:
        assert b"frame-ancestors" in answer


def first_of(preview: Preview, path: str, **headers: str) -> bytes:
    """The beginning of an answer that may have no end."""
    named = {"Host": f"127.0.0.1:{preview.port}", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    with socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data and (part := wire.recv(65536)):
            data += part
    return data


# Methods


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"])
@pytest.mark.parametrize("path", ["/", "/about", "/old/first/", "/nowhere/", DESK, EVENTS])
def test_nothing_but_get_and_head(method: str, path: str, preview: Preview) -> None:
    """Other methods are told which ones there are, also where there is nothing."""
    answer = preview.ask(path, method, Content_Length="0")

    assert answer.status == 405
    assert {word.strip() for word in answer.headers["allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path", ["/", "/feed.xml", "/photo.png", "/notes.txt", "/nowhere/", "/old/first/", "/about", DESK]
)
def test_head_is_get_without_the_body(path: str, preview: Preview) -> None:
    """The same status and the same headers, the length among them."""
    whole, head = preview.ask(path), preview.ask(path, "HEAD")

    assert head.body == b""
    assert head.status == whole.status
    assert without_date(head) == without_date(whole)
    if whole.body:
        assert int(whole.headers["content-length"]) == len(whole.body)


def without_date(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


# What a real host does


def test_every_file_has_its_type(preview: Preview, news: Newsroom) -> None:
    """The one of the manifest, with the encoding of texts."""
    for path in (
        "feed.xml",
        "feed.json",
        "atom.xml",
        "sitemap.xml",
        "robots.txt",
        "photo.png",
        "favicon.ico",
    ):
        if not (news.site / path).exists():
            continue
        kind = preview.ask(f"/{path}").headers["content-type"]
        assert kind.partition(";")[0] == media_type(path)
        assert "charset=utf-8" in kind or not kind.startswith("text/")
    assert preview.ask("/").headers["content-type"] == "text/html; charset=utf-8"
    assert preview.ask("/nowhere/").headers["content-type"] == "text/html; charset=utf-8"


def test_what_is_not_there_gets_the_page_for_it(preview: Preview) -> None:
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
def test_old_addresses_lead_to_new_ones(path: str, leads_to: str, preview: Preview) -> None:
    """As a real host does it: for good, and for folders without their slash."""
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
def test_no_redirect_leads_elsewhere(path: str, preview: Preview) -> None:
    """Nor does one carry a header that somebody has put into an address."""
    answer = preview.ask(path)

    assert answer.status in (400, 404) or re.match(r"/[^/\\]", answer.headers["location"].removeprefix(preview.url))
    assert "set-cookie" not in answer.headers and "x" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "given"),
    [("bytes=0-9", (0, 10)), ("bytes=990-", (990, 1001)), ("bytes=-5", (996, 1001)), ("bytes=5-5", (5, 6)),
     ("bytes=0-99999", (0, 1001)), ("bytes=-99999", (0, 1001))],
)  # fmt: skip
def test_a_part_is_given_as_a_part(asked: str, given: tuple[int, int], preview: Preview) -> None:
    """RFC 9110 §14: what was asked for, and where in the whole it lies."""
    whole = preview.ask("/notes.txt").body
    part = preview.ask("/notes.txt", Range=asked)
    first, end = given

    assert part.body == whole[first:end]
    assert part.status == 206
    assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{len(whole)}"
    assert int(part.headers["content-length"]) == end - first


@pytest.mark.parametrize("asked", ["bytes=2000-", "bytes=1001-1002", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(asked: str, preview: Preview) -> None:
    """With the size that there is."""
    answer = preview.ask("/notes.txt", Range=asked)

    assert answer.status == 416
    assert answer.headers["content-range"] == "bytes */1001"


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-0", "bytes=a-b", "bytes", "bytes=", "bytes=-", "lines=1-2", "bytes=0-1-2", "bytes=0x1-2", "bytes=٣-٤"],
)
def test_a_range_that_means_nothing_does_no_harm(asked: str, preview: Preview) -> None:
    """RFC 9110 §14.2: it may be left out of account."""
    wanted = f"GET /notes.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nRange: {asked}\r\n\r\n"

    assert preview.status_of(wanted.encode()) in (200, 400, 416)


def test_many_ranges_do_not_multiply_the_work(preview: Preview) -> None:
    """A thousand overlapping parts are not answered with a thousand copies."""
    answer = preview.ask("/notes.txt", Range="bytes=" + ",".join(["0-1000"] * 1000))

    assert answer.status in (200, 206, 400, 416)
    assert len(answer.body) < 20_000


@pytest.mark.parametrize("path", ["/", "/articles/first/", "/feed.xml", "/notes.txt", "/photo.png"])
def test_who_has_it_already_is_told_so(path: str, preview: Preview) -> None:
    """RFC 9110 §13: 304 without a body for the same tag, alone, in a list, weak or any; all of it for another."""
    tag = preview.ask(path).headers["etag"]

    for known in (tag, f'"x", {tag}', tag if tag.startswith("W/") else f"W/{tag}", "*"):
        answer = preview.ask(path, If_None_Match=known)
        assert (answer.status, answer.body) == (304, b""), known
        assert answer.headers["etag"] == tag
    assert preview.ask(path, If_None_Match='"x"').status == 200
    assert preview.ask(path, If_None_Match=tag.strip('"')[:-1]).status == 200


def test_a_browser_always_asks_again(preview: Preview) -> None:
    """Nothing is taken from the browser's cache without asking: that would be a stale page."""
    for path in (
        "/",
        "/articles/first/",
        "/feed.xml",
        "/notes.txt",
        "/photo.png",
        "/nowhere/",
        "/old/first/",
        "/about",
        DESK,
    ):
        kept = preview.ask(path).headers.get("cache-control", "")
        assert "no-cache" in kept or "no-store" in kept, path


def test_a_connection_that_is_used_again_is_as_fast(preview: Preview) -> None:
    """A browser keeps its connections: no answer lies in the system's hands until the browser has owned to the last."""
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


# The same bytes


def test_preview_bytes_are_site_bytes(tmp_path: Path) -> None:
    """Every file is what a build publishes, but for the script that is added while serving."""
    news = newsroom(tmp_path, SITE)
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
    """What is shown without the one piece that was put into what is published, which must be a script and no more."""
    start = next((at for at, (a, b) in enumerate(zip(shown, published, strict=False)) if a != b), len(published))
    length = len(shown) - len(published)
    assert length > 0, "nothing was added"
    # Where the piece begins with what comes behind it, it may as well begin earlier.
    for begin in range(start, max(start - 200, -1), -1):
        added = shown[begin : begin + length]
        if re.fullmatch(rb"\s*<script[^>]*>.*</script>\s*", added, re.DOTALL) and added.count(b"</script") == 1:
            return shown[:begin] + shown[begin + length :]
    raise AssertionError(f"not one script: {shown[start : start + length][:300]!r}")


def test_nothing_is_written_to_the_site(tmp_path: Path) -> None:
    """Neither where there was one nor where there was none, whatever is asked and edited meanwhile."""
    for name, is_published in (("published", True), ("fresh", False)):
        (tmp_path / name).mkdir()
        news = newsroom(tmp_path / name, SITE)
        if is_published:
            news.build()
        before = looks(news.root, "site", ".site.broadsheet")
        with previewing(news) as preview:
            news.write("content/articles/new.md", "---\ntitle: New\ndate: 2026-11-05\n---\nText.\n")
            preview.content("/articles/new/", "Text.")
            news.write("content/articles/new.md", "---\ntitle: [\n")
            eventually(lambda: "new.md" in preview.words)
        assert looks(news.root, "site", ".site.broadsheet") == before


def looks(root: Path, *names: str) -> dict[str, tuple[int, int, int]]:
    """Inode, size and time of everything below the folders of these names, themselves included."""
    folders = [root / name for name in names if (root / name).exists()]
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return {str(p): (p.lstat().st_ino, p.lstat().st_size, p.lstat().st_mtime_ns) for p in paths}


def test_a_build_renders_nothing_that_the_preview_has_rendered(tmp_path: Path) -> None:
    """What was looked at is in the store, also when one looked but for a moment."""
    news = newsroom(tmp_path)
    with previewing(news) as preview:
        # A body edit under way: the preview renders it, the build need not.
        news.write("content/articles/a.md", (news.root / "content/articles/a.md").read_text() + "\nAn end.\n")
        preview.content("/articles/first/", "An end.")
        asked = ["/", "/articles/first/", "/articles/second/", "/topics/ai/", "/feed.xml", "/sitemap.xml", "/404.html"]
        for path in asked:
            preview.ask(path)
    told = news.build()

    assert told["ok"]
    assert told["reused"] >= len(asked)


def test_a_build_after_a_while_renders_nothing(tmp_path: Path) -> None:
    """All the rest is rendered behind, while one page is looked at."""
    news = newsroom(tmp_path, SITE)
    with previewing(news) as preview:
        eventually(lambda: "would be published:" in preview.ask(DESK).text, lambda: preview.ask(DESK).text)
    told = news.build()

    assert told["ok"]
    assert told["rendered"] == 0
    assert not [path for path in held(news.site) if "draft" in path or "later" in path]


def test_a_build_beside_the_preview_is_sound(tmp_path: Path) -> None:
    """Both use the same cache at the same time; drafts stay in the preview."""
    news = newsroom(tmp_path, SITE)
    with previewing(news) as preview:
        assert preview.ask("/articles/draft-of-a-thing/").status == 200
        news.assert_sound()
        assert not (news.site / "articles/draft-of-a-thing").exists()
        assert not (news.site / "articles/later-thing").exists()
        assert "Draft of a thing" in preview.ask("/").text


def test_a_newsletter_below_a_folder(tmp_path: Path) -> None:
    """Its pages stand where their links lead, as on the host, and the top leads there."""
    news = newsroom(tmp_path, SITE.replace("https://small.example/", "https://small.example/news/"))
    with previewing(news) as preview:
        answer = preview.ask("/")
        assert answer.status == 200 or answer.headers["location"].removeprefix(preview.url) == "/news/"
        links = set(re.findall(r'href="(/news/[^"#]*)"', preview.ask("/news/").text))
        assert len(links) > 5
        for link in links:
            assert preview.ask(link).status == 200, link
        assert preview.ask(DESK).status == 200
        assert 'href="/news/articles/first/"' in preview.ask(DESK).text


def test_a_date_may_be_pretended(tmp_path: Path) -> None:
    """At which what comes later is scheduled, and marked so."""
    news = newsroom(tmp_path, SITE)
    with previewing(news, as_of="2026-11-02T12:00+00:00") as preview:
        desk = preview.ask(DESK).text
        assert "2026-11-02" in desk or "2 November 2026" in desk or "November 2, 2026" in desk
        assert preview.ask("/articles/third/").status == 200


# Many, slow and broken clients


def test_two_hundred_at_once(preview: Preview) -> None:
    """All are answered, with the right bytes."""
    paths = ["/", "/articles/first/", "/feed.xml", "/notes.txt"]
    expected = {path: preview.ask(path).body for path in paths}

    def read(number: int) -> bool:
        path = paths[number % len(paths)]
        return preview.ask(path).body == expected[path]

    with ThreadPoolExecutor(200) as clients:
        assert all(clients.map(read, range(400)))


def test_two_hundred_streams_hinder_nobody(preview: Preview) -> None:
    """Each tab keeps one open; pages come all the same, or the stream is refused properly."""
    with ExitStack() as stack:
        for _ in range(200):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode())
        assert preview.ask("/").status == 200
    assert preview.is_alive()


def test_slow_clients_are_ended(preview: Preview) -> None:
    """Who begins a request and never finishes it keeps nobody waiting, and is not waited for."""
    with ExitStack() as stack:
        wires = [
            stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=60)) for _ in range(150)
        ]
        for number, wire in enumerate(wires):
            wire.sendall(
                [b"GET / HTTP/1.1\r\nHost: loc", b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "][
                    number % 4
                ]
            )
        for wire in wires:
            wire.setblocking(False)
        assert preview.ask("/").status == 200
        assert not all(is_closed(wire) for wire in wires), "the answer came only when the others had been ended"
        began = time.monotonic()
        with selectors.DefaultSelector() as ended:
            waiting = set(wires)
            for wire in wires:
                ended.register(wire, selectors.EVENT_READ)
            while waiting and time.monotonic() - began < HANG_SECONDS:
                for key, _ in ended.select(1):
                    if isinstance(key.fileobj, socket.socket) and is_closed(key.fileobj):
                        ended.unregister(key.fileobj)
                        waiting.discard(key.fileobj)
                for wire in waiting:  # one byte now and then, to look alive
                    with suppress(OSError):
                        wire.send(b"a")
        assert not waiting
    assert preview.is_alive()


def is_closed(wire: socket.socket) -> bool:
    """Whether the other side has ended a connection."""
    try:
        while True:
            if not wire.recv(65536):
                return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_who_does_not_read_keeps_nobody_waiting(preview: Preview) -> None:
    """A client that asks a thousand times and takes no answer costs little and is let go."""
    before = preview.memory()
    with ExitStack() as stack:
        for _ in range(50):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.setblocking(False)
            try:
                for _ in range(200):
                    wire.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            except OSError:
                pass
        assert preview.ask("/").status == 200
        assert preview.memory() - before < 50_000_000
    assert preview.is_alive()


def test_more_connections_than_there_can_be(tmp_path: Path) -> None:
    """When the system allows no more open files, new clients wait, little is said, and it recovers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < hard < 2_000:
        pytest.skip("too few open files are allowed here")
    news = newsroom(tmp_path)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        with previewing(news) as preview:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1_000), hard))
            with ExitStack() as stack:
                for _ in range(400):
                    stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            preview.content("/", "Small News")
            assert preview.is_alive()
            assert len(preview.words) < 2_000
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


HEADERS = {
    "one of 200 KB": b"X: " + b"a" * 200_000,
    "ten thousand": b"\r\n".join(b"X-%d: a" % number for number in range(10_000)),
    "without an end": b"X: " + b"a" * 2_000_000,
    "with no colon": b"X",
    "with a blank before the colon": b"X : a",
    "folded": b"X: a\r\n b",
    "with a NUL": b"X: a\0b",
    "with bytes that are no text": b"X: \xff\xfe",
    "of the cookie": b"Cookie: " + b"a=b; " * 20_000,
}


@pytest.mark.parametrize("name", HEADERS)
def test_odd_headers_are_bounded(name: str, preview: Preview) -> None:
    """Refused or left out of account, and never a failure."""
    answer = preview.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n" % HEADERS[name])

    assert not answer or answer[9:12] in (b"200", b"400", b"413", b"431"), answer[:200]
    assert len(HEADERS[name]) < 150_000 or answer[9:12] != b"200"
    assert preview.is_alive()


BODIES = {
    "announced and missing": b"Content-Length: 1000000000000\r\n\r\n",
    "of 20 MB": b"Content-Length: 20000000\r\n\r\n" + b"a" * 20_000_000,
    "in pieces": b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n%s\r\n" % (b"a" * 1024) * 5_000,
    "of two lengths": b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "of a length below nothing": b"Content-Length: -1\r\n\r\n",
    "in pieces and by length": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "expected": b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nabcde",
    "to become another protocol": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: YQ==\r\n\r\n",
    "to become HTTP/2": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_bodies_are_not_waited_for(name: str, method: bytes, preview: Preview) -> None:
    """Nobody has anything to tell the preview: no body is kept, whatever its length."""
    before = preview.memory()
    preview.raw(b"%s / HTTP/1.1\r\nHost: localhost\r\n%s" % (method, BODIES[name]))

    assert preview.memory() - before < 30_000_000
    assert preview.is_alive()


TOKENS = st.sampled_from(
    [b"GET ", b"HEAD ", b"POST ", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/9.9", b"\r\n", b"\n", b"\r", b"Host: localhost",
     b"Host: ",
     b"Range: bytes=", b"If-None-Match: ", b"Connection: keep-alive", b"Content-Length: ",
     b"Transfer-Encoding: chunked",
     b"Upgrade: websocket", b"Origin: ", b"/", b"/__preview/", b"/__preview/events", b"%2e%2e", b"%", b"\0", b"\xff",
     b"?", b"#",
     b"//", b"\\", b":", b" ", b"\t", b"0", b"-1", b"99999999999999999999", b"http://", b"*", b"\x16\x03\x01",
     b"PRI * HTTP/2.0"]
)  # fmt: skip
MESSES = st.lists(TOKENS | st.binary(max_size=12), max_size=30).map(b"".join)
PATHS = st.text(max_size=60).map(
    lambda text: b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % text.encode("utf-8", "replace")
)
VALUES = st.tuples(
    st.sampled_from(
        ["Range", "If-None-Match", "If-Range", "If-Modified-Since", "Origin", "Host", "Accept", "Last-Event-ID"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=40),
).map(
    lambda pair: b"GET /notes.txt HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n" % (pair[0].encode(), pair[1].encode())
)


@settings(max_examples=3_000 if IS_LONG else 200)
@given(data=MESSES | PATHS | VALUES | st.binary(max_size=200))
@example(data=b"GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=\xd9\xa3-\r\n\r\n")
@example(data=b"GET /?%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 70_000))
@example(data=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
@example(data=b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
def test_whatever_is_sent_the_server_lives(data: bytes, preview: Preview) -> None:
    """Anything at all is answered or cut off, never with a fault of the server's own."""
    answer = preview.raw(data, seconds=3, ends_after=0.03)

    assert not re.search(rb"HTTP/1.1 5\d\d", answer), answer[:500]
    assert b"Traceback" not in answer
    assert preview.process.poll() is None
    assert "Traceback" not in preview.words


def test_whatever_was_sent_is_not_repeated_on_the_terminal(preview: Preview) -> None:
    """A terminal obeys control characters; what strangers send stays out of it."""
    preview.raw(b"GET /\x1b]0;evil\x07 HTTP/1.1\r\nHost: localhost\r\nX: \x1b[2J\r\n\r\n")
    preview.ask("/%1b%5d0;evil%07")

    assert "\x1b]" not in preview.words and "\x1b[2J" not in preview.words


# Its end and its beginning


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once(by: signal.Signals, tmp_path: Path) -> None:
    """With streams, half requests and idle connections open; and cleanly."""
    with previewing(newsroom(tmp_path)) as preview, ExitStack() as stack:
        for number in range(20):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", preview.port), timeout=HANG_SECONDS))
            wire.sendall(
                [f"GET {EVENTS} HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode(), b"GET / HT"][number % 2]
            )
        preview.ask("/")
        code, seconds = preview.end(by)

        assert seconds < AT_ONCE_SECONDS
        assert code in ((0, 130) if by is signal.SIGINT else (0, 143, -15))


def test_it_ends_while_it_still_works(tmp_path: Path) -> None:
    """Also when the archive behind is being rendered."""
    articles = "".join(
        f"-- content/articles/n{number}.md --\n---\ntitle: Number {number}\ndate: 2026-01-01T10:00Z\n---\nProse.\n"
        for number in range(400)
    )
    with previewing(newsroom(tmp_path, SMALL_SITE + articles)) as preview:
        assert preview.ask("/").status == 200
        _, seconds = preview.end()

        assert seconds < AT_ONCE_SECONDS


def test_a_port_that_is_taken_is_not_fought_over(tmp_path: Path) -> None:
    """The next free one is taken, and the address says so; a second preview of the same newsletter is fine."""
    news = newsroom(tmp_path)
    with previewing(news) as first, previewing(news, "--port", str(first.port)) as second:
        assert first.port < second.port < first.port + 50
        assert first.ask("/").body and second.ask("/").status == 200


def test_nobody_else_on_the_network_is_served(preview: Preview) -> None:
    """It listens on this machine's own address and no other."""
    port = f":{preview.port:04X}"
    listening = [line.split() for table in ("tcp", "tcp6") if (path := Path("/proc/net", table)).exists()
                 for line in path.read_text().splitlines()[1:]]  # fmt: skip
    addresses = {fields[1] for fields in listening if fields[1].endswith(port) and fields[3] == "0A"}

    assert addresses == {f"0100007F{port}"}
