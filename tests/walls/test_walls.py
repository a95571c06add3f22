"""The second wall around every table with personal data: it is there, and says what the room's policy says.

Whoever declares a table in ``personal.py`` brings rows of it in ``tests/personal.py`` (see ``linli/kernel/privacy/tests/protocol.py``). Every role at
every kind of place then asks the table through SQL itself, as the web role, without any filter of ours.
"""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import BinaryField, Model
from django.utils.module_loading import autodiscover_modules

from linli.kernel.accounts.roles import roles
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.kernel.privacy.catalogue import CATALOGUE, NOT_PERSONAL, Personal
from linli.kernel.privacy.tests.protocol import ROWS
from tests.cast import TESTER, Cast

autodiscover_modules("tests.personal")

WALLED = {key: declared for key, declared in CATALOGUE.items() if declared.rows_for is not None}

TELLING = re.compile(
    r"(^|_)(phones?|mobile|telephone|email|birth(day|_date)?|sex|gender|ethnic(ity|_group)?|religion|surname|display_name|"
    r"former_name|person_name|document|citizen_id|id_card|id_number|health)(_|$)"
)
"""How a field is named that tells something of a person."""

PLACES = ("520103019001", "520103019002", "520103019", "520103", "520103019001001", "D01", "D02", "")
"""The own community and the next one, the street, the county, a grid, two departments, and a post without a place."""


def tables() -> list[type[Model]]:
    """The tables of the product."""
    return [
        model for model in apps.get_models() if model.__module__.startswith("linli.") and model._meta.managed
    ]


def looks_personal(model: type[Model]) -> list[str]:
    """Why a table might hold personal data: what is sealed or indexed blindly, or named like a person's."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) or field.name.endswith("_index") or TELLING.search(field.name)
    ]


def test_every_table_that_looks_personal_is_declared() -> None:
    """Declare it in the ``personal.py`` of its room (``declare_personal``), or say there why it is not."""
    unknown = {
        model._meta.label: fields
        for model in tables()
        if (fields := looks_personal(model)) and model._meta.label_lower not in {*CATALOGUE, *NOT_PERSONAL}
    }
    assert unknown == {}


def test_every_sealed_field_of_a_personal_table_is_declared() -> None:
    missing = {
        declared.model: left
        for declared in CATALOGUE.values()
        if (
            left := {
                field.name
                for field in declared.table._meta.concrete_fields
                if isinstance(field, BinaryField) and not re.search(r"_?(mark|index|tail)$", field.name)
            }
            - {field.name for field in declared.fields}
        )
    }
    assert missing == {}


@pytest.mark.django_db
def test_every_personal_table_has_a_wall_or_says_why_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND EXISTS "
            "(SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*'))"
        )
        walled = {name for (name,) in cursor.fetchall()}
    bare = [
        each.model
        for each in CATALOGUE.values()
        if not each.no_wall and each.table._meta.db_table not in walled
    ]
    assert bare == []


@pytest.mark.django_db
def test_the_role_of_the_web_can_pass_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user "
            "AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchone() == (0,)


def test_every_walled_table_brings_rows() -> None:
    """Write them in ``tests/personal.py`` of the room, under ``@rows_of("room.Model")``."""
    assert sorted(each.model for key, each in WALLED.items() if key not in ROWS) == []


def viewers(cast: Cast) -> list[Actor | None]:
    """Nobody, the public, every role at every place as one of the cast, at the own community as somebody else, too; and one
    with all verbs at every place."""
    everything = frozenset(verb for role in roles().values() for verb in role.verbs)
    held = {**{role.code: role.verbs for role in roles().values()}, "all": everything}
    one, other = cast.users["operator"].pk, 999_999
    places = [*((place, one) for place in PLACES), (PLACES[0], other)]
    return [
        None,
        Actor.public(),
        *(
            Actor(
                "甲",
                user_id=user,
                role=role,
                unit=place,
                scope=cast.unit(place).path if place else "",
                verbs=verbs,
            )
            for role, verbs in held.items()
            for place, user in places
        ),
    ]


def seen_by(declared: Personal, actor: Actor | None) -> set[object]:
    """The ids that plain SQL gives this viewer."""
    meta = declared.table._meta
    context.write_settings(context.values_of(actor))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{meta.pk.column}" FROM "{meta.db_table}"')  # type: ignore[union-attr]
        return {row[0] for row in cursor.fetchall()}


def allowed(declared: Personal, actor: Actor | None) -> set[object]:
    """The ids that the policy of the room gives; asked by the system, which sees all."""
    assert declared.rows_for is not None
    return set() if actor is None else set(declared.rows_for(actor).values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(WALLED))
def test_sql_gives_every_viewer_what_the_policy_says(cast: Cast, key: str) -> None:
    declared = WALLED[key]
    ROWS[key](cast)
    assert allowed(declared, TESTER), f"{declared.model}: no rows were made"
    actors = viewers(cast)
    may = [allowed(declared, actor) for actor in actors]
    through = [seen_by(declared, actor) for actor in actors]
    context.set_viewer(TESTER)
    wrong = [
        (actor, f"too many: {len(seen - right)}, too few: {len(right - seen)}")
        for actor, right, seen in zip(actors, may, through, strict=True)
        if seen != right
    ]
    assert wrong == []
    counts = {len(seen) for seen in through}
    assert 0 in counts, f"{declared.model}: everybody sees something"
    assert len(counts) > 1, f"{declared.model}: the rows tell no two viewers apart"


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(WALLED))
def test_sql_changes_and_removes_nothing_that_is_not_seen(cast: Cast, key: str) -> None:
    declared = WALLED[key]
    ROWS[key](cast)
    meta = declared.table._meta
    field = next(each for each in meta.concrete_fields if not each.primary_key)
    statements = (
        f'UPDATE "{meta.db_table}" SET "{field.column}" = "{field.column}"',
        f'DELETE FROM "{meta.db_table}"',
    )
    actors = [
        each
        for each in viewers(cast)
        if each is None or each.role in ("community_worker", "department_clerk", "all")
    ]
    for actor, may in [(actor, len(allowed(declared, actor))) for actor in actors]:
        for statement in statements:
            with transaction.atomic():
                context.write_settings(context.values_of(actor))
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    assert cursor.rowcount <= may, (statement, actor)
                transaction.set_rollback(True)
    context.set_viewer(TESTER)
