"""The second wall around files that leave: their content is read by who made them, that they left by those who oversee it."""

from __future__ import annotations

from django.db import migrations

OWN = "(SELECT linli_all()) OR by_user_id = (SELECT linli_user())"
SEEN = f"{OWN} OR (SELECT linli_may('privacy.oversee'))"
OF_OWN = "(SELECT linli_all()) OR EXISTS (SELECT 1 FROM registers_export e WHERE e.id = export_id AND ({own}))".format(own=OWN)


class Migration(migrations.Migration):
    dependencies = [("registers", "0004_exports")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE registers_export ENABLE ROW LEVEL SECURITY;
            CREATE POLICY registers_export_see ON registers_export FOR SELECT USING ({SEEN});
            CREATE POLICY registers_export_own ON registers_export USING ({OWN});
            ALTER TABLE registers_exportfile ENABLE ROW LEVEL SECURITY;
            CREATE POLICY registers_exportfile_own ON registers_exportfile USING ({OF_OWN});
            """,
            """
            DROP POLICY registers_export_see ON registers_export; DROP POLICY registers_export_own ON registers_export;
            ALTER TABLE registers_export DISABLE ROW LEVEL SECURITY;
            DROP POLICY registers_exportfile_own ON registers_exportfile;
            ALTER TABLE registers_exportfile DISABLE ROW LEVEL SECURITY;
            """,
        )
    ]
