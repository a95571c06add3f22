"""The second wall around a table of personal data, as a migration writes it."""

from __future__ import annotations

from django.db import migrations


def wall(table: str, sees: str) -> migrations.RunSQL:
    """Read and change only what is seen; anything may be written new (what may be written is the command's to say).

    ``sees`` is SQL over the row and the ``linli_*()`` functions, each in a sub-select so that it is evaluated once.
    Rows are removed by the system alone.
    """
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_see ON {table} FOR SELECT USING ({sees});
        CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({sees}) WITH CHECK (true);
        CREATE POLICY {table}_remove ON {table} FOR DELETE USING ((SELECT linli_all()));
        CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK (true);
        """,
        f"""
        DROP POLICY {table}_see ON {table}; DROP POLICY {table}_change ON {table};
        DROP POLICY {table}_remove ON {table}; DROP POLICY {table}_add ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
