"""The session: what is kept between saves is what reading afresh would give; broken saves keep what is good."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.cache.cache import DiskCache, MemoryCache
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


def opened(news: Newsroom, now: datetime = AS_OF) -> Session:
    """A session that has read the newsletter, with a store in memory."""
    made = Session(
        PreviewRequest(news.root, "config.yaml", None, lambda: now, news.root / ".broadsheet", news.site),
        BuildContext(MemoryCache(), WorkerPool(1), NoProgress()),
        lambda: None,
    )
    made.rescan()
    return made


@pytest.fixture
def session(news: Newsroom) -> Session:
    """A session of it."""
    return opened(news)


def edit(news: Newsroom, path: str, old: str, new: str) -> frozenset[str]:
    """Changes a passage of a file; the paths that events would name."""
    text = (news.root / path).read_text(encoding="utf-8")
    assert old in text
    (news.root / path).write_text(text.replace(old, new), encoding="utf-8")
    return frozenset({path})


def text(session: Session, name: str) -> str:
    """An output as it is shown."""
    shown = session.output(name)
    assert shown
    return shown.data.decode()


def whole(session: Session) -> dict[str, bytes]:
    """Everything that the session would show."""
    return {name: shown.data for name in session.state.outputs if (shown := session.output(name))}


def errors(session: Session) -> list[str]:
    """The errors, as the terminal shows them."""
    return [str(problem).partition("\n")[0] for problem in session.state.problems if problem.severity == "error"]


# What is shown is what the files say


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
    "what is copied": ("templates/static/favicon.svg", "<svg", "<svg id='x'"),
    "a message": ("templates/messages/en.yaml", "skip_to_content:", "skip_to_content: Go on #"),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_kept_gives_the_same_as_reading_all_afresh(name: str, news: Newsroom, session: Session) -> None:
    """After the first look, for the page itself; once it is quiet, for the whole site."""
    (news.root / "content/articles/photo.png").write_bytes(PICTURE)
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


def test_words_are_shown_without_a_plan(news: Newsroom, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists follow when it is quiet; what is asked for meanwhile is as it was, and nothing is planned."""
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
    """A plan does not depend on them."""
    plan = session.state.plan
    session.refresh(edit(news, "templates/base.html", "</footer>", "Words</footer>"))

    assert "Words</footer>" in text(session, HOME)
    assert session.state.plan is plan


def test_a_touch_changes_nothing(news: Newsroom, session: Session) -> None:
    """Written again with the same words: the state stays the one it was."""
    before = session.state
    (news.root / ARTICLE).write_bytes((news.root / ARTICLE).read_bytes())
    session.refresh(frozenset({ARTICLE}))
    session.rescan()

    assert session.state is before


def test_a_change_of_equal_size_in_the_same_moment_is_seen(news: Newsroom, session: Session) -> None:
    """Though size and times do not tell, as after a save within the clock's tick."""
    file = news.root / ARTICLE
    look = file.stat()
    edit(news, ARTICLE, "Prose again", "Prose twice")
    import os

    os.utime(file, ns=(look.st_atime_ns, look.st_mtime_ns))
    session.rescan()
    assert "Prose twice" in text(session, THIRD)


def test_files_come_and_go(news: Newsroom, session: Session) -> None:
    """Whatever the events have named: a folder, a file that is gone, or nothing at all."""
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


