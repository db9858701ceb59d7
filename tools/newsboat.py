"""Finds newsboat, a feed reader, for the tests that let a real one read our feeds; with --install gets it.

From a test: `find_newsboat()`. Root gets it from apt; everybody else is told what is missing, and those tests are left
out. With CI set, as .ci/run does, they are not: there a missing reader is a failure.
"""

from __future__ import annotations

import shutil
import sys

from tools.browser import apt_install, is_root_with_apt


def find_newsboat() -> str | None:
    """The path of newsboat on this machine, or None."""
    return shutil.which("newsboat")


def main() -> None:
    if find_newsboat() is None and "--install" in sys.argv[1:] and is_root_with_apt():
        apt_install("newsboat")
    if find_newsboat() is None:
        print("No newsboat: the tests with it are left out (Debian, Ubuntu: apt install newsboat).", file=sys.stderr)


if __name__ == "__main__":
    main()
