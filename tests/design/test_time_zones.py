"""Time zones are an input that the engine knows: those of the package tzdata, whatever the system has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.sites import REPOSITORY

PROGRAM = """
from datetime import datetime
from broadsheet.content.settings import zone_named
print(datetime(2026, 7, 1, tzinfo=zone_named("Europe/Berlin")).utcoffset())
"""


def test_the_zones_of_the_system_are_not_used(tmp_path: Path) -> None:
    """A system whose Berlin is wrong gives the same times."""
    (tmp_path / "Europe").mkdir()
    tokyo = subprocess.run(
        [sys.executable, "-c", "from importlib.resources import files; print(files('tzdata') / 'zoneinfo/Asia/Tokyo')"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (tmp_path / "Europe/Berlin").write_bytes(Path(tokyo).read_bytes())
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONTZPATH": str(tmp_path)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "2:00:00\n"
