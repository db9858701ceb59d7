"""What a page may be made from without any other page: the house, a story of it, and where the story's slots lead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..content.model import Article, Settings, Site
from ..content.provenance import changed_at
from ..core.digest import Hashed, digest
from ..core.errors import Location
from ..core.serialize import encode
from ..core.urls import Addresses, addresses, expand
from ..i18n.calendar import Calendar, calendar
from ..i18n.messages import Messages
from ..i18n.plurals import Counts
from ..markdown.document import Outline, ProseSummary
from ..views.common import (
    AlternateView,
    DateView,
    FeedLinkView,
    HeadView,
    ItemView,
    LinkView,
    ShareView,
)
from .cards import newsletter_card
from .pictures import Shown
from .summary import summary_of
from .types import Page

WORDS_A_MINUTE = 230
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class SiteContext:
    """The newsletter in one language as every page may know it: settings, registries, words. Made by `house`.

    site: without its articles and pages. prefix: where the language's pages lie, "/ru", empty for the newsletter's own
    language. card: the share card of all pages that have none of their own. counts and calendar own the small state
    that their first lines name. links: those to topics and sources that were asked for, by site path. digest: of all
    that the rest comes from.
    """

    site: Site
    addresses: Addresses
    calendar: Calendar
    prefix: str
    words: Messages
    counts: Counts
    links: dict[str, LinkView]
    card: tuple[Page, ShareView] | None
    digest: str

    @property
    def settings(self) -> Settings:
        """The newsletter's settings."""
        return self.site.settings

    def topic_path(self, slug: str) -> str:
        """Site path of a topic."""
        return self.prefix + expand(self.settings.permalinks.topic, slug=slug)

    def source_path(self, slug: str) -> str:
        """Site path of a source."""
        return self.prefix + expand(self.settings.permalinks.source, slug=slug)

    def topic_link(self, slug: str) -> LinkView:
        """A topic by its title; one and the same for all articles."""
        return self._link(self.topic_path(slug), self.site.topics[slug].title)

    def source_link(self, slug: str) -> LinkView:
        """A source by its name; one and the same for all articles."""
        return self._link(self.source_path(slug), self.site.sources[slug].name)

    def _link(self, path: str, title: str) -> LinkView:
        link = self.links.get(path)
        if link is None:
            link = self.links[path] = LinkView(title, self.addresses.relative(path))
        return link

    def person_path(self, slug: str) -> str:
        """Site path of a person."""
        return self.prefix + expand(self.settings.permalinks.person, slug=slug)

    def at(self, path: str) -> str:
        """Site path of a page that every language has."""
        return self.prefix + path

    def head_of(
        self,
        title: str,
        description: str,
        path: str,
        language: str = "",
        share: ShareView | None = None,
        *,
        feeds: tuple[FeedLinkView, ...] = (),
        alternates: tuple[AlternateView, ...] = (),
    ) -> HeadView:
        """The head of the page at a site path; an empty path makes a page that is not to be indexed.

        share: the page's own picture, if it has one; feeds: its own feeds; alternates: its languages, if several.
        """
        language = language or self.settings.language
        canonical = self.addresses.absolute(path) if path else ""
        if share is None and path and self.card:
            share = self.card[1]
        return HeadView(title, description, canonical, language, direction(language), share, feeds, alternates)


def house(site: Site, words: Messages, prefix: str) -> SiteContext:
    """The house of a site in one language; nothing in it depends on any one article."""
    plain = replace(site, articles=(), pages=())
    settings = site.settings
    where = addresses(settings.base_url)
    card = newsletter_card(settings.title, settings.tagline, addresses=where, origin=Location("config.yaml"))
    # A time zone is known by its name, which is a setting too.
    known = encode((replace(plain, settings=replace(settings, zone=None)), words, prefix))  # type: ignore[arg-type]
    return SiteContext(
        site=plain,
        addresses=where,
        calendar=calendar(settings.language, settings.zone),
        prefix=prefix,
        words=words,
        counts=Counts(words),
        links={},
        card=card if settings.share_cards else None,
        digest=digest(known),
    )


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """What the slots of an article's prose lead to, and its picture if it has one; the pictures known among them.

    Without targets, everything leads where it says.
    """

    targets: tuple[str, ...] = ()
    figure: str = ""
    shown: tuple[tuple[str, Shown], ...] = ()

    def of(self, outline: Outline) -> tuple[str, ...]:
        """What each slot of the prose leads to: an external URL, a site path, or a "#fragment"."""
        return self.targets or tuple([reference.target for reference in outline.references])

    def known(self, target: str) -> Shown | None:
        """What is known of a picture by its target."""
        return next((shown for name, shown in self.shown if name == target), None)


class PublishedArticle:
    """An article that is published, as its file and the house alone decide it. origin: a digest of the file's reading.

    Owns what several pages show of it, each made when it is first asked for.
    """

    __slots__ = ("_item", "_modified", "article", "house", "known", "path", "prose_summary")

    def __init__(
        self, article: Article, prose_summary: ProseSummary, house: SiteContext, path: str, origin: str
    ) -> None:
        self.article, self.prose_summary, self.house, self.path = article, prose_summary, house, path
        self.known = Hashed(self, origin, house.digest)
        self._item: ItemView | None = None
        self._modified = ""

    @property
    def outline(self) -> Outline:
        """The outline of its prose, made anew each time: ten thousand of them would take 40 MB."""
        return self.prose_summary.outline

    @property
    def headline(self) -> str:
        """What stands above the article."""
        return self.article.headline or self.prose_summary.headline or self.article.title

    @property
    def summary(self) -> str:
        """The author's, else the beginning of the prose."""
        return self.article.summary or summary_of(self.outline.lead)

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return max(round(self.prose_summary.words / WORDS_A_MINUTE), 1)

    @property
    def link(self) -> tuple[str, str]:
        """Its title and URL."""
        return self.article.title, self.house.addresses.relative(self.path)

    @property
    def updated(self) -> DateView | None:
        """When it was last changed, if readers were told."""
        changed = changed_at(self.article)
        return self.house.calendar.view(changed) if changed else None

    @property
    def modified(self) -> str:
        """RFC 3339 moment of the last change that readers were told of."""
        if not self._modified:
            self._modified = self.house.calendar.iso(changed_at(self.article) or self.article.date)
        return self._modified

    @property
    def month(self) -> tuple[int, int]:
        """The year and the month it belongs to, in the newsletter's zone."""
        day = self.article.date.astimezone(self.house.settings.zone)
        return day.year, day.month

    @property
    def item(self) -> ItemView:
        """Its line in lists."""
        if self._item is None:
            self._item = self._made_item()
        return self._item

    def _made_item(self) -> ItemView:
        article, house = self.article, self.house
        title, url = self.link
        first = article.citations[0].publication if article.citations else ""
        return ItemView(
            title=title,
            url=url,
            summary=self.summary,
            date=house.calendar.view(article.date),
            source=house.source_link(first) if first else None,
            topics=tuple([house.topic_link(slug) for slug in article.topics]),
            minutes=self.minutes,
            language=article.lang,
            reading=house.counts.text("minutes", self.minutes),
        )


def direction(language: str) -> str:
    """ "rtl" for languages written from right to left, else "ltr"."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
