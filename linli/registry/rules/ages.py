"""Full years of age, as the law counts them: complete on the birthday itself."""

from __future__ import annotations

from datetime import date


def age_on(birth: date, day: date) -> int:
    """Full years between a birth and a day; negative before the birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def years_before(day: date, years: int) -> date:
    """The last day on which somebody was born who is that old on a day; the first day of the calendar at the earliest."""
    year = day.year - years
    if year < 1:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:  # the 29th of February of a year without one
        return date(year, 2, 28)
