"""Identifiers of persons, households and organisations follow each other in time, so that their index grows at its end.

Random ones touch another page of the index for every row of an import. Before PostgreSQL 18 there is no function for it: there they stay random.
"""

from __future__ import annotations

from django.db import migrations, models

from linli.registry.models.persons import NextUUID

MAKE = """
    DO $do$ BEGIN
        IF current_setting('server_version_num')::int >= 180000 THEN
            CREATE FUNCTION registry_uid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
        ELSE
            CREATE FUNCTION registry_uid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT gen_random_uuid()';
        END IF;
    END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_pairs_wait_for_their_file")]

    operations = [
        migrations.RunSQL(MAKE, "DROP FUNCTION registry_uid()"),
        *(
            migrations.AlterField(
                model_name=model, name="uid", field=models.UUIDField(db_default=NextUUID(), editable=False, unique=True)
            )
            for model in ("person", "household", "organisation")
        ),
    ]
