"""Marks: what a row is of, said so that only the database's settings and the key of the index can tell.

Membership of a care group is kept with a blind mark of the group instead of its name. A room declares which verb opens
which group; the viewer's settings then carry the marks of the groups that the verbs of the post open, and the row
policy compares: ``mark = ANY((SELECT linli_marks())::text[])``.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from linli.kernel.privacy import crypto

OPENED_BY: dict[str, tuple[tuple[str, str], ...]] = {}
"""For each verb that opens marks, the kinds and values it opens."""


def mark(kind: str, value: str) -> str:
    """The blind mark of a value, as thirty-two hex digits: what a row keeps instead of the value."""
    return crypto.blind(kind, value).hex()


def declare_mark(verb: str, kind: str, value: str) -> None:
    """Rows marked with this value of a kind are seen by who has the verb; several verbs may open one mark."""
    given = OPENED_BY.get(verb, ())
    if (kind, value) not in given:
        OPENED_BY[verb] = (*given, (kind, value))
        _marks.cache_clear()


def marks_of(verbs: frozenset[str]) -> tuple[str, ...]:
    """The marks that a set of verbs opens, sorted; computed once in a process for each set of verbs."""
    if OPENED_BY.keys().isdisjoint(verbs):
        return ()
    return _marks(verbs, settings.INDEX_KEY, settings.BLIND_HASH)


@lru_cache(maxsize=256)
def _marks(verbs: frozenset[str], _key: str, _hash: str) -> tuple[str, ...]:
    """Another key or hash of the index gives other marks."""
    return tuple(sorted({mark(*each) for verb in verbs for each in OPENED_BY.get(verb, ())}))
