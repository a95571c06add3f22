"""The verbs that rooms declare in their ``policy.py`` and that roles grant."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from linli.algorithms.text.sentences import Refusal

VERBS: dict[str, str] = {}
LOOKS: set[str] = set()
"""Verbs by which somebody sees and changes nothing: all that an emergency access leaves of a post."""


class NotAllowed(Refusal, PermissionDenied):
    """The actor may not do this; the text says why and whom to ask."""


def declare_verbs(verbs: dict[str, str], *, looks: Iterable[str] = ()) -> None:
    """Add a room's verbs, each with the words of what it lets a person do; ``looks`` are those that only show something.

    A verb that shows and, beside another one, lets change (a care group, beside ``registry.change``) is a look, too.
    """
    LOOKS.update(looks)
    for name, words in verbs.items():
        if VERBS.setdefault(name, words) != words:
            raise ValueError(f"verb {name} is declared twice")
