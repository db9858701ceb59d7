"""The newsletter's icons, from its logo or its initial, and the web manifest that names them.

https://www.w3.org/TR/appmanifest/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ..core.digest import digest
from ..core.errors import Location, Problem
from ..core.urls import is_external
from ..pictures.font_file import drawable
from ..source.tree import SourceFile
from ..views.assets import IconView
from ..views.pages import LogoView
from .pictures import IMAGE_COST
from .published import PublishedSite
from .types import File, Page

# Path, kind, size, margin in hundredths on each side, and whether the square is filled to its corners: telephones cut
# shapes of their own out of the touch icon, and a circle of 40 % radius out of a maskable one (W3C appmanifest).
ICONS = (
    ("/favicon.ico", "ico", 32, 17, False),
    ("/apple-touch-icon.png", "png", 180, 24, True),
    ("/icons/192.png", "png", 192, 20, False),
    ("/icons/512.png", "png", 512, 20, False),
    ("/icons/maskable-512.png", "png", 512, 28, True),
)
LOGO_MARGINS = {"/favicon.ico": 0, "/icons/192.png": 0, "/icons/512.png": 0, "/apple-touch-icon.png": 10}
MANIFEST = "/site.webmanifest"
RECIPE = "2"
PAPER, ACCENT = "#fdfbf6", "#8a1a2b"  # of templates/style/base.css
_PLACE = Location("config.yaml")
_PLAIN = "/:;,?=@!$()*+-._~"  # RFC 3986 §3.3 and §3.4: what may stand in such a URL as it is


def plan(sites: Sequence[PublishedSite]) -> Iterator[Page | File]:
    """Icons, but for those that lie ready in content/static; and the newsletter's own share cards."""
    published = sites[0]
    yield from {card[0].path: card[0] for language in sites if (card := language.context.card)}.values()
    logo = logo_file(published)
    letter = next((c for c in drawable(published.context.settings.title) if c.isalnum()), "•").upper()[:1]
    files, cost = ((logo.digest,), IMAGE_COST) if logo else ((), 1)
    settings = published.context.settings
    source = f'the logo "{settings.publisher.logo}"' if logo else ""
    origin = settings.where("publisher.logo") if logo else _PLACE
    for path, kind, size, margin, has_ground in ICONS:
        margin = LOGO_MARGINS.get(path, margin) if logo else margin
        view = IconView(RECIPE, logo.digest if logo else "", "" if logo else letter, kind, size, margin, has_ground)
        if not _is_ready(published, path):
            yield Page(path, "icon", "", view, origin, source=source, kind="images", files=files, cost=cost)


def logo_file(published: PublishedSite) -> SourceFile | None:
    """The publisher's logo, if it is a picture of ours that can be made smaller."""
    logo = published.context.settings.publisher.logo
    if not logo or is_external(logo) or logo.lower().endswith((".svg", ".svgz")):
        return None
    path = "/" + logo.lstrip("/")
    file = published.tree.get(f"templates{path}") or published.tree.get(f"content/static{path}")
    return file if file and (facts := published.references.gallery.facts.get(file.path)) and not facts.fault else None


def publisher_logo(published: PublishedSite) -> LogoView:
    """The logo that the settings name, with its size when it is a picture of ours; without one, the largest icon."""
    context = published.context
    logo, absolute = context.settings.publisher.logo, context.addresses.absolute
    if not logo:
        return LogoView(absolute("/icons/512.png"), 512, 512)
    if is_external(logo):
        return LogoView(logo)
    file = logo_file(published)
    facts = published.references.gallery.facts[file.path] if file else None
    return LogoView(absolute("/" + logo.lstrip("/")), *((facts.width, facts.height) if facts else ()))


def logo_problems(published: PublishedSite) -> list[Problem]:
    """What is wrong with the logo that config.yaml names."""
    context = published.context
    logo = context.settings.publisher.logo
    path = "/" + logo.lstrip("/")
    place = context.settings.where("publisher.logo")
    if not logo or is_external(logo):
        return []
    file = published.tree.get(f"templates{path}") or published.tree.get(f"content/static{path}")
    if file is None:
        hint = "put it into templates/static/ and write /static/logo.png, or into content/static/ and write /logo.png"
        return [Problem(place, f'there is no logo "{logo}"', hint)]
    facts = published.references.gallery.facts.get(file.path)
    if facts is None or (facts.fault and not path.lower().endswith((".svg", ".svgz"))):
        fault = facts.fault if facts else "this is not a picture that can be read"
        return [Problem(place, f'the logo "{logo}": {fault}', facts.hint if facts else "save it as PNG")]
    return []


def _is_ready(published: PublishedSite, path: str) -> bool:
    return f"content/static{path}" in published.tree


def manifest_url(published: PublishedSite) -> str:
    """Where the web manifest is: in the URL itself, unless one lies ready in content/static.

    As a file it would be fetched with every page that names it, over a connection of its own. Where an application
    starts is left out: it is the page that names the manifest.
    """
    if _is_ready(published, MANIFEST):
        return published.context.addresses.relative(MANIFEST)
    return f"data:application/manifest+json,{quote(_manifest(published), safe=_PLAIN)}"


def _manifest(published: PublishedSite) -> str:
    context = published.context
    settings, absolute = context.settings, context.addresses.absolute
    # Browsers keep icons for long: what the pages' names do for pictures, a query does here.
    version = digest(RECIPE, settings.title, settings.publisher.logo)[:8]
    icons = [
        {"src": f"{absolute(path)}?{version}", "sizes": f"{size}x{size}", "type": "image/png"}
        | ({"purpose": "maskable"} if "maskable" in path else {})
        for path, kind, size, _, _ in ICONS
        if path.startswith("/icons/")
    ]
    entries = {
        "name": settings.title,
        "description": settings.tagline,
        "lang": settings.language,
        "display": "browser",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": icons,
    }
    given = {name: value for name, value in entries.items() if value}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))
