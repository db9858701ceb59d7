"""Starting a newsletter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from .. import __version__
from .options import DONE


@click.command(short_help="Start a newsletter in an empty folder")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="[DIR]")
@click.option("--title", help="Name of the newsletter.")
@click.option("--url", help="Address of the published site, such as https://news.example.org/.")
@click.option("--language", help="Language as a code, such as en or ru (default: en).")
@click.option("--publisher", help="Who publishes it (default: the newsletter's name).")
def init(directory: Path, title: str | None, url: str | None, language: str | None, publisher: str | None) -> int:
    """Start a newsletter in an empty folder: settings, pages and a first article, ready to build.

    In a terminal, it asks for what the options do not say.
    """
    from datetime import UTC, datetime
    from uuid import uuid4

    from ..authoring.new_newsletter import Start, has_texts, newsletter_files
    from ..content.settings import base_address
    from ..schema.values import language_tag, title_text

    _check_folder(directory, ())
    name = _answer("--title", title, "Name of the newsletter", title_text)
    address = _answer("--url", url, "Address of the site (press Enter if you do not know it yet)", base_address, "")
    start = Start(
        title=name,
        url=address,
        language=_answer("--language", language, "Language, as a code (en, ru, …)", language_tag, "en"),
        publisher=_answer("--publisher", publisher, "Publisher", title_text, name),
        id=uuid4().urn,
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        version=__version__,
        requirement=_requirement(),
    )
    files = newsletter_files(start)
    _check_folder(directory, files)
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    if not has_texts(start.language):
        click.echo(f"The pages are in English: translate them, and see the note on {start.language} that builds give.")
    where = "" if directory == Path() else f"cd {directory}, then "
    click.echo(f"Created {name}. Next: {where}`broadsheet serve --open` to look at it and write.")
    return DONE


def _answer(
    option: str, given: str | None, question: str, read: Callable[[str], str], default: str | None = None
) -> str:
    """Return the value of an option, what is answered to its question in a terminal, or its default."""
    from ..schema.values import InvalidValue

    def checked(text: str) -> str:
        try:
            value = read(text) if text.strip() else ""
        except InvalidValue as fault:
            raise click.UsageError(f"{option}: {fault.message}; {fault.hint}") from fault
        if not value and default is None:
            raise click.UsageError(f'the newsletter needs a name: {option} "My Newsletter"')
        return value or default or ""

    if given is None and sys.stdin.isatty() and sys.stdout.isatty():
        shown = default is not None and bool(default)
        return str(click.prompt(question, default=default or "", show_default=shown, value_proc=checked, err=True))
    return checked(given or "")


def _check_folder(folder: Path, files: dict[str, str] | tuple[()]) -> None:
    """Raise a usage error if the folder has files of its own; hidden ones, such as .git and .venv, are no obstacle."""
    if not folder.is_dir():
        return
    visible = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    found = visible or [path for path in files if (folder / path).exists()]
    if found:
        names = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        where = "this folder" if folder == Path() else f'the folder "{folder}"'
        message = f"{where} is not empty: it contains {names}. Choose another folder: broadsheet init my-newsletter"
        raise click.UsageError(message)


def _requirement() -> str:
    """Return from where Broadsheet was installed, as a line of requirements.txt; where pip has recorded it, PEP 610."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        record = json.loads(distribution("broadsheet").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:  # a checkout that is not installed
        record = {}
    if "vcs_info" in record:
        return f"broadsheet @ {record['vcs_info']['vcs']}+{record['url']}@{record['vcs_info']['commit_id']}"
    if record.get("url", "").startswith("https:"):
        return f"broadsheet @ {record['url']}"
    return f"./broadsheet-{__version__}-py3-none-any.whl"  # a path of this machine would mean nothing elsewhere
