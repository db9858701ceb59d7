"""Markdown to HTML with open slots for every URL, and an outline for planning."""
