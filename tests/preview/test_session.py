"""The session: after a save, it shows what a new session would; broken saves keep the last good version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.cache.cache import Cache, DiskCache, MemoryCache
from broadsheet.cache.execute import BuildContext, WorkerPool
from broadsheet.core.progress import NoProgress
from broadsheet.plan.types import File, Page
from broadsheet.preview.reader import PreviewRequest, Reader
from broadsheet.preview.session import Session
from broadsheet.source.tree import SourceChanged
from tests.newsroom import Newsroom, newsroom
from tests.sites import PICTURE

AS_OF = datetime(2026, 11, 24, 12, tzinfo=UTC)
ARTICLE, THIRD, HOME = "content/articles/c.md", "articles/third/index.html", "index.html"


@pytest.fixture
def news(tmp_path: Path) -> Newsroom:
    """A small newsletter on disk."""
    return newsroom(tmp_path)


def opened(news: Newsroom, now: Callable[[], datetime] = lambda: AS_OF, cache: Cache | None = None) -> Session:
    """A session that has read the newsletter, by default with a cache in memory."""
    request = PreviewRequest(news.root, "config.yaml", None, now, news.root / ".broadsheet", news.site)
    session = Session(request, BuildContext(cache or MemoryCache(), WorkerPool(1), NoProgress()), lambda: None)
    session.rescan()
    return session


@pytest.fixture
def session(news: Newsroom) -> Session:
    """A session that has read it."""
    return opened(news)


def edit(news: Newsroom, path: str, old: str, new: str) -> frozenset[str]:
    """Change a passage of a file; the paths that events would name."""
    text = (news.root / path).read_text(encoding="utf-8")
    assert old in text
    (news.root / path).write_text(text.replace(old, new), encoding="utf-8")
    return frozenset({path})


def text(session: Session, name: str) -> str:
    """The text of an output."""
    shown = session.output(name)
    assert shown
    return shown.data.decode()


def whole(session: Session) -> dict[str, bytes]:
    """Every output that the session can show."""
    return {name: shown.data for name in session.state.outputs if (shown := session.output(name))}


def errors(session: Session) -> list[str]:
    """The errors, as the terminal shows them."""
    return [str(problem).partition("\n")[0] for problem in session.state.problems if problem.severity == "error"]


# Updates


EDITS = {
    "words": ("content/articles/b.md", "More prose", "Better prose"),
    "a link": ("content/articles/b.md", "(a.md)", "(c.md)"),
    "a line above a link": ("content/articles/b.md", "More prose", "One\n\nMore prose"),
    "a heading": ("content/articles/c.md", "Prose again.", "Prose again.\n\n## A part\n\nWords."),
    "a picture": ("content/articles/c.md", "Prose again.", "![A photo](photo.png)"),
    "a title": ("content/articles/b.md", "title: Second", "title: Twice"),
    "a date": ("content/articles/b.md", "2026-11-02", "2026-10-02"),
    "a topic": ("content/articles/b.md", "money", "work"),
    "a template": ("templates/base.html", "</footer>", "Words</footer>"),
    "a style": ("templates/style/base.css", "body", "article, body"),
    "a setting": ("config.yaml", "Small News", "Large News"),
    "what is copied": ("content/static/robots.svg", "<svg", "<svg id='x'"),
    "a message": ("templates/messages/en.yaml", "skip_to_content:", "skip_to_content: Go on #"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_gives_the_same_site_as_a_new_session(name: str, news: Newsroom, session: Session) -> None:
    """After the event, the page itself; after the rescan, the whole site."""
    (news.root / "content/articles/photo.png").write_bytes(PICTURE)
    news.write("content/static/robots.svg", "<svg/>")
    session.rescan()
    path, old, new = EDITS[name]
    session.refresh(edit(news, path, old, new))
    fresh = opened(news)
    for out, page in fresh.state.outputs.items():
        if page.origin.path == path and isinstance(page, Page) and page.template == "article.html":
            assert text(session, out) == text(fresh, out)
    session.rescan()

    assert whole(session) == whole(fresh)
    assert session.state.problems == fresh.state.problems
    assert session.state.badges == fresh.state.badges


def test_prose_is_updated_without_a_plan(news: Newsroom, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists follow with the rescan; until then they are unchanged, and nothing is planned."""
    plan = Reader.read
    monkeypatch.setattr(Reader, "read", None)
    before = text(session, HOME)
    session.refresh(edit(news, ARTICLE, "Prose again", "Better prose"))

    assert "Better prose" in text(session, THIRD)
    assert text(session, HOME) == before
    monkeypatch.setattr(Reader, "read", plan)
    session.rescan()
    assert "Better prose" in text(session, HOME)


