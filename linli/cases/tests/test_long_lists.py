"""What is asked of tables with a million rows has an index that holds under the row policies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.cases.models import Assignment
from linli.cases.queries.phone import reports_of
from linli.cases.registers import CallbackRegister, ObjectionRegister
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers.engines.counting import counted
from linli.kernel.registers.filters.base import Ask
from tests.cast import Cast


def plan(rows: Any) -> str:
    """How the database answers where it need not read a whole table, tiny as it is here."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
        )
    return str(rows.explain())


@pytest.mark.parametrize(
    ("register", "moment", "index"),
    [(CallbackRegister(), "at", "callback_at"), (ObjectionRegister(), "raised_at", "objection_raised")],
    ids=["callbacks", "objections"],
)
def test_a_list_of_what_belongs_to_cases_reads_its_own_period_and_no_other_case(
    cast: Cast, register: Any, moment: str, index: str
) -> None:
    actor = cast.actors["builder"]
    set_viewer(actor)
    since = timezone.now() - timedelta(days=30)
    rows = register.rows_for(actor).filter(**{f"{moment}__gte": since})
    found = plan(rows.order_by(f"-{moment}", "-pk")[:20])
    assert index in found, found
    assert str(rows.query).count("SELECT") == 1, "its cases are joined, not looked for apart"
    assert moment in register.required
    counts = counted(rows, [each for each in register.filters if each.name != moment], Ask(actor, since))
    assert counts.total == 0


def test_what_somebody_took_down_is_found_by_who_took_it(cast: Cast) -> None:
    actor = cast.actors["grid"]
    set_viewer(actor)
    assert "case_taken" in plan(reports_of(actor)[:20])


def test_the_cases_that_were_dispatched_automatically_are_read_from_an_index(cast: Cast) -> None:
    automatic = Assignment.objects.filter(automatic=True, is_lead=True).values_list("case_id", flat=True)
    assert "assignment_automatic" in plan(automatic.order_by("case_id"))
