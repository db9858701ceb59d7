"""Files that Broadsheet writes for authors: new articles, IDs, reviews, editor schemas."""
