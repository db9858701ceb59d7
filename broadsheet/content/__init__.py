"""From files to the newsletter as types: scan reads the disk, load turns text into articles, mint writes new ones."""
