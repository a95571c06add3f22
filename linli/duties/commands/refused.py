"""The expected refusal of this room's commands."""

from __future__ import annotations

from linli.algorithms.text.sentences import Refusal


class Refused(Refusal):
    """The change cannot be made; the text says why and what to do instead."""
