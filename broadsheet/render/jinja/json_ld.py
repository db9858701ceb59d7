"""What a page says to machines: JSON-LD in the words of https://schema.org.

Recommended properties: https://developers.google.com/search/docs/appearance/structured-data/article
"""

from __future__ import annotations

import json
from typing import Any

from ...views.common import CorrectionView, Html, LinkView, PersonView, SiteView, SourceView
from ...views.pages import ArticleView, ListView, LogoView

Thing = dict[str, Any]

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def structured_data(page: object, site: SiteView) -> Html:
    """The JSON-LD of a page, to stand in a script element; empty for pages that have none."""
    things: list[Thing] = []
    if isinstance(page, ArticleView) and page.head.canonical:
        things = [_article(page, site), *_article_breadcrumbs(page, site)]
    elif isinstance(page, ListView) and page.kind == "home" and not page.number:
        things = _home(page, site)
    elif isinstance(page, ListView) and page.parent is not None and not page.number:
        things = [*_person(page), _breadcrumbs([page.parent, LinkView(page.title, "")], site)]
    if not things:
        return Html("")
    content = {"@context": "https://schema.org", "@graph": things} if len(things) > 1 else _alone(things[0])
    # In a script element, "<" could end it; the others are as |tojson has them.
    text = _JSON.encode(content)
    return Html(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _alone(thing: Thing) -> Thing:
    return {"@context": "https://schema.org", **thing}


def _article(page: ArticleView, site: SiteView) -> Thing:
    head = page.head
    # Only a person can be an editor or accountable (https://schema.org/editor); the house is the publisher.
    answering = [person for person in (page.editor, page.reviewer) if person is not None and person.is_person]
    return _given(
        {
            "@type": "NewsArticle",
            "identifier": page.id,
            "mainEntityOfPage": head.canonical,
            "headline": page.headline,
            "description": head.description,
            "image": _images(page, site),
            "datePublished": page.date.iso,
            "dateModified": (page.updated or page.date).iso,
            "inLanguage": head.language,
            "articleSection": [topic.title for topic in page.topics],
            "author": _one([_maker(author, site) for author in page.authors or (page.editor,)]),
            "editor": _one([_maker(person, site) for person in dict.fromkeys(answering)]),
            "accountablePerson": _maker(page.editor, site) if page.editor.is_person else None,
            "publisher": _publisher(site) | _policies(site),
            "publishingPrinciples": _absolute(site.principles_url, site),
            "isBasedOn": [_source(source) for source in page.sources],
            "creditText": page.byline,
            "digitalSourceType": page.digital_source and f"https://schema.org/{page.digital_source}",
            "backstory": " ".join(filter(None, (page.ai_note, page.review_note))),
            "correction": [_correction(note, page, site) for note in page.corrections],
        }
    )


def _maker(person: PersonView, site: SiteView) -> Thing:
    """A person, a group of people, or the house."""
    if person.is_person or person.url.startswith("/"):  # both have a page of ours
        kind = "Person" if person.is_person else "Organization"
        return {"@type": kind, "name": person.title, "url": _absolute(person.url, site)}
    return _publisher(site)


def _correction(note: CorrectionView, page: ArticleView, site: SiteView) -> Thing:
    messages = dict(site.messages)
    before = (
        [messages.get("correction_before", ""), note.said, messages.get("correction_after", "")] if note.said else []
    )
    text = " ".join([*before, note.says])
    url = f"{page.head.canonical}#{note.anchor}"
    return {"@type": "CorrectionComment", "name": note.kind, "text": text, "datePublished": note.date.iso, "url": url}


def _article_breadcrumbs(page: ArticleView, site: SiteView) -> list[Thing]:
    return [_breadcrumbs([page.topics[0], LinkView(page.headline, "")], site)] if page.topics else []


def _images(page: ArticleView, site: SiteView) -> list[str]:
    found = [page.head.share.url] if page.head.share else []
    return [*([_absolute(page.figure.url, site)] if page.figure else []), *found]


def _source(source: SourceView) -> Thing:
    return _given(
        {
            "@type": "CreativeWork",
            "name": source.title or source.name,
            "url": source.url,
            "archivedAt": source.archive.url if source.archive else "",
            "author": {"@type": "Person", "name": source.author} if source.author else None,
            "datePublished": source.published.iso if source.published else "",
            "license": _licence(source.licence),
            "publisher": {"@type": "Organization", "name": source.name},
        }
    )


def _licence(licence: str) -> Thing | str | None:
    """An address, or the name of a work: the vocabulary knows nothing else."""
    if not licence or licence.startswith(("https://", "http://")):
        return licence
    return {"@type": "CreativeWork", "name": licence}


def _home(page: ListView, site: SiteView) -> list[Thing]:
    publisher = _publisher(site)
    website = {
        "@type": "WebSite",
        "name": site.title,
        "url": site.absolute_url,
        "description": site.tagline,
        "inLanguage": site.language,
        "publisher": {"@id": f"{site.absolute_url}#publisher"},
    }
    organisation = {
        **publisher,
        "@id": f"{site.absolute_url}#publisher",
        **_policies(site),
        "logo": _logo(page.logo) if page.logo else None,
    }
    return [_given(website), _given(organisation)]


def _logo(logo: LogoView) -> Thing:
    # A number alone has no place in the vocabulary; E37 is a pixel (UN/CEFACT recommendation 20).
    sides = {"width": logo.width, "height": logo.height}
    known = {
        name: {"@type": "QuantitativeValue", "value": side, "unitCode": "E37"} for name, side in sides.items() if side
    }
    return {"@type": "ImageObject", "url": logo.url, **known}


def _publisher(site: SiteView) -> Thing:
    name = site.publisher.title or site.title
    return {"@type": "NewsMediaOrganization", "name": name, "url": site.publisher.url or site.absolute_url}


def _policies(site: SiteView) -> Thing:
    """Where the publisher says what readers can hold it to, as far as there are such pages."""
    pages = {
        "publishingPrinciples": site.principles_url,
        "correctionsPolicy": site.corrections_url,
        "ethicsPolicy": site.ethics_url,
        "verificationFactCheckingPolicy": site.verification_url,
    }
    return {name: _absolute(url, site) for name, url in pages.items() if url}


def _one(things: list[Thing]) -> Thing | list[Thing]:
    """The only one of them, else all."""
    return things[0] if len(things) == 1 else things


def _person(page: ListView) -> list[Thing]:
    if page.kind not in ("person", "group"):
        return []
    kind = "Person" if page.kind == "person" else "Organization"
    person = {"@type": kind, "name": page.title, "url": page.head.canonical, "description": page.lead}
    person["sameAs"] = page.website
    return [{"@type": "ProfilePage", "mainEntity": _given(person)}]


def _breadcrumbs(trail: list[LinkView], site: SiteView) -> Thing:
    """From the home page to this one, which needs no address
    (https://developers.google.com/search/docs/appearance/structured-data/breadcrumb)."""
    steps = [LinkView(site.title, site.url), *trail]
    items = [
        _given({"@type": "ListItem", "position": number, "name": step.title, "item": _absolute(step.url, site)})
        for number, step in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _absolute(url: str, site: SiteView) -> str:
    origin = site.absolute_url.removesuffix(site.url)
    return origin + url if url.startswith("/") else url


def _given(thing: Thing) -> Thing:
    """The properties that have a value."""
    return {name: value for name, value in thing.items() if value}
