"""Share cards: the picture that stands for an article, and for every other page, where it is shared."""

from __future__ import annotations

from ..core.digest import digest
from ..core.errors import Location
from ..core.urls import Addresses, on_any_disk
from ..pictures.font_file import drawable
from ..views.assets import CardView
from ..views.common import ShareView
from .types import Page

WIDTH, HEIGHT = 1200, 630
# Part of every name, because what was shared is kept for long: change it together with pictures/card.py.
RECIPE = "2"
# Digested into every card's address, which must not change when code is moved or renamed.
_ADDRESS_TAG = "broadsheet.views.CardView"


def article_card(
    path: str, slug: str, title: str, line: str, *, newsletter: str, addresses: Addresses, origin: Location
) -> tuple[Page, ShareView] | None:
    """The card of the article at a site path, and how its head names it; None when the font lacks its script.

    line: where the article comes from and who answers for it.
    """
    shown = drawable(title)
    if not shown:
        return None
    view = CardView(RECIPE, drawable(newsletter), shown, drawable(line))
    return _card(f"{on_any_disk(slug[:60])}.{_name(path, view)}", view, f"{title} – {newsletter}", addresses, origin)


def newsletter_card(
    newsletter: str, tagline: str, *, addresses: Addresses, origin: Location
) -> tuple[Page, ShareView] | None:
    """The card of all pages that are no article; None when the font lacks the script of the newsletter's name."""
    shown = drawable(newsletter)
    if not shown:
        return None
    view = CardView(RECIPE, shown, "", drawable(tagline))
    alt = f"{newsletter} – {tagline}" if tagline else newsletter
    return _card(f"newsletter.{_name('/', view)}", view, alt, addresses, origin)


def _name(path: str, view: CardView) -> str:
    # The path too: two articles with the same words have a card each, so that neither needs to know of the other.
    return digest(path, (_ADDRESS_TAG, view.recipe, view.name, view.title, view.line))[:8]


def _card(name: str, view: CardView, alt: str, addresses: Addresses, origin: Location) -> tuple[Page, ShareView]:
    path = f"/media/cards/{name}.png"
    share = ShareView(addresses.absolute(path), alt, WIDTH, HEIGHT)
    return Page(path, "card", "", view, origin, kind="share cards", owner=origin.path), share
