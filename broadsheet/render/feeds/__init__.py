"""Feeds in their formats: RSS, Atom, JSON Feed, OPML."""
