"""The manifest: order, media types, differences, and paths that cannot be published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.core.digest import digest_bytes
from broadsheet.core.manifest import Difference, Entry, Manifest, difference, from_bytes, manifest, media_type, to_bytes


def of(files: dict[str, str]) -> Manifest:
    """The manifest of these texts."""
    return manifest({p: Entry(digest_bytes(t.encode()), len(t.encode()), media_type(p)) for p, t in files.items()})


def test_entries_are_ordered_by_path() -> None:
    """Whatever the order in which pages were finished, the manifest is the same."""
    one, other = of({"b": "1", "a/z": "2", "a.html": "3"}), of({"a.html": "3", "b": "1", "a/z": "2"})

    assert list(one.entries) == ["a.html", "a/z", "b"]
    assert one == other and to_bytes(one) == to_bytes(other)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html"),
        ("feed.xml", "application/rss+xml"),
        ("topics/chips/feed.xml", "application/rss+xml"),
        ("atom.xml", "application/atom+xml"),
        ("feed.json", "application/feed+json"),
        ("search.json", "application/json"),
        ("sitemap.xml", "application/xml"),
        ("a/b.CSS", "text/css"),
        ("a.js", "text/javascript"),
        ("p.avif", "image/avif"),
        ("favicon.ico", "image/vnd.microsoft.icon"),
        ("f.woff2", "font/woff2"),
        ("site.webmanifest", "application/manifest+json"),
        ("subscriptions.opml", "text/x-opml"),
        ("_redirects", "text/plain"),
        (".nojekyll", "application/octet-stream"),
        ("a.html/x", "application/octet-stream"),
        ("CNAME", "application/octet-stream"),
        ("x.unheard-of", "application/octet-stream"),
    ],
)
def test_media_types_come_from_our_own_table(path: str, kind: str) -> None:
    """The same type on every machine; an unknown name is plain bytes."""
    assert media_type(path) == kind


def test_a_difference_names_what_readers_will_see_change() -> None:
    """Added, changed and removed, each in order; the same bytes are no change."""
    old, new = of({"same": "1", "b": "1", "a": "1", "gone": "1"}), of({"same": "1", "b": "2", "a": "2", "new": "1"})

    assert difference(old, new) == Difference(added=("new",), changed=("a", "b"), removed=("gone",))
    assert difference(old, old) == Difference((), (), ()) and not difference(old, old)


@pytest.mark.parametrize(
    "paths",
    [
        ["a", "a/b"],
        ["a/b", "a/b/c/d"],
        ["../a"],
        ["a/../b"],
        ["/etc/passwd"],
        ["a//b"],
        ["a/"],
        [""],
        ["./a"],
        [".env"],
        ["a/.git/config"],
        ["a\\b"],
        ["a\0b"],
        ["a\nb"],
        ["\udc80"],
        ["n" * 256],
        ["a/" + "ж" * 128],
    ],
)
def test_paths_that_cannot_be_published_are_refused(paths: list[str]) -> None:
    """They are a mistake of ours: the plan reports collisions and bad names to the author long before."""
    with pytest.raises(ValueError, match=r"."):
        manifest({path: Entry("0" * 64, 0, "text/plain") for path in paths})


def test_dotfiles_that_servers_need_are_published() -> None:
    """.well-known and .nojekyll are meant to be public."""
    assert list(of({".well-known/security.txt": "x", ".nojekyll": "", "a/b.html": "y", "ж/index.html": "z"}).entries)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b'{"a": 1}', b'{"a": ["x", "1", "y"]}', b'{"../a": ["x", 1, "y"]}', b"\xff", b"[" * 99_999],
)
def test_anything_else_is_no_manifest(data: bytes) -> None:
    """Damaged bytes are told apart from a manifest."""
    with pytest.raises(ValueError, match=r"."):
        from_bytes(data)


names = st.text(st.characters(categories=["L", "N"], include_characters="-_ "), min_size=1, max_size=8)
entries = st.builds(Entry, st.binary(min_size=32, max_size=32).map(bytes.hex), st.integers(0), st.text())


@given(st.dictionaries(names, entries))
def test_a_manifest_survives_the_way_through_bytes(held: dict[str, Entry]) -> None:
    """from_bytes is the inverse of to_bytes."""
    whole = manifest({f"x {path}.html": entry for path, entry in held.items()})

    assert from_bytes(to_bytes(whole)) == whole


@given(st.dictionaries(names, st.integers(0, 2)), st.dictionaries(names, st.integers(0, 2)))
def test_a_difference_makes_the_old_into_the_new(old: dict[str, int], new: dict[str, int]) -> None:
    """Applying a difference gives the new manifest, and it names no path without need."""
    before = manifest({f"{p}x": Entry(str(n), 0, "") for p, n in old.items()})
    after = manifest({f"{p}x": Entry(str(n), 0, "") for p, n in new.items()})
    change = difference(before, after)

    made = {p: e for p, e in before.entries.items() if p not in change.removed}
    made |= {p: after.entries[p] for p in change.added + change.changed}
    assert manifest(made) == after
    assert all(before.entries.get(p) != after.entries[p] for p in change.added + change.changed)
