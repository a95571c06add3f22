"""The second wall around persons and what belongs to them, the change marks, and the searches past the policies."""

from __future__ import annotations

from django.db import migrations

from linli.kernel.privacy.walls import wall
from linli.kernel.registers.operations import CreateSearchFunction, TrackChanges

MAY_VIEW = "(SELECT linli_may('registry.view')) AND (SELECT linli_scope()) <> ''"


def under(*paths: str) -> str:
    """Seen by whom the territory of one of the paths belongs to."""
    within = " OR ".join(f"starts_with({path}, (SELECT linli_scope()))" for path in paths)
    return f"(SELECT linli_all()) OR {MAY_VIEW} AND ({within})"


def of(table: str, column: str) -> str:
    """Seen by whom the row of another table, with its own wall, is seen."""
    return f"(SELECT linli_all()) OR EXISTS (SELECT 1 FROM {table} seen WHERE seen.id = {column})"


OF_PERSON = of("registry_person", "person_id")
CARE = f"(SELECT linli_all()) OR mark = ANY((SELECT linli_marks())::text[]) AND ({OF_PERSON})"
OF_RECORD = f"""
    (SELECT linli_all()) OR CASE record_kind
        WHEN 'person' THEN EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = record_id)
        ELSE {MAY_VIEW} AND starts_with(path, (SELECT linli_scope())) END
"""
OF_RAW_RECORD = """
    (SELECT linli_all()) OR EXISTS (SELECT 1 FROM registry_intake i WHERE i.id = intake_id AND i.by_user_id = (SELECT linli_user()))
    OR CASE record_kind
        WHEN 'person' THEN EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = record_id)
        WHEN 'organisation' THEN EXISTS (SELECT 1 FROM registry_organisation seen WHERE seen.id = record_id)
        ELSE EXISTS (SELECT 1 FROM registry_component seen WHERE seen.id = record_id) END
"""
OWN_FILE = """
    (SELECT linli_all()) OR EXISTS (SELECT 1 FROM registry_intake i WHERE i.id = intake_id AND i.by_user_id = (SELECT linli_user()))
"""
PAIR = """
    (SELECT linli_all()) OR (SELECT linli_may('registry.review') OR linli_may('registry.approve')) AND (
        EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = left_id)
        OR EXISTS (SELECT 1 FROM registry_person seen WHERE seen.id = right_id)
    )
"""

PHONES = migrations.RunSQL(
    """
    CREATE FUNCTION registry_person_by_phone(mark bytea) RETURNS SETOF bigint
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
        $$ SELECT p.id FROM public.registry_person p WHERE p.phone_marks @> ARRAY[$1] $$;
    REVOKE ALL ON FUNCTION registry_person_by_phone(bytea) FROM PUBLIC;
    """,
    "DROP FUNCTION registry_person_by_phone(bytea)",
)
"""Ids only, past the policies, because an operator on arrays is not leakproof and would lose its index under them."""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0001_initial"),
        ("audit", "0002_chain"),
        ("privacy", "0002_marks"),
        ("registers", "0002_changes"),
    ]

    operations = [
        *(TrackChanges(name) for name in ("person", "household", "organisation", "component")),
        CreateSearchFunction("person", field="grams", texts=(), names=("name", "former_name")),
        CreateSearchFunction("organisation", field="grams", texts=("name", "uscc")),
        CreateSearchFunction("component", field="grams", texts=("code", "place", "owner", "keeper")),
        PHONES,
        wall("registry_person", under("path", "registered_path")),
        wall("registry_household", under("path")),
        wall("registry_organisation", under("path")),
        wall("registry_membership", OF_PERSON),
        wall("registry_residence", OF_PERSON),
        wall("registry_care", CARE),
        wall("registry_trait", OF_PERSON),
        wall("registry_staff", of("registry_organisation", "organisation_id")),
        wall("registry_intakepart", OWN_FILE),
        wall("registry_rawrow", OF_RAW_RECORD),
        wall("registry_change", OF_RECORD),
        wall("registry_question", OF_RECORD),
        wall("registry_pair", PAIR),
    ]
