"""What the triggers of a table with ``TrackChanges`` run."""

from __future__ import annotations

from django.db import migrations

STAMP = """
CREATE FUNCTION registers_stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_tx := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$
"""

NOTE = """
CREATE FUNCTION registers_note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registers_removedrow ("table", row_id) VALUES (TG_TABLE_NAME, (to_jsonb(OLD) ->> TG_ARGV[0])::bigint);
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]

    operations = [
        migrations.RunSQL(STAMP, "DROP FUNCTION registers_stamp_change()"),
        migrations.RunSQL(NOTE, "DROP FUNCTION registers_note_removal()"),
    ]
