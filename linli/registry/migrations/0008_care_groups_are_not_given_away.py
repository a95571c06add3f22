"""Who is in a care group is not given away: by a change about it, nor by the file that brought it."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

ROWS = import_module("linli.registry.migrations.0006_rows_of_components")
BEFORE = import_module("linli.registry.migrations.0002_policies")
GROUPS = (
    "elderly_alone", "disabled", "unemployed", "minimum_allowance", "extreme_hardship", "orphan", "left_behind_child",
)  # fmt: skip
CARE = 1 << 16
KNOWS_ALL = " AND ".join(f"linli_may('care.{group}')" for group in GROUPS)

OF_CHANGE = f"(SELECT linli_all()) OR (mark = '' OR mark = ANY((SELECT linli_marks())::text[])) AND ({BEFORE.OF_RECORD})"
OF_ITS_PERSON = "WHEN 'person' THEN EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = record_id)"
OF_RAW_RECORD = ROWS.SEES.replace(
    OF_ITS_PERSON,
    f"{OF_ITS_PERSON} AND ((SELECT {KNOWS_ALL}) OR EXISTS "
    f"(SELECT 1 FROM registry_intake i WHERE i.id = intake_id AND i.speaks & {CARE} = 0))",
)


def sees(table: str, now: str, before: str) -> migrations.RunSQL:
    """Another rule for what is read and changed of a table that has its wall."""
    sql = "ALTER POLICY {0}_see ON {0} USING ({1}); ALTER POLICY {0}_change ON {0} USING ({1}) WITH CHECK (true);"
    return migrations.RunSQL(sql.format(table, now), sql.format(table, before))


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_names_and_phones_wait_to_be_indexed")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="mark",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        sees("registry_change", OF_CHANGE, BEFORE.OF_RECORD),
        sees("registry_rawrow", OF_RAW_RECORD, ROWS.SEES),
    ]
