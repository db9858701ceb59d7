"""Finds a Chromium for the tests in tests/browser/, and with --install gets one.

BROADSHEET_BROWSER names it and is believed; `make test` sets it. From a test: `find_browser()` and `ARGUMENTS`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# A browser that talks to nobody: without these it looks up its maker's hosts at every start.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
    # The sandbox refuses to work for root, and root is who runs tests in a container.
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    for variable in ("BROADSHEET_BROWSER", "CHROME"):
        if named := os.environ.get(variable):
            return shutil.which(named)
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for path in MAC_PATHS:
        if Path(path).exists():
            return path
    return _playwright_browser()


def install_browser() -> str | None:
    """Install a Chromium and return its path: the system's package for root, otherwise Playwright's download."""
    if is_root_with_apt():
        # Fonts, as every reader's browser has some; playwright's own driver needs libatomic, and says so only by dying.
        apt_install("chromium", "fonts-liberation", "libatomic1")
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find_browser()


def is_root_with_apt() -> bool:
    """Return whether system packages can be installed here without a password."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian or Ubuntu packages without prompts; the output of apt is shown if it fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)}", file=sys.stderr)
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *command], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)


def _playwright_browser() -> str | None:
    # Asked in a process of its own: the driver cannot even start on a machine that lacks what Chromium brings along.
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as it: print(it.chromium.executable_path)"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()
    return told if told and Path(told).exists() else None


def main() -> None:
    path = find_browser()
    if path is None and "--install" in sys.argv[1:]:
        path = install_browser()
    if path is None:
        sys.exit(
            "No Chromium was found for the browser tests. Install one (Debian, Ubuntu: apt install chromium), "
            "or name it: BROADSHEET_BROWSER=/path/to/chrome make test"
        )
    print(path)


if __name__ == "__main__":
    main()
