"""What the row policies ask about the marks that the viewer's verbs open."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("audit", "0002_chain")]

    operations = [
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION linli_marks() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT string_to_array(coalesce(current_setting('linli.marks', true), ''), ',') $$;
            """,
            "DROP FUNCTION linli_marks()",
        ),
    ]
