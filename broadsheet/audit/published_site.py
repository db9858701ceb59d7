"""Comparing a published site (folder or URL) with its ledger: files that are missing, altered or unlisted."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, unquote

from ..build.ledger import PATH
from ..build.signing import SIGNATURE, signer
from ..core.digest import digest_bytes
from ..core.errors import Location, Problem
from ..core.manifest import check_paths
from ..core.urls import site_path
from ..publish.record import LITTER
from ..schema.values import InvalidValue
from ..web.client import DEFERRED, Fetcher, Response

LEDGER_LIMIT = 200_000_000  # bytes
SIGNATURE_LIMIT = 100_000
FILE_LIMIT = 100_000_000
SITEMAP = "sitemap.xml"
KEPT_BY_HOSTS = frozenset({"_headers", "_redirects"})  # hosts use these files but do not serve them
_LOCATION = re.compile(r"<loc>([^<]{1,2000})</loc>")
_DIGEST = re.compile("[0-9a-f]{64}")
AGAIN = "publish the site again, or find out who changed the file"


@dataclass(frozen=True, slots=True)
class LedgerContents:
    """The parts of a ledger that verification needs."""

    url: str
    """The URL of the site it was made for."""
    files: Mapping[str, str]
    """Digests by path, those of articles first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result: looked_at of the files were compared; signed_by: the signer, if the signature is valid."""

    problems: tuple[Problem, ...]
    files: int = 0
    looked_at: int = 0
    signed_by: str = ""


class HostUnavailable(Exception):
    """A host does not respond; the message says why. The rest of the files is not requested."""


@dataclass(frozen=True, slots=True)
class PublishedFiles:
    """The files of a published site."""

    name: str
    read: Callable[[str, int], bytes | str]
    """Returns a file, given a path and a size limit, or the reason why it cannot be read. May raise HostUnavailable."""

    def where(self, path: str) -> Location:
        """Return the location of a file, as problems name it."""
        return Location(f"{self.name}{path}")


def verify_folder(folder: Path, signers: Path | None) -> Finding:
    """Compare all files of a folder with the ledger in it."""
    name = str(folder).rstrip("/") + "/"
    if not folder.is_dir():
        hint = "build the site first, or name the folder that it is in"
        return Finding((Problem(Location(name), "there is no such folder", hint),))
    place = PublishedFiles(name, lambda path, limit: _read(folder / path))
    ledger, signed_by, problems = _load_ledger(place, signers)
    if ledger is None:
        return Finding(tuple(problems))
    problems += [problem for path in ledger.files if (problem := _compared(place, path, ledger))]
    known = {*ledger.files, PATH, SIGNATURE}
    problems += [
        Problem(place.where(path), "the ledger does not list this file", "it was not published with the site")
        for path in _files_below(folder)
        if path not in known
    ]
    return Finding(tuple(problems), len(ledger.files), len(ledger.files), signed_by)


def verify_web(url: str, fetcher: Fetcher, signers: Path | None, *, most: int) -> Finding:
    """Compare a site on the web with its ledger: at most so many files, articles first; url ends in "/".

    Files that the ledger does not list are found only if the sitemap lists them.
    """
    place = PublishedFiles(url, lambda path, limit: _body(fetcher.get(url + quote(site_path(path)[1:]), limit), limit))
    ledger, signed_by, problems = _load_ledger(place, signers)
    if ledger is None:
        return Finding(tuple(problems))
    looked_at = 0
    try:
        for path in [path for path in ledger.files if path not in KEPT_BY_HOSTS][:most]:
            problem = _compared(place, path, ledger)
            problems += [problem] if problem else []
            looked_at += 1
        problems += _unlisted(place, ledger)
    except HostUnavailable as unavailable:
        problems.append(
            Problem(place.where(PATH), f"not all files could be compared: {unavailable}", "try again later")
        )
    return Finding(tuple(problems), len(ledger.files), looked_at, signed_by)


def ledger_contents(data: bytes) -> LedgerContents:
    """Return the contents of a ledger, which is not trusted. Raises ValueError if it is not a valid one."""
    try:
        loaded = json.loads(data)
        parts = [article["outputs"] for article in loaded["articles"]]
        files = {path: digest for part in [*parts, loaded["files"]] for path, digest in part.items()}
        url = loaded["newsletter"]["url"]
    except (RecursionError, LookupError, TypeError, AttributeError) as error:
        raise ValueError("not a ledger") from error
    if not isinstance(url, str) or not all(isinstance(it, str) and _DIGEST.fullmatch(it) for it in files.values()):
        raise ValueError("not a ledger")
    check_paths(files)
    if any(part in ("..", ".") for path in files for part in path.split("/")):
        raise ValueError("not a ledger: it names a path outside of the site")
    return LedgerContents(url, files)


def _load_ledger(place: PublishedFiles, signers: Path | None) -> tuple[LedgerContents | None, str, list[Problem]]:
    """Return the ledger of a site, who signed it, and the problems of both."""
    data = _read_or_reason(place, PATH, LEDGER_LIMIT)
    if isinstance(data, str):
        hint = "rebuild the site; Broadsheet writes provenance.json automatically"
        return None, "", [Problem(place.where(PATH), f"there is no ledger: {data}", hint)]
    try:
        ledger = ledger_contents(data)
    except ValueError:
        return None, "", [Problem(place.where(PATH), "this is not a valid ledger", AGAIN)]
    if signers is None:
        return ledger, "", []
    signature = _read_or_reason(place, SIGNATURE, SIGNATURE_LIMIT)
    if isinstance(signature, str):
        hint = "build with --sign KEY"
        return ledger, "", [Problem(place.where(SIGNATURE), f"the ledger is not signed: {signature}", hint)]
    try:
        return ledger, signer(data, signature, signers), []
    except InvalidValue as fault:
        return ledger, "", [Problem(place.where(PATH), f"the signature is not valid: {fault.message}", fault.hint)]


def _read_or_reason(place: PublishedFiles, path: str, limit: int) -> bytes | str:
    try:
        return place.read(path, limit)
    except HostUnavailable as unavailable:
        return str(unavailable)


def _compared(place: PublishedFiles, path: str, ledger: LedgerContents) -> Problem | None:
    data = place.read(path, FILE_LIMIT)
    if isinstance(data, str):
        return Problem(place.where(path), f"this file is missing: {data}", AGAIN)
    if digest_bytes(data) != ledger.files[path]:
        return Problem(place.where(path), "this file differs from the one listed in the ledger", AGAIN)
    return None


def _unlisted(place: PublishedFiles, ledger: LedgerContents) -> Iterator[Problem]:
    """Yield a problem for each page that is in the sitemap but not in the ledger."""
    data = place.read(SITEMAP, FILE_LIMIT)
    if isinstance(data, str) or digest_bytes(data) == ledger.files.get(SITEMAP):
        return
    known = {site_path(path) for path in ledger.files}
    for location in sorted(set(_LOCATION.findall(data.decode("utf-8", "replace")))):
        path = unquote(unescape(location)).removeprefix(ledger.url).removeprefix(place.name)
        if f"/{path}" not in known:
            yield Problem(place.where(SITEMAP), f'the ledger does not list "{path[:200]}", which is listed here', AGAIN)


def _read(file: Path) -> bytes | str:
    try:
        if not S_ISREG(file.lstat().st_mode):
            return "it is not a regular file"
        return file.read_bytes()
    except FileNotFoundError:
        return "no such file"
    except OSError as error:
        return error.strerror or str(error)


def _body(response: Response, limit: int) -> bytes | str:
    if response.status == 0 or response.is_deferred:
        raise HostUnavailable(response.error or DEFERRED)
    if response.status != 200:
        return f"the host returns {response.status}"
    return response.body if len(response.body) <= limit else "it is too large"


def _files_below(folder: Path) -> Iterator[str]:
    for place, folders, names in sorted(os.walk(folder)):
        below = os.path.relpath(place, folder)
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*links, *names]):
            if name not in LITTER:
                yield name if below == "." else f"{below}/{name}"