def test_a_link_is_not_followed_by_a_glance(news: Newsroom, session: Session) -> None:
    """A file that was exchanged for a link out of the newsletter is reported, not read."""
    (news.root.parent / "secret.md").write_text("---\ntitle: Third\n---\nSecret.\n")
    (news.root / ARTICLE).unlink()
    (news.root / ARTICLE).symlink_to(news.root.parent / "secret.md")
    session.refresh(frozenset({ARTICLE}))

    assert "leads out of the newsletter" in errors(session)[0]
    assert "Secret" not in text(session, THIRD)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    news: Newsroom, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state is of one moment."""
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


def test_a_broken_save_keeps_what_was_good(news: Newsroom, session: Session) -> None:
    """The page and the lists; what is edited elsewhere meanwhile is shown; both recover."""
    before = whole(session)
    session.refresh(edit(news, ARTICLE, "topics: [money]", "topics: [money]\nsumary: A slip"))
    assert errors(session) == ['content/articles/c.md:6:1: error: there is no field "sumary"']
    assert whole(session) == before
    session.refresh(edit(news, "content/articles/b.md", "title: Second", "title: Twice"))
    assert "Twice" in text(session, HOME) and "Third" in text(session, HOME)
    session.refresh(edit(news, ARTICLE, "sumary: A slip", "summary: No slip"))
    assert errors(session) == []
    assert "No slip" in text(session, HOME)


def test_an_error_that_hides_nothing_lets_the_new_words_be_seen(news: Newsroom, session: Session) -> None:
    """A link that leads nowhere keeps a build from publishing, but the article can be shown, and is."""
    session.refresh(edit(news, "content/articles/b.md", "(a.md)", "(none.md)"))
    assert errors(session)[0].startswith("content/articles/b.md:")
    session.refresh(edit(news, "content/articles/b.md", "More prose", "Better prose"))
    assert "Better prose" in text(session, "articles/second/index.html")


def test_a_record_that_must_be_made_anew_is_told_over_the_new_words(news: Newsroom) -> None:
    """A text that was approved needs it again after a change, which the policy may demand; it is shown all the same."""
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
def test_whatever_is_broken_the_site_is_shown_as_it_was(name: str, news: Newsroom) -> None:
    """And told with its place; mended, all is as before."""
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


@pytest.mark.parametrize("path", ["config.yaml", "templates/base.html", "templates/article.html"])
def test_what_is_deleted_by_mistake_is_shown_as_it_was(path: str, news: Newsroom, session: Session) -> None:
    """A file without which there is no site is as good as broken."""
    before = whole(session)
    data = (news.root / path).read_bytes()
    (news.root / path).unlink()
    session.refresh(frozenset({path}))
    assert errors(session)
    assert whole(session) == before
    (news.root / path).write_bytes(data)
    session.refresh(frozenset({path}))
    assert errors(session) == []


def test_a_template_that_fails_while_rendering_keeps_the_page(news: Newsroom, session: Session) -> None:
    """Only who asks for the page finds it out; the page is the last one that was shown."""
    before = text(session, HOME)
    session.refresh(edit(news, "templates/list.html", "{% block main %}", "{% block main %}{{ page.nothing }}"))
    shown = session.output(HOME)

    assert shown and shown.is_outdated and shown.data.decode() == before
    assert errors(session)[0].startswith("templates/list.html:")
    assert session.output("topics/ai/index.html") is None  # it has never been shown
    session.refresh(edit(news, "templates/list.html", "{{ page.nothing }}", ""))
    assert errors(session) == []
    assert text(session, HOME) == before


def test_a_newsletter_that_is_broken_at_the_start_comes_when_it_is_mended(news: Newsroom) -> None:
    """Until then there is nothing but problems."""
    hints = edit(news, "config.yaml", "title: Small News", "title: [")
    session = opened(news)
    assert errors(session) and not session.state.outputs
    edit(news, "config.yaml", "title: [", "title: Small News")
    session.refresh(hints)
    assert errors(session) == []
    assert "Third" in text(session, HOME)


def test_what_was_found_behind_goes_with_the_file_that_is_mended(news: Newsroom, session: Session) -> None:
    """The rest of it stays until it is looked for again."""
    from broadsheet.core.errors import Location, Problem

    here, there = Problem(Location("templates/base.html"), "x"), Problem(Location("site/index.html"), "y")
    session.add_check_result((here, there), None)
    assert set(session.state.problems) == {here, there}
    session.refresh(edit(news, "templates/base.html", "</footer>", "Words</footer>"))
    assert session.state.problems == (there,)


# Drafts, dates, copies


def test_drafts_and_scheduled_articles_are_shown_with_a_badge(news: Newsroom) -> None:
    """Their pages are those of a build with drafts; the badge is no part of them."""
    edit(news, "content/articles/b.md", "title: Second", "title: Second\ndraft: true")
    edit(news, ARTICLE, "2026-11-03", "2026-12-03")
    session = opened(news)

    assert session.state.badges == {
        "articles/second/index.html": "Draft: not published",
        THIRD: "Scheduled for 2026-12-03 10:00: not published yet",
    }
    assert news.build("--drafts")["ok"]
    assert text(session, THIRD) == (news.site / THIRD).read_text()


def test_time_goes_on(news: Newsroom, session: Session) -> None:
    """A scheduled article is live when its moment has come, without a save."""
    moments = [AS_OF]
    edit(news, ARTICLE, "2026-11-03", "2026-12-03")
    session = Session(
        PreviewRequest(news.root, "config.yaml", None, lambda: moments[-1], news.root / ".broadsheet", news.site),
        BuildContext(MemoryCache(), WorkerPool(1), NoProgress()),
        lambda: None,
    )
    session.rescan()
    assert THIRD in session.state.badges
    moments.append(datetime(2026, 12, 4, tzinfo=UTC))
    session.rescan()
    assert session.state.badges == {}


def test_a_moment_without_a_zone_is_the_newsletters(news: Newsroom) -> None:
    """As in a build."""
    session = opened(news, datetime(2026, 11, 24))
    session.rescan()
    assert session.state.as_of.tzinfo is not None


def test_copies_are_served_as_they_were_scanned(news: Newsroom, session: Session) -> None:
    """One that has changed since is not served with the wrong digest."""
    news.write("content/static/notes.txt", "one")
    session.rescan()
    assert text(session, "notes.txt") == "one"
    news.write("content/static/notes.txt", "two")
    with pytest.raises(SourceChanged):
        session.output("notes.txt")
    shown = session.current_output("notes.txt")
    assert shown and shown.data == b"two"
    assert isinstance(session.state.outputs["notes.txt"], File)


# The store


def test_what_was_rendered_here_is_not_rendered_by_a_build(news: Newsroom) -> None:
    """Whatever was asked for, and an edit ahead of the plan: the build finds all of it."""
    store = DiskCache(news.root / ".broadsheet")
    session = Session(
        PreviewRequest(news.root, "config.yaml", None, lambda: AS_OF, news.root / ".broadsheet", news.site),
        BuildContext(store, WorkerPool(1), NoProgress()),
        lambda: None,
    )
    session.rescan()
    session.refresh(edit(news, ARTICLE, "Prose again", "Better prose"))
    text(session, THIRD)
    session.rescan()
    whole(session)
    store.close()
    told = news.build()

    assert told["ok"]
    pages = [output for output in session.state.outputs.values() if isinstance(output, Page)]
    assert (told["rendered"], told["reused"]) == (0, len(pages))
