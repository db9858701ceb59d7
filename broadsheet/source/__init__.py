"""The source tree: reading the files of a newsletter from disk."""
