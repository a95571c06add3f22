"""What the demo tells of the gate: every state is there, every department exists, and what is written could be sent."""

from __future__ import annotations

import csv
import tomllib
from datetime import datetime, timedelta
from itertools import chain

import pytest
from django.utils import timezone

from linli.algorithms.burden import KINDS, OFTEN
from linli.duties import states
from linli.duties.queries.gate import days_of
from linli.duties.rules import gate
from linli.kernel.calendar.queries import calendar_for
from linli.shell.demo.gate import DATA, FIRST_DRAFT, steps
from tests.architecture.house import ROOT
from tests.cast import Cast

TOLD = tomllib.loads(DATA.read_text(encoding="utf-8"))


def target(told: dict[str, object]) -> str:
    """The state in which the steps of an application leave it, what its days do by themselves left out."""
    state = states.DRAFT
    if told["title"] == FIRST_DRAFT:
        return state
    for step in ["submit", *(each.partition("@")[0] for each in told["way"])]:  # type: ignore[attr-defined]
        verb = "publish_trial" if step == "publish" and "trial" in told else step
        state = states.TABLE.find(verb, state).target
    return state


def test_applications_stand_in_every_state_that_steps_lead_to() -> None:
    by_themselves = {states.REVIEW}
    assert {target(told) for told in TOLD["application"]} == {
        state.code for state in states.STATES
    } - by_themselves


def test_every_department_is_one_that_comes_with_the_product() -> None:
    with (ROOT / "linli" / "duties" / "data" / "departments.csv").open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    assert {
        told["department"] for told in chain(TOLD["application"], TOLD["refusal"], TOLD["bypass"])
    } <= known


def test_what_is_written_is_of_the_code_tables() -> None:
    for told in TOLD["application"]:
        assert (
            told["kind"] in gate.MATTERS and told["often"] in OFTEN and set(told["brings"]) <= set(KINDS)
        ), told["title"]
    assert {told["channel"] for told in TOLD["refusal"]} <= set(gate.BY_HAND)


def test_what_is_said_with_a_step_is_said_and_what_asks_for_it_has_it() -> None:
    for told in TOLD["application"]:
        verbs = [each.partition("@")[0] for each in told["way"]]
        asking = [
            verb for verb in verbs if any(t.verb == verb and t.needs_note for t in states.TABLE.transitions)
        ]
        assert set(asking) == set(told.get("said", {})), told["title"]


@pytest.mark.parametrize("month", range(1, 13))
def test_on_no_day_of_the_year_is_anything_decided_before_those_asked_had_their_time(
    month: int, cast: Cast
) -> None:
    calendar = calendar_for()
    applied = timezone.make_aware(datetime(2026, month, 1, 10))
    while applied.month == month:
        now = applied + timedelta(days=400)
        for told in TOLD["application"]:
            at = dict(steps(told["way"], applied, now, calendar))
            decided = [at[verb] for verb in ("admit", "admit_if", "refuse") if verb in at]
            heard = (
                gate.in_working_days(at["ask"], days_of("gate.hear", applied.date()), calendar).at
                if "ask" in at
                else applied
            )
            due = gate.in_working_days(applied, days_of("gate.decide", applied.date()), calendar).at
            assert all(heard < moment <= due for moment in decided), (told["title"], applied)
            assert list(at.values()) == sorted(at.values())
        applied += timedelta(days=1)
