"""The dates of the gate, what an application asks for, and what a refusal cites: pure decisions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.burden import KINDS, OFTEN
from linli.algorithms.worktime import SHANGHAI, Calendar, Day, DayKind
from linli.duties.rules import Line, gate

HOLIDAYS = [Day(date(2026, 10, day), DayKind.REST, "国庆节") for day in range(1, 8)]
WORKED = [
    Day(date(2026, 9, 20), DayKind.WORKING, "国庆节"),
    Day(date(2026, 10, 10), DayKind.WORKING, "国庆节"),
]
CALENDAR = Calendar.build([*HOLIDAYS, *WORKED], announced=[2026])
START = date(2020, 1, 1)

days = st.dates(date(2026, 6, 1), date(2027, 6, 1))
amounts = st.integers(0, 60)


def worked_between(one: date, other: date) -> int:
    """Working days after one day and before another, counted one by one."""
    return sum(CALENDAR.is_working(one + timedelta(n)) for n in range(1, (other - one).days))


@given(days, amounts)
def test_exactly_so_many_working_days_lie_between_the_application_and_the_first_day(
    day: date, ahead: int
) -> None:
    start = gate.first_start(day, ahead, CALENDAR)
    assert worked_between(day, start) == ahead
    assert ahead == 0 or worked_between(day, start - timedelta(1)) < ahead


@given(days, days, amounts)
def test_the_last_day_to_apply_is_the_other_way_round_of_the_first_day_to_begin(
    applied: date, starts: date, ahead: int
) -> None:
    in_time = gate.first_start(applied, ahead, CALENDAR) <= starts
    assert in_time == (applied <= gate.last_application(starts, ahead, CALENDAR))


@given(days, st.integers(0, 5), amounts)
def test_who_applies_later_begins_no_sooner(day: date, later: int, ahead: int) -> None:
    after = day + timedelta(later)
    assert gate.first_start(day, ahead, CALENDAR) <= gate.first_start(after, ahead, CALENDAR)


@given(days, st.integers(1, 20), st.times())
def test_a_decision_is_due_at_the_end_of_a_working_day_and_so_many_are_given(
    day: date, amount: int, hour: time
) -> None:
    start = datetime.combine(day, hour, SHANGHAI)
    due = gate.in_working_days(start, amount, CALENDAR).at
    assert CALENDAR.is_working(due.date())
    assert worked_between(day, due.date() + timedelta(1)) == amount


@given(days, st.integers(1, 20), st.integers(0, 40), st.integers(0, 10))
def test_what_is_late_is_not_near_and_what_comes_near_comes_before_it_is_late(
    day: date, amount: int, passed: int, warn: int
) -> None:
    start = datetime.combine(day, time(10), SHANGHAI)
    due = gate.in_working_days(start, amount, CALENDAR).at
    at = start + timedelta(passed)
    standing = gate.standing(at, due, warn, CALENDAR)
    assert (standing == "late") == (at > due)
    if standing == "":
        assert gate.in_working_days(at, warn, CALENDAR).at < due


def test_thirty_working_days_across_national_day() -> None:
    assert gate.first_start(date(2026, 9, 18), 30, CALENDAR) == date(2026, 11, 5)


def test_an_application_that_comes_too_late_is_told_the_first_day_that_would_do() -> None:
    with pytest.raises(gate.GateClosed, match="最早从 2026-11-05 起"):
        gate.check_ahead(date(2026, 9, 18), date(2026, 11, 4), 30, CALENDAR)
    gate.check_ahead(date(2026, 9, 18), date(2026, 11, 5), 30, CALENDAR)


def test_a_decision_waits_until_all_have_spoken_or_had_their_time() -> None:
    until = datetime(2026, 9, 25, 17, tzinfo=SHANGHAI)
    gate.check_heard(0, None, until)
    gate.check_heard(3, until, until + timedelta(seconds=1))
    with pytest.raises(gate.GateClosed, match="还有 3 个单位没有表态"):
        gate.check_heard(3, until, until)


@given(
    st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(0, 50)),
    st.sampled_from(sorted(OFTEN)),
    st.integers(1, 365),
)
def test_what_is_asked_in_a_part_of_a_year_is_no_more_than_in_the_whole(
    brings: dict[str, int], often: str, length: int
) -> None:
    part, whole = gate.asked_in_a_year(brings, often, length), gate.asked_in_a_year(brings, often, 365)
    assert part.keys() == {kind for kind, count in brings.items() if count}
    assert all(part[kind].likely <= whole[kind].likely for kind in part)


def test_a_group_that_stands_half_a_year_weighs_half_and_a_form_each_quarter_comes_four_times() -> None:
    asked = gate.asked_in_a_year({"group": 2, "form": 1}, "quarter", 365)
    assert (asked["group"].likely, asked["form"].likely) == (2, 4)
    assert gate.asked_in_a_year({"group": 2}, "quarter", 73)["group"].likely == Fraction(2, 5)


LINES = [
    Line("negative", "N01", "行政处罚和行政强制", "D02", START, category="02"),
    Line("assist", "A01", "协助防汛值守", "D23", START, category="0301"),
    Line("item", "I01", "房屋安全鉴定", "D04", START),
    Line("own", "O01", "居务公开", "community", START),
    Line("negative", "N02", "代收水费", "D41", START, valid_to=date(2026, 1, 1)),
]
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("path", "words", "says", "line"),
    [
        (["02", "0201"], "清理垃圾", "forbidden", "N01"),
        (["03", "0301"], "防汛", "named", "A01"),
        ([], "对占道摊点作出行政处罚和行政强制", "forbidden", "N01"),
        ([], "请社区出具房屋安全鉴定", "forbidden", "I01"),
        ([], "居务公开", "named", "O01"),
        ([], "居务公开栏每周拍照上报", "unlisted", ""),
        ([], "代收水费", "unlisted", ""),
        (["09"], "下载应用", "unlisted", ""),
    ],
)  # fmt: skip
def test_the_line_that_decides_is_found_by_category_or_by_words(
    path: list[str], words: str, says: str, line: str
) -> None:
    found = gate.verdict(LINES, path, words, TODAY)
    assert (found.says, found.line.code if found.line else "") == (says, line)
