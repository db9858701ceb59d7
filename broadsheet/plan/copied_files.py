"""Files that are copied as they are: the templates' static files, the newsletter's own, and media that prose uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content.extracts import is_extract
from ..core.errors import Location, Problem
from .published import PublishedSite
from .types import File, Page

# Folders and where their files land: the designer's below /static/, the editor's (CNAME, .well-known) at the top.
FOLDERS = (("templates/static/", "/static/"), ("content/static/", "/"))


def plan(sites: Sequence[PublishedSite]) -> Iterator[Page | File]:
    """Static files by path, then media; the kinds planned before this one have named the media they use."""
    published = sites[0]
    for folder, target in FOLDERS:
        for file in published.tree.under(folder):
            if is_extract(file.path):
                message = "this file has the name of an extract of a source, and these are never published"
                published.references.problems.append(
                    Problem(Location(file.path), message, "rename it, or move it away")
                )
                continue
            yield File(target + file.path.removeprefix(folder), file)
    yield from published.references.media.values()
    yield from published.references.gallery.outputs()
