"""Links and images of the prose: each slot gets the URL it leads to, or a problem says why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from posixpath import dirname, normpath, relpath, splitext
from unicodedata import normalize
from urllib.parse import unquote

from ..content.extracts import is_extract
from ..core.errors import Location, Problem, did_you_mean
from ..core.urls import Addresses, is_external, on_any_disk
from ..markdown.document import Outline, ProseSummary
from ..pictures.facts import is_picture
from ..source.tree import SourceTree
from .pictures import Gallery
from .types import File

CONTENT = "content"
MOST_COMPARED = 20_000  # a guess compares a name with every file's: with a folder renamed, there are too many to make


@dataclass(slots=True)
class References:
    """Owns, for one planning, what the links of all articles lead to: media to publish, paths to check, problems.

    gallery: the pictures among the media, which are not published as they are.

    homes: the site path of every published Markdown file; gists: with the ids of the headings; hidden: files that
    are not published, and why; broken: files that have problems of their own, to which links are not judged. names and
    compared serve guesses at what was meant.
    """

    tree: SourceTree
    addresses: Addresses
    homes: Mapping[str, str]
    prose_summaries: Mapping[str, ProseSummary]
    hidden: Mapping[str, str]
    broken: frozenset[str]
    gallery: Gallery
    media: dict[str, File] = field(default_factory=dict)
    to_check: list[tuple[str, Location]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: dict[bool, Mapping[str, list[str]]] = field(default_factory=dict)
    by_nfc_name: Mapping[str, str] | None = None
    compared: int = 0

    def targets(self, file: str, first_line: int, outline: Outline) -> tuple[str, ...]:
        """What each slot of the prose leads to: an external URL, a site path, or a "#fragment"."""
        found = []
        for reference in outline.references:
            target = reference.target
            if target.startswith("#") or is_external(target):
                found.append(target)
            else:
                where = Location(file, first_line + reference.line - 1, reference.column)
                found.append(self.target(file, target, where, is_image=reference.is_image))
        return tuple(found)

    def target(self, file: str, target: str, where: Location, *, is_image: bool) -> str:
        """Where a link within the newsletter leads, as a site path; an unknown one is a problem and stays as it is."""
        path, hash_sign, fragment = target.partition("#")
        if path.startswith("/"):
            self.to_check.append((path, where))
            return target
        # A query belongs to no file of ours; what remains is a path relative to the file that holds the link.
        source = self._stored(normpath(f"{dirname(file)}/{unquote(path.partition('?')[0])}"))
        if source in self.homes and not is_image:
            return self.homes[source] + hash_sign + self._anchor(source, fragment, where)
        if source in self.hidden:
            hint = "publish it first, or take the link out"
            self.problems.append(Problem(where, f'"{path}" is not published: {self.hidden[source]}', hint))
        elif source.startswith(CONTENT + "/") and source in self.tree and not _is_kept(source):
            return self._publish(source, where, is_image=is_image) + hash_sign + fragment
        elif source in self.homes:
            hint = "take the exclamation mark away to make it a link"
            self.problems.append(Problem(where, f'"{path}" is an article or a page, not a picture', hint))
        elif source.startswith(CONTENT + "/") and source in self.tree and source not in self.broken:
            hint = "only articles, pages and the files that belong to them can be linked to"
            self.problems.append(Problem(where, f'"{path}" is not published', hint))
        elif source not in self.broken:
            self.problems.append(Problem(where, f'there is no file "{target}"', self._hint(file, source, is_image)))
        return target

    def image(self, file: str, src: str, where: Location) -> str:
        """The URL target of an image named in the front matter."""
        return src if is_external(src) else self.target(file, src, where, is_image=True)

    def _stored(self, path: str) -> str:
        """The path as the tree has it, whichever way its accents are stored; any other path as it is."""
        if path.isascii() or path in self.tree:
            return path
        if self.by_nfc_name is None:
            self.by_nfc_name = self.tree.by_nfc_name()
        return self.by_nfc_name.get(normalize("NFC", path), path)

    def check_paths(self, known: Callable[[str], bool]) -> list[Problem]:
        """A problem for each root-relative link that leads to no planned path."""
        problems = []
        for path, where in self.to_check:
            plain = unquote(path.partition("?")[0])
            if not known(plain):
                hint = f'write "{plain}/"' if known(plain + "/") else "a path from the root is one that the site has"
                problems.append(Problem(where, f'the site has no "{path}"', hint))
        return problems

    def _anchor(self, source: str, fragment: str, where: Location) -> str:
        """The id that a fragment means: headings have theirs with "h-" in front, authors may leave that out."""
        if not fragment:
            return ""
        known = {heading.id for heading in self.prose_summaries[source].outline.headings}
        for anchor in (fragment, f"h-{fragment}"):
            if anchor in known:
                return anchor
        hint = (
            did_you_mean(f"h-{fragment}", known).replace('"h-', '"') or "a heading's anchor is its words, with hyphens"
        )
        self.problems.append(Problem(where, f'"{source}" has no heading "#{fragment}"', hint))
        return fragment

    def _publish(self, source: str, where: Location, *, is_image: bool) -> str:
        """The site path of a file that some prose uses. Its name holds a digest: it can be cached for ever."""
        file = self.tree.files[source]
        if is_image or is_picture(source):
            publish = self.gallery.publish if is_image else self.gallery.publish_whole
            published = publish(file, where)
            if isinstance(published, Problem):
                self.problems.append(published)
                return source
            return published
        stem, suffix = splitext(source.rpartition("/")[2])
        path = f"/media/{on_any_disk(stem)}.{file.digest[:8]}{suffix.lower()}"
        self.media[path] = File(path, file)
        return path

    def _wanted(self, is_image: bool) -> Mapping[str, list[str]]:
        """The files that a link or an image may have been meant to lead to, by name in small letters."""
        if is_image not in self.names:
            names: dict[str, list[str]] = {}
            files = self.tree.files if is_image else self.homes
            for path in files:
                if path.startswith(CONTENT + "/") and path.endswith(".md") != is_image and not path.endswith(".yaml"):
                    names.setdefault(_folded_name(path), []).append(path)
            self.names[is_image] = names
        return self.names[is_image]

    def _hint(self, file: str, source: str, is_image: bool) -> str:
        """The path that may have been meant, as it would be written in this file."""
        here = dirname(file)
        names = self._wanted(is_image)
        same_name = [path for path in names.get(_folded_name(source), ()) if path != file]
        if same_name:
            return f'did you mean "{relpath(same_name[0], here)}"?'
        if self.compared < MOST_COMPARED:
            wanted = [path for paths in names.values() for path in paths if path != file]
            self.compared += len(wanted)
            guess = did_you_mean(relpath(source, here), [relpath(path, here) for path in wanted])
            if guess:
                return guess
        return f'a link is written from the folder of its own file, "{here}/"'


def _folded_name(path: str) -> str:
    return normalize("NFC", path.rpartition("/")[2]).casefold()


def _is_kept(source: str) -> bool:
    """Whether a file is there for us and not for readers."""
    return source.endswith((".md", ".yaml")) or is_extract(source)


def page_urls(targets: tuple[str, ...], addresses: Addresses) -> tuple[str, ...]:
    """URLs for a page of the site, escaped for attributes."""
    return tuple([escape(_relative(target, addresses)) for target in targets])


def absolute_urls(targets: tuple[str, ...], addresses: Addresses, home: str) -> tuple[str, ...]:
    """URLs for feeds and mail, escaped for attributes; fragments lead to the page at the site path `home`."""
    return tuple([escape(_absolute(target, addresses, home)) for target in targets])


def _relative(target: str, addresses: Addresses) -> str:
    if not target.startswith("/"):
        return target
    path, hash_sign, fragment = target.partition("#")
    return _with_query(addresses.relative, path) + hash_sign + fragment


def _absolute(target: str, addresses: Addresses, home: str) -> str:
    if target.startswith("#"):
        return addresses.absolute(home) + target
    if not target.startswith("/"):
        return target
    path, hash_sign, fragment = target.partition("#")
    return _with_query(addresses.absolute, path) + hash_sign + fragment


def _with_query(address: Callable[[str], str], path: str) -> str:
    plain, question_mark, query = path.partition("?")
    return address(unquote(plain)) + question_mark + query
