"""Verifying a published site against its ledger."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..core.errors import in_order
from .options import DONE, PROBLEMS, reporting
from .output import counted, plural, problems_as_json, show

MOST = 500
PAUSE_SECONDS = 0.1  # between two files of a host that is our own


@click.command(name="verify-site", short_help="Verify a published site")
@reporting
@click.argument("place", required=False)
@click.option(
    "--signers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Allowed signers file of ssh-keygen.",
)
@click.option("--most", type=click.IntRange(min=1), default=MOST, help="Maximum number of files to fetch from the web.")
def verify_site(
    root: Path, config: str, place: str | None, signers: Path | None, most: int, *, as_json: bool, quiet: bool
) -> int:
    """Verify a published site against its ledger (default: site/ below --root).

    PLACE is a folder or a URL.
    """
    from ..audit.published_site import verify_folder, verify_web
    from ..web.client import Fetcher

    if place and place.startswith(("http://", "https://")):
        found = verify_web(address(place), Fetcher(PAUSE_SECONDS), signers, most=most)
    else:
        found = verify_folder(Path(place) if place else root / "site", signers)
    problems = in_order(found.problems)
    if as_json:
        counts = {"files": found.files, "looked_at": found.looked_at, "signed_by": found.signed_by}
        click.echo(json.dumps({"ok": not problems, "problems": problems_as_json(problems), **counts}, indent=2))
        return PROBLEMS if problems else DONE
    show(problems)
    if not quiet and found.files:
        signed = f" Signed by {found.signed_by}." if found.signed_by else ""
        of_all = "" if found.looked_at == found.files else f" of {found.files}"
        click.echo(f"{counted(problems)}; {plural(found.looked_at, 'file')}{of_all} compared.{signed}", err=True)
    return PROBLEMS if problems else DONE


def address(place: str) -> str:
    """Return the URL of a site, or raise a usage error if it is not one."""
    from ..content.settings import base_address
    from ..schema.values import InvalidValue

    try:
        return base_address(place)
    except InvalidValue as fault:
        raise click.UsageError(f"{fault.message}: {fault.hint}") from fault
