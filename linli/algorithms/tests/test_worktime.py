"""What a working clock promises, against a calendar of real days and an oracle that counts minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.worktime import (
    SHANGHAI,
    Calendar,
    Cap,
    Day,
    DayConvention,
    DayKind,
    Hours,
    LineCode,
    OutsideCalendar,
    Pause,
    Unit,
    add,
    explain_zh,
    measure,
    remaining,
)


def rest(name: str, *days: date) -> list[Day]:
    return [Day(day, DayKind.REST, name) for day in days]


def work(name: str, *days: date) -> list[Day]:
    return [Day(day, DayKind.WORKING, name) for day in days]


# National Day 2026 as announced (gov.cn 2025-11, through NateScarlet/holiday-cn).
ROWS = [
    *rest("国庆节", *(date(2026, 10, day) for day in range(1, 8))),
    *work("国庆节", date(2026, 9, 20), date(2026, 10, 10)),
    Day(date(2026, 12, 31), DayKind.HALF, "元旦前", (Hours(time(9), time(12)),)),
]
CALENDAR = Calendar.build(ROWS, announced=[2026])
FIRST_DAY_TO_MIDNIGHT = DayConvention(count_first_day=True, ends_at_close=False)
MIDNIGHT_FIRST = Calendar.build(ROWS, announced=[2026], convention=FIRST_DAY_TO_MIDNIGHT)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


moments = st.datetimes(datetime(2026, 9, 1), datetime(2027, 1, 20)).map(lambda d: d.replace(tzinfo=SHANGHAI))
units = st.sampled_from(list(Unit))
calendars = st.sampled_from([CALENDAR, MIDNIGHT_FIRST])


@st.composite
def pause_lists(draw: st.DrawFn) -> list[Pause]:
    starts = draw(st.lists(moments, max_size=4))
    return [Pause(start, start + timedelta(minutes=draw(st.integers(1, 20_000)))) for start in starts]


def test_working_hours_skip_lunch_night_and_weekend() -> None:
    assert add(at(9, 11, 11), 2, Unit.WORKING_HOUR, CALENDAR).at == at(9, 11, 14)
    assert add(at(9, 11, 16), 2, Unit.WORKING_HOUR, CALENDAR).at == at(9, 14, 10)
    assert add(at(9, 11, 20), 7, Unit.WORKING_HOUR, CALENDAR).at == at(9, 14, 17)


def test_working_days_leave_out_the_day_of_receipt_and_end_at_close() -> None:
    assert add(at(9, 14, 10), 3, Unit.WORKING_DAY, CALENDAR).at == at(9, 17, 17)
    assert add(at(9, 14, 10), 3, Unit.WORKING_DAY, MIDNIGHT_FIRST).at == at(9, 16, 23, 59) + timedelta(
        seconds=59
    )


def test_natural_units_run_through_holidays() -> None:
    assert add(at(10, 1, 10), 24, Unit.NATURAL_HOUR, CALENDAR).at == at(10, 2, 10)
    assert add(at(10, 1, 10), 1, Unit.NATURAL_DAY, CALENDAR).at == at(10, 2, 23, 59) + timedelta(seconds=59)


def test_holidays_do_not_count_and_make_up_saturdays_do() -> None:
    due = add(at(9, 30, 10), 3, Unit.WORKING_DAY, CALENDAR)
    assert due.at == at(10, 10, 17)
    assert explain_zh(due) == [
        "自2026-09-30 10:00起计",
        "时限3个工作日",
        "2026-09-30 受理当日不计",
        "2026-10-01至10-07 国庆节休息，不计",
        "2026-10-10 调休上班，计",
        "2026-10-10 17:00到期",
    ]


def test_a_half_day_has_its_own_close_and_is_told() -> None:
    due = add(at(12, 30, 10), 1, Unit.WORKING_DAY, CALENDAR)
    assert due.at == at(12, 31, 12)
    assert "2026-12-31 元旦前工作时间为09:00–12:00，按此计" in explain_zh(due)


def test_a_clock_that_crosses_into_an_unannounced_year_says_so() -> None:
    due = add(at(12, 30, 10), 3, Unit.WORKING_DAY, CALENDAR)
    assert due.provisional
    assert due.at == at(1, 4, 17, year=2027)
    assert "2027年放假安排尚未公布，暂按周一至周五工作推算，公布后可能调整" in explain_zh(due)
    assert not add(at(12, 30, 10), 1, Unit.WORKING_DAY, CALENDAR).provisional
    assert not add(at(12, 30, 10), 100, Unit.NATURAL_HOUR, CALENDAR).provisional


def test_a_pause_and_an_extension_are_told_with_their_reason() -> None:
    pause = Pause(at(9, 15, 9), at(9, 17, 9), "等待鉴定")
    due = add(at(9, 14, 10), 3, Unit.WORKING_DAY, CALENDAR, [pause], extensions=[2])
    assert due.at == at(9, 22, 17)  # the make-up Sunday 20 September counts
    lines = explain_zh(due)
    assert "2026-09-15 09:00至2026-09-17 09:00 暂停（等待鉴定），不计" in lines
    assert "延长2个工作日" in lines
    assert "其间周末1天（09-19）休息，不计" in lines


def test_an_open_pause_ends_where_its_cap_is_used_up() -> None:
    cap = Cap(1, Unit.WORKING_DAY)
    due = add(at(9, 14, 9), 4, Unit.WORKING_HOUR, CALENDAR, [Pause(at(9, 14, 10))], cap=cap)
    assert due.at == at(9, 15, 14)
    assert [line.code for line in due.lines].count(LineCode.PAUSE_CAPPED) == 1
    with pytest.raises(ValueError, match="needs a cap"):
        add(at(9, 14, 9), 4, Unit.WORKING_HOUR, CALENDAR, [Pause(at(9, 14, 10))])


def test_several_short_pauses_share_one_cap() -> None:
    pauses = [Pause(at(9, day, 9), at(9, day, 11)) for day in (14, 15, 16)]
    due = add(at(9, 14, 9), 21, Unit.WORKING_HOUR, CALENDAR, pauses, cap=Cap(3, Unit.WORKING_HOUR))
    assert due.at == at(9, 17, 12)


def test_a_clock_refuses_parts_of_days_negative_amounts_naive_moments_and_far_years() -> None:
    with pytest.raises(ValueError, match="whole number"):
        add(at(9, 14), Fraction(1, 2), Unit.WORKING_DAY, CALENDAR)
    with pytest.raises(ValueError, match="cannot run"):
        add(at(9, 14), -1, Unit.WORKING_DAY, CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        add(datetime(2026, 9, 14), 1, Unit.WORKING_DAY, CALENDAR)
    with pytest.raises(OutsideCalendar):
        add(at(9, 14), 10**6, Unit.WORKING_DAY, CALENDAR)
    with pytest.raises(OutsideCalendar):
        add(at(9, 14, year=2020), 1, Unit.WORKING_HOUR, CALENDAR)


def test_overdue_is_a_negative_remainder() -> None:
    assert remaining(at(9, 14, 15), at(9, 14, 11), Unit.WORKING_HOUR, CALENDAR) == -3
    assert remaining(at(9, 14, 11), at(9, 14, 15), Unit.WORKING_HOUR, CALENDAR) == 3


@given(moments, st.integers(0, 300), units, pause_lists(), calendars)
def test_adding_then_measuring_gives_the_amount_back(
    start: datetime, amount: int, unit: Unit, pauses: list[Pause], calendar: Calendar
) -> None:
    due = add(start, amount, unit, calendar, pauses).at
    assert measure(start, due, unit, calendar, pauses) == amount
    assert due >= start


@given(moments, st.fractions(0, 100, max_denominator=60), pause_lists())
def test_part_hours_come_back_exactly(start: datetime, amount: Fraction, pauses: list[Pause]) -> None:
    due = add(start, amount, Unit.WORKING_HOUR, CALENDAR, pauses).at
    assert abs(measure(start, due, Unit.WORKING_HOUR, CALENDAR, pauses) - amount) <= Fraction(
        1, 7_200_000_000
    )


@given(moments, st.integers(0, 100), st.integers(0, 100), units, pause_lists(), calendars)
def test_a_longer_amount_is_never_due_earlier(
    start: datetime, amount: int, more: int, unit: Unit, pauses: list[Pause], calendar: Calendar
) -> None:
    assert (
        add(start, amount, unit, calendar, pauses).at <= add(start, amount + more, unit, calendar, pauses).at
    )


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(1, 100), units, calendars)
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: timedelta, amount: int, unit: Unit, calendar: Calendar
) -> None:
    assert add(start, amount, unit, calendar).at <= add(start + later, amount, unit, calendar).at


@given(moments, st.integers(0, 100), units, pause_lists(), calendars)
def test_a_pause_never_brings_a_date_forward(
    start: datetime, amount: int, unit: Unit, pauses: list[Pause], calendar: Calendar
) -> None:
    for used in range(len(pauses)):
        before = add(start, amount, unit, calendar, pauses[:used]).at
        assert add(start, amount, unit, calendar, pauses[: used + 1]).at >= before


@given(moments, st.integers(1, 60), pause_lists(), st.integers(0, 40))
def test_a_cap_never_puts_a_date_back(start: datetime, amount: int, pauses: list[Pause], hours: int) -> None:
    cap = Cap(hours, Unit.WORKING_HOUR)
    capped = add(start, amount, Unit.WORKING_HOUR, CALENDAR, pauses, cap=cap).at
    assert capped <= add(start, amount, Unit.WORKING_HOUR, CALENDAR, pauses).at
    assert capped <= add(start, amount + hours, Unit.WORKING_HOUR, CALENDAR).at


@given(moments, st.integers(0, 20), pause_lists())
def test_working_hours_agree_with_counting_minutes(start: datetime, amount: int, pauses: list[Pause]) -> None:
    start = _whole_minute(start)
    pauses = [Pause(_whole_minute(p.start), _whole_minute(p.end)) for p in pauses if p.end]
    moment, left = start, amount * 60
    while left:
        working = CALENDAR.is_working(moment.date()) and any(
            hours.start <= moment.time() < hours.end for hours in _hours_of(moment.date())
        )
        if working and not any(p.start <= moment < p.end for p in pauses if p.end):
            left -= 1
        moment += timedelta(minutes=1)
    assert add(start, amount, Unit.WORKING_HOUR, CALENDAR, pauses).at == moment


@given(moments, st.integers(0, 60))
def test_working_days_agree_with_walking_the_days(start: datetime, amount: int) -> None:
    day, left = start.date(), amount
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working(day)
    due = add(start, amount, Unit.WORKING_DAY, CALENDAR).at
    assert due == start if not amount else due.date() == day


@given(moments, st.integers(0, 80), units, pause_lists())
def test_every_due_date_can_be_explained(
    start: datetime, amount: int, unit: Unit, pauses: list[Pause]
) -> None:
    due = add(start, amount, unit, CALENDAR, pauses, extensions=[1], cap=Cap(5, unit))
    lines = explain_zh(due)
    assert lines[0].startswith("自") and lines[-1].endswith("到期")


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _hours_of(day: date) -> tuple[Hours, ...]:
    row = CALENDAR.row(day)
    return row.hours if row and row.hours else CALENDAR.standard
