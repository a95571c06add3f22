"""Rows of a list as a workbook: cover, watermark and typed cells, as an export writes them; beside it the library cell by cell.

bin/linli bench exports [ROWS]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter

from linli.kernel.registers.columns import Column
from linli.kernel.registers.exporting import sheet

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
    print(f"{'rows':<32}{count:>12,}")
    print(f"{'file':<32}{size / 1e6:>9.1f} MB")
    print(f"{'written as exports are':<32}{ours:>10.2f} s{ours_work:>10.2f} s of the processor")
    print(f"{'cell by cell (xlsxwriter)':<32}{theirs:>10.2f} s{theirs_work:>10.2f} s of the processor")
    return {
        "rows": count,
        "seconds": round(ours, 2),
        "cpu": round(ours_work, 2),
        "by_cells_cpu": round(theirs_work, 2),
    }


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
