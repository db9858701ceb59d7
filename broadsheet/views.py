"""What templates and feeds may know: closed, frozen views of text, numbers, booleans, None, tuples and other views.

Every URL is finished: root-relative in pages, absolute where a field says so. Every list is in its final order.
"""

from __future__ import annotations

from dataclasses import dataclass


class Html(str):
    """Markup that is already safe to be put into a page; everything else is escaped."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class DateView:
    """A moment: iso for machines (RFC 3339 with offset), text for people in the newsletter's language and zone."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A title and where it leads; url is empty when there is nowhere to lead."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class AlternateView:
    """A page in another language: its language, that language's name for itself, and its addresses."""

    language: str
    title: str
    url: str
    absolute_url: str


@dataclass(frozen=True, slots=True)
class FeedLinkView:
    """A feed as pages name it to programs and people; format: "RSS"; url is root-relative."""

    title: str
    format: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedChoiceView:
    """A feed in the list for people: the same articles in each of its formats."""

    title: str
    feeds: tuple[FeedLinkView, ...]


@dataclass(frozen=True, slots=True)
class FeedGroupView:
    """Feeds of one kind, as the subscribe page lists them."""

    title: str
    choices: tuple[FeedChoiceView, ...]


@dataclass(frozen=True, slots=True)
class PromoView:
    """A note of the house, to be shown apart from the article and under its label ("From our publisher")."""

    label: str
    title: str
    text: str
    link: LinkView | None


