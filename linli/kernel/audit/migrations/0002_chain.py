"""The one row of the chain's head, and what the row policies ask of the settings of a transaction."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO audit_head (id, position, digest, tx) VALUES (1, 0, '', 0) ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
        # What the row policies ask. They are STABLE and read only settings, so a query evaluates each once.
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION linli_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT coalesce(current_setting('linli.all', true), '') = 'on' $$;
            CREATE OR REPLACE FUNCTION linli_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT coalesce(current_setting('linli.scope', true), '') $$;
            CREATE OR REPLACE FUNCTION linli_unit() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT coalesce(current_setting('linli.unit', true), '') $$;
            CREATE OR REPLACE FUNCTION linli_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT nullif(current_setting('linli.user_id', true), '')::bigint $$;
            CREATE OR REPLACE FUNCTION linli_may(verb text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
                $$ SELECT position(',' || verb || ',' IN coalesce(current_setting('linli.verbs', true), '')) > 0 $$;
            """,
            "DROP FUNCTION linli_all(), linli_scope(), linli_unit(), linli_user(), linli_may(text)",
        ),
    ]
