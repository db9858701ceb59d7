"""The dashboard: all articles, outputs and problems, and what the next build would publish."""
