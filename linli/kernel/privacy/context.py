"""The second wall: who looks is told to the database, once in each transaction, and row policies read it.

The variables are transaction-local (``SET LOCAL``), so a pooled connection carries nothing over. The policies guard
against a forgotten filter, not against SQL injection: whoever can run SQL can also set the variables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.marks import marks_of

VARIABLES = ("linli.user_id", "linli.unit", "linli.scope", "linli.verbs", "linli.marks", "linli.all")
NOBODY = ("",) * len(VARIABLES)

DOORS: dict[str, str] = {}
"""The named places where code looks past a person's own scope, each with the sentence that justifies it."""

_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in VARIABLES)
_READ = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in VARIABLES)


def values_of(actor: Actor | None) -> tuple[str, ...]:
    """What the database is told of an actor; nobody at all sees nothing."""
    if actor is None:
        return NOBODY
    verbs = "," + ",".join(sorted(actor.verbs)) + ","
    marks = ",".join(marks_of(actor.verbs))
    return (str(actor.user_id or ""), actor.unit, actor.scope, verbs, marks, "on" if actor.sees_all else "")


def set_viewer(actor: Actor | None) -> None:
    """Tell the database who looks, for the rest of this transaction."""
    write_settings(values_of(actor))


def read_settings() -> tuple[str, ...]:
    """The settings of the running transaction, to be put back later."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return tuple(cursor.fetchone())


def write_settings(values: tuple[str, ...]) -> None:
    """Put settings that were read before back into force."""
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


def declare_door(name: str, why: str) -> str:
    """Name a place that may look past the viewer's scope; the list is shown on the security page."""
    DOORS[name] = why
    return name


class UndeclaredDoor(LookupError):
    """Code asked to look past its scope through a door that nobody declared."""


@contextmanager
def door(name: str) -> Iterator[None]:
    """See every row inside the block, through a declared door, and the former view again after it."""
    if name not in DOORS:
        raise UndeclaredDoor(name)
    before = _set_all(_OPEN)
    if before == "on":  # the system looks: there was nothing to open
        yield
        return
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set_all(_CLOSE, before)


_OPEN = """
    WITH before AS MATERIALIZED (SELECT coalesce(current_setting('linli.all', true), '') AS value)
    SELECT value, set_config('linli.all', 'on', true) FROM before
"""
_CLOSE = "SELECT set_config('linli.all', %s, true)"


def _set_all(sql: str, *given: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return str(cursor.fetchone()[0])
