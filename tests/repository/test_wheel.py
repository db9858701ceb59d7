"""The wheel works alone: installed into an empty environment, it starts, builds, checks and serves a newsletter."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from broadsheet import __version__
from tests.cost import HANG_SECONDS
from tests.repository.test_docs import NOT_IN_A_CLONE
from tests.sites import REPOSITORY

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints to standard output; it must succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    checkout = tmp_path_factory.mktemp("checkout") / "broadsheet"
    shutil.copytree(REPOSITORY, checkout, ignore=NOT_IN_A_CLONE)
    shutil.rmtree(checkout / "build", ignore_errors=True)
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(checkout / "dist")]
    run(*PIP, "wheel", *options, str(checkout), cwd=checkout)
    (found,) = (checkout / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `broadsheet` in an environment with the wheel, which takes libraries from that of the tests."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    python = environment / "bin/python"
    (libraries,) = environment.glob("lib/python*/site-packages")
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    run(*PIP, "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=environment)
    return environment / "bin/broadsheet"


def test_the_wheel_has_the_theme_and_the_texts_of_new_newsletters(wheel: Path) -> None:
    """Every file of templates/, and nothing of the newsletter of this repository."""
    names = set(zipfile.ZipFile(wheel).namelist())
    theme = {path.relative_to(REPOSITORY / "templates") for path in (REPOSITORY / "templates").rglob("*")}
    files = {str(path) for path in theme if (REPOSITORY / "templates" / path).is_file()}
    code = {str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "broadsheet").rglob("*.py")}

    assert {name.removeprefix("broadsheet/theme/") for name in names if "/theme/" in name} == files
    assert {f"broadsheet/authoring/starter/{name}.txt" for name in ("common", "en", "ru")} <= names
    assert code <= names
    assert {name.partition("/")[0] for name in names} == {"broadsheet", f"broadsheet-{__version__}.dist-info"}


def test_an_empty_folder_becomes_a_newsletter(command: Path, tmp_path: Path) -> None:
    """From the first command to the front page over HTTP; with `python -m broadsheet` and build.py too."""
    given = ("--title", "Example Weekly", "--url", "https://weekly.example.org/")
    run(command, "init", "news", *given, cwd=tmp_path)
    news = tmp_path / "news"

    assert run(command, "build", "--quiet", cwd=news) == ""
    assert run(command.with_name("python"), "-m", "broadsheet", "check", "--quiet", cwd=news) == ""
    run(command.with_name("python"), "build.py", "verify", cwd=news)
    assert f"./broadsheet-{__version__}-py3-none-any.whl\n" in (news / "requirements.txt").read_text()
    with subprocess.Popen(
        [command, "serve", "--port", "0"], cwd=news, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as preview:
        assert preview.stdout is not None
        line = next(line for line in preview.stdout if line.startswith("Preview at"))
        (url,) = re.findall(r"Preview at (\S+)", line)
        with urllib.request.urlopen(url, timeout=HANG_SECONDS) as answer:
            page = answer.read().decode()
        preview.terminate()
    assert "<title>Example Weekly</title>" in page
    assert "Hamidun" not in page


def test_the_theme_of_the_package_is_overridden_by_file(command: Path, tmp_path: Path) -> None:
    """What is ejected is the newsletter's; the rest stays in the package."""
    run(command, "init", "news", "--title", "Example Weekly", cwd=tmp_path)
    news = tmp_path / "news"
    assert run(command, "theme", "eject", "redirect.html", cwd=news) == "templates/redirect.html\n"
    file = news / "templates/404.html"
    file.write_text('{% extends "base.html" %}{% block main %}<h1>Nobody here</h1>{% endblock %}')
    run(command, "build", cwd=news)

    assert "Nobody here" in (news / "site/404.html").read_text()
    assert sorted(path.name for path in (news / "templates").iterdir()) == [".originals", "404.html", "redirect.html"]
