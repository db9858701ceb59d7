"""The newsletter as its sources describe it: everything read and judged, nothing planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..core.errors import Problem, has_errors
from ..markdown.document import ProseSummary
from ..pictures.facts import PictureMetadata
from ..source.tree import SourceFile, SourceTree
from .load import ARTICLES, PAGES, markdown_files
from .model import Settings, Site


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What a plan is made from. Mappings are by the path of a source file."""

    tree: SourceTree
    site: Site
    is_config_valid: bool
    """False when the config file has errors: the site then has substitute settings, good enough to judge content by."""
    as_of: datetime
    """The time to build for, with a time zone."""
    includes_unpublished: bool
    """Whether drafts and scheduled articles are wanted too."""
    prose_summaries: Mapping[str, ProseSummary]
    source_digests: Mapping[str, str]
    """Of each article, a digest of all that it and its prose summary were read from."""
    pictures: Mapping[str, PictureMetadata]
    problems: tuple[Problem, ...]
    """Of the scan, the config file, the content and its provenance."""

    @property
    def settings(self) -> Settings:
        """The settings of the config file, or the substitutes for them."""
        return self.site.settings

    @property
    def has_errors(self) -> bool:
        """Whether something stops publishing."""
        return has_errors(self.problems)

    @property
    def broken_files(self) -> frozenset[str]:
        """Files whose addresses are unknown because of errors in them: a link to one of them is not broken."""
        pieces = [*self.site.articles, *self.site.pages]
        found = {
            piece.path for piece in pieces if not piece.invalid or piece.has_known_address(self.settings.permalinks)
        }
        unknown = {file.path for file in content_files(self.tree)} - found
        return frozenset(unknown) | {problem.where.path for problem in self.tree.problems}


def content_files(tree: SourceTree) -> list[SourceFile]:
    """Return the files of articles and of pages, by path."""
    return [*markdown_files(tree, ARTICLES), *markdown_files(tree, PAGES)]
