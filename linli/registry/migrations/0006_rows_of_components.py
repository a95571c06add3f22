"""A file's row about a component is seen where the component stands, as everything else of the registry is."""

from __future__ import annotations

from django.db import migrations

SEES = """
    (SELECT linli_all()) OR EXISTS (SELECT 1 FROM registry_intake i WHERE i.id = intake_id AND i.by_user_id = (SELECT linli_user()))
    OR CASE record_kind
        WHEN 'person' THEN EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = record_id)
        WHEN 'organisation' THEN EXISTS (SELECT 1 FROM registry_organisation seen WHERE seen.id = record_id)
        ELSE (SELECT linli_may('registry.view')) AND (SELECT linli_scope()) <> '' AND EXISTS (
            SELECT 1 FROM registry_component seen WHERE seen.id = record_id AND starts_with(seen.path, (SELECT linli_scope()))
        ) END
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_homes_of_a_person")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY registry_rawrow_see ON registry_rawrow USING ({SEES});"
            f"ALTER POLICY registry_rawrow_change ON registry_rawrow USING ({SEES}) WITH CHECK (true);",
            migrations.RunSQL.noop,
        )
    ]
