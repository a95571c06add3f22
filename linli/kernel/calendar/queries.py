"""The calendar of a place as a value for ``algorithms.worktime``, kept in memory until something changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.algorithms.worktime import Calendar, DayConvention, DayKind, Hours
from linli.kernel.audit.models import Event
from linli.kernel.calendar import rules
from linli.kernel.calendar.models import Day, Year
from linli.kernel.norms.freshness import Fresh
from linli.kernel.norms.queries import NORMS, Table, norm

HOURS = "calendar.hours"
YEARS_AHEAD = 20


class NoCalendar(Refusal, LookupError):
    """No year is announced: the calendar was never loaded."""


@dataclass
class Days:
    """Every row of the calendar, and the calendars already built from it for the norms of the moment."""

    rows: tuple[rules.Row, ...]
    announced: frozenset[int]
    places: frozenset[str]
    built: dict[str, tuple[Table, Calendar]] = field(default_factory=dict)


def _load() -> Days:
    found = Day.objects.order_by("date", "id")
    rows = tuple(
        rules.Row(
            row.date,
            DayKind(row.kind),
            row.name,
            row.place,
            rules.hours_of(row.hours) if row.hours else (),
            row.is_local,
        )
        for row in found
    )
    return Days(
        rows,
        frozenset(Year.objects.values_list("year", flat=True)),
        frozenset(row.place for row in rows if row.place),
    )


DAYS: Fresh[Days] = Fresh("calendar", _load)


def calendar_for(place: str = "") -> Calendar:
    """The working calendar at a place (a unit's code path); the same object until a day or an hour changes.

    Raises ``NoCalendar`` where no year was loaded and ``NoNorm`` where the working hours are missing.
    """
    days, table = DAYS.get(), NORMS.get()
    known = days.built.get(place)
    if known is None or known[0] is not table:
        known = days.built[place] = (table, _shared(_nearest(place, days, table), days, table))
    return known[1]


def _shared(place: str, days: Days, table: Table) -> Calendar:
    """The calendar of a place with rows of its own, built once."""
    known = days.built.get(place)
    if known is None or known[0] is not table:
        known = days.built[place] = (table, _build(place, days, table))
    return known[1]


def _nearest(place: str, days: Days, table: Table) -> str:
    """The longest prefix of a place that has rows of its own: places below it share one calendar."""
    if not place:
        return ""
    places = days.places.union(
        row.place for key in table.by_key if key.startswith("calendar.") for row in table.by_key[key]
    )
    return max((prefix for prefix in places if place.startswith(prefix)), key=len, default="")


def _build(place: str, days: Days, table: Table) -> Calendar:
    if not days.announced:
        raise NoCalendar("工作日历是空的，请先运行 bin/linli calendar load")
    today = timezone.localdate()
    first, last = date(min(days.announced), 1, 1), date(max(days.announced) + YEARS_AHEAD, 12, 31)
    standard = rules.hours_of(norm(HOURS, on=today, place=place).value)
    held = rules.at_place(days.rows, place)
    convention = DayConvention(
        count_first_day=bool(norm("calendar.count_first_day", on=today, place=place).value),
        ends_at_close=bool(norm("calendar.ends_at_close", on=today, place=place).value),
    )
    special = rules.days_with_hours(held, _spans(place, table, first, last), standard, last)
    return Calendar.build(
        special, announced=days.announced, hours=standard, convention=convention, years_ahead=YEARS_AHEAD
    )


def _spans(place: str, table: Table, first: date, last: date) -> list[tuple[date, tuple[Hours, ...]]]:
    """(first day, hours) of every stretch of days with the same working hours."""
    starts = {first}
    for row in table.by_key.get(HOURS, ()):
        if place.startswith(row.place):
            starts.add(max(first, row.valid_from))
            if row.valid_to is not None:
                starts.add(row.valid_to + timedelta(1))
    return [
        (day, rules.hours_of(norm(HOURS, on=day, place=place).value))
        for day in sorted(starts)
        if first <= day <= last
    ]


def standard_hours(on: date, place: str = "") -> tuple[Hours, ...]:
    """The working hours of an ordinary working day at a place."""
    return rules.hours_of(norm(HOURS, on=on, place=place).value)


def announced_years() -> frozenset[int]:
    """Years whose holidays are known."""
    return DAYS.get().announced


def rows_at(place: str) -> dict[date, rules.Row]:
    """The special row of each day that holds at a place."""
    return rules.at_place(DAYS.get().rows, place)


def local_row(day: date, place: str) -> Day | None:
    """The county's own entry for a day at exactly this place."""
    return Day.objects.filter(date=day, place=place, notice=None).first()


def source_of(year: int) -> str:
    """The notice that announced a year's holidays; empty for a provisional year."""
    return Year.objects.filter(year=year).values_list("source", flat=True).first() or ""


def history_of_day(day: date) -> list[Event]:
    """What was done to one day, the latest first."""
    return list(
        Event.objects.filter(subject_kind="calendar_day", subject_label=day.isoformat()).order_by("-id")[:50]
    )
