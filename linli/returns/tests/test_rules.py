"""Periods follow each other without gap, and headings are known by their words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection
from linli.returns.queries.figures import below
from linli.returns.rules.elements import bare, dictionary, parts_of
from linli.returns.rules.periods import MONTHS, last_period, period_of
from linli.returns.states import TABLE

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(days, st.sampled_from(sorted(MONTHS)))
def test_every_day_lies_in_one_period_and_the_next_begins_the_day_after_its_last(
    day: date, frequency: str
) -> None:
    period = period_of(frequency, day)
    assert period.first <= day <= period.last
    assert period_of(frequency, period.first) == period == period_of(frequency, period.last)
    after = period_of(frequency, period.last + timedelta(days=1))
    assert after.first == period.last + timedelta(days=1) and after.name != period.name


@given(days, st.sampled_from(sorted(MONTHS)))
def test_a_form_asked_for_today_is_about_the_last_period_that_is_over(day: date, frequency: str) -> None:
    period = last_period(frequency, day)
    assert period.last <= day < period_of(frequency, period.last + timedelta(days=1)).last + timedelta(days=1)


@pytest.mark.parametrize(
    ("frequency", "name"), [("month", "2026-10"), ("quarter", "2026Q3"), ("half", "2026H1"), ("year", "2025")]
)
def test_periods_are_called_as_offices_call_them(frequency: str, name: str) -> None:
    assert last_period(frequency, date(2026, 11, 23)).name == name


def test_headings_are_compared_without_marks_and_units() -> None:
    assert bare("户 数（户）") == bare("户数") and bare("*姓名：") == "姓名"
    assert parts_of("人口/合计/男") == ["人口合计男", "合计男", "男"]


def test_every_figure_selects_what_its_list_can_select() -> None:
    for element in dictionary().values():
        if element.kind != "figure":
            continue
        register = get(element.register)
        query = QueryDict(element.query_in(date(2026, 10, 1), date(2026, 10, 31)))
        selection = Selection.parse(register, query)
        assert register.place, element.code
        for name in query:
            assert selection.of(name), f"{element.code}: {name} selects nothing"


def test_no_name_of_the_dictionary_stands_for_two_elements() -> None:
    seen: dict[str, str] = {}
    for element in dictionary().values():
        for name in {bare(each) for each in element.names}:
            assert seen.setdefault(name, element.code) == element.code, name


places = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda p: "/".join(p) + "/"
)


@given(st.dictionaries(places, st.integers(0, 50)), st.lists(places, max_size=5))
def test_what_lies_below_a_unit_is_the_sum_of_what_begins_with_its_path(
    counts: dict[str, int], paths: list[str]
) -> None:
    assert below(counts, paths) == {
        path: sum(n for place, n in counts.items() if place.startswith(path)) for path in paths
    }


def test_every_return_can_get_to_its_end_and_back_to_who_fills_it() -> None:
    assert TABLE.stuck() == []
