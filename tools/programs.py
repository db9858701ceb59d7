"""Finds third-party programs that tests use: a feed reader for our feeds, and OpenSSH for signatures.

From a test: `find_program(NAME)`. With --install root gets them from apt; everybody else is told what is missing, and
the tests with it are left out. With CI set, as .ci/run does, they are not: there a missing program is a failure.
"""

from __future__ import annotations

import shutil
import sys

from tools.browser import apt_install, is_root_with_apt

PACKAGES = {"newsboat": "newsboat", "ssh-keygen": "openssh-client"}


def find_program(name: str) -> str | None:
    """Return the path of a program on this machine, or None."""
    return shutil.which(name)


def main() -> None:
    for name, package in PACKAGES.items():
        if find_program(name) is None and "--install" in sys.argv[1:] and is_root_with_apt():
            apt_install(package)
        if find_program(name) is None:
            print(
                f"No {name}: the tests with it are left out (Debian, Ubuntu: apt install {package}).", file=sys.stderr
            )


if __name__ == "__main__":
    main()
