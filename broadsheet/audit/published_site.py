"""A published site held against its ledger: files that are missing, altered or not in it; in a folder or on the web."""

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
KEPT_BY_HOSTS = frozenset({"_headers", "_redirects"})  # hosts obey these files and hand them to nobody
_LOCATION = re.compile(r"<loc>([^<]{1,2000})</loc>")
_DIGEST = re.compile("[0-9a-f]{64}")
AGAIN = "publish the site again, or find out who changed it"


@dataclass(frozen=True, slots=True)
class LedgerContents:
    """What a ledger says. url: of the site it was made for; files: digests by path, those of articles first."""

    url: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it. looked_at: how many files, of how many in the ledger; signed_by: whose signature is good."""

    problems: tuple[Problem, ...]
    files: int = 0
    looked_at: int = 0
    signed_by: str = ""


class HostUnavailable(Exception):
    """A host that answers no more, or not now; says why. Asking it for the rest would be neither polite nor any use."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is published. read: a file of it, or the reason why it cannot be had, as text; may raise Silent."""

    name: str
    read: Callable[[str, int], bytes | str]

    def where(self, path: str) -> Location:
        """A file, as problems name it."""
        return Location(f"{self.name}{path}")


def verify_folder(folder: Path, signers: Path | None) -> Finding:
    """Holds a folder against the ledger in it; all files are read."""
    name = str(folder).rstrip("/") + "/"
    place = Place(name, lambda path, limit: _read(folder / path))
    claims, signed_by, problems = _claims(place, signers)
    if claims is None:
        return Finding(tuple(problems))
    problems += [problem for path in claims.files if (problem := _compared(place, path, claims))]
    known = {*claims.files, PATH, SIGNATURE}
    problems += [
        Problem(place.where(path), "the ledger does not list this file", "nobody who published the site put it there")
        for path in _files_below(folder)
        if path not in known
    ]
    return Finding(tuple(problems), len(claims.files), len(claims.files), signed_by)


def verify_web(url: str, fetcher: Fetcher, signers: Path | None, *, most: int) -> Finding:
    """Holds a site on the web, whose address ends in "/", against its ledger: so many of its files, articles first.

    What the ledger does not list can only be seen where the site's own list of pages names it.
    """
    place = Place(url, lambda path, limit: _body(fetcher.get(url + quote(site_path(path)[1:]), limit), limit))
    claims, signed_by, problems = _claims(place, signers)
    if claims is None:
        return Finding(tuple(problems))
    looked_at = 0
    try:
        for path in [path for path in claims.files if path not in KEPT_BY_HOSTS][:most]:
            problem = _compared(place, path, claims)
            problems += [problem] if problem else []
            looked_at += 1
        problems += _unlisted(place, claims)
    except HostUnavailable as silent:
        problems.append(Problem(place.where(PATH), f"not all files could be compared: {silent}", "try again later"))
    return Finding(tuple(problems), len(claims.files), looked_at, signed_by)


def claims_of(data: bytes) -> LedgerContents:
    """What a ledger says. Raises ValueError for what is none; whoever wrote it may mean harm."""
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


def _claims(place: Place, signers: Path | None) -> tuple[LedgerContents | None, str, list[Problem]]:
    """The ledger of a place, who signed it, and what is wrong with the two."""
    data = _tried(place, PATH, LEDGER_LIMIT)
    if isinstance(data, str):
        hint = "it comes with every site that Broadsheet has built since it keeps a ledger"
        return None, "", [Problem(place.where(PATH), f"there is no ledger: {data}", hint)]
    try:
        claims = claims_of(data)
    except ValueError:
        return None, "", [Problem(place.where(PATH), "this is no ledger, or it is damaged", AGAIN)]
    if signers is None:
        return claims, "", []
    signature = _tried(place, SIGNATURE, SIGNATURE_LIMIT)
    if isinstance(signature, str):
        hint = "build with --sign KEY"
        return claims, "", [Problem(place.where(SIGNATURE), f"the ledger is not signed: {signature}", hint)]
    try:
        return claims, signer(data, signature, signers), []
    except InvalidValue as fault:
        return claims, "", [Problem(place.where(PATH), f"the signature does not hold: {fault.message}", fault.hint)]


def _tried(place: Place, path: str, limit: int) -> bytes | str:
    try:
        return place.read(path, limit)
    except HostUnavailable as silent:
        return str(silent)


def _compared(place: Place, path: str, claims: LedgerContents) -> Problem | None:
    data = place.read(path, FILE_LIMIT)
    if isinstance(data, str):
        return Problem(place.where(path), f"this file is missing: {data}", AGAIN)
    if digest_bytes(data) != claims.files[path]:
        return Problem(place.where(path), "this file is not the one that the ledger lists", AGAIN)
    return None


def _unlisted(place: Place, claims: LedgerContents) -> Iterator[Problem]:
    """A problem for each page that the site's sitemap names and the ledger does not know."""
    data = place.read(SITEMAP, FILE_LIMIT)
    if isinstance(data, str) or digest_bytes(data) == claims.files.get(SITEMAP):
        return
    known = {site_path(path) for path in claims.files}
    for location in sorted(set(_LOCATION.findall(data.decode("utf-8", "replace")))):
        path = unquote(unescape(location)).removeprefix(claims.url).removeprefix(place.name)
        if f"/{path}" not in known:
            yield Problem(place.where(SITEMAP), f'the ledger does not list "{path[:200]}", which stands here', AGAIN)


def _read(file: Path) -> bytes | str:
    try:
        if not S_ISREG(file.lstat().st_mode):
            return "it is no plain file"
        return file.read_bytes()
    except FileNotFoundError:
        return "there is no such file"
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
