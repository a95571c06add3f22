"""New names and phones are put into their indexes many at a time, from a short list that searches read too."""

from __future__ import annotations

import django.contrib.postgres.indexes
from django.db import migrations

INDEXES = {"person_grams": "grams", "person_phones": "phone_marks"}


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_rows_of_components")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {name} SET (fastupdate = on, gin_pending_list_limit = 512)",
                    f"ALTER INDEX {name} SET (fastupdate = off); ALTER INDEX {name} RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("person", name),
                migrations.AddIndex(
                    "person",
                    django.contrib.postgres.indexes.GinIndex(
                        fields=[field], gin_pending_list_limit=512, name=name
                    ),
                ),
            ],
        )
        for name, field in INDEXES.items()
    ]
