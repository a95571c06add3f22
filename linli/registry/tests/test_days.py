"""Counted as of a day that is past, the registers say what they said on its evening, whatever has happened since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.registers.engines.answer import Engine
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.past import PastEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import ColumnStore
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.queries import counts_by_place
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.registry.commands import cares, components, households, life
from linli.registry.commands.undoing import undo_change
from linli.registry.models import Care, Change, Component, Organisation, Person
from linli.registry.queries.persons import in_care
from linli.registry.tests.factories import person, place
from linli.registry.tests.lives import LENIENT, STEPS, World, evenings, nothing_stays, world
from tests.cast import MONDAY, TESTER, Cast, assemble

AT = MONDAY + timedelta(days=30)
ASKED = (
    ("persons", ""),
    ("persons", "sex=1"),
    ("persons", "age=0..3"),
    ("households", ""),
    ("households", "people=1..2"),
)

steps = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS.keys() - {"add"})), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7,
)  # fmt: skip
"""Without entering people by hand: they were there before anybody knew of them."""


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def made(cast: Cast) -> World:
    """Everybody belongs to a household: the first one of who had none would be as old as is thinkable."""
    found = world(cast)
    for each in Person.objects.filter(memberships=None):
        households.make_household(head_id=each.pk, by=cast.actors["street"], at=MONDAY, on=date(2026, 1, 7))
    return found


def now() -> list[dict[str, int]]:
    return [
        some(counts_by_place(name, query, Ask(TESTER, AT))) for name, query in ASKED if "age" not in query
    ]


def then(day: date) -> list[dict[str, int]]:
    """As of a day, the same from the database and from memory."""
    found = []
    for name, query in ASKED:
        query = f"{query}&as_of={day}"
        told = some(counts_by_place(name, query, Ask(TESTER, AT)))
        register = get(name)
        selection = Selection.parse(register, QueryDict(query))
        counted = past_of(name).counts_by_place(register, selection, Ask(TESTER, AT, selection.as_of))
        assert some(counted) == told, query
        if "age" not in query:
            found.append(told)
    return found


def past_of(name: str) -> PastEngine:
    """The columns of now and what the database knows of then."""
    return PastEngine(ColumnEngine(ColumnStore(get(name), own=True)))


LISTED = (
    "persons?", "persons?state=left", "persons?state=present&state=dead&state=left", "persons?q=李", "persons?q=李春梅&sex=2", "persons?sex=1&age=0..3&age=35..60",
    "persons?sex=1&population=floating&join=any", "persons?population=registered&size=2&page=2&sort=birth", "persons?residence=-", "persons?lacks=any",
    "households?", "households?people=1..2&people=3..4", "households?state=ended", "households?people=1..2&state=ended&join=any",
    "organisations?", "organisations?state=closed", "components?", "components?state=damaged",
)  # fmt: skip


def lists_on(day: date, engines: Callable[[str], Engine]) -> dict[str, Any]:
    """What lists of a day show: how many, the rows of the page as they were, and the counts of every filter."""
    found = {}
    for asked in LISTED:
        name, _, query = asked.partition("?")
        register, given = get(name), QueryDict(f"{query}&as_of={day}")
        selection = Selection.parse(register, given)
        ask, engine = Ask(TESTER, AT, selection.as_of), engines(name)
        answer = engine.answer(register, selection, ask)
        shown = [
            (row.pk, *(str(getattr(row, each, "")) for each in ("path_then", "state_then", "size_then")))
            for row in answer.rows
        ]
        counts = {
            facet.filter.name: {option.value: option.count for option in facet.options if option.count}
            for facet in answer.facets
        }
        everyone = [row.pk for row in engine.rows(register, selection, ask)]
        assert (len(everyone), engine.total(register, selection, ask)) == (answer.total, answer.total), asked
        found[asked] = (answer.total, shown, counts, everyone)
    return found


@settings(LENIENT, max_examples=4)
@given(steps)
def test_a_list_of_a_day_is_the_same_from_memory_as_from_the_database(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    with nothing_stays():
        for day in evenings(made, chosen, lambda _day: None):
            told = lists_on(day, past_of)
            assert told == lists_on(day, lambda _name: SqlEngine()), (day, chosen)


def some(counts: dict[str, int]) -> dict[str, int]:
    return {place: number for place, number in counts.items() if number}


@settings(LENIENT, max_examples=4)
@given(steps)
def test_what_happens_later_changes_no_count_of_a_day(
    made: World, chosen: list[tuple[str, int, int]]
) -> None:
    live_and_count_back(made, chosen)


@pytest.mark.slow
@settings(LENIENT, max_examples=40)
@given(steps)
def test_many_lives_change_no_count_of_a_day(made: World, chosen: list[tuple[str, int, int]]) -> None:
    live_and_count_back(made, chosen)


def live_and_count_back(made: World, chosen: list[tuple[str, int, int]]) -> None:
    """Count every evening again from the last day."""
    with nothing_stays():
        seen = evenings(made, chosen, lambda _day: now())
        assert {day: then(day) for day in seen} == seen, chosen


def test_whom_an_import_brought_later_counts_for_the_days_before_it(cast: Cast) -> None:
    who = person(cast, "李春梅", on=date(2026, 11, 2))
    assert sum(counts_by_place("persons", "as_of=2026-10-31", Ask(TESTER, AT)).values()) == 1
    by = cast.actors["community"]
    life.death(person_id=who.pk, by=by, at=MONDAY, on=date(2026, 11, 5))
    assert sum(counts_by_place("persons", "as_of=2026-10-31", Ask(TESTER, AT)).values()) == 1
    assert sum(counts_by_place("persons", "as_of=2026-11-05", Ask(TESTER, AT)).values()) == 0


def test_who_was_away_on_a_day_is_not_counted_though_back_today(cast: Cast) -> None:
    who = person(cast, "李春梅", on=date(2026, 1, 5))
    by = cast.actors["community"]
    life.move_out(person_id=who.pk, by=by, at=MONDAY, on=date(2026, 3, 1))
    life.move_in(person_id=who.pk, place=place("11"), by=by, at=MONDAY, on=date(2026, 6, 1))
    counted = [sum(counts_by_place("persons", f"as_of={day}", Ask(TESTER, AT)).values()) for day in ("2026-02-28", "2026-03-31", "2026-06-30")]  # fmt: skip
    assert counted == [1, 0, 1]


def test_a_care_group_of_a_day_is_who_belonged_to_it(cast: Cast) -> None:
    by = cast.actors["keeper"]
    first, second = (person(cast, name, on=date(2026, 1, 5)).pk for name in ("李春梅", "王芳"))
    for pk, on in ((first, date(2026, 2, 1)), (second, date(2026, 8, 1))):
        cares.add_care(person_id=pk, group="disabled", basis="证", by=by, at=MONDAY, on=on)
    cares.end_care(care_id=Care.objects.get(person=first).pk, by=by, at=MONDAY, on=date(2026, 5, 1))
    assert set(in_care(["disabled"])) == {second}
    assert set(in_care(["disabled"], date(2026, 4, 30))) == {first, second}, (
        "the first time known of somebody reaches back"
    )
    assert set(in_care(["disabled"], date(2026, 5, 1))) == {second}


def test_an_organisation_counts_from_its_opening_to_its_closing(cast: Cast) -> None:
    Organisation.objects.create(
        name="甲", kind="small_shop", opened_on=date(2026, 3, 1), path=cast.unit("520103019001001").path
    )
    shut = Organisation.objects.create(name="乙", kind="small_shop", path=cast.unit("520103019001001").path)
    Organisation.objects.filter(pk=shut.pk).update(state="closed", closed_on=date(2026, 6, 1))
    days = ("2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01")
    counted = [
        sum(counts_by_place("organisations", f"as_of={day}", Ask(TESTER, AT)).values()) for day in days
    ]
    assert counted == [1, 2, 2, 1]


def test_a_component_is_in_the_state_of_the_day_and_one_that_was_set_up_later_is_not_there(
    cast: Cast,
) -> None:
    by, grid = cast.actors["community"], "520103019001001"
    values = {"kind": "0101", "installed_on": "2026-03-01"}
    lamp = components.add_component(values=values, unit=grid, by=by, at=MONDAY, on=date(2026, 3, 2))
    bench = components.add_component(
        values={"kind": "0101"}, unit=grid, by=by, at=MONDAY, on=date(2026, 11, 2)
    )
    for row, state, on in (
        (lamp, "破损", date(2026, 5, 1)),
        (lamp, "完好", date(2026, 6, 1)),
        (bench, "移除", date(2026, 11, 10)),
    ):
        components.set_component_state(component_id=row.pk, state=state, by=by, at=MONDAY, on=on)
    days = ("2026-02-28", "2026-04-30", "2026-05-31", "2026-06-01", "2026-11-10")
    assert [counted(f"state=damaged&as_of={day}") for day in days] == [0, 0, 1, 0, 0]
    assert [counted(f"state=good&as_of={day}") for day in days] == [1, 2, 1, 2, 1], (
        "what was entered late stood before"
    )
    taken_back = Change.objects.get(record_id=bench.pk, what="state_set")
    undo_change(change_id=taken_back.pk, by=by, at=MONDAY)
    assert [counted(f"state=good&as_of={day}") for day in ("2026-11-09", "2026-11-10")] == [2, 2]


def counted(query: str) -> int:
    """Components that a query finds, from memory; asked of the database it is the same."""
    register = get("components")
    asked = Selection.parse(register, QueryDict(query))
    found = sum(counts_by_place("components", query, Ask(TESTER, AT)).values())
    assert found == SqlEngine().total(register, asked, Ask(TESTER, AT, asked.as_of))
    return found


def test_a_list_of_components_of_a_day_shows_their_state_of_that_day(cast: Cast) -> None:
    by = cast.actors["community"]
    lamp = components.add_component(
        values={"kind": "0101"}, unit="520103019001001", by=by, at=MONDAY, on=date(2026, 3, 2)
    )
    components.set_component_state(component_id=lamp.pk, state="破损", by=by, at=MONDAY, on=date(2026, 5, 1))
    register = get("components")
    (row,) = register.on_day(TESTER, date(2026, 4, 30)).rows
    state = next(each for each in register.columns if each.name == "state")
    assert (state.raw(row), state.raw(Component.objects.get(pk=lamp.pk))) == ("good", "damaged")
