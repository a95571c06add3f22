"""The category tree and the dispatch catalogue (派单目录)."""
