"""The real product, killed in the middle of its work."""
