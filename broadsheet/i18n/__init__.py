"""Languages: interface text, calendars, plural forms."""