@dataclass(frozen=True, slots=True)
class SiteView:
    """What every page shows. Each field is an input of every page: nothing that counts or changes belongs here.

    languages: the newsletter's home pages, if it appears in several languages. Addresses are empty where there is no
    such page. words: what templates know as `words`, by name.
    feeds: the newsletter's own feed in each of its formats; feed: the first of them.
    """

    title: str
    tagline: str
    language: str
    direction: str  # "ltr" or "rtl"
    url: str  # root-relative URL of the home page; ends in "/"
    absolute_url: str
    publisher: LinkView
    navigation: tuple[LinkView, ...]
    feed: LinkView
    topics_url: str
    sources_url: str
    archive_url: str
    people_url: str = ""
    search_url: str = ""
    root_url: str = "/"  # where icons lie, whatever the language
    about_url: str = ""
    principles_url: str = ""
    corrections_url: str = ""
    ethics_url: str = ""
    verification_url: str = ""
    languages: tuple[AlternateView, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    favicon: str = ""  # root-relative URL of an SVG icon, if there is one
    feeds: tuple[FeedLinkView, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareView:
    """The picture that stands for a page where it is shared: absolute url, what it shows, and its size in points."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HeadView:
    """What the <head> of a page needs. title is plain; canonical is absolute, or empty for pages not to be indexed.

    share is None where there is no picture to share a page with. feeds: those of this page (a topic, a source), beside
    the newsletter's own. alternates: this page in all its languages, itself among them; empty when there is but one.
    """

    title: str
    description: str
    canonical: str
    language: str
    direction: str
    share: ShareView | None = None
    feeds: tuple[FeedLinkView, ...] = ()
    alternates: tuple[AlternateView, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article as it stands in a list: without its body."""

    title: str
    url: str
    summary: str
    date: DateView
    source: LinkView | None
    topics: tuple[LinkView, ...]
    minutes: int
    language: str
    reading: str = ""  # "4 min"


@dataclass(frozen=True, slots=True)
class VariantsView:
    """The same picture in several sizes of a better kind of file, for browsers that know it: type is "image/webp"."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """What is known of the picture in a slot beside its URL: its size in points, 0 when unknown, and its variants.

    sizes: how wide it is shown, as HTML says it; empty without variants. turn: when a browser fetches
    it: "first" of the pictures on its page, "later", when it comes into view, or "", as it likes.
    """

    slot: int
    width: int
    height: int
    variants: tuple[VariantsView, ...]
    sizes: str
    turn: str


@dataclass(frozen=True, slots=True)
class ProseView:
    """Parsed prose by reference: the digest of its document and the URL of each slot, absolute where feeds need it.

    pictures: those among the slots. `run` hands the document to the worker; templates see the filled Html in its place.
    """

    document: str
    urls: tuple[str, ...]
    id_prefix: str = ""
    pictures: tuple[PictureView, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureView:
    """A picture, with its size in points where that is known (else 0); alt is empty for a decorative picture.

    variants and sizes as in PictureView; feeds have none.
    """

    url: str
    alt: str
    caption: str
    credit: str
    width: int = 0
    height: int = 0
    variants: tuple[VariantsView, ...] = ()
    sizes: str = ""


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A line of the table of contents: level 2 or 3, and a URL within the page."""

    level: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """A copy of a source that is gone, and the day it was made, if that is known."""

    url: str
    date: DateView | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where an article comes from. url is empty when no link is on record, and the page then says so.

    archive: a copy to read instead, when the original is no longer there.
    """

    name: str
    page_url: str
    url: str
    title: str
    author: str
    published: DateView | None
    licence: str
    archive: ArchiveView | None = None
    accessed: DateView | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who made, answers for or checked something; is_person: else it is a group or the house itself.

    url: our page about them; of the house its own website, if that is known.
    """

    title: str
    url: str
    is_person: bool


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Something put right in an article; kind: "Correction". said is empty when nothing wrong was said.

    anchor: id of the note on the article's page; is_first: whether it stands before the text, else below it.
    """

    kind: str
    date: DateView
    said: str
    says: str
    by: str
    anchor: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class CorrectedView:
    """A correction in the list of all: of which article, and the way to the note in it."""

    title: str
    url: str
    language: str
    notice: CorrectionView


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article page. byline is the newsletter's own sentence on where the piece comes from and who answers for it.

    authors: who wrote a piece of our own, if anybody is named; reviewer: who has checked the text as it stands.
    ai_note and review_note are whole sentences, empty when there is nothing to say; corrections: the newest first.
    digital_source: schema.org's name for what machines did to the text; id: the one that feeds know it by.
    contents is empty below three headings; previous is the article published before this one, next the one after.
    copy: the address of its copy in Markdown, if it has one.
    """

    head: HeadView
    headline: str
    summary: str
    byline: str
    sources: tuple[SourceView, ...]
    editor: PersonView
    date: DateView
    updated: DateView | None
    minutes: int
    topics: tuple[LinkView, ...]
    figure: FigureView | None
    contents: tuple[HeadingView, ...]
    body: ProseView
    promo: PromoView | None
    previous: LinkView | None
    next: LinkView | None
    related: tuple[ItemView, ...]
    is_draft: bool
    reading: str = ""  # "4 min read"
    authors: tuple[PersonView, ...] = ()
    reviewer: PersonView | None = None
    ai_note: str = ""
    review_note: str = ""
    corrections: tuple[CorrectionView, ...] = ()
    digital_source: str = ""
    id: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class LogoView:
    """The publisher's logo: absolute url, and its size in points, which is 0 where it is not known."""

    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ListView:
    """The home page, a topic, a source, a person or a month: items newest first, or one numbered page of them.

    kind: "home", "topic", "source", "person", "group" or "month". number: 0 for the list's own page, else counted from
    the oldest; lead: what the subject is, if anything was said; facts: what else is to be said of it, some with a link;
    parent: the overview it belongs to; newer and older: the neighbouring pages. website: the subject's own; logo: of
    the publisher, and manifest: the URL of the web manifest, on the home page.
    """

    head: HeadView
    kind: str
    title: str
    lead: str
    number: int
    facts: tuple[LinkView, ...]
    parent: LinkView | None
    items: tuple[ItemView, ...]
    newer: LinkView | None
    older: LinkView | None
    website: str = ""
    logo: LogoView | None = None
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of an overview: a topic, a source, a month, with how many articles it holds ("7 articles")."""

    title: str
    url: str
    lead: str
    count: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """Entries under a common title (a year); the title is empty when there is but one section."""

    title: str
    url: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """All topics, all sources, or the archive by year and month."""

    head: HeadView
    title: str
    lead: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class TextPageView:
    """A page of content/pages. updated is None when the page has no date.

    corrections: all of them, newest first, on the page about them; None elsewhere. facts and people: the newsletter
    in numbers, and who is responsible for what, on the page about how it works.
    feeds: all feeds of the site, on the one page that lists them; feed_list: the address of the same list as OPML.
    """

    head: HeadView
    headline: str
    summary: str
    updated: DateView | None
    contents: tuple[HeadingView, ...]
    body: ProseView
    feeds: tuple[FeedGroupView, ...] = ()
    feed_list: str = ""
    corrections: tuple[CorrectedView, ...] | None = None
    facts: tuple[LinkView, ...] = ()
    people: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """The page for addresses that lead nowhere: the newest items and the topics as ways back in."""

    head: HeadView
    items: tuple[ItemView, ...]
    topics: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class WordFormView:
    """A word in one of its plural forms, by CLDR category: "one", "few", "other"."""

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page: the lists of articles it loads (newest year first), and what to filter by.

    found: how to say how many were found. indexes: folders with an index of full text, newest year first, if there are
    any.
    """

    head: HeadView
    title: str
    lead: str
    lists: tuple[str, ...]
    topics: tuple[LinkView, ...]
    sources: tuple[LinkView, ...]
    years: tuple[LinkView, ...]
    found: tuple[WordFormView, ...]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchListView:
    """A list of articles for the search page: prefix of all addresses, and a row for each article, newest first.

    A row: address without the prefix, title, summary, date for people, year, names of topics, names of sources.
    """

    prefix: str
    rows: tuple[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class RedirectView:
    """A page that sends its reader on; target is absolute, target_path root-relative."""

    head: HeadView
    target: str
    target_path: str


@dataclass(frozen=True, slots=True)
class FeedSourceView:
    """A publication that an entry cites. url: the original's address; feed: the publication's own feed; both if known.

    taken: when the original was published, else when we took it up.
    """

    name: str
    url: str
    title: str
    author: str
    licence: str
    feed: str
    taken: DateView | None
    accessed: str = ""


@dataclass(frozen=True, slots=True)
class AiView:
    """What machines did to the text, for programs; people read it in the byline and in a note. date: ISO 8601."""

    role: str
    tool: str
    model: str
    tasks: tuple[str, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Who has checked the text as it stands, for programs."""

    by: str
    role: str
    date: DateView
    checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedImageView:
    """An entry's picture with what an enclosure needs; media_type is empty and size 0 where they are unknown."""

    figure: FigureView
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FeedItemView:
    """An entry of a feed. All URLs are absolute, those of the body too; id never changes.

    body is None for an entry that only tells of something, such as a correction; contributors: who else had part in it.
    ai_note and review_note are whole sentences, or empty.
    """

    id: str
    url: str
    title: str
    summary: str
    language: str
    direction: str
    byline: str
    sources: tuple[FeedSourceView, ...]
    authors: tuple[PersonView, ...]
    contributors: tuple[str, ...]
    date: DateView
    updated: DateView
    topics: tuple[str, ...]
    image: FeedImageView | None
    corrections: tuple[CorrectionView, ...]
    ai: AiView | None
    body: ProseView | None
    review: ReviewView | None = None
    ai_note: str = ""
    review_note: str = ""


@dataclass(frozen=True, slots=True)
class FeedWordsView:
    """What feeds say themselves."""

    source: str = "Source"
    no_link: str = "No link to the original is on record."
    licence: str = "Licence"
    it_said: str = "It said:"
    it_says: str = "It now says:"
    put_right_by: str = "Put right by {name}."


@dataclass(frozen=True, slots=True)
class CopyView:
    """An article in Markdown, for programs: what its entry in feeds says, in a file of its own."""

    item: FeedItemView
    words: FeedWordsView


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed, or one page of its archive, in any format. items newest first; all URLs are absolute.

    url: its own; current: the feed that readers subscribe to, the same unless is_archive (RFC 5005 §4); older and
    newer: neighbouring pages of the archive, or empty, archive_type: their media type. id never changes while the feed
    stays where it is.
    updated is the latest moment in it, None when it is empty. has_full_text: else items hold summaries.
    """

    id: str
    title: str
    description: str
    url: str
    home_url: str
    language: str
    direction: str
    publisher: LinkView
    hub: str
    updated: DateView | None
    has_full_text: bool
    is_archive: bool
    current: str
    older: str
    newer: str
    archive_type: str
    words: FeedWordsView
    items: tuple[FeedItemView, ...]


@dataclass(frozen=True, slots=True)
class OutlineView:
    """A feed in the list for programs; group: the kind of feed. URLs are absolute."""

    group: str
    title: str
    url: str
    home_url: str
    language: str


@dataclass(frozen=True, slots=True)
class FeedListView:
    """All feeds of the site, each in its first format (http://opml.org/spec2.opml)."""

    title: str
    publisher: str
    outlines: tuple[OutlineView, ...]


@dataclass(frozen=True, slots=True)
class SitemapEntryView:
    """A page as a sitemap lists it; modified is an RFC 3339 date or date-time, or empty when unknown."""

    url: str
    modified: str


@dataclass(frozen=True, slots=True)
class SitemapView:
    """A sitemap (https://www.sitemaps.org/protocol.html), or an index of sitemaps when is_index."""

    is_index: bool
    entries: tuple[SitemapEntryView, ...]


@dataclass(frozen=True, slots=True)
class NewsEntryView:
    """An article as a news sitemap lists it; language is ISO 639, date RFC 3339."""

    publication: str
    url: str
    title: str
    language: str
    date: str


@dataclass(frozen=True, slots=True)
class NewsSitemapView:
    """The articles of the last two days, newest first
    (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""

    entries: tuple[NewsEntryView, ...]


@dataclass(frozen=True, slots=True)
class HeadersView:
    """What hosts say with each file; full_text: whether the search page runs WebAssembly."""

    full_text: bool


@dataclass(frozen=True, slots=True)
class TextView:
    """A finished text file."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture file to be made: source is the digest of the file it comes from, which `run` hands to the worker.

    kind: "jpeg", "png" or "webp". width 0: as it is, less its metadata. is_drawing: it was saved without loss.
    """

    source: str
    recipe: str
    kind: str
    width: int
    height: int
    is_drawing: bool


@dataclass(frozen=True, slots=True)
class CardView:
    """A share card to be drawn: the newsletter's name, a title below it, a line at the foot.

    Without a title it is the newsletter's own card: the name large, and the line below it.
    """

    recipe: str
    name: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class IconView:
    """An icon to be drawn: from the logo with this digest, else the letter. kind: "png" or "ico".

    margin: of the whole, in hundredths; has_ground: whether it fills its square, without transparent corners.
    """

    recipe: str
    logo: str
    letter: str
    kind: str
    size: int
    margin: int
    has_ground: bool
