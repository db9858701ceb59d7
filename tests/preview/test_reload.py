"""The script added to served pages, and the tags that tell it when to reload."""

from __future__ import annotations

import re

import pytest

from broadsheet.preview.reload import content_tag, page_tag, with_client

PAGE = b"<!doctype html>\n<html lang=en>\n<title>A</title>\n<style>a{}</style>\n<p>Words"


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (PAGE, b"<!doctype html>"),
        (b"<!DOCTYPE html SYSTEM 'about:legacy-compat'><p>x", b"<!DOCTYPE html SYSTEM 'about:legacy-compat'>"),
        (b" <!-- a --> <!doctype html><p>x", b" <!-- a --> <!doctype html>"),
        (b"<p>no doctype <!doctype html>", b""),
        (b"", b""),
    ],
)
def test_one_script_is_inserted_after_the_doctype(page: bytes, before: bytes) -> None:
    """Before any security policy of the page; the rest stays byte for byte."""
    served = with_client(page, "", "tag")
    script = served[len(before) : len(served) - len(page) + len(before)]

    assert served == before + script + page[len(before) :]
    assert re.fullmatch(rb'<script src="/__preview/client\.js\?[0-9a-f]{8}" [^<>]*></script>', script)


def test_a_badge_is_escaped() -> None:
    """Although no badge needs it today."""
    assert b'data-badge="&quot;&lt;b&gt;"' in with_client(PAGE, '"<b>', "tag")


def test_tags_change_with_the_page() -> None:
    """One with everything, one with everything except CSS."""
    styled, worded = PAGE.replace(b"a{}", b"b{}"), PAGE.replace(b"Words", b"Text")

    assert len({page_tag(PAGE, ""), page_tag(styled, ""), page_tag(worded, ""), page_tag(PAGE, "Draft")}) == 4
    assert content_tag(PAGE, "") == content_tag(styled, "")
    assert len({content_tag(PAGE, ""), content_tag(worded, ""), content_tag(PAGE, "Draft")}) == 3
