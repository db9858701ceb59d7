"""What comes back over the executor for each job: something made, or why it could not be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completed:
    """A result in two parts: a small record, kept by the job's key, and the bytes, kept by their digest.

    digest: of the bytes, where the maker has had it made; else empty.
    """

    record: bytes
    blob: bytes
    digest: str = ""


@dataclass(frozen=True, slots=True)
class WithBlob:
    """A result that has bytes beside it, which are kept by their digest."""

    value: object
    blob: bytes
    digest: str = ""
    """Of the bytes, if it is known already."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that failed: what is wrong, and in which template and line if one is to blame."""

    message: str
    template: str = ""
    line: int = 1
    hint: str = ""
    is_in_source: bool = False
    """Whether the source file that the output is made from is to blame."""


class ClusterFault(Exception):
    """Workers on other machines cannot be had or not be believed; says why, in words for whoever builds."""


class TooLong(Exception):
    """Raised in what is being made when it takes longer than somebody who looks at it would wait."""
