"""The list of everything that Broadsheet remembers between builds."""

from __future__ import annotations

from enum import Enum


class Stage(Enum):
    """Each stage whose results are kept: the name of its file, and what progress bars call the work.

    Every key also contains the engine's fingerprint, so no record is ever read by other code than the code that
    wrote it; stages that are an exception say so.
    """

    SITE = "site", "build"
    """Key: digest of the source tree and the request. Record: the outcome of a whole build, without its bytes."""

    TEMPLATES = "templates", "templates"
    """Key: name and source of a template. Record: what it includes, its problems, its compiled code."""

    READINGS = "readings", "read"
    """Key: path and digest of a content file, settings that change how it is read. Record: a `Reading`. Blob: the
    HTML of its prose, by its digest."""

    LINKS = "links", "read"
    """Key: digest of `links.lock`. Record: `Copies`, the archived copies of dead sources."""

    PICTURES = "pictures", "pictures"
    """Key: digest of a picture. Record: `PictureMetadata`."""

    PAGES = "pages", "render"
    """Key: a page's input key (template closure, view, what all pages show). Record: digest and size of the page.
    Blob: the page."""

    PAGE_STRUCTURES = "page_structures", "check"
    """Key: digest of an HTML page. Record: a `PageStructure`, what checks need to know of the page."""

    QUOTES = "quotes", "compare"
    """Key: an article, an extract of its source and the limits. Record: problems."""

    FULL_TEXT = "full_text", "index"
    """Key: digests of the pages of one year in one language. Record: digest of each file of its search index."""

    SIGNATURES = "signatures", "sign"
    """Key: digest of a ledger, public half of the signing key. Record: the signature."""

    def __init__(self, file: str, label: str) -> None:
        self.file = file
        self.label = label
