"""The expected refusal of this room's commands."""

from __future__ import annotations


class Refused(Exception):
    """The change cannot be made; the text says why and what to do instead."""
