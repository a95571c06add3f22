"""How often a form is filled, the periods that follow, and the last day for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
FREQUENCIES = {"once": "一次", "month": "每月", "quarter": "每季", "half": "每半年", "year": "每年"}


@dataclass(frozen=True)
class Period:
    """A stretch of days that a form speaks of: the first and the last, and what it is called."""

    first: date
    last: date
    name: str


def period_of(frequency: str, day: date) -> Period:
    """The period in which a day lies; of a form that is filled once, the day itself."""
    months = MONTHS.get(frequency)
    if months is None:
        return Period(day, day, day.isoformat())
    number = (day.month - 1) // months
    first = date(day.year, number * months + 1, 1)
    return Period(
        first, _months_on(first, months) - timedelta(days=1), _name(frequency, day.year, number + 1)
    )


def last_period(frequency: str, day: date) -> Period:
    """The last period that is over on a day: what a form asked for today is about."""
    now = period_of(frequency, day)
    return (
        now if frequency == "once" or now.last == day else period_of(frequency, now.first - timedelta(days=1))
    )


def _months_on(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def _name(frequency: str, year: int, number: int) -> str:
    match frequency:
        case "month":
            return f"{year}-{number:02d}"
        case "quarter":
            return f"{year}Q{number}"
        case "half":
            return f"{year}H{number}"
    return str(year)
