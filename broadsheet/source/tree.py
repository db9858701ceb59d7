"""The source tree as a value: every file a build may look at, by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from ..core.digest import digest, digest_bytes
from ..core.errors import Problem

TEMPLATES = "templates"
THEME = "broadsheet/theme"
"""Where a source tree has the theme of the package. What the newsletter does not override is below templates/ too, as
if it were the newsletter's own."""


class SourceChanged(Exception):
    """A file was changed between the scan and the moment its bytes were needed; scan again."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the scan saw it: path relative to the root with "/" between its parts, digest of its bytes.

    content: the bytes themselves, or where they are on disk.
    """

    path: str
    digest: str
    size: int
    content: bytes | str = field(repr=False, compare=False)

    def read(self) -> bytes:
        """The bytes the digest stands for.

        Raises SourceChanged when the file on disk is no longer the one that was scanned.
        """
        if isinstance(self.content, bytes):
            return self.content
        try:
            with open(self.content, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand of them
                data = file.read()
        except OSError as error:
            raise SourceChanged(self.path) from error
        if digest_bytes(data) != self.digest:
            raise SourceChanged(self.path)
        return data


@dataclass(frozen=True, slots=True)
class SourceTree:
    """All source files, ordered by path."""

    files: Mapping[str, SourceFile]
    problems: tuple[Problem, ...] = ()
    """What the scan found wrong, such as a file that cannot be read."""

    @property
    def digest(self) -> str:
        """A digest of every path and what is there."""
        return digest(tuple([(file.path, file.digest) for file in self]))

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self.files.values())

    def __contains__(self, path: str) -> bool:
        return path in self.files

    def get(self, path: str) -> SourceFile | None:
        """The file at this path, or None."""
        return self.files.get(path)

    def by_nfc_name(self) -> Mapping[str, str]:
        """Each path that is not ASCII by its NFC form: macOS may store accents apart from their letters."""
        return {normalize("NFC", path): path for path in self.files if not path.isascii()}

    def under(self, folder: str) -> tuple[SourceFile, ...]:
        """The files below a folder ("content/articles"), ordered by path."""
        prefix = folder.rstrip("/") + "/"
        return tuple(file for path, file in self.files.items() if path.startswith(prefix))


def source_tree(files: Mapping[str, bytes | str]) -> SourceTree:
    """A tree held in memory, for tests and for the preview; text is written as UTF-8."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return SourceTree(
        {path: SourceFile(path, digest_bytes(data[path]), len(data[path]), data[path]) for path in sorted(data)}
    )
