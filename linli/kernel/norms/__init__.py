"""Norms: the figures of law and local rule as dated rows with their place and source."""
