"""Why a date is that date: one line for each thing that moved it, as codes and values that any page can word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from linli.algorithms.worktime.calendar import DAY, SATURDAY, Calendar, DayKind
from linli.algorithms.worktime.scales import Unit

ONE_DAY = timedelta(days=1)
Value = datetime | date | int | str | Fraction | tuple[date, ...] | tuple[str, ...]


class LineCode(StrEnum):
    """What a line of the explanation tells."""

    START = "start"
    FIRST_DAY_NOT_COUNTED = "first_day_not_counted"
    STARTS_LATER = "starts_later"
    AMOUNT = "amount"
    EXTENSION = "extension"
    REST = "rest"
    WEEKENDS = "weekends"
    MAKE_UP = "make_up"
    SHORT_DAY = "short_day"
    PAUSE = "pause"
    PAUSE_CAPPED = "pause_capped"
    PROVISIONAL = "provisional"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what happened, with the values to word it."""

    code: LineCode
    params: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Run:
    """A clock's run, kept so that it can be explained later. Moments in ticks of the calendar."""

    calendar: Calendar
    unit: Unit
    amount: int | Fraction | Decimal
    extensions: tuple[int | Fraction | Decimal, ...]
    begin: int
    due: int
    pauses: tuple[tuple[int, int, str, bool], ...]


def explain(run: Run) -> tuple[Line, ...]:
    """All lines of a run: its start and amount, the days in order of date, and its end."""
    return (*_opening(run), *_days(run), *_pauses(run), *_closing(run))


def _opening(run: Run) -> Iterator[Line]:
    calendar = run.calendar
    yield Line(LineCode.START, {"at": calendar.moment(run.begin)})
    yield Line(LineCode.AMOUNT, {"amount": Fraction(run.amount), "unit": run.unit.value})
    for extension in run.extensions:
        yield Line(LineCode.EXTENSION, {"amount": Fraction(extension), "unit": run.unit.value})
    if run.unit.is_day and not calendar.convention.count_first_day:
        yield Line(LineCode.FIRST_DAY_NOT_COUNTED, {"date": calendar.day(run.begin)})
    if run.unit is Unit.WORKING_HOUR:
        first = _next_working_moment(calendar, run.begin)
        if first > run.begin:
            yield Line(LineCode.STARTS_LATER, {"at": calendar.moment(first)})


def _next_working_moment(calendar: Calendar, ticks: int) -> int:
    day, within = divmod(ticks, DAY)
    for index in range(day, len(calendar.spans)):
        for start, end in calendar.spans[index]:
            if index > day or within < end:
                return max(ticks, index * DAY + start)
    return ticks


def _days(run: Run) -> list[Line]:
    """Rest days, make-up days and short days between start and due, like neighbours joined."""
    if not run.unit.is_working:
        return []
    lines: list[Line] = []
    weekends: list[date] = []
    day, last = run.calendar.day(run.begin), run.calendar.day(run.due)
    if run.unit.is_day and not run.calendar.convention.count_first_day:
        day += ONE_DAY
    while day <= last:
        _tell_day(run.calendar, day, lines, weekends)
        day += ONE_DAY
    if weekends:
        lines.append(Line(LineCode.WEEKENDS, {"dates": tuple(weekends), "days": len(weekends)}))
    return lines


def _tell_day(calendar: Calendar, day: date, lines: list[Line], weekends: list[date]) -> None:
    row = calendar.row(day)
    if not calendar.is_working(day):
        if row is None or not row.name:
            weekends.append(day)
        else:
            _join(lines, LineCode.REST, day, row.name)
    elif row is not None and day.weekday() >= SATURDAY:
        _join(lines, LineCode.MAKE_UP, day, row.name)
    if row is not None and row.hours and row.kind is not DayKind.REST:
        hours = tuple(f"{each.start:%H:%M}–{each.end:%H:%M}" for each in row.hours)
        lines.append(Line(LineCode.SHORT_DAY, {"date": day, "hours": hours, "name": row.name}))


def _join(lines: list[Line], code: LineCode, day: date, name: str) -> None:
    last = lines[-1] if lines else None
    if last and last.code is code and last.params["name"] == name and last.params["to"] == day - ONE_DAY:
        lines[-1] = Line(code, {**last.params, "to": day})
    else:
        lines.append(Line(code, {"from": day, "to": day, "name": name}))


def _pauses(run: Run) -> Iterator[Line]:
    for start, end, reason, capped in run.pauses:
        code = LineCode.PAUSE_CAPPED if capped else LineCode.PAUSE
        yield Line(
            code, {"from": run.calendar.moment(start), "to": run.calendar.moment(end), "reason": reason}
        )


def _closing(run: Run) -> Iterator[Line]:
    first, last = run.calendar.day(run.begin).year, run.calendar.day(run.due).year
    if run.unit.is_working:
        for year in range(first, last + 1):
            if year not in run.calendar.announced:
                yield Line(LineCode.PROVISIONAL, {"year": year})
    yield Line(LineCode.DUE, {"at": run.calendar.moment(run.due)})
