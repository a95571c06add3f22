"""An old XLS as an XLSX of the same look: values, merged cells, fonts, borders, fills, numbers' shapes, widths and heights.

What the old format keeps and its reader does not tell is not carried over: pictures, print settings and formulas, of which the values
come. Whoever uploads such a template is told to look at it once.
"""

from __future__ import annotations

import io
from copy import copy
from typing import Any

import openpyxl
import xlrd
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from xlrd.book import Book
from xlrd.sheet import Sheet

from linli.algorithms.workbooks.blank import NoTemplate

SIGN = b"\xd0\xcf\x11\xe0"
HORIZONTAL = ("general", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
VERTICAL = ("top", "center", "bottom", "justify", "distributed")
LINES = (
    None, "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot", "mediumDashDot", "dashDotDot",
    "mediumDashDotDot", "slantDashDot",
)  # fmt: skip
"""Borders by the number that the old format gives them ([MS-XLS] 2.4.353)."""
SOLID = 1
WIDTH_UNIT, TWIPS, STANDARD_WIDTH = 256, 20, 8.43


def is_old(content: bytes) -> bool:
    """Whether a file is of the format before XLSX."""
    return content.startswith(SIGN)


def renewed(content: bytes) -> bytes:
    """The workbook as XLSX. Raises ``NoTemplate``."""
    try:
        old = xlrd.open_workbook(file_contents=content, formatting_info=True)
    except (xlrd.XLRDError, AssertionError, IndexError, UnicodeDecodeError) as error:
        raise NoTemplate("模板打不开，可能已损坏或加了密码；请另存为 XLSX 再试") from error
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in old.sheets():
        _carry(old, sheet, book.create_sheet(sheet.name))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _carry(old: Book, sheet: Sheet, made: Any) -> None:
    first: dict[int, Any] = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell, target = sheet.cell(row, column), made.cell(row + 1, column + 1)
            target.value = _value(old, cell)
            alike = first.setdefault(cell.xf_index, target)
            if alike is target:
                for name, value in _looks(old, cell.xf_index).items():
                    setattr(target, name, value)
            else:  # the style by its number: to set it anew would search all styles for each cell
                target._style = copy(alike._style)
    for top, below, left, after in sheet.merged_cells:
        made.merge_cells(start_row=top + 1, end_row=below, start_column=left + 1, end_column=after)
    _measure(sheet, made)


def _measure(sheet: Sheet, made: Any) -> None:
    """Widths of columns and heights of rows."""
    for column, info in sheet.colinfo_map.items():
        letter = get_column_letter(column + 1)
        made.column_dimensions[letter].width = info.width / WIDTH_UNIT
        made.column_dimensions[letter].hidden = bool(info.hidden)
    made.sheet_format.defaultColWidth = sheet.defcolwidth or STANDARD_WIDTH
    for row, line in sheet.rowinfo_map.items():
        if not line.has_default_height and line.height:
            made.row_dimensions[row + 1].height = line.height / TWIPS


def _value(old: Book, cell: Any) -> Any:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, old.datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value):
        return int(cell.value)
    return cell.value


def _looks(old: Book, number: int) -> dict[str, Any]:
    """What is set on a cell of the new sheet for a format of the old one."""
    style = old.xf_list[number]
    font, border, ground = old.font_list[style.font_index], style.border, style.background
    sides = {
        side: Side(style=LINES[line], color=_colour(old, getattr(border, f"{side}_colour_index")))
        for side in ("left", "right", "top", "bottom")
        if (line := getattr(border, f"{side}_line_style"))
    }
    fill = PatternFill("solid", fgColor=colour) if (
        ground.fill_pattern == SOLID and (colour := _colour(old, ground.pattern_colour_index))
    ) else PatternFill()  # fmt: skip
    return {
        "font": Font(
            name=font.name, size=font.height / TWIPS, bold=bool(font.bold), italic=bool(font.italic),
            underline="single" if font.underline_type else None, strike=bool(font.struck_out),
            color=_colour(old, font.colour_index),
        ),
        "border": Border(**sides),
        "fill": fill,
        "alignment": Alignment(
            horizontal=HORIZONTAL[style.alignment.hor_align], vertical=VERTICAL[style.alignment.vert_align],
            wrap_text=bool(style.alignment.text_wrapped), text_rotation=_turned(style.alignment.rotation),
            shrink_to_fit=bool(style.alignment.shrink_to_fit), indent=style.alignment.indent_level,
        ),
        "number_format": old.format_map[style.format_key].format_str,
    }  # fmt: skip


def _turned(rotation: int) -> int:
    """Degrees as the new format counts them, which are those of the old one; 255 is one sign above the other in both."""
    return rotation if 0 <= rotation <= 180 or rotation == 255 else 0


def _colour(old: Book, index: int) -> str | None:
    """Red, green and blue of a colour of the palette; None for the colour of the system."""
    found = old.colour_map.get(index)
    return None if found is None else "FF{:02X}{:02X}{:02X}".format(*found)
