"""Codes for components that come without one: the next running number of their division and kind, counted from high up."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from linli.registry.rules.codes import GIVEN_FROM, given_code

LAST_GIVEN = """
    SELECT left(code, 10), max(right(code, 6)) FROM registry_component
    WHERE left(code, 10) = ANY(%s) AND code ~ '^[0-9]{16}$' AND right(code, 6) >= %s GROUP BY 1
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('registry.component.codes'))"


def next_codes(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """A code for each path of a unit and kind of component; whoever else asks waits until this transaction is over."""
    heads = [given_code(path, kind, 0)[:10] for path, kind in wanted]
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(LAST_GIVEN, [list(set(heads)), str(GIVEN_FROM)])
        given = {head: int(last) - GIVEN_FROM + 1 for head, last in cursor.fetchall()}
    made = []
    for head, (path, kind) in zip(heads, wanted, strict=True):
        made.append(given_code(path, kind, given.get(head, 0)))
        given[head] = given.get(head, 0) + 1
    return made
