"""Rows as XLSX: a cover that says what this is, then one sheet with typed cells, written without holding it in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from linli.kernel.registers.columns import Column

MAX_ROWS = 1_048_575
"""Rows of a sheet below its heading."""

MAX_TEXT = 32_767
"""Characters of a cell."""


@dataclass(frozen=True)
class Cover:
    """What the first sheet says."""

    title: str
    conditions: str
    rows: int
    person: str
    at: datetime


def write(cover: Cover, columns: Sequence[Column], rows: Iterable[Any]) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(target, options) as book:
        _write_cover(book, cover)
        _write_rows(book, cover, columns, rows)
    target.seek(0)
    return target


def _write_cover(book: Any, cover: Cover) -> None:
    sheet = book.add_worksheet(_("说明"))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        (_("名册"), cover.title),
        (_("条件"), cover.conditions),
        (_("行数"), f"{cover.rows:,}"),
        (_("导出时间"), f"{cover.at:%Y-%m-%d %H:%M}"),
        (_("导出人"), cover.person),
        (_("说明"), _("本表与导出时页面所列的行和列相同；脱敏的内容在导出中同样脱敏。")),
    ]
    for place, (label, words) in enumerate(lines):
        sheet.write_string(place, 0, label, book.add_format({"bold": True, "valign": "top"}))
        sheet.write_string(place, 1, words[:MAX_TEXT], wrapped)


def _write_rows(book: Any, cover: Cover, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    sheet = book.add_worksheet(_("数据"))
    head = book.add_format({"bold": True, "bg_color": "#F1F3F5", "bottom": 1})
    formats = {
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
    }
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, 18 if column.kind == "datetime" else 14 if column.kind != "text" else 20
        )
        sheet.write_string(0, place, column.heading, head)
    written = 0
    for written, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write_cell(sheet, written, place, column.typed(row), formats.get(column.kind), formats)
    sheet.autofilter(0, 0, max(written, 1), max(len(columns) - 1, 0))
    sheet.activate()


def _write_cell(sheet: Any, line: int, place: int, value: Any, form: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, place, value.replace(tzinfo=None), formats["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats["date"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, place, value, form)
    else:
        sheet.write_string(line, place, str(value)[:MAX_TEXT])
