"""Numbers from a sequence, the change mark, and the second wall around cases and reporters."""

from __future__ import annotations

from django.db import migrations

from linli.kernel.privacy.walls import wall
from linli.kernel.registers.operations import CreateSearchFunction, TrackChanges

SEES = """
    (SELECT linli_all())
    OR (SELECT linli_may('case.view')) AND (
        (SELECT linli_unit()) <> '' AND audience @> ARRAY[(SELECT linli_unit())]::varchar[]
        OR taken_by = (SELECT linli_user())
        OR (SELECT linli_scope()) <> '' AND starts_with(place_path, (SELECT linli_scope()))
           AND (kind <> 'tipoff' OR (SELECT linli_may('case.screen') OR linli_may('case.arbitrate') OR linli_may('case.supervise')))
    )
"""

OF_CASE = "(SELECT linli_all()) OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"

SEES_REPORTER = f"""
    (SELECT linli_all())
    OR ({OF_CASE}) AND (
        NOT is_tipoff AND (SELECT linli_may('case.see_reporter')) AND (NOT wants_secrecy OR (SELECT linli_may('case.callback')))
        OR is_tipoff AND ((SELECT linli_may('case.see_tipoff_reporter')) OR taken_by = (SELECT linli_user()))
    )
"""


OWN_CALLS = migrations.RunSQL(
    """
    ALTER TABLE cases_parkedcall ENABLE ROW LEVEL SECURITY;
    CREATE POLICY cases_parkedcall_own ON cases_parkedcall USING ((SELECT linli_all()) OR taken_by = (SELECT linli_user()));
    """,
    "DROP POLICY cases_parkedcall_own ON cases_parkedcall; ALTER TABLE cases_parkedcall DISABLE ROW LEVEL SECURITY;",
)
"""What is typed at a desk is seen by who typed it, and by nobody else."""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("audit", "0002_chain"), ("registers", "0002_changes")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number", "DROP SEQUENCE cases_number"),
        TrackChanges("case"),
        CreateSearchFunction("case", field="grams", texts=("number", "title", "text", "place_text")),
        wall("cases_case", SEES),
        wall("cases_reporter", SEES_REPORTER),
        wall("cases_contact", OF_CASE),
        wall("cases_callback", OF_CASE),
        wall("cases_proposal", OF_CASE),
        wall("cases_onetimecode", OF_CASE),
        OWN_CALLS,
    ]
