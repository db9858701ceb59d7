"""The formats of feeds, each declared once: settings, plan, rendering, checks, the hub and the preview read this table.

A new format is one entry in FORMATS and one module of render/feeds with `render` and `parse`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import splitext

_ARCHIVE_PAGE = re.compile(r"(^|/)feed/[0-9]+/")


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """A format that feeds are published in."""

    name: str
    """Its name in config.yaml: "json"."""
    title: str
    """Its name for readers: "JSON Feed"."""
    file_name: str
    """The name of each feed in this format; folders tell feeds apart."""
    media_type: str
    module: str
    """The module of render/feeds that renders and parses it, imported only when it is needed."""
    known_names: tuple[str, ...] = ()
    """Other file names and endings (".rss") of feeds in this format, of old addresses and copied files."""

    @property
    def is_xml(self) -> bool:
        """Whether it is XML, as RFC 5005 asks of feeds with an archive."""
        return self.media_type.endswith("+xml")

    def path(self, folder: str) -> str:
        """The site path of the feed in a folder: "/topics/ai/" gives "/topics/ai/feed.xml"."""
        return folder + self.file_name

    def archive_path(self, folder: str, number: int) -> str:
        """The site path of a page of a feed's archive; page 1 is the oldest."""
        return f"{folder}feed/{number}/{self.file_name}"


# A feed is beside the page that it belongs to. ".atom" rather than "atom.xml": hosts know its media type.
FORMATS = {
    declared.name: declared
    for declared in (
        FeedFormat("rss", "RSS", "feed.xml", "application/rss+xml", "rss", ("rss.xml", ".rss")),
        FeedFormat("atom", "Atom", "feed.atom", "application/atom+xml", "atom", ("atom.xml", ".atom")),
        FeedFormat("json", "JSON Feed", "feed.json", "application/feed+json", "json_feed"),
    )
}
_BY_FILE_NAME = {
    name: declared for declared in FORMATS.values() for name in (declared.file_name, *declared.known_names)
}
# Endings of a feed's address: hosts know the media type by them. RSS 1.0 was RDF.
FEED_ENDINGS = frozenset({".rdf"} | {splitext(f"x{name}")[1] for name in _BY_FILE_NAME})


def format_of(path: str) -> FeedFormat | None:
    """The format of the feed at an output path, by its file name or its ending; None for what is not a feed."""
    name = path.rpartition("/")[2]
    return _BY_FILE_NAME.get(name) or _BY_FILE_NAME.get(splitext(name)[1].lower())


def is_archive_page(path: str) -> bool:
    """Whether an output path is that of a page of a feed's archive, which nobody subscribes to."""
    return bool(_ARCHIVE_PAGE.search(path))


def find_feeds(site: Path) -> Iterator[tuple[str, FeedFormat]]:
    """The output path and format of each feed below a folder, by format and path, without the pages of archives."""
    for declared in FORMATS.values():
        for file in sorted(site.rglob(declared.file_name)):
            path = file.relative_to(site).as_posix()
            if not is_archive_page(path) and file.is_file():
                yield path, declared
