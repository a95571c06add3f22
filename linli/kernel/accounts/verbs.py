"""The verbs that rooms declare in their ``policy.py`` and that roles grant."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from linli.algorithms.text.sentences import Refusal

VERBS: dict[str, str] = {}


class NotAllowed(Refusal, PermissionDenied):
    """The actor may not do this; the text says why and whom to ask."""


def declare_verbs(verbs: dict[str, str]) -> None:
    """Add a room's verbs, each with the words of what it lets a person do."""
    for name, words in verbs.items():
        if VERBS.setdefault(name, words) != words:
            raise ValueError(f"verb {name} is declared twice")
