"""Who took a reporter down that asks for secrecy goes on seeing whom: the policy says so, and the database did not."""

from __future__ import annotations

from django.db import migrations

OF_CASE = "(SELECT linli_all()) OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"

BEFORE = f"""
    (SELECT linli_all())
    OR ({OF_CASE}) AND (
        NOT is_tipoff AND (SELECT linli_may('case.see_reporter')) AND (NOT wants_secrecy OR (SELECT linli_may('case.callback')))
        OR is_tipoff AND ((SELECT linli_may('case.see_tipoff_reporter')) OR taken_by = (SELECT linli_user()))
    )
"""

AFTER = f"""
    (SELECT linli_all())
    OR ({OF_CASE}) AND CASE
        WHEN is_tipoff THEN (SELECT linli_may('case.see_tipoff_reporter')) OR taken_by = (SELECT linli_user())
        WHEN wants_secrecy AND NOT (SELECT linli_may('case.callback')) THEN taken_by = (SELECT linli_user())
        ELSE (SELECT linli_may('case.see_reporter')) END
"""


def policies(sees: str) -> str:
    return (
        f"ALTER POLICY cases_reporter_see ON cases_reporter USING ({sees});"
        f"ALTER POLICY cases_reporter_change ON cases_reporter USING ({sees}) WITH CHECK (true);"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_a_key_has_its_case")]

    operations = [migrations.RunSQL(policies(AFTER), policies(BEFORE))]
