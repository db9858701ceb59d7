"""Responses like those of a real web server: HEAD, byte ranges and conditional requests."""

from __future__ import annotations

import pytest

from tests.previewing import DESK, Answer, Preview


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


@pytest.mark.parametrize(
    ("asked", "given"),
    [("bytes=0-9", (0, 10)), ("bytes=990-", (990, 1001)), ("bytes=-5", (996, 1001)), ("bytes=5-5", (5, 6)),
     ("bytes=0-99999", (0, 1001)), ("bytes=-99999", (0, 1001))],
)  # fmt: skip
def test_a_range_gets_that_part(asked: str, given: tuple[int, int], preview: Preview) -> None:
    """RFC 9110 §14: the requested bytes, and their position."""
    whole = preview.ask("/notes.txt").body
    part = preview.ask("/notes.txt", Range=asked)
    first, end = given

    assert part.body == whole[first:end]
    assert part.status == 206
    assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{len(whole)}"
    assert int(part.headers["content-length"]) == end - first


@pytest.mark.parametrize("asked", ["bytes=2000-", "bytes=1001-1002", "bytes=-0"])
def test_a_range_outside_of_the_file_is_refused(asked: str, preview: Preview) -> None:
    """With the size of the file."""
    answer = preview.ask("/notes.txt", Range=asked)

    assert answer.status == 416
    assert answer.headers["content-range"] == "bytes */1001"


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-0", "bytes=a-b", "bytes", "bytes=", "bytes=-", "lines=1-2", "bytes=0-1-2", "bytes=0x1-2", "bytes=٣-٤"],
)
def test_an_invalid_range_does_no_harm(asked: str, preview: Preview) -> None:
    """RFC 9110 §14.2: it may be ignored."""
    wanted = f"GET /notes.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nRange: {asked}\r\n\r\n"

    assert preview.status_of(wanted.encode()) in (200, 400, 416)


def test_many_ranges_do_not_multiply_the_work(preview: Preview) -> None:
    """A thousand overlapping ranges do not get a thousand copies."""
    answer = preview.ask("/notes.txt", Range="bytes=" + ",".join(["0-1000"] * 1000))

    assert answer.status in (200, 206, 400, 416)
    assert len(answer.body) < 20_000


@pytest.mark.parametrize("path", ["/", "/articles/first/", "/feed.xml", "/notes.txt", "/photo.png"])
def test_a_browser_that_has_it_already_gets_304(path: str, preview: Preview) -> None:
    """RFC 9110 §13: for the same tag, alone, in a list, weak or any; the whole body for another tag."""
    tag = preview.ask(path).headers["etag"]

    for known in (tag, f'"x", {tag}', tag if tag.startswith("W/") else f"W/{tag}", "*"):
        answer = preview.ask(path, If_None_Match=known)
        assert (answer.status, answer.body) == (304, b""), known
        assert answer.headers["etag"] == tag
    assert preview.ask(path, If_None_Match='"x"').status == 200
    assert preview.ask(path, If_None_Match=tag.strip('"')[:-1]).status == 200


def test_a_browser_always_revalidates(preview: Preview) -> None:
    """It would show stale pages if it used its cache without asking."""
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
