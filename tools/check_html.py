"""Checks a built site with the Nu HTML checker (npm package vnu-jar): python -m tools.check_html [FOLDER].

Without a folder, the newsletter of this repository and the sample of 30 articles are built first. --if-possible leaves
the check out where Java or npm is missing; otherwise root gets them from apt, and others are told what is missing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import sample
from tools.browser import apt_install, is_root_with_apt
from tools.npm import installed

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.check_html")
    parser.add_argument("folder", nargs="?", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--if-possible", action="store_true")
    which.add_argument("--required", action="store_true")
    options = parser.parse_args()

    if missing := _missing_programs(install=not options.if_possible):
        print(f"HTML check: not done, {' and '.join(missing)} missing", file=sys.stderr)
        return 0 if options.if_possible else 1
    jar = _checker()
    if options.folder is not None:
        return _check(options.folder, jar)
    with tempfile.TemporaryDirectory(prefix="broadsheet-html-") as temporary:
        sites = sample.two_sites(Path(temporary))
        return max([_check(site, jar) for site in sites])


def _check(folder: Path, jar: Path) -> int:
    """Print every error, warning and remark, and return 0 if there was none."""
    pages = sum(1 for _ in folder.rglob("*.html"))
    if not pages:
        print(f"HTML check: there is no page in {folder}", file=sys.stderr)
        return 1
    # A deep stack, because the checker's regular expressions recurse on long attribute values.
    # A page read from a file has no origin, so that no script or picture of ours is from 'self', and from the loopback
    # the checker fetches nothing: tests/browser/ tries the policy.
    no_origin = ["--filterpattern", r".*(external script|image) .*/(static|media)/.* blocked by .*"]
    java = ["java", "-Xss8m", "-jar", str(jar), "--skip-non-html", "--also-check-css", *no_origin, str(folder)]
    found = subprocess.run(java, capture_output=True, text=True, check=False)
    errors = [line for line in found.stderr.splitlines() if line.strip()]
    print("".join(f"{line}\n" for line in errors), end="", file=sys.stderr)
    print(f"HTML check: {pages} pages, {len(errors)} faults", file=sys.stderr)
    return 1 if errors or found.returncode else 0


def _missing_programs(*, install: bool) -> list[str]:
    """Return what of Java and npm is missing here, after trying to install it if possible and wanted."""
    packages = {"java": "default-jre-headless", "npm": "npm"}
    missing = [name for name in packages if not _works(name)]
    if install and is_root_with_apt():
        for name in missing:
            apt_install(packages[name])
        missing = [name for name in missing if not _works(name)]
    return missing


def _works(name: str) -> bool:
    # macOS has a /usr/bin/java that only tells you to install Java: being there is not enough.
    return (
        shutil.which(name) is not None
        and subprocess.run([name, "--version"], capture_output=True, check=False).returncode == 0
    )


def _checker() -> Path:
    """Return the path of the checker's jar."""
    return installed("vnu") / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


if __name__ == "__main__":
    sys.exit(main())
