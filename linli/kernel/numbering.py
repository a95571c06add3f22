"""Running numbers that people read: ``ZR2026-001``, ``BB0042``. Where hundreds a second are needed a sequence of the database is the better piece."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

LAST = """
    SELECT max(substr({field}, %s)::bigint) FROM {table} WHERE starts_with({field}, %s) AND substr({field}, %s) ~ '^[0-9]{{1,15}}$'
"""


def next_number(model: type[Model], head: str, *, digits: int, field: str = "number") -> str:
    """The number after the highest that begins with ``head``, with so many digits or more; what goes on otherwise than with digits does not count.

    Whoever else numbers rows of the table waits until this transaction is over, so that no two have the same.
    """
    quote, table = connection.ops.quote_name, model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"numbers of {table}"])
        after = len(head) + 1
        cursor.execute(LAST.format(field=quote(field), table=quote(table)), [after, head, after])
        (last,) = cursor.fetchone()
    return f"{head}{(last or 0) + 1:0{digits}d}"
