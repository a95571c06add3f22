"""Pages of categories and of the dispatch catalogue."""
