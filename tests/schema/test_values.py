"""Single values: what is accepted is safe to print, and what is refused says why."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.schema import values
from broadsheet.schema.values import InvalidValue, address_or_path, frozen_id, local_path, picture_source, web_address


@pytest.mark.parametrize(
    "url",
    ["https://example.org", "http://example.org:8080/a?b=c#d", "HTTPS://Example.ORG/", "https://[2001:db8::1]/x",
     "https://localhost/", "https://a_b.example/", "https://example.org/a%20b", "https://example.org/~x/(y)!*'"],
)  # fmt: skip
def test_web_addresses_are_kept(url: str) -> None:
    """http and https with a host, as written."""
    assert web_address(url) == url


@pytest.mark.parametrize(
    ("url", "ascii_url"),
    [
        ("https://яндекс.рф/путь?q=я", "https://xn--d1acpjx3f.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?q=%D1%8F"),
        ("https://example.org/a%20ü", "https://example.org/a%20%C3%BC"),
    ],
)
def test_web_addresses_become_ascii(url: str, ascii_url: str) -> None:
    """Feeds and HTTP know nothing else; what is encoded already stays."""
    assert web_address(url) == ascii_url


@given(st.from_regex(values._PLAIN_WEB, fullmatch=True))
def test_the_short_way_for_plain_addresses_agrees(url: str) -> None:
    """An address that is taken without a closer look would come out of it as it is."""
    assert values._web_address(url) == web_address(url) == url


NONE = "is not a valid web address"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", NONE), ("JaVaScRiPt://x", NONE), ("data:text/html,x", NONE), ("ftp://x.org", NONE),
        ("//example.org", NONE), ("/path", NONE), ("example.org", NONE), ("https:example.org", NONE), ("http:/x", NONE),
        ("mailto:a@b.c", NONE), ("https://[::1", NONE), ("https://x.org:port/", NONE), ("https://x.org:99999/", NONE),
        ("https://", "has no valid host"), ("https:///path", "has no valid host"), ("https://./", "has no valid host"),
        ("https://a..b/", "has no valid host"), ("https://-/", "has no valid host"),
        ("https://user:pass@x.org/", "contains a user name or password"), ("https://u@x.org", "contains a user name"),
        ("https://x.org/a b", "contains a space"), ("https://x.org/\ta", "contains the character U+0009"),
        ("java\nscript:x", "contains the character U+000A"), ("https://x.org\\@evil", "contains"),
        ('https://x.org/"onclick', "contains"), ("https://x.org/<b>", "contains"), ("https://x.org/\u00a0", "contains"),
        ("https://x.org/" + "a" * 2000, "has 2014 characters; at most 2000 are allowed"),
    ],
)  # fmt: skip
def test_what_is_no_web_address(url: str, words: str) -> None:
    """Other schemes, no host, credentials, blanks and control characters, each in plain words with a way out."""
    with pytest.raises(InvalidValue) as fault:
        web_address(url)
    assert words in fault.value.message
    assert fault.value.hint


@given(st.text(st.sampled_from("htps:/@.[]?#%\\ \t\n\"'<>ajvscriéя1:"), max_size=40).map(lambda text: "http" + text))
def test_an_accepted_address_has_a_host_and_no_trick(text: str) -> None:
    """Whatever passes is ASCII, http or https, and means the same host to every reader of it."""
    try:
        url = web_address(text)
    except InvalidValue:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert not set(url) & set(' \t\n"<>\\')
    assert url.isascii()
    assert web_address(url) == url


@pytest.mark.parametrize("path", ["/", "/old/", "/2020/01/old.html", "/старый/"])
def test_paths_on_this_site(path: str) -> None:
    """Old addresses come in many forms."""
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "old", "//evil.example", "/a//b", "/..", "/a/../b", "/./a", "/a\\b", "/a?b", "/a#b", "/a\x00",
     "/%2e%2e/", "https://x.org/", "/" + "a" * 2000],
)  # fmt: skip
def test_what_is_no_path_on_this_site(path: str) -> None:
    """Nothing leads out of the site or to two places."""
    with pytest.raises(InvalidValue) as fault:
        local_path(path)
    assert fault.value.hint


def test_navigation_leads_to_paths_or_addresses() -> None:
    """A fragment may follow a path."""
    assert address_or_path("/about/#team") == "/about/#team"
    assert address_or_path("https://x.org/#y") == "https://x.org/#y"
    with pytest.raises(InvalidValue):
        address_or_path("/about/# team")
    with pytest.raises(InvalidValue):
        address_or_path("about")


@pytest.mark.parametrize("source", ["a.png", "../a.png", "/media/a.png", "https://x.org/a.png"])
def test_sources_of_pictures(source: str) -> None:
    """A file beside the article, one of the site or one elsewhere."""
    assert picture_source(source) == source


@pytest.mark.parametrize("source", ["javascript:x", "data:image/png;base64,x", "//x.org/a.png", "a b.png", "a\\b.png"])
def test_what_is_no_source_of_a_picture(source: str) -> None:
    """Schemes that run or embed something are refused."""
    with pytest.raises(InvalidValue):
        picture_source(source)


@pytest.mark.parametrize("id", ["urn:uuid:0", "tag:x.org,2026:a", "http://x.org/1", "https://x.org/"])
def test_ids(id: str) -> None:
    """URIs that feeds take as they are."""
    assert frozen_id(id) == id


@pytest.mark.parametrize("id", ["", "17", "uuid:1", "urn:", "https://", "urn:a b", "urn:é", "urn:" + "a" * 200])
def test_what_is_no_id(id: str) -> None:
    """The way out is the command that writes one."""
    with pytest.raises(InvalidValue) as fault:
        frozen_id(id)
    assert "broadsheet mint" in fault.value.hint


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (values.language_tag, "pt-BR", "english language"),
        (values.language_tag, "zh-Hant-TW", "e"),
        (values.truth, "Yes", "maybe"),
        (values.title_text, "x" * 300, "x" * 301),
        (values.long_text, "x" * 1000, "x" * 1001),
    ],
)
def test_small_checks(check: Callable[[str], object], good: str, bad: str) -> None:
    """The last good value and the first bad one."""
    check(good)
    with pytest.raises(InvalidValue):
        check(bad)


def test_numbers() -> None:
    """Digits only, within the bounds."""
    assert values.whole_number(1, 100, "100") == 100
    for bad in ("0", "101", "1e1", "१", "-1", "", "9" * 5000):
        with pytest.raises(InvalidValue):
            values.whole_number(1, 100, bad)


def test_text_is_on_one_line() -> None:
    """Line breaks become spaces; the no-break space, which Russian typography needs, stays."""
    assert values.plain_text("  a\n\n b\u2028c\td ") == "a b c d"
    assert values.plain_text("в 2026\u00a0г.") == "в 2026\u00a0г."
