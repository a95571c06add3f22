"""Hours, rows at a place, and notices of a year."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.worktime import DayKind, Hours
from linli.kernel.calendar import rules
from linli.kernel.calendar.rules import CalendarRefused, Row

DAY = date(2026, 10, 9)


@given(
    st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=8, unique=True).filter(
        lambda cuts: len(cuts) % 2 == 0
    )
)
def test_hours_are_read_back_as_they_were_written(cuts: list[int]) -> None:
    moments = [time(cut // 60, cut % 60) for cut in sorted(cuts)]
    hours = tuple(Hours(start, end) for start, end in zip(moments[::2], moments[1::2], strict=True))
    assert rules.hours_of(list(reversed(rules.words_of(hours)))) == hours


@pytest.mark.parametrize(
    "wrong",
    [None, [], "09:00-12:00", ["9点到12点"], ["12:00-09:00"], ["09:00-12:00", "11:00-13:00"], ["09:00"]],
)
def test_hours_that_cannot_be_are_refused_in_words(wrong: Any) -> None:
    with pytest.raises(CalendarRefused, match="[一-龥]"):
        rules.hours_of(wrong)


def test_a_full_width_colon_and_a_dash_are_understood() -> None:
    assert rules.hours_of(["09:00–12:00"]) == (Hours(time(9), time(12)),)


def test_the_morning_and_the_afternoon_of_a_day() -> None:
    standard = rules.hours_of(["09:00-12:00", "13:30-17:30"])
    assert (rules.half(standard, "morning"), rules.half(standard, "afternoon")) == (
        standard[:1],
        standard[1:],
    )
    with pytest.raises(CalendarRefused):
        rules.half(standard[:1], "afternoon")


def test_the_longer_place_and_then_the_local_row_holds() -> None:
    national = Row(DAY, DayKind.REST, "国庆节")
    county = Row(DAY, DayKind.WORKING, "加班", local=True)
    street = Row(DAY, DayKind.HALF, "赶集", "520103/001/", rules.hours_of(["09:00-12:00"]), local=True)
    rows = [street, national, county]
    assert rules.at_place(rows, "520103/001/002/")[DAY] == street
    assert rules.at_place(rows, "520103/")[DAY] == county
    assert rules.at_place([national], "520103/")[DAY] == national


def test_days_before_a_change_of_hours_keep_the_old_ones() -> None:
    winter, summer = (
        rules.hours_of(["09:00-12:00", "13:30-17:30"]),
        rules.hours_of(["09:00-12:00", "15:00-18:00"]),
    )
    spans = [(date(2026, 1, 1), winter), (date(2026, 7, 1), summer), (date(2026, 9, 1), winter)]
    held = {day: Row(day, DayKind.REST, "假") for day in [date(2026, 7, 3)]}
    days = {day.date: day for day in rules.days_with_hours(held, spans, winter, date(2026, 12, 31))}
    july_august = [date(2026, 7, 1) + timedelta(n) for n in range(62)]
    assert {day for day, row in days.items() if row.hours == summer} == {
        day for day in july_august if day.weekday() < 5 and day != date(2026, 7, 3)
    }
    assert days[date(2026, 7, 3)].kind is DayKind.REST


def document(**changes: Any) -> dict[str, Any]:
    return {
        "year": 2027,
        "papers": ["通知"],
        "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}],
        **changes,
    }


def test_a_notice_is_read() -> None:
    assert rules.notice_of(document()).days == ((date(2027, 1, 1), DayKind.REST, "元旦"),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": "某年"}, "year"),
        ({"days": []}, "没有任何日期"),
        ({"papers": []}, "放假通知"),
        ({"days": [{"name": "元旦", "date": "1月1日", "isOffDay": True}]}, "第 1 个"),
        ({"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "true"}]}, "isOffDay"),
        ({"days": [{"name": "元旦", "date": "2028-01-01", "isOffDay": True}]}, "不属于"),
        ({"days": document()["days"] * 2}, "两次"),
    ],
)
def test_a_wrong_notice_is_refused_with_its_fault(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(CalendarRefused, match=words):
        rules.notice_of(document(**changes))
