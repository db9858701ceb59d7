"""The preview: the newsletter in a browser while it is written, from the same plan and functions as a build."""