def test_templates_change_without_a_plan(news: Newsroom, session: Session) -> None:
    """The plan does not depend on them."""
    plan = session.state.plan
    session.refresh(edit(news, "templates/base.html", "</footer>", "Words</footer>"))

    assert "Words</footer>" in text(session, HOME)
    assert session.state.plan is plan


def test_a_touch_changes_nothing(news: Newsroom, session: Session) -> None:
    """A file written again with the same bytes keeps the state."""
    before = session.state
    (news.root / ARTICLE).write_bytes((news.root / ARTICLE).read_bytes())
    session.refresh(frozenset({ARTICLE}))
    session.rescan()

    assert session.state is before


def test_a_change_with_the_same_size_and_time_is_found(news: Newsroom, session: Session) -> None:
    """As after two saves within one tick of the file system's clock."""
    file = news.root / ARTICLE
    look = file.stat()
    edit(news, ARTICLE, "Prose again", "Prose twice")
    import os

    os.utime(file, ns=(look.st_atime_ns, look.st_mtime_ns))
    session.rescan()
    assert "Prose twice" in text(session, THIRD)


def test_files_come_and_go(news: Newsroom, session: Session) -> None:
    """Whether the events name a folder, a deleted file, or nothing at all."""
    folder = news.root / "content/articles/2026"
    folder.mkdir()
    (folder / "new.md").write_text("---\ntitle: New\ndate: 2026-11-20\n---\nText.\n")
    session.refresh(frozenset({"content/articles/2026"}))
    assert "articles/new/index.html" in session.state.outputs
    (folder / "new.md").unlink()
    session.refresh(frozenset({"content/articles/2026/new.md"}))
    assert "articles/new/index.html" not in session.state.outputs
    (news.root / ARTICLE).unlink()
    session.rescan()
    assert THIRD not in session.state.outputs


