"""Rows of a list as a workbook: cover, watermark and typed cells, as an export writes them; beside it the library cell by cell.

``bin/linli bench exports [ROWS]``; in a database with people (``bin/linli demo fill``) the list of persons too, read through the
policies and opened as its keeper sees it, in the order of the list.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from linli.kernel.accounts.models import Post
from linli.kernel.accounts.queries import actor_for
from linli.kernel.privacy.context import set_viewer
from linli.kernel.registers import queries
from linli.kernel.registers.columns import Column
from linli.kernel.registers.exporting import sheet
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.register import get
from linli.kernel.registers.selection import Selection

ROWS = 100_000
KINDS = ("code", "text", "text", "date", "text", "text", "text", "text", "number", "datetime")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a list of persons has it."""

    c0: str
    c1: str
    c2: str
    c3: date
    c4: str
    c5: str
    c6: str
    c7: str
    c8: int
    c9: datetime


def main(arguments: list[str]) -> dict[str, float]:
    """Measure, print a table, and return its figures."""
    count = int(arguments[0]) if arguments else ROWS
    rows, at = [_row(n) for n in range(count)], datetime(2026, 11, 27, 9, 30)
    columns = [Column(f"c{n}", f"列{n}", kind=kind) for n, kind in enumerate(KINDS)]
    mark = sheet.Watermark("甲", at, "入户走访核对")
    cover = sheet.Cover("人员", "全部", count, "甲", at, mark)
    begun, work = time.perf_counter(), time.process_time()
    with sheet.write(cover, columns, rows) as file:
        size = len(file.read())
    ours, ours_work = time.perf_counter() - begun, time.process_time() - work
    begun, work = time.perf_counter(), time.process_time()
    _by_cells(columns, rows)
    theirs, theirs_work = time.perf_counter() - begun, time.process_time() - work
    kept = _persons(count)
    print(f"{'rows':<32}{count:>12,}")
    print(f"{'file':<32}{size / 1e6:>9.1f} MB")
    print(f"{'written as exports are':<32}{ours:>10.2f} s{ours_work:>10.2f} s of the processor")
    print(f"{'cell by cell (xlsxwriter)':<32}{theirs:>10.2f} s{theirs_work:>10.2f} s of the processor")
    if kept:
        seconds, work, many = kept
        print(f"{f'persons, {many:,} from the table':<32}{seconds:>10.2f} s{work:>10.2f} s of the processor")
    return {
        "rows": count,
        "persons_seconds": round(kept[0], 2) if kept else 0,
        "seconds": round(ours, 2),
        "cpu": round(ours_work, 2),
        "by_cells_cpu": round(theirs_work, 2),
    }


def _persons(count: int) -> tuple[float, float, int] | None:
    """Seconds, seconds of this process and rows of an export of persons; None where there are none."""
    register, at = get("persons"), timezone.now()
    post = (
        Post.objects.filter(role="registry_keeper").select_related("user").order_by("unit_code", "pk").first()
    )
    if post is None:
        return None
    actor, selection = actor_for(post), Selection.parse(register, QueryDict())
    ask, engine = Ask(actor, at), queries.engine_of(register, selection)
    with transaction.atomic():
        set_viewer(actor)
        many = min(
            count, engine.total(register, selection, ask)
        )  # the columns are in memory from here on, as in a server
        if not many:
            return None
        mark = sheet.Watermark(actor.label, at, "入户走访核对")
        cover = sheet.Cover("人员", "全部", many, actor.label, at, mark)
        begun, work = time.perf_counter(), time.process_time()
        with sheet.write(
            cover, register.columns_of(selection), engine.rows(register, selection, ask, many)
        ) as file:
            file.read()
        return time.perf_counter() - begun, time.process_time() - work, many


def _row(n: int) -> Row:
    day = date(1940, 1, 1) + timedelta(days=n * 37 % 29_000)
    at = datetime(2026, 1, 1) + timedelta(minutes=n)
    place = f"中华北路{n % 400}号{n % 12}栋{n % 3 + 1}单元{n % 30}01"
    return Row(
        f"N{n:07d}",
        "王某某",
        "男女"[n % 2],
        day,
        f"第{n % 3000}网格",
        place,
        "在册",
        "138****1234",
        n % 7,
        at,
    )


def _by_cells(columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """The same rows through the library, without a cover."""
    with tempfile.TemporaryFile() as target, xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        formats: dict[str, Any] = {
            kind: book.add_format({"num_format": shape}) for kind, shape in sheet.FORMATS.items()
        }
        for line, row in enumerate(rows):
            for place, column in enumerate(columns):
                value = column.typed(row)
                if isinstance(value, date):
                    page.write_datetime(line, place, value, formats[column.kind])
                else:
                    page.write(line, place, value)
