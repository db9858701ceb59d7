"""The list of everything that Broadsheet remembers between builds, and where it is.

    .broadsheet/                  can be deleted at any time: the next build only takes longer
    ├── CACHEDIR.TAG, .gitignore  backups and git leave the folder alone
    └── v2/                       this form of the cache; what an older version kept beside it is removed, never read
        ├── lock                  held for the time of one append or rewrite, by tables and blobs alike
        ├── <stage>.table         key → small record, one table for each stage that has keys (`table.py`)
        ├── <stage>.value         a stage that has just one value: replaced as a whole, with a checksum
        ├── blobs.data            bytes, end to end, each found by its digest: pages, HTML of prose, pictures
        ├── blobs.index           for each blob its digest, place and length (`blobs.py`)
        └── blobs.used            for each blob the last session that used it

A record is small and belongs to one stage; a blob is large and belongs to whoever knows its digest. Each result is on
disk once. What is damaged, absent or written by another version is a miss: it costs time, never a wrong page.
"""

from __future__ import annotations

from enum import Enum

FORM = "v2"


class Stage(Enum):
    """Each stage whose results are kept: the name of its file, and what progress bars call the work.

    Every key also contains the engine's fingerprint, so that a record is only read by the code that wrote it. Stages
    that are an exception say so.
    """

    SITE = "site.table", "build"
    """Key: digest of the source tree, and the request without its date and time. Record: what came of a whole build,
    with the digest of its manifest. Blobs: the manifest, the ledger."""

    TEMPLATES = "templates.table", "templates"
    """Key: name and source of a template. Record: `Examined`, what it includes, its problems, its compiled code."""

    READINGS = "readings.table", "read"
    """Key: path and digest of a content file, and the settings that change how it is read. Record: a `Reading`.
    Blob: the HTML of its prose, with open slots."""

    LINKS = "links.table", "read"
    """Key: digest of `links.lock`. Record: `Copies`, the archived copies of dead sources."""

    PICTURES = "pictures.table", "pictures"
    """Key: digest of a picture. Record: `PictureMetadata`: its size, its kind, what is wrong with it."""

    VIEW_KEYS = "view_keys.table", "render"
    """Key: a page's view key, made from what its view is made from, without making the view. Record: the input key."""

    PAGES = "pages.table", "render"
    """Key: a page's input key: template closure, what all pages show, and its view. Record: digest and size of the
    page. Blob: the page, picture, card or feed."""

    LEDGER_LINES = "ledger_lines.table", "render"
    """Key: what an article was read from, and the names that its line mentions. Record: its line in the ledger, without
    the digests of its pages."""

    PAGE_STRUCTURES = "page_structures.table", "check"
    """Key: digest of an HTML page. Record: a `PageStructure`, what checks need to know of the page."""

    QUOTES = "quotes.table", "compare"
    """Key: paths and digests of an article and of an extract of its source, and the limits. Record: problems."""

    FULL_TEXT = "full_text.table", "index"
    """Key: digests of the pages of one year in one language, version of Pagefind. Record: name and digest of each file
    of the search index. Blobs: the files."""

    SIGNATURES = "signatures.table", "sign"
    """Key: digest of a ledger and the public half of the signing key; not the engine, as a signature stays right.
    Record: the signature."""

    EXTERNAL_LINKS = "external_links.table", "links"
    """Key: the address of an external link; not the engine, since the response is not ours. Record: a `LinkCheck`: its
    status, when it was checked, and where the page has moved."""

    LAST_INPUTS = "last_inputs.value", ""
    """`Inputs` of the last build that rendered or published something: the digest of each source file, settings and
    templates, for `explain`."""

    PREVIOUS_INPUTS = "previous_inputs.value", ""
    """The inputs of the build before that."""

    STAT_CACHE = "stat_cache.value", ""
    """By path of each source file: size, times, inode and digest, so that a file that looks the same is not read."""

    NOTIFIED_FEEDS = "notified_feeds.value", ""
    """By address of each feed, the digest that the WebSub hub was last told of."""

    def __init__(self, file: str, label: str) -> None:
        self.file = file
        self.label = label

    @property
    def has_keys(self) -> bool:
        """Whether it is a table."""
        return self.file.endswith(".table")
