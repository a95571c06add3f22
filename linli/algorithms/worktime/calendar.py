"""Which days and hours are worked, as pure values that are built once and shared between threads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
DAY = 24 * HOUR
SATURDAY = 5

Span = tuple[int, int]


class OutsideCalendar(ValueError):
    """A moment lies before the first or after the last day that the calendar covers."""


class DayKind(StrEnum):
    """What a row of the calendar says about its day."""

    WORKING = "working"
    REST = "rest"
    HALF = "half"


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of working time within a day, for instance 09:00 to 12:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"hours end at {self.end}, not after their start at {self.start}")

    @property
    def span(self) -> Span:
        """Start and end in microseconds since midnight."""
        return _since_midnight(self.start), _since_midnight(self.end)


DEFAULT_HOURS = (Hours(time(9), time(12)), Hours(time(13), time(17)))


@dataclass(frozen=True, slots=True)
class Day:
    """A day that differs from its weekday's habit, or has hours of its own. ``name`` is the holiday it belongs to."""

    date: date
    kind: DayKind
    name: str = ""
    hours: tuple[Hours, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is DayKind.HALF and not self.hours:
            raise ValueError(f"half day {self.date} needs its hours")


@dataclass(frozen=True, slots=True)
class DayConvention:
    """How working days are counted.

    By default the day of receipt is not counted (Civil Code art. 201) and the last day ends when business
    ends (art. 203); with ``ends_at_close`` off it ends at midnight. Articles quoted from memory, not read in a source.
    """

    count_first_day: bool = False
    ends_at_close: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Working time of a place, with running totals so that a clock needs only a search. Make one with ``build``.

    Moments are counted in *ticks*: microseconds of local time since the first covered midnight. ``worked[i]`` is
    the working time before day i, ``closes`` the ticks at which a working day ends, ``midnights`` those at which
    any day ends.
    """

    first: date
    zone: tzinfo
    convention: DayConvention
    announced: frozenset[int]
    rows: dict[date, Day] = field(repr=False)
    standard: tuple[Hours, ...]
    spans: list[tuple[Span, ...]] = field(repr=False)
    worked: list[int] = field(repr=False)
    closes: list[int] = field(repr=False)
    origin: datetime = field(repr=False)

    @classmethod
    def build(
        cls,
        rows: Iterable[Day],
        *,
        announced: Collection[int] | None = None,
        hours: tuple[Hours, ...] = DEFAULT_HOURS,
        convention: DayConvention = DayConvention(),
        zone: tzinfo = SHANGHAI,
        years_ahead: int = 20,
    ) -> Calendar:
        """Make a calendar from its special days; other days follow Monday to Friday.

        ``announced`` are the years whose holidays are known (by default those with a row): every other year is
        provisional. The calendar covers the announced years and ``years_ahead`` more.
        """
        by_date = {row.date: row for row in rows}
        known = frozenset(announced if announced is not None else {day.year for day in by_date})
        if not known:
            raise ValueError("a calendar needs at least one announced year")
        first, last = date(min(known), 1, 1), date(max(known) + years_ahead, 12, 31)
        standard = _spans(hours)
        spans = [_spans_of(first + timedelta(i), by_date, standard) for i in range((last - first).days + 1)]
        worked, closes = _totals(spans, at_close=convention.ends_at_close)
        origin = datetime(first.year, 1, 1)
        return cls(first, zone, convention, known, by_date, hours, spans, worked, closes, origin)

    def is_working(self, day: date) -> bool:
        """Whether any hour of the day is worked."""
        return bool(self.spans[self._index(day)])

    def is_provisional(self, day: date) -> bool:
        """Whether the holidays of the day's year are not announced yet."""
        return day.year not in self.announced

    def row(self, day: date) -> Day | None:
        """The special row of a day, if it has one."""
        return self.rows.get(day)

    def standard_day(self) -> int:
        """Working time of an ordinary working day, in microseconds."""
        return sum(end - start for start, end in _spans(self.standard))

    def ticks(self, moment: datetime) -> int:
        """Ticks of an aware moment. Raises ``OutsideCalendar``, and ``ValueError`` for a naive one."""
        if moment.tzinfo is None:
            raise ValueError("a clock needs a moment with a time zone")
        ticks = (moment.astimezone(self.zone).replace(tzinfo=None) - self.origin) // MICROSECOND
        if not 0 <= ticks < len(self.spans) * DAY:
            raise OutsideCalendar(
                f"{moment.isoformat()} lies outside the calendar, which begins {self.first}"
            )
        return ticks

    def moment(self, ticks: int) -> datetime:
        """The aware local moment of ticks."""
        return (self.origin + ticks * MICROSECOND).replace(tzinfo=self.zone)

    def day(self, ticks: int) -> date:
        """The local date of ticks."""
        return self.first + timedelta(ticks // DAY)

    def _index(self, day: date) -> int:
        index = (day - self.first).days
        if not 0 <= index < len(self.spans):
            raise OutsideCalendar(f"{day} lies outside the calendar, which begins {self.first}")
        return index


def _since_midnight(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


def _spans(hours: tuple[Hours, ...]) -> tuple[Span, ...]:
    spans = tuple(sorted(each.span for each in hours))
    if any(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)):
        raise ValueError("working hours overlap")
    return spans


def _spans_of(day: date, rows: dict[date, Day], standard: tuple[Span, ...]) -> tuple[Span, ...]:
    row = rows.get(day)
    if row is None:
        return standard if day.weekday() < SATURDAY else ()
    if row.kind is DayKind.REST:
        return ()
    return _spans(row.hours) if row.hours else standard


def _totals(spans: list[tuple[Span, ...]], *, at_close: bool) -> tuple[list[int], list[int]]:
    worked, closes, total = [0], [], 0
    for index, day in enumerate(spans):
        total += sum(end - start for start, end in day)
        worked.append(total)
        if day:
            closes.append(index * DAY + (day[-1][1] if at_close else DAY - 1_000_000))
    return worked, closes
