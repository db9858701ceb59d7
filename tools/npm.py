"""Packages of npm that checks and tests use, installed below .tools/ in the versions and with the hashes of their lock.

python -m tools.npm axe node_modules/axe-core/axe.min.js prints where that file is, and nothing where npm is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def installed(name: str) -> Path:
    """The folder with the packages that tools/NAME/package-lock.json names, which are fetched when they are not there.

    Raises OSError or subprocess.CalledProcessError when npm is missing or fails.
    """
    pinned, folder = ROOT / "tools" / name, ROOT / ".tools" / name
    lock, known = pinned / "package-lock.json", folder / "node_modules" / ".complete"
    if not (known.exists() and known.read_bytes() == lock.read_bytes()):
        folder.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(pinned / file, folder / file)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)
        shutil.copy(lock, known)  # last: what was broken off is fetched again
    return folder


def main() -> None:
    name, path = sys.argv[1:]
    try:
        print(installed(name) / path)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"npm packages of tools/{name}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
