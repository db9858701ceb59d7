"""The command `broadsheet`, run from a checkout: python build.py [build|serve|new|check|…], see --help."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 — people may run it with an older one
    sys.exit('Broadsheet needs Python 3.11 or newer. "make build" finds one and uses it.')

try:
    from broadsheet.commands.main import run
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.partition(".")[0] == "broadsheet":
        raise
    sys.exit(
        f'The package "{missing.name}" is not installed. Run "make build" once, then use .venv/bin/broadsheet, '
        "or install the dependencies: python -m pip install --require-hashes -r requirements.lock"
    )

if __name__ == "__main__":
    run()
