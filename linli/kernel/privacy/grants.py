"""What the web and worker roles may do to each table; applied by the owner after every migration, any number of times."""

from __future__ import annotations

from django.db import connection
from psycopg import sql

APPEND_ONLY = ("audit_event", "audit_seal")
"""Tables whose rows nobody but the owner may change or remove."""

NOT_FOR_WEB = ("audit_seal", "audit_head")
"""Tables that only the worker writes."""


def apply(*, web: str, worker: str) -> None:
    """Grant the two roles what they need on the tables, sequences and functions of the public schema."""
    with connection.cursor() as cursor:
        for role in {web, worker}:
            name = sql.Identifier(role)
            for text in (
                "GRANT USAGE ON SCHEMA public TO {}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
                "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
            ):
                cursor.execute(sql.SQL(text).format(name))
            for table in APPEND_ONLY:
                cursor.execute(
                    sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
                )
        if web != worker:
            for table in NOT_FOR_WEB:
                cursor.execute(
                    sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(
                        sql.Identifier(table), sql.Identifier(web)
                    )
                )
