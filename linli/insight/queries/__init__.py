"""Figures over all rooms, each with the records behind it."""
