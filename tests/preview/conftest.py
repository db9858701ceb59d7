"""A preview that serves a newsletter with secrets around it, for all tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.newsroom import Newsroom, newsroom
from tests.previewing import SECRET, SERVED_SITE, Preview, previewing
from tests.sites import PICTURE


@pytest.fixture(scope="session")
def served_news(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """The newsletter, published once."""
    news = newsroom(tmp_path_factory.mktemp("served"), SERVED_SITE)
    (news.root.parent / "secret.txt").write_text(SECRET)
    (news.root / "content/static/photo.png").write_bytes(PICTURE)
    news.build()
    # The preview does not read site/, so a link in it must not be followed.
    (news.site / "leak.txt").symlink_to(news.root / "secret.txt")
    return news


@pytest.fixture(scope="session")
def preview(served_news: Newsroom) -> Iterator[Preview]:
    """Its preview, as a process."""
    with previewing(served_news) as running:
        yield running
