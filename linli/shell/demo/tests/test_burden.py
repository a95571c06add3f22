"""What people of the demo say about burden: in every state, about departments that there are, and what communities tell can be told."""

from __future__ import annotations

import tomllib
from random import Random

from linli.assessment import states
from linli.assessment.rules import keys
from linli.duties.commands.shipped import rows_of
from linli.shell.demo import burden

ROWS = tomllib.loads(burden.DATA.read_text(encoding="utf-8"))["suggestion"]


def test_suggestions_are_in_every_state_and_about_departments_that_there_are() -> None:
    departments = {row["code"] for row in rows_of("departments.csv")}
    assert {row["about"] for row in ROWS} - {""} <= departments
    assert {row["topic"] for row in ROWS} == states.TOPICS.keys()
    assert {row["outcome"] for row in ROWS} - {""} == states.OUTCOMES.keys()
    assert any(row.get("withdrawn") for row in ROWS) and any(row.get("public") for row in ROWS)
    waiting = [row["days_ago"] for row in ROWS if not row["answer"] and not row.get("withdrawn")]
    assert min(waiting) < 15 < 21 < max(waiting), "one in time, one late"


def test_what_communities_of_the_demo_tell_are_figures_of_the_self_report() -> None:
    told = burden._figures({key: low for key, (low, _high) in burden.TYPICAL.items()}, Random(1))
    assert told.keys() <= set(keys())
    assert burden.SECRETARY == {"ding": 63, "wechat": 98, "app": 44}
