"""A year as twelve months of days, for the page."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.worktime import Calendar, DayKind
from linli.kernel.calendar import rules
from linli.kernel.calendar.rules import Row

WORDS = {
    DayKind.REST: gettext_lazy("休"),
    DayKind.WORKING: gettext_lazy("班"),
    DayKind.HALF: gettext_lazy("半"),
}
SATURDAY = 5


@dataclass(frozen=True)
class Cell:
    """One day: its look, the one-character word in its corner, and the sentence for a pointer or a screen reader."""

    day: date
    look: str
    word: str
    name: str
    local: bool
    today: bool

    @property
    def title(self) -> str:
        """What is said of the day."""
        day = _("%(month)d月%(day)d日") % {"month": self.day.month, "day": self.day.day}
        return " ".join(part for part in (day, self.word, self.name) if part)


@dataclass(frozen=True)
class Month:
    """A month's name, its weeks (None where no day of it lies) and its number of working days."""

    number: int
    weeks: list[list[Cell | None]]
    working: int


def months(year: int, calendar: Calendar, held: dict[date, Row], today: date) -> list[Month]:
    """The twelve months of a year, weeks beginning on Monday."""
    found = []
    for number in range(1, 13):
        weeks = [
            [_cell(date(year, number, day), calendar, held, today) if day else None for day in week]
            for week in gregorian.monthcalendar(year, number)
        ]
        days = [cell.day for week in weeks for cell in week if cell]
        found.append(Month(number, weeks, sum(calendar.is_working(day) for day in days)))
    return found


def _cell(day: date, calendar: Calendar, held: dict[date, Row], today: date) -> Cell:
    row = held.get(day)
    if row is None:
        look = "rest" if day.weekday() >= SATURDAY else "plain"
        return Cell(day, look, "", "", local=False, today=day == today)
    hours = "、".join(rules.words_of(row.hours))
    kind = DayKind.HALF if row.kind is DayKind.WORKING and row.hours else row.kind
    look = {DayKind.REST: "holiday", DayKind.WORKING: "work", DayKind.HALF: "half"}[kind]
    return Cell(day, look, str(WORDS[kind]), f"{row.name} {hours}".strip(), row.local, day == today)
