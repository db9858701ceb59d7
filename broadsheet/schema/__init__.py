"""Text into typed values: YAML with places, fields, dates, single values."""
