"""A site that was restored or copied without its state folder: its own ledger tells which files are ours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.digest import digest_bytes
from ..core.files import read_regular
from ..core.manifest import check_paths
from ..core.urls import parents
from .record import LOOK_AGAIN, NOTHING, Record, Written

LEDGER = "provenance.json"
SIGNATURE = "provenance.json.sig"  # made from the ledger, so that it cannot stand in it
_DIGEST = re.compile("[0-9a-f]{64}")


def record_of_ledger(tree: Path) -> Record:
    """The record of the files that the ledger in a tree lists, with its own; empty if there is no valid one.

    Whether the files are there, and as the ledger says, is for `examine` to find: no size or time here is theirs.
    """
    data = read_regular(tree / LEDGER)
    try:
        digests = _digests(json.loads(data)) if data else {}
        check_paths(digests)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return NOTHING
    if not digests or any(part in (".", "..") for path in digests for part in path.split("/")):
        return NOTHING
    own = {**digests, LEDGER: digest_bytes(data)}
    if signature := read_regular(tree / SIGNATURE):
        own[SIGNATURE] = digest_bytes(signature)
    files = {path: Written(digest, 0, 0, 0) for path, digest in own.items()}
    return Record(files, dict.fromkeys(["", *sorted(parents(files))], LOOK_AGAIN))


def _digests(ledger: Any) -> Mapping[str, str]:
    """The digest of each file. Raises one of several errors for what is no ledger."""
    listed = [*(article["outputs"] for article in ledger["articles"]), ledger["files"]]
    digests = {path: digest for outputs in listed for path, digest in outputs.items()}
    if not all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in digests.values()):
        raise ValueError("not a ledger")
    return digests
