"""The second wall around requests and signs: seen by who asked, by who may decide, and by those who oversee."""

from __future__ import annotations

from django.db import migrations

OWN = "asked_by = (SELECT linli_user())"
DECIDES = "(SELECT linli_may('privacy.approve') AND linli_scope() <> '') AND starts_with(scope, (SELECT linli_scope()))"
SEES = f"(SELECT linli_all()) OR {OWN} OR (SELECT linli_may('privacy.oversee')) OR {DECIDES}"
CHANGES = f"(SELECT linli_all()) OR {OWN} OR {DECIDES}"


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_requests_and_signs")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE privacy_request ENABLE ROW LEVEL SECURITY;
            CREATE POLICY privacy_request_see ON privacy_request FOR SELECT USING ({SEES});
            CREATE POLICY privacy_request_change ON privacy_request FOR UPDATE USING ({CHANGES}) WITH CHECK (true);
            CREATE POLICY privacy_request_add ON privacy_request FOR INSERT WITH CHECK ((SELECT linli_all()) OR {OWN});
            CREATE POLICY privacy_request_remove ON privacy_request FOR DELETE USING ((SELECT linli_all()));
            ALTER TABLE privacy_sign ENABLE ROW LEVEL SECURITY;
            CREATE POLICY privacy_sign_watch ON privacy_sign USING ((SELECT linli_all() OR linli_may('privacy.watch')));
            """,
            """
            DROP POLICY privacy_request_see ON privacy_request; DROP POLICY privacy_request_change ON privacy_request;
            DROP POLICY privacy_request_add ON privacy_request; DROP POLICY privacy_request_remove ON privacy_request;
            ALTER TABLE privacy_request DISABLE ROW LEVEL SECURITY;
            DROP POLICY privacy_sign_watch ON privacy_sign; ALTER TABLE privacy_sign DISABLE ROW LEVEL SECURITY;
            """,
        )
    ]
