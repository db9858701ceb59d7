"""What a page can be made from without any other page: the site's context, an article, its resolved links."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..content.model import Article, FeedFamily, Settings, Site
from ..content.provenance import changed_at
from ..core.digest import Hashed, digest
from ..core.errors import Location
from ..core.serialize import encode
from ..core.urls import Addresses, addresses, expand
from ..i18n.calendar import Calendar, calendar
from ..i18n.messages import Counts, Messages
from ..markdown.document import Outline, ProseSummary
from ..markdown.languages import RIGHT_TO_LEFT
from ..views.common import AlternateView, DateView, FeedLinkView, HeadView, ItemView, LinkView, ShareView
from .cards import newsletter_card
from .pictures import PublishedPicture
from .types import Page

WORDS_A_MINUTE = 230


@dataclass(frozen=True, slots=True)
class SiteContext:
    """The newsletter in one language as every page may know it: settings, registries, messages. Made by `house`.

    site: without its articles and pages. prefix: where the language's pages lie, "/ru", empty for the newsletter's own
    language. card: the share card of all pages that have none of their own. counts and calendar own the small state
    that their first lines name. links: those to topics and sources that were asked for, by site path. digest: of all
    that the rest comes from.
    """

    site: Site
    addresses: Addresses
    calendar: Calendar
    prefix: str
    messages: Messages
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


def site_context(site: Site, messages: Messages, prefix: str) -> SiteContext:
    """The context of a site in one language; nothing in it depends on any single article."""
    plain = replace(site, articles=(), pages=())
    settings = site.settings
    where = addresses(settings.base_url)
    card = newsletter_card(settings.title, settings.tagline, addresses=where, origin=Location("config.yaml"))
    # A time zone is identified by its name, which is a setting too.
    inputs = encode((replace(plain, settings=replace(settings, zone=None)), messages, prefix))  # type: ignore[arg-type]
    return SiteContext(
        site=plain,
        addresses=where,
        calendar=calendar(settings.language, settings.zone),
        prefix=prefix,
        messages=messages,
        counts=Counts(messages),
        links={},
        card=card if settings.share_cards else None,
        digest=digest(inputs),
    )


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """The targets of the links and images in an article's prose, and its lead image.

    Without targets, every link is used as the author wrote it.
    """

    targets: tuple[str, ...] = ()
    """One for each slot of the prose: an external URL, a site path, or a "#fragment"."""
    figure: str = ""
    """The target of the lead image; empty without one."""
    pictures: tuple[tuple[str, PublishedPicture], ...] = ()
    """Those of the images that are published here, by target."""

    def of(self, outline: Outline) -> tuple[str, ...]:
        """The target of each slot of the prose."""
        return self.targets or tuple([reference.target for reference in outline.references])

    def picture(self, target: str) -> PublishedPicture | None:
        """The published picture with this target."""
        return next((picture for name, picture in self.pictures if name == target), None)


class PublishedArticle:
    """A published article, as its file and the site's context alone determine it.

    Owns the values that several pages show, each computed on first use.
    """

    __slots__ = ("_item", "_modified", "context", "hashed", "model", "path", "prose_summary")

    def __init__(
        self, model: Article, prose_summary: ProseSummary, context: SiteContext, path: str, source_digest: str
    ) -> None:
        self.model, self.prose_summary, self.context, self.path = model, prose_summary, context, path
        self.hashed = Hashed(self, source_digest, context.digest)
        self._item: ItemView | None = None
        self._modified = ""

    @property
    def outline(self) -> Outline:
        """The outline of its prose, decoded on each use: ten thousand decoded outlines would take 40 MB."""
        return self.prose_summary.outline

    @property
    def headline(self) -> str:
        """The headline above the article."""
        return self.model.headline or self.prose_summary.headline or self.model.title

    @property
    def summary(self) -> str:
        """The author's summary, else the beginning of the prose."""
        return self.model.summary or self.outline.summary

    @property
    def minutes(self) -> int:
        """Reading time, at least 1."""
        return max(round(self.prose_summary.words / WORDS_A_MINUTE), 1)

    @property
    def link(self) -> tuple[str, str]:
        """Its title and URL."""
        return self.model.title, self.context.addresses.relative(self.path)

    @property
    def updated(self) -> DateView | None:
        """When it was last updated or corrected; None if it never was."""
        changed = changed_at(self.model)
        return self.context.calendar.view(changed) if changed else None

    @property
    def modified(self) -> str:
        """RFC 3339 date and time of the last update or correction, else of publication."""
        if not self._modified:
            self._modified = self.context.calendar.iso(changed_at(self.model) or self.model.date)
        return self._modified

    @property
    def month(self) -> tuple[int, int]:
        """The year and month of publication, in the newsletter's time zone."""
        day = self.model.date.astimezone(self.context.settings.zone)
        return day.year, day.month

    @property
    def item(self) -> ItemView:
        """Its entry in lists of articles."""
        if self._item is None:
            self._item = self._new_item()
        return self._item

    def _new_item(self) -> ItemView:
        model, context = self.model, self.context
        title, url = self.link
        first = model.citations[0].publication if model.citations else ""
        return ItemView(
            title=title,
            url=url,
            summary=self.summary,
            date=context.calendar.view(model.date),
            source=context.source_link(first) if first else None,
            topics=tuple([context.topic_link(slug) for slug in model.topics]),
            minutes=self.minutes,
            language=model.lang,
            reading=context.counts.text("minutes", self.minutes),
        )


def direction(language: str) -> str:
    """ "rtl" for languages written from right to left, else "ltr"."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def feed_title(settings: Settings, name: str) -> str:
    """A feed's title as a reader lists it among others: the newsletter, and which part of it, if not all."""
    return f"{settings.title} · {name}" if name else settings.title


def feed_links(
    settings: Settings, addresses: Addresses, family: FeedFamily, folder: str, name: str = ""
) -> tuple[FeedLinkView, ...]:
    """Links to a feed in each of its formats."""
    title = feed_title(settings, name)
    return tuple(
        [
            FeedLinkView(title, offered.title, offered.media_type, addresses.relative(offered.path(folder)))
            for offered in settings.feeds.families[family]
        ]
    )
