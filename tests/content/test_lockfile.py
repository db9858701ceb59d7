"""links.lock is a text that people read and edit: it comes back as it was written, and each bad line is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.content.lockfile import NO_COPY, KnownAddress, day_in, read_lock, written
from broadsheet.source.tree import source_tree

DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31))
URLS = st.builds("https://{}.example/{}".format, st.sampled_from("abc"), st.sampled_from(["", "x?y=1&z", "%20", "a:b"]))
ENTRIES = st.builds(
    KnownAddress,
    st.sampled_from(["", "200", "404", "999", "none", "gone", "robots"]),
    DAYS,
    DAYS,
    st.just("") | URLS,
    st.sampled_from(["", NO_COPY]) | URLS,
    DAYS,
)


def read(text: str | bytes) -> tuple[dict[str, KnownAddress], list[str]]:
    known, problems = read_lock(source_tree({"links.lock": text}).files["links.lock"])
    return known, [str(problem).partition("\n")[0] for problem in problems]


@given(st.dictionaries(URLS, ENTRIES))
def test_what_is_written_is_read(known: dict[str, KnownAddress]) -> None:
    """And the order in which things are known does not show."""
    assert read(written(known)) == (known, [])
    assert written(dict(reversed(known.items()))) == written(known)


def test_the_text() -> None:
    """Addresses in order, below each what is known, with nothing that is not."""
    known = {
        "https://b.example/": KnownAddress("200", date(2026, 11, 24)),
        "https://a.example/x": KnownAddress(
            "404",
            date(2026, 11, 24),
            date(2026, 11, 20),
            archive="https://web.archive.org/web/20251101000000/https://a.example/x",
            archived=date(2025, 11, 1),
        ),
    }
    assert written(known).partition("not kept.\n")[2] == (
        "\nhttps://a.example/x\n  status 404\n  checked 2026-11-24\n  since 2026-11-20\n"
        "  archive https://web.archive.org/web/20251101000000/https://a.example/x\n  archived 2025-11-01\n"
        "\nhttps://b.example/\n  status 200\n  checked 2026-11-24\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ftp://x/", 'links.lock:1:1: error: "ftp://x/" is not a valid web address'),
        ("https://a/\n\nhttps://a/", 'links.lock:3:1: error: "https://a/" is listed twice'),
        ("https://a/\n  statsu 404", 'links.lock:2:3: error: unknown field "statsu"'),
        ("https://a/\n  status 404\n  status 200", 'links.lock:3:3: error: "status" is given twice'),
        ("https://a/\n\tstatus dead", 'links.lock:2:2: error: "dead" is not a valid status'),
        ("https://a/\n  status 4040", 'links.lock:2:3: error: "4040" is not a valid status'),
        ("https://a/\n  status", 'links.lock:2:3: error: "" is not a valid status'),
        ("https://a/\n  archive", 'links.lock:2:3: error: "archive" has no address'),
        ("https://a/\n  archive javascript:x", 'links.lock:2:3: error: "javascript:x" is not a valid web address'),
        ("https://a/\n  final none", 'links.lock:2:3: error: "none" is not a valid web address'),
        ("https://a/\n  checked 24.11.2026", 'links.lock:2:3: error: "24.11.2026" is not a valid date'),
        ("https://a/\n  archived 2026-02-30", 'links.lock:2:3: error: "2026-02-30" is not a valid date'),
        ("<<<<<<< HEAD\nhttps://a/", 'links.lock:1:1: error: "<<<<<<< HEAD" contains "<"'),
        (b"https://a/\xff", "links.lock:1:11: error: the byte 0xFF is not valid UTF-8"),
        (b"https://a/\n\x00", "links.lock:2:1: error: there is a control character (U+0000) in the text"),
    ],
)
def test_a_bad_line_is_told(text: str | bytes, expected: str) -> None:
    """Its place, and what is wrong."""
    assert read(text)[1] == [expected]


def test_lines_below_a_bad_address_are_passed_over() -> None:
    """One mistake is one problem."""
    assert len(read("nonsense\n  status 404\n  odd\nhttps://a/\n  status 404")[1]) == 1


@given(st.text(alphabet="ht:/a .\n\tstatus0-9x#", max_size=200))
def test_no_text_is_too_much(text: str) -> None:
    """Whatever stands there is read, or told."""
    read(text)


def test_line_ends_of_windows() -> None:
    """An editor may write them."""
    assert read("https://a/\r\n  status 404\r\n") == ({"https://a/": KnownAddress("404")}, [])


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (KnownAddress("404"), True),
        (KnownAddress("410"), True),
        (KnownAddress("gone"), True),
        (KnownAddress("200"), False),
        (KnownAddress("403"), False),
        (KnownAddress("robots"), False),
        (KnownAddress("500", date(2026, 11, 8), date(2026, 11, 2)), False),
        (KnownAddress("500", date(2026, 11, 9), date(2026, 11, 2)), True),
        (KnownAddress("none", date(2026, 11, 9), date(2026, 11, 2)), True),
        (KnownAddress("none", date(2026, 11, 9)), False),
        (KnownAddress("200", date(2026, 11, 9), date(2026, 11, 2)), False),
    ],
)
def test_when_a_source_is_dead(known: KnownAddress, expected: bool) -> None:
    """At once when its host says so; for any other trouble after a week."""
    assert known.is_dead is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://web.archive.org/web/20251101093000/https://a.example/", date(2025, 11, 1)),
        ("https://web.archive.org/web/20251101id_/https://a.example/", date(2025, 11, 1)),
        ("https://web.archive.org/web/20251399000000/https://a.example/", None),
        ("https://archive.example/Ab1", None),
    ],
)
def test_the_day_of_a_copy(address: str, expected: date | None) -> None:
    """The Internet Archive's addresses tell it."""
    assert day_in(address) == expected
