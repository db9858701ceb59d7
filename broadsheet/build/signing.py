"""Signatures of the ledger, made and checked by OpenSSH's own program: we have no cryptography of our own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..cache.stages import Stage
from ..core.digest import digest, digest_bytes
from ..core.manifest import Entry, manifest
from ..schema.values import InvalidValue
from .ledger import PATH

if TYPE_CHECKING:
    from ..cache.cache import Cache
    from .remembered import BuildResult

SIGNATURE = f"{PATH}.sig"
PROGRAM = "ssh-keygen"
NAMESPACE = "file"  # what `ssh-keygen -Y` uses for files; a signature of a login or a commit does not count
_PATIENCE_SECONDS = 120.0  # somebody may have to type a passphrase or touch a key


def with_signature(result: BuildResult, key: Path, cache: Cache) -> BuildResult:
    """The build with a signature of its ledger among its files; one that is known is used again.

    Raises Fault when there can be none.
    """
    assert result.manifest is not None
    entries = result.manifest.entries
    if SIGNATURE in entries:
        raise InvalidValue(f'a file of yours has the name of the signature, "{SIGNATURE}"', "rename it")
    known = digest("signature", entries[PATH].digest, _identity(key))
    record = cache.get_many(Stage.SIGNATURES, [known]).get(known)
    signature = None if record is None else bytes(record)
    if signature is None:
        signature = sign(result.read(PATH, entries[PATH]), key)
        cache.put_many(Stage.SIGNATURES, {known: signature})
    signed, read = signature, result.read
    return replace(
        result,
        manifest=manifest({**entries, SIGNATURE: Entry(digest_bytes(signed), len(signed), "text/plain")}),
        read=lambda path, entry: signed if path == SIGNATURE else read(path, entry),
    )


def sign(data: bytes, key: Path) -> bytes:
    """The signature of some bytes by an SSH key, or by the agent that holds the key whose public half is given.

    Raises Fault when there can be none.
    """
    done = _run(["-Y", "sign", "-n", NAMESPACE, "-f", str(key)], data)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        hint = "make a key with: ssh-keygen -t ed25519 -f FILE"
        raise InvalidValue(f'"{key}" cannot sign: {_last_line(done.stderr)}', hint)
    return done.stdout


def signer(data: bytes, signature: bytes, signers: Path) -> str:
    """Who signed the bytes, by the name that the file of allowed signers gives. Raises Fault when none of them did."""
    with TemporaryDirectory(prefix="broadsheet-") as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        given = ["-f", str(signers), "-s", str(file)]
        found = _run(["-Y", "find-principals", *given], b"")
        for name in found.stdout.decode("utf-8", "replace").splitlines():
            if not _run(["-Y", "verify", "-n", NAMESPACE, "-I", name, *given], data).returncode:
                return name
    if found.returncode:
        raise InvalidValue(
            f'it is signed by nobody who is named in "{signers}"', "ask the publisher for the public key"
        )
    raise InvalidValue("the signature does not belong to it", "one of the two was changed")


def _run(arguments: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run([PROGRAM, *arguments], input=data, capture_output=True, timeout=_PATIENCE_SECONDS)
    except FileNotFoundError:
        raise InvalidValue(f'there is no program "{PROGRAM}"', "install OpenSSH, 8.2 or newer") from None
    except subprocess.TimeoutExpired:
        raise InvalidValue(f'"{PROGRAM}" did not come to an end', "try it by hand") from None


def _identity(key: Path) -> bytes:
    """What tells one key from another: its public half, else its file."""
    public = key.with_name(f"{key.name}.pub")
    return (public if public.is_file() else key).read_bytes()


def _last_line(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return "".join(char if char.isprintable() else " " for char in lines[-1])[:200] if lines else "it gave no signature"
