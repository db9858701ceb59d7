"""Swapping two folders, in one step where the system supports it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

Exchange = Callable[[Path, Path], bool]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # renameat2(2), Linux 3.15; the file system must support it too
_RENAME_SWAP = 2  # renamex_np(2), macOS 10.12 on APFS
_SYSCALL = {"x86_64": 316, "aarch64": 276}  # for a C library without renameat2
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders; return False if this system or file system cannot do that. May raise OSError.

    At any time a reader finds one or the other under each name: there is no gap, not even if the process is killed.
    """
    import ctypes  # 5 ms, and only when there is something to publish

    library = ctypes.CDLL(None, use_errno=True)
    a, b = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        result = library.renamex_np(a, b, ctypes.c_uint(_RENAME_SWAP))
    elif hasattr(library, "renameat2"):
        result = library.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, ctypes.c_uint(_RENAME_EXCHANGE))
    elif os.uname().machine in _SYSCALL:
        number = ctypes.c_long(_SYSCALL[os.uname().machine])
        result = library.syscall(number, _AT_FDCWD, a, _AT_FDCWD, b, ctypes.c_uint(_RENAME_EXCHANGE))
    else:
        return False
    if result == 0:
        return True
    number_of_error = ctypes.get_errno()
    if number_of_error in _UNSUPPORTED:
        return False
    raise OSError(number_of_error, os.strerror(number_of_error), str(one), None, str(other))


def never(one: Path, other: Path) -> bool:
    """Return False, like a system without an exchange: the publisher then renames twice, with a short gap between."""
    return False
