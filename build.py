"""Builds the newsletter: python build.py [build|serve|new|check|…]; python build.py --help tells the rest."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 — whoever runs it may have an older one
    sys.exit('Broadsheet needs Python 3.11 or newer. "make build" looks for one and uses it.')

try:
    from broadsheet.commands.main import run
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.partition(".")[0] == "broadsheet":
        raise
    sys.exit(
        f'The package "{missing.name}" is missing. Run "make build" once, then use .venv/bin/python build.py, '
        "or install what is needed with: python -m pip install --require-hashes -r requirements.lock"
    )

if __name__ == "__main__":
    run()
