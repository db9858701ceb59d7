"""XML read back, for the parsers of RSS and Atom."""

from __future__ import annotations

from typing import Any

from lxml import etree

# Feeds of ours have no entities, and a damaged one must not make us fetch or expand any.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def xml_root(data: bytes, tag: str) -> Any:
    """The root element of an XML document. Raises ValueError if it is not well-formed or has another tag."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is not well-formed: {error.msg}") from None
    if root.tag != tag:
        raise ValueError(f"its root element is <{root.tag}>, not <{etree.QName(tag).localname}>")
    return root


def element_text(element: Any) -> str:
    """The text of an XML element without the blanks around it; empty if there is no such element."""
    return "" if element is None else (element.text or "").strip()
