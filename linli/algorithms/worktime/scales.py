"""A scale counts how far a clock has run at a moment, and finds the moment at which it has run that far.

The four units differ only in their scale; everything about pauses, extensions and measuring is the same for all.
Positions on the hour scales are microseconds, on the day scales whole days.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from typing import Protocol

from linli.algorithms.worktime.calendar import DAY, HOUR, Calendar, OutsideCalendar

LAST_SECOND = DAY - 1_000_000


class Unit(StrEnum):
    """Units of a clock: 工作时, 工作日, 自然时, 自然日."""

    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    NATURAL_HOUR = "natural_hour"
    NATURAL_DAY = "natural_day"

    @property
    def is_day(self) -> bool:
        """Whether amounts are whole days."""
        return self in (Unit.WORKING_DAY, Unit.NATURAL_DAY)

    @property
    def is_working(self) -> bool:
        """Whether rest days and rest hours do not count."""
        return self in (Unit.WORKING_HOUR, Unit.WORKING_DAY)


class Scale(Protocol):
    """How far a clock of one unit has run."""

    per_unit: int

    def start(self, ticks: int) -> int:
        """The position from which a clock started at these ticks counts."""

    def before(self, ticks: int) -> int:
        """The position reached before these ticks."""

    def reached(self, ticks: int) -> int:
        """The position reached at these ticks, this moment included."""

    def when(self, position: int) -> int:
        """The first ticks at which the position is reached."""


class WorkingHours:
    """Counts working time."""

    per_unit = HOUR

    def __init__(self, calendar: Calendar) -> None:
        self._worked = calendar.worked
        self._spans = calendar.spans

    def start(self, ticks: int) -> int:
        return self.before(ticks)

    def before(self, ticks: int) -> int:
        day, within = divmod(ticks, DAY)
        position = self._worked[day]
        for start, end in self._spans[day]:
            if within <= start:
                break
            position += min(within, end) - start
        return position

    def reached(self, ticks: int) -> int:
        return self.before(ticks)

    def when(self, position: int) -> int:
        day = bisect_left(self._worked, position) - 1
        if day < 0 or day >= len(self._spans):
            raise OutsideCalendar("the clock runs past the end of the calendar")
        left = position - self._worked[day]
        for start, end in self._spans[day]:
            if left <= end - start:
                return day * DAY + start + left
            left -= end - start
        raise AssertionError("a day holds its own working time")


class WorkingDays:
    """Counts the ends of working days: a day counts when the clock runs at its close."""

    per_unit = 1

    def __init__(self, calendar: Calendar) -> None:
        self._closes = calendar.closes
        self._count_first_day = calendar.convention.count_first_day

    def start(self, ticks: int) -> int:
        return self.before(ticks if self._count_first_day else (ticks // DAY + 1) * DAY)

    def before(self, ticks: int) -> int:
        return bisect_left(self._closes, ticks)

    def reached(self, ticks: int) -> int:
        return bisect_left(self._closes, ticks + 1)

    def when(self, position: int) -> int:
        if position > len(self._closes):
            raise OutsideCalendar("the clock runs past the end of the calendar")
        return self._closes[position - 1]


class NaturalHours:
    """Counts all time."""

    per_unit = HOUR

    def start(self, ticks: int) -> int:
        return ticks

    def before(self, ticks: int) -> int:
        return ticks

    def reached(self, ticks: int) -> int:
        return ticks

    def when(self, position: int) -> int:
        return position


class NaturalDays:
    """Counts the ends of days, at one second before midnight; the day of receipt is not counted unless so agreed."""

    per_unit = 1

    def __init__(self, calendar: Calendar) -> None:
        self._count_first_day = calendar.convention.count_first_day

    def start(self, ticks: int) -> int:
        return self.before(ticks) if self._count_first_day else ticks // DAY + 1

    def before(self, ticks: int) -> int:
        return (ticks + DAY - 1 - LAST_SECOND) // DAY

    def reached(self, ticks: int) -> int:
        return self.before(ticks + 1)

    def when(self, position: int) -> int:
        return (position - 1) * DAY + LAST_SECOND


def scale_of(unit: Unit, calendar: Calendar) -> Scale:
    """The scale on which clocks of a unit run."""
    if unit is Unit.WORKING_HOUR:
        return WorkingHours(calendar)
    if unit is Unit.WORKING_DAY:
        return WorkingDays(calendar)
    return NaturalHours() if unit is Unit.NATURAL_HOUR else NaturalDays(calendar)
