"""Why something about the burden meter cannot be done."""

from __future__ import annotations

from linli.algorithms.text.sentences import Refusal


class Refused(Refusal, ValueError):
    """Something asked for cannot be done; the text says why and what to do."""
