"""Addresses: site paths ("/topics/ai/"), the URLs that pages show for them, and the files they are written to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

# RFC 3986 §3.3: what a path segment may hold as it is, besides letters and digits.
_SAFE = "/-._~!$&'()*+,;=:@"
_needs_no_quoting = re.compile(r"[\w/.~-]*", re.ASCII).fullmatch  # twenty times faster than finding out in quote()

# Names that no file on Windows may have, whatever its ending (sites are copied there too):
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
WINDOWS_NAMES = frozenset(
    ["con", "nul", "prn", "aux", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10))]
)
LONGEST_NAME = 255  # bytes, on every file system in common use
PUBLIC_DOTFILES = frozenset({".well-known", ".nojekyll"})
_PLAIN = bytes(set(range(ord(" "), ord("~") + 1)) - {ord("\\")}) + b"\n"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Turns site paths into URLs below a base. base is absolute and ends in "/"; prefix is its path without the "/"."""

    base: str
    prefix: str

    def relative(self, path: str) -> str:
        """The root-relative URL of a site path."""
        return self.prefix + (path if _needs_no_quoting(path) else quote(path, safe=_SAFE))

    def absolute(self, path: str) -> str:
        """The absolute URL of a site path."""
        return self.base[:-1] + (path if _needs_no_quoting(path) else quote(path, safe=_SAFE))


def addresses(base_url: str) -> Addresses:
    """Addresses below a base URL that ends in "/"."""
    return Addresses(base_url, urlsplit(base_url).path.rstrip("/"))


def output_path(path: str) -> str:
    """The file in the output for a site path: "/topics/ai/" is "topics/ai/index.html", "/feed.xml" is "feed.xml"."""
    return path.lstrip("/") + ("index.html" if path.endswith("/") else "")


def copy_path(path: str) -> str:
    """The site path of a page's copy in Markdown: its file, and ".md" (https://llmstxt.org)."""
    return f"/{output_path(path)}.md"


def are_plain(paths: Collection[str]) -> bool:
    """Whether all paths of outputs are such that no disk and no server is surprised, found in one look at all of them.

    Those that are not need to be looked at one by one: some of them are good all the same.
    """
    joined = "/" + "\n/".join(paths) + "\n"
    return (
        joined.isascii()
        and not joined.encode().translate(None, _PLAIN)
        and joined.count("\n") == max(len(paths), 1)
        and "//" not in joined
        and "/\n" not in joined
        and "/." not in joined
        and max(map(len, paths), default=0) <= LONGEST_NAME
    )


def parents(paths: Iterable[str]) -> set[str]:
    """All folders above the paths, "" among them."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def site_path(output: str) -> str:
    """The site path under which a host serves a file of the output; the inverse of output_path."""
    return "/" + (
        output.removesuffix("index.html") if output.endswith(("/index.html",)) or output == "index.html" else output
    )


def expand(pattern: str, *, slug: str, year: int = 0, month: int = 0, day: int = 0) -> str:
    """A permalink pattern with its {tokens} replaced; month and day have two digits."""
    slug = on_any_disk(slug)
    if pattern.count("{") == 1:
        return pattern.replace("{slug}", slug)
    values = {"slug": slug, "year": f"{year:04}", "month": f"{month:02}", "day": f"{day:02}"}
    return pattern.format_map(values)


def on_any_disk(stem: str) -> str:
    """A name without its ending, with "_" behind it when Windows reserves it: no slug ends in that."""
    return f"{stem}_" if stem.lower() in WINDOWS_NAMES else stem


def is_external(target: str) -> bool:
    """Whether a link leads off the site: it has a scheme."""
    return target.startswith(("http://", "https://", "mailto:", "tel:"))
