"""Rows as XLSX: a cover that says what this is, then one sheet with typed cells, written without holding it in memory.

The library writes the workbook with the head of the table alone; the rows are put into its sheet as they come, since
writing them cell by cell through the library takes ten times as long. Whose file it is stands in the first and the last row
and in the header and footer of each printed page, which Excel and WPS both show; a picture behind the cells is neither
printed nor kept by every program, so there is none.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from linli.kernel.registers.columns import Column

MAX_ROWS = 1_048_575
"""Rows of a sheet below its heading."""

SAMPLE = 3
"""The row below every head in which the library shows how each kind of cell is formatted."""
MARKS = 2
"""Rows of a sheet that say whose file it is."""

MAX_TEXT = 32_767
"""Characters of a cell."""

DATA = "xl/worksheets/sheet2.xml"
PIECE = 1_000
"""Rows that are packed together."""

FORMATS = {"datetime": "yyyy-mm-dd hh:mm", "date": "yyyy-mm-dd", "money": "#,##0.00"}


@dataclass(frozen=True)
class Watermark:
    """Whose file it is: on every sheet, seen and printed."""

    person: str
    at: datetime
    purpose: str

    @property
    def words(self) -> str:
        """One line."""
        return _("%(person)s %(at)s 导出，用途：%(purpose)s。含个人信息，不得外传，用后删除") % {
            "person": self.person,
            "at": f"{self.at:%Y-%m-%d %H:%M}",
            "purpose": self.purpose,
        }


@dataclass(frozen=True)
class Cover:
    """What the first sheet says."""

    title: str
    conditions: str
    rows: int
    person: str
    at: datetime
    mark: Watermark | None = None
    as_of: date | None = None


def write(cover: Cover, columns: Sequence[Column], rows: Iterable[Any]) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning."""
    skeleton = _skeleton(cover, columns)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with (
        zipfile.ZipFile(skeleton) as made,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
    ):
        for part in made.infolist():
            if part.filename != DATA:
                book.writestr(part.filename, made.read(part))
        head, styles, tail = _opened(made.read(DATA).decode())
        with book.open(DATA, "w", force_zip64=True) as sheet:
            sheet.write(head.encode())
            for piece in _pieces(cover, columns, rows, styles):
                sheet.write(piece.encode())
            sheet.write(tail.encode())
    target.seek(0)
    return target


# --- What the library writes --------------------------------------------------------------------------------------------


