"""The holidays that come with the product, and files of a new year."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from linli.algorithms.worktime import DayKind
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.calendar import rules
from linli.kernel.calendar.commands import store_notice
from linli.kernel.calendar.models import Day, Year
from linli.kernel.calendar.queries import DAYS
from linli.kernel.calendar.rules import CalendarRefused, Notice

DATA = Path(__file__).parent / "data"
OFF = {"rest": True, "休": True, "休息": True, "working": False, "班": False, "上班": False}


def shipped() -> list[Notice]:
    """The notices in ``data/``."""
    with (DATA / "years.csv").open(encoding="utf-8", newline="") as lines:
        sources = {int(row["year"]): row["source"] for row in csv.DictReader(lines)}
    days: dict[int, list[tuple[date, DayKind, str]]] = {year: [] for year in sources}
    with (DATA / "days.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            days[int(row["year"])].append(
                (date.fromisoformat(row["date"]), DayKind(row["kind"]), row["name"])
            )
    return [rules.checked_notice(year, source, days[year]) for year, source in sources.items()]


@transaction.atomic
def load(*, by: Actor, at: datetime) -> list[int]:
    """Bring the shipped years in line with the files; any number of times. A year imported by the county is left alone."""
    stored = {year.year: year for year in Year.objects.select_for_update()}
    rows: dict[int, list[tuple[date, DayKind, str]]] = {}
    for row in Day.objects.filter(notice__isnull=False).order_by("date"):
        rows.setdefault(row.notice_id or 0, []).append((row.date, DayKind(row.kind), row.name))
    done = []
    for notice in shipped():
        year = stored.get(notice.year)
        same = (
            year is not None
            and year.source == notice.source
            and tuple(rows.get(notice.year, ())) == notice.days
        )
        if same or (year is not None and not year.shipped):
            continue
        store_notice(notice, shipped=True, at=at)
        done.append(notice.year)
    if done:
        DAYS.changed()
        after = {"years": len(done), "first": done[0], "last": done[-1]}
        record(
            "calendar.loaded", subject=Subject("calendar_year", None, "放假安排"), by=by, at=at, after=after
        )
    return done


def read_notice(name: str, content: bytes, *, source: str = "") -> Notice:
    """A file of one year: holiday-cn JSON, or CSV with date, kind (休 or 班) and name; raises ``CalendarRefused``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CalendarRefused("文件不是 UTF-8 编码，请另存为 UTF-8 后再导入") from None
    if name.lower().endswith(".csv"):
        return _read_csv(text, source)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise CalendarRefused("文件不是完整的 JSON（第 %(line)s 行读不下去）", line=wrong.lineno) from None
    if not isinstance(document, dict):
        raise CalendarRefused("文件里应有 year（年份）、papers（公告网址）和 days（日期）三项")
    if source and not document.get("papers"):
        document["papers"] = [source]
    return rules.notice_of(document)


def _read_csv(text: str, source: str) -> Notice:
    days = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        kind = (row.get("kind") or row.get("安排") or "").strip()
        day = (row.get("date") or row.get("日期") or "").strip()
        name = (row.get("name") or row.get("名称") or "").strip()
        try:
            days.append((date.fromisoformat(day), DayKind.REST if OFF[kind] else DayKind.WORKING, name))
        except (KeyError, ValueError):
            raise CalendarRefused(
                "第 %(number)s 行读不出：应有日期（2027-01-01）、安排（休或班）、名称三列", number=number
            ) from None
    if not days:
        raise CalendarRefused("文件里没有任何日期")
    year = max(day.year for day, _, _ in days)
    return rules.checked_notice(year, source, days)
