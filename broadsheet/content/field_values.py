"""Values of front matter that only it knows: text in, the checked value out, or a Fault."""

from __future__ import annotations

from ..core.slugs import slug_fault
from ..schema.fields import kind_of
from ..schema.values import InvalidValue, quoted, title_text


def as_text(value: object) -> str:
    """The value, when it is text."""
    if not isinstance(value, str):
        raise InvalidValue(
            f"this must be text, not {kind_of(value)}", "put the value into quotes if it is meant as text"
        )
    return value


def not_empty(value: str) -> str:
    """A title or name of one character at least."""
    text = title_text(value)
    if not text:
        raise InvalidValue("this must not be empty", "write a few words")
    return text


def slug(value: str) -> str:
    """The slug of an article or page."""
    fault = slug_fault(value)
    if fault:
        raise InvalidValue(f"the slug {quoted(value)} {fault}", "leave it out to have it made from the title")
    return value


def topic(value: str) -> str:
    """The name of one topic."""
    if "," in value:
        listed = ", ".join(part.strip() for part in value.split(","))
        raise InvalidValue(f"{quoted(value)} holds a comma", f"write a list: [{listed}]")
    return not_empty(value)
