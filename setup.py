"""The packages of the wheel: those in broadsheet/, and templates/ as the theme that newsletters start from."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["broadsheet", "broadsheet.*"]), "broadsheet.theme"],
    package_dir={"broadsheet.theme": "templates"},
)