def test_a_symbolic_link_is_not_followed_by_the_fast_path(news: Newsroom, session: Session) -> None:
    """A file replaced by a link out of the newsletter is reported and not read."""
    (news.root.parent / "secret.md").write_text("---\ntitle: Third\n---\nSecret.\n")
    (news.root / ARTICLE).unlink()
    (news.root / ARTICLE).symlink_to(news.root.parent / "secret.md")
    session.refresh(frozenset({ARTICLE}))

    assert "points outside the newsletter's folder" in errors(session)[0]
    assert "Secret" not in text(session, THIRD)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    news: Newsroom, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state is of one point in time."""
    once = iter([True])
    take = Session._update

    def interrupted(*arguments: object) -> None:
        if next(once, False):
            raise SourceChanged(ARTICLE)
        take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "_update", interrupted)
    edit(news, ARTICLE, "title: Third", "title: Later")
    session.rescan()
    assert "Later" in text(session, HOME)


# Problems


def test_a_broken_save_keeps_the_last_good_version(news: Newsroom, session: Session) -> None:
    """On the page and in the lists; other edits are shown meanwhile; fixed, the new version is shown."""
    before = whole(session)
    session.refresh(edit(news, ARTICLE, "topics: [money]", "topics: [money]\nsumary: A slip"))
    assert errors(session) == ['content/articles/c.md:6:1: error: unknown field "sumary"']
    assert whole(session) == before
    session.refresh(edit(news, "content/articles/b.md", "title: Second", "title: Twice"))
    assert "Twice" in text(session, HOME) and "Third" in text(session, HOME)
    session.refresh(edit(news, ARTICLE, "sumary: A slip", "summary: No slip"))
    assert errors(session) == []
    assert "No slip" in text(session, HOME)


def test_an_article_with_a_broken_link_is_shown(news: Newsroom, session: Session) -> None:
    """The error stops a build, but the article can be rendered."""
    session.refresh(edit(news, "content/articles/b.md", "(a.md)", "(none.md)"))
    assert errors(session)[0].startswith("content/articles/b.md:")
    session.refresh(edit(news, "content/articles/b.md", "More prose", "Better prose"))
    assert "Better prose" in text(session, "articles/second/index.html")


def test_an_article_that_needs_review_is_shown(news: Newsroom) -> None:
    """A provenance error stops a build, but the changed article is shown."""
    edit(news, "config.yaml", "provenance: off", "provenance: strict")
    edit(news, ARTICLE, "title: Third", "title: Third\nai: {role: summarised}")
    session = opened(news)
    told = len(errors(session))
    assert told
    session.refresh(edit(news, ARTICLE, "Prose again", "Better prose"))
    session.rescan()
    assert "Better prose" in text(session, THIRD) and "Better prose" in text(session, HOME)
    assert len(errors(session)) == told


BREAKS = {
    "config": ("config.yaml", "title: Small News", "title: ["),
    "template": ("templates/base.html", "<main", "{% if %}<main"),
    "registry": ("content/topics.yaml", "ai:", "ai: ["),
    "an unknown topic": ("content/articles/c.md", "[money]", "[nonsense]"),
    "a twin": ("content/articles/c.md", "title: Third", "title: Third\nslug: first"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_whatever_is_broken_the_last_good_site_is_shown(name: str, news: Newsroom) -> None:
    """The error has a location, and when it is fixed, everything is as before."""
    (news.root / "content/topics.yaml").write_text("ai: {title: Machines}\nmoney: {title: Money}\n")
    session = opened(news)
    before = whole(session)
    path, old, new = BREAKS[name]
    hints = edit(news, path, old, new)
    session.refresh(hints)
    assert errors(session) and errors(session)[0].startswith(path)
    assert whole(session) == before
    edit(news, path, new, old)
    session.refresh(hints)
    assert errors(session) == []
    assert whole(session) == before


def test_a_file_of_the_theme_is_overridden_and_restored(news: Newsroom, session: Session) -> None:
    """A new template takes the place of the theme's; when it is deleted, the theme's is back."""
    path = "templates/base.html"
    theme = (news.root / path).read_text()
    before = whole(session)
    (news.root / path).unlink()
    session.refresh(frozenset({path}))
    assert (errors(session), whole(session)) == ([], before)
    news.write(path, theme.replace("</footer>", "Words</footer>"))
    session.refresh(frozenset({path}))
    assert "Words</footer>" in text(session, HOME)
    (news.root / path).unlink()
    session.refresh(frozenset({path}))
    assert (errors(session), whole(session)) == ([], before)


def test_a_deleted_config_keeps_the_last_good_site(news: Newsroom, session: Session) -> None:
    """Like a broken one."""
    path = "config.yaml"
    before = whole(session)
    data = (news.root / path).read_bytes()
    (news.root / path).unlink()
    session.refresh(frozenset({path}))
    assert errors(session)
    assert whole(session) == before
    (news.root / path).write_bytes(data)
    session.refresh(frozenset({path}))
    assert errors(session) == []


def test_a_template_that_fails_while_rendering_keeps_the_last_good_page(news: Newsroom, session: Session) -> None:
    """The error is found when a page is requested; the page is served as it last was."""
    before = text(session, HOME)
    session.refresh(edit(news, "templates/list.html", "{% block main %}", "{% block main %}{{ page.nothing }}"))
    shown = session.output(HOME)

    assert shown and shown.is_outdated and shown.data.decode() == before
    assert errors(session)[0].startswith("templates/list.html:")
    assert session.output("topics/ai/index.html") is None  # it has never been shown
    session.refresh(edit(news, "templates/list.html", "{{ page.nothing }}", ""))
    assert errors(session) == []
    assert text(session, HOME) == before


def test_a_newsletter_that_is_broken_at_the_start_is_shown_when_it_is_fixed(news: Newsroom) -> None:
    """Until then there are only problems."""
    hints = edit(news, "config.yaml", "title: Small News", "title: [")
    session = opened(news)
    assert errors(session) and not session.state.outputs
    edit(news, "config.yaml", "title: [", "title: Small News")
    session.refresh(hints)
    assert errors(session) == []
    assert "Third" in text(session, HOME)


def test_problems_of_the_background_check_go_when_their_file_changes(news: Newsroom, session: Session) -> None:
    """The others stay until the next check."""
    from broadsheet.core.errors import Location, Problem

    here, there = Problem(Location("templates/base.html"), "x"), Problem(Location("site/index.html"), "y")
    session.add_check_result((here, there), None)
    assert set(session.state.problems) == {here, there}
    session.refresh(edit(news, "templates/base.html", "</footer>", "Words</footer>"))
    assert session.state.problems == (there,)


# Drafts, dates, static files


def test_drafts_and_scheduled_articles_are_shown_with_a_badge(news: Newsroom) -> None:
    """The badge is not part of the page, which is the same as in a build with drafts."""
    edit(news, "content/articles/b.md", "title: Second", "title: Second\ndraft: true")
    edit(news, ARTICLE, "2026-11-03", "2026-12-03")
    session = opened(news)

    assert session.state.badges == {
        "articles/second/index.html": "Draft: not published",
        THIRD: "Scheduled for 2026-12-03 10:00: not published yet",
    }
    assert news.build("--drafts")["ok"]
    assert text(session, THIRD) == (news.site / THIRD).read_text()


def test_time_goes_on(news: Newsroom) -> None:
    """A scheduled article becomes live at its date, without a save."""
    times = [AS_OF]
    edit(news, ARTICLE, "2026-11-03", "2026-12-03")
    session = opened(news, lambda: times[-1])
    assert THIRD in session.state.badges
    times.append(datetime(2026, 12, 4, tzinfo=UTC))
    session.rescan()
    assert session.state.badges == {}


def test_a_time_without_a_zone_gets_that_of_the_newsletter(news: Newsroom) -> None:
    """As in a build."""
    session = opened(news, lambda: datetime(2026, 11, 24))
    session.rescan()
    assert session.state.as_of.tzinfo is not None


def test_static_files_are_served_as_scanned(news: Newsroom, session: Session) -> None:
    """A file changed since the scan is not served with the wrong digest."""
    news.write("content/static/notes.txt", "one")
    session.rescan()
    assert text(session, "notes.txt") == "one"
    news.write("content/static/notes.txt", "two")
    with pytest.raises(SourceChanged):
        session.output("notes.txt")
    shown = session.current_output("notes.txt")
    assert shown and shown.data == b"two"
    assert isinstance(session.state.outputs["notes.txt"], File)


# The cache


def test_a_build_renders_nothing_that_the_session_has_rendered(news: Newsroom) -> None:
    """Pages rendered on request and by the fast path are all in the cache."""
    cache = DiskCache(news.root / ".broadsheet")
    session = opened(news, cache=cache)
    session.refresh(edit(news, ARTICLE, "Prose again", "Better prose"))
    text(session, THIRD)
    session.rescan()
    whole(session)
    cache.close()
    result = news.build()

    assert result["ok"]
    pages = [output for output in session.state.outputs.values() if isinstance(output, Page)]
    assert (result["rendered"], result["reused"]) == (0, len(pages))
