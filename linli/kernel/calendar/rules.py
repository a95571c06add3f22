"""Reading hours and holiday notices, and which rows hold at a place: values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from linli.algorithms.text.sentences import Refusal
from linli.algorithms.worktime import Day, DayKind, Hours

SATURDAY = 5


class CalendarRefused(Refusal, ValueError):
    """A day cannot be changed or a notice cannot be read like this; the text says what to write instead."""


def hours_of(value: Any) -> tuple[Hours, ...]:
    """Stretches such as ``["09:00-12:00", "13:30-17:30"]`` as hours, in order; raises ``CalendarRefused``."""
    if not isinstance(value, list | tuple) or not value:
        raise CalendarRefused("请至少写一个时段，例如 09:00-12:00")
    stretches = sorted((_stretch(text) for text in value), key=lambda each: each.start)
    for earlier, later in zip(stretches, stretches[1:], strict=False):
        if later.start < earlier.end:
            raise CalendarRefused("时段之间不能重叠")
    return tuple(stretches)


def _stretch(text: object) -> Hours:
    start, _, end = str(text).replace("–", "-").replace(":", ":").partition("-")
    try:
        return Hours(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        raise CalendarRefused("“%(text)s”不是时段，应写作 09:00-12:00，结束晚于开始", text=text) from None


def words_of(hours: Iterable[Hours]) -> list[str]:
    """Hours as they are stored and shown."""
    return [f"{each.start:%H:%M}-{each.end:%H:%M}" for each in hours]


def half(hours: Sequence[Hours], part: str) -> tuple[Hours, ...]:
    """The morning (before 13:00) or the afternoon of standard hours."""
    noon = time(13)
    kept = tuple(each for each in hours if (each.start < noon) == (part == "morning"))
    if not kept:
        raise CalendarRefused("工作时间里没有这个半天，请直接填写时段")
    return kept


@dataclass(frozen=True)
class Row:
    """A day as it is stored: nationwide rows have no place; ``local`` ones were entered by the county."""

    date: date
    kind: DayKind
    name: str
    place: str = ""
    hours: tuple[Hours, ...] = ()
    local: bool = False


def at_place(rows: Iterable[Row], place: str) -> dict[date, Row]:
    """The row of each day that holds at a place: the longer place first, then the local one."""
    held: dict[date, Row] = {}
    for row in rows:
        if not place.startswith(row.place):
            continue
        other = held.get(row.date)
        if other is None or (len(row.place), row.local) > (len(other.place), other.local):
            held[row.date] = row
    return held


def days_with_hours(
    held: Mapping[date, Row],
    spans: Sequence[tuple[date, tuple[Hours, ...]]],
    standard: tuple[Hours, ...],
    last: date,
) -> list[Day]:
    """The special days of a calendar whose hours change over time.

    ``spans`` are (first day, hours) in order. A day whose hours at the time differ from ``standard`` becomes a
    special one, so that a clock is exact on both sides of a change.
    """
    days = {row.date: Day(row.date, row.kind, row.name, row.hours) for row in held.values()}
    for index, (first, hours) in enumerate(spans):
        if hours == standard:
            continue
        end = spans[index + 1][0] if index + 1 < len(spans) else last + timedelta(1)
        for day in (first + timedelta(n) for n in range((end - first).days)):
            known = days.get(day)
            if known is None and day.weekday() < SATURDAY:
                days[day] = Day(day, DayKind.WORKING, "", hours)
            elif known is not None and known.kind is DayKind.WORKING and not known.hours:
                days[day] = Day(day, known.kind, known.name, hours)
    return list(days.values())


@dataclass(frozen=True)
class Notice:
    """The days of one year's notice of the State Council."""

    year: int
    source: str
    days: tuple[tuple[date, DayKind, str], ...]


def notice_of(document: Mapping[str, Any]) -> Notice:
    """A year in the format of holiday-cn; raises ``CalendarRefused`` with the place of the first fault."""
    try:
        year, papers, rows = int(document["year"]), document.get("papers") or [], document["days"]
    except (KeyError, TypeError, ValueError):
        raise CalendarRefused("文件里应有 year（年份）、papers（公告网址）和 days（日期）三项") from None
    return checked_notice(
        year, " ".join(str(p) for p in papers), [_entry(n, row) for n, row in enumerate(rows, 1)]
    )


def _entry(number: int, row: Any) -> tuple[date, DayKind, str]:
    try:
        day, off, name = date.fromisoformat(row["date"]), row["isOffDay"], str(row["name"])
    except (KeyError, TypeError, ValueError):
        raise CalendarRefused(
            "第 %(number)s 个日期读不出：每项应有 name、date（如 2027-01-01）和 isOffDay", number=number
        ) from None
    if not isinstance(off, bool):
        raise CalendarRefused("第 %(number)s 个日期的 isOffDay 应为 true 或 false", number=number)
    return day, DayKind.REST if off else DayKind.WORKING, name


def checked_notice(year: int, source: str, days: Sequence[tuple[date, DayKind, str]]) -> Notice:
    """A notice whose days belong to its year (or the last days of the year before) and occur once."""
    if not days:
        raise CalendarRefused("%(year)s 年没有任何日期：放假安排公布后再导入", year=year)
    if not source.strip():
        raise CalendarRefused("请写明放假通知的网址或文号")
    outside = [day for day, _, _ in days if not date(year - 1, 12, 20) <= day <= date(year, 12, 31)]
    if outside:
        raise CalendarRefused("%(day)s 不属于 %(year)s 年的放假安排", day=outside[0], year=year)
    if len({day for day, _, _ in days}) != len(days):
        raise CalendarRefused("同一天出现了两次")
    return Notice(year, source.strip(), tuple(sorted(days)))
