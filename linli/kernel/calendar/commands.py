"""Every change to the working calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from linli.kernel.accounts.policy import require
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.calendar import rules
from linli.kernel.calendar.models import Day, Kind, Year
from linli.kernel.calendar.queries import DAYS
from linli.kernel.calendar.rules import CalendarRefused, Notice


def subject_of(day: date, place: str) -> Subject:
    """A day as the subject of an event."""
    return Subject("calendar_day", None, day.isoformat(), place)


def shown(row: Day) -> dict[str, Any]:
    """A day as it is kept in events."""
    return {
        "date": row.date.isoformat(), "place": row.place, "kind": row.get_kind_display(), "hours": row.hours,
        "name": row.name, "source": row.source,
    }  # fmt: skip


@transaction.atomic
def change_day(
    *,
    day: date,
    kind: Kind,
    name: str,
    source: str,
    by: Actor,
    at: datetime,
    place: str = "",
    hours: Sequence[str] = (),
) -> Day:
    """Say what a day is at a place and below it. ``hours`` are needed for a half day and allowed for a working one."""
    require(by, "calendar.change")
    if not source.strip():
        raise CalendarRefused("请写明依据（文件名称和文号）")
    if not name.strip():
        raise CalendarRefused("请写明名称，例如“古尔邦节”“防汛值守”")
    if kind is Kind.HALF and not hours:
        raise CalendarRefused("半天班请写明上班的时段")
    stretches = rules.words_of(rules.hours_of(list(hours))) if hours and kind is not Kind.REST else []
    row = Day.objects.select_for_update().filter(date=day, place=place, notice=None).first()
    before = shown(row) if row else {}
    row = row or Day(date=day, place=place)
    row.kind, row.hours, row.name, row.source = kind, stretches, name.strip(), source.strip()
    row.save()
    DAYS.changed()
    record(
        "calendar.day_changed", subject=subject_of(day, place), by=by, at=at, before=before, after=shown(row)
    )
    return row


@transaction.atomic
def restore_day(*, day: date, by: Actor, at: datetime, place: str = "") -> None:
    """Take the county's own entry for a day back; the nationwide notice or the weekday holds again."""
    require(by, "calendar.change")
    row = Day.objects.select_for_update().filter(date=day, place=place, notice=None).first()
    if row is None:
        raise CalendarRefused("这一天没有本地安排可撤回")
    before = shown(row)
    row.delete()
    DAYS.changed()
    record(
        "calendar.day_restored",
        subject=subject_of(day, place),
        by=by,
        at=at,
        before=before,
        after={"date": day.isoformat()},
    )


@transaction.atomic
def import_year(*, notice: Notice, by: Actor, at: datetime) -> Year:
    """Take over a year's notice of the State Council; a notice for the same year replaces the one before."""
    require(by, "calendar.change")
    year = store_notice(notice, shipped=False, at=at)
    DAYS.changed()
    after = {"year": notice.year, "days": len(notice.days), "source": notice.source}
    record(
        "calendar.year_imported",
        subject=Subject("calendar_year", notice.year, str(notice.year)),
        by=by,
        at=at,
        after=after,
    )
    return year


def store_notice(notice: Notice, *, shipped: bool, at: datetime) -> Year:
    """Write a notice's rows, inside the caller's transaction."""
    year, _ = Year.objects.update_or_create(
        year=notice.year, defaults={"source": notice.source, "shipped": shipped, "at": at}
    )
    year.days.all().delete()
    Day.objects.filter(notice__isnull=False, date__in=[day for day, _, _ in notice.days]).delete()
    Day.objects.bulk_create(
        Day(date=day, kind=kind.value, name=name, notice=year) for day, kind, name in notice.days
    )
    return year
