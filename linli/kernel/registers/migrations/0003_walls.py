"""The second wall around files on their way in: they are seen by who uploaded them, and by nobody else."""

from __future__ import annotations

from django.db import migrations

OWN = "(SELECT linli_all()) OR by_user_id = (SELECT linli_user())"
OF_OWN = "(SELECT linli_all()) OR EXISTS (SELECT 1 FROM registers_importrun r WHERE r.id = run_id)"


def own(table: str, sees: str) -> migrations.RunSQL:
    """Read, change and removed by whom the row is seen; nobody writes one for somebody else."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY {table}_own ON {table} USING ({sees})",
        f"DROP POLICY {table}_own ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_changes"), ("audit", "0002_chain")]

    operations = [own("registers_importrun", OWN), own("registers_importfile", OF_OWN)]
