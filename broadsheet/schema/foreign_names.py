"""What other programs (Hugo, Jekyll, Eleventy, Astro, Ghost, WordPress …) call the fields that we have."""

from __future__ import annotations

from collections.abc import Collection

from ..core.errors import closest

# Ours by theirs, the first that the group has; theirs in small letters without "_" and "-".
_OURS = {
    ours: tuple(theirs.split())
    for ours, theirs in {
        "summary": "description excerpt abstract subtitle teaser lead dek standfirst",
        "tagline": "description subtitle slogan",
        "bio": "description about",
        "topics": "categories category keywords tag topic subjects labels section",
        "date": "published publishdate publishedat publishedon pubdate datepublished created createdat datecreated",
        "published": "date pubdate publishdate publishedat datepublished",
        "updated": "lastmod modified updatedat dateupdated datemodified lastmodified lastmodifiedat updateddate",
        "author": "authors by writer creator byline",
        "editor": "editors editedby",
        "slug": "permalink url path",
        "aliases": "alias redirectfrom redirects oldurl oldurls",
        "image": "cover coverimage thumbnail thumb banner hero heroimage featureimage featuredimage ogimage "
        "socialimage picture photo images",
        "src": "url path file image href",
        "alt": "alttext imagealt description",
        "caption": "title legend",
        "credit": "photographer attribution copyright source author",
        "lang": "language locale languagecode",
        "language": "lang locale languagecode",
        "id": "guid uuid",
        "source": "canonical canonicalurl sourceurl originalurl via",
        "title": "name sitename sitetitle headline",
        "name": "title publisher publication outlet site",
        "url": "link href website homepage uri",
        "accessed": "retrieved visited",
        "draft": "status hidden unlisted",
        "base_url": "url siteurl baseurl site root",
        "timezone": "tz timezone",
        "navigation": "menu menus nav",
        "page_size": "paginate perpage postsperpage",
        "publisher": "author owner organization organisation",
    }.items()
}
# What nothing here corresponds to: pages have one design, and lists one order.
_NOTHING = (
    "layout template type theme weight order toc tableofcontents comments math mathjax katex outputs sitemap "
    "eleventynavigation pagination featured sticky pin pinned plugins markup viewtransition"
)
_MORE = {
    "slug": ' It is the last part of the address only; old addresses belong in "aliases"',
    "source": ' The address belongs in its "url"',
}
_TRUTHS = ("true", "false", "yes", "no")


def guess_field(name: str, known: Collection[str]) -> str:
    """The field that was probably meant, or an empty string."""
    plain = _plain(name)
    if plain in _NOTHING.split():
        return ""
    ours = next((ours for ours, theirs in _OURS.items() if ours in known and plain in theirs), "")
    return ours or closest(name, known)


def field_hint(name: str, value: object, known: Collection[str]) -> str:
    """What to do about a field that does not exist."""
    if _plain(name) in _NOTHING.split():
        return "remove the line: nothing here corresponds to it"
    if _plain(name) == "published" and "draft" in known and str(value).lower() in _TRUTHS:
        return 'did you mean "draft"? It is the opposite: "published: false" is "draft: true"'
    guess = guess_field(name, known)
    if not guess:
        return f"available fields: {', '.join(sorted(known))}"
    more = _MORE.get(guess, "") if _plain(name) in _OURS.get(guess, ()) else ""
    return f'did you mean "{guess}"?{more}'


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")
