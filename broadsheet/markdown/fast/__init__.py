"""A second, faster reader for simple Markdown; what it cannot read for certain is left to markdown-it-py."""