def _skeleton(cover: Cover, columns: Sequence[Column]) -> IO[bytes]:
    """The workbook with its cover and the head of the table, and one row that shows how each kind of cell is formatted."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _write_cover(book, cover)
        _write_head(book, cover, columns)
    made.seek(0)
    return made


def _write_cover(book: Any, cover: Cover) -> None:
    sheet = book.add_worksheet(_("说明"))
    _write_mark(sheet, cover)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        (_("名册"), cover.title),
        (_("条件"), cover.conditions),
        *([(_("截至"), f"{cover.as_of:%Y-%m-%d}")] if cover.as_of else []),
        (_("行数"), f"{cover.rows:,}"),
        (_("导出时间"), f"{cover.at:%Y-%m-%d %H:%M}"),
        (_("导出人"), cover.person),
        *([(_("用途"), cover.mark.purpose), (_("水印"), cover.mark.words)] if cover.mark else []),
        (_("说明"), _("本表与导出时页面所列的行和列相同；脱敏的内容在导出中同样脱敏。")),
    ]
    for place, (label, words) in enumerate(lines):
        sheet.write_string(place, 0, label, book.add_format({"bold": True, "valign": "top"}))
        sheet.write_string(place, 1, words[:MAX_TEXT], wrapped)


def _write_mark(sheet: Any, cover: Cover) -> None:
    """Whose file it is, above and below each printed page; an ampersand would begin a code of the library."""
    if cover.mark is not None:
        words = cover.mark.words.replace("&", "&&")
        sheet.set_header(f"&L&8{words[:200]}")
        sheet.set_footer(f"&L&8{words[:180]}&R&8&P / &N")


def _write_head(book: Any, cover: Cover, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(_("数据"))
    _write_mark(sheet, cover)
    line = 0
    if cover.mark is not None:
        sheet.write_string(0, 0, cover.mark.words, book.add_format({"italic": True, "font_color": "#868E96"}))
        line = 1
    sheet.freeze_panes(line + 1, 0)
    head = book.add_format({"bold": True, "bg_color": "#F1F3F5", "bottom": 1})
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, 18 if column.kind == "datetime" else 14 if column.kind != "text" else 20
        )
        sheet.write_string(line, place, column.heading, head)
    for place, name in enumerate(FORMATS):
        sheet.write_number(SAMPLE, place, 0, book.add_format({"num_format": FORMATS[name]}))
    sheet.autofilter(line, 0, line + max(cover.rows, 1), max(len(columns) - 1, 0))
    sheet.activate()


def _opened(sheet: str) -> tuple[str, dict[str, str], str]:
    """The sheet up to where the rows come, the style of each kind of cell, and what follows the rows."""
    sample = re.search(rf'<row r="{SAMPLE + 1}".*?</row>', sheet)
    assert sample is not None
    found = re.findall(r' s="(\d+)"', sample.group())
    head, tail = sheet[: sample.start()], sheet[sample.end() :]
    return re.sub(r"<dimension [^>]*/>", "", head), dict(zip(FORMATS, found, strict=True)), tail


# --- The rows -----------------------------------------------------------------------------------------------------------

AWKWARD = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f]")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of a workbook, whose first sixty days nobody uses."""

Cell = Callable[[Any], str]
"""A typed value as the inside of a cell, from its style or type on."""


def _pieces(
    cover: Cover, columns: Sequence[Column], rows: Iterable[Any], styles: dict[str, str]
) -> Iterator[str]:
    """The rows of the sheet in pieces, the line that says whose it is at their end."""
    first = 2 if cover.mark is None else 3
    writers = [
        (f'<c r="{xl_col_to_name(place)}', column.reader(), _writer(column, styles))
        for place, column in enumerate(columns)
    ]
    line, kept = first - 1, []
    for line, row in enumerate(rows, start=first):
        cells = [
            f"{opening}{line}{inside}</c>"
            for opening, typed, writer in writers
            if (value := typed(row)) is not None and value != "" and (inside := writer(value))
        ]
        kept.append(f'<row r="{line}">{"".join(cells)}</row>')
        if len(kept) == PIECE:
            yield "".join(kept)
            kept = []
    if cover.mark is not None:
        kept.append(f'<row r="{line + 1}"><c r="A{line + 1}{_text(cover.mark.words)}</c></row>')
    yield "".join(kept)


def _writer(column: Column, styles: dict[str, str]) -> Cell:
    """How the cells of a column are written."""
    moment, day = styles["datetime"], styles["date"]
    money = f'" s="{styles["money"]}"' if column.kind == "money" else '"'

    def write(value: Any) -> str:
        if type(value) is str:
            return _text(value)
        if isinstance(value, datetime):
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            return f'" s="{moment}"><v>{value.toordinal() - EPOCH + seconds / 86400:.10f}</v>'
        if isinstance(value, date):
            return f'" s="{day}"><v>{value.toordinal() - EPOCH}</v>'
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return f"{money}><v>{value}</v>"
        return _text(str(value))

    return write


def _text(words: str) -> str:
    """A text as it stands: no program takes it for a formula, and what no file may hold is left out."""
    words = words[:MAX_TEXT]
    if AWKWARD.search(words):
        words = escape(FORBIDDEN.sub("", words))
    space = ' xml:space="preserve"' if words != words.strip() else ""
    return f'" t="inlineStr"><is><t{space}>{words}</t></is>'
