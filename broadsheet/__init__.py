"""Broadsheet: a static site generator for curated newsletters."""

__version__ = "0.1.0"
