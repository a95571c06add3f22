"""An old XLS as an XLSX of the same look: values, formulas, names, merged cells, fonts, borders, fills, numbers' shapes, widths and
heights, frozen panes, drop-down lists and limits, print settings.

Not carried over are pictures, conditional formats and formulas that look into other files or hold constants in braces;
of these the value comes, and whoever uploads is told their cells.
"""

from __future__ import annotations

import io
import re
import struct
from copy import copy
from typing import Any, NamedTuple

import openpyxl
import xlrd
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from xlrd.book import Book
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet

from linli.algorithms.workbooks.blank import NoTemplate
from linli.algorithms.workbooks.records import Printing, formulas, printing, rules
from linli.algorithms.workbooks.tokens import Untold, text_of

SIGN = b"\xd0\xcf\x11\xe0"
HORIZONTAL = ("general", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
VERTICAL = ("top", "center", "bottom", "justify", "distributed")
LINES = (
    None, "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot", "mediumDashDot", "dashDotDot",
    "mediumDashDotDot", "slantDashDot",
)  # fmt: skip
"""Borders by the number that the old format gives them ([MS-XLS] 2.4.353)."""
SOLID = 1
PRINTED, REPEATED = "Print_Area", "Print_Titles"
PART, PARTS = re.compile("(?<!&)&([LCR])"), {"L": "left", "C": "center", "R": "right"}
"""Where a part of a header or footer stands ([MS-XLS] 2.4.136)."""
SHOWN = ("visible", "hidden", "veryHidden")
DAMAGED = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    LookupError,
    ValueError,
    ArithmeticError,
    AssertionError,
    TypeError,
)
"""What the reader, which has no error of its own for it, raises where a file is not what it says it is."""
WIDTH_UNIT, TWIPS, STANDARD_WIDTH = 256, 20, 8.43


def is_old(content: bytes) -> bool:
    """Whether a file is of the format before XLSX."""
    return content.startswith(SIGN)


class Renewed(NamedTuple):
    """A workbook as XLSX, and the cells whose formula could not be told, of which the value came: ``表1!B7``."""

    content: bytes
    lost: list[str]


def renewed(content: bytes) -> Renewed:
    """The workbook as XLSX. Raises ``NoTemplate``."""
    try:
        return _renewed(content)
    except DAMAGED as error:
        raise NoTemplate("模板打不开，可能已损坏或加了密码；请另存为 XLSX 再试") from error


def _renewed(content: bytes) -> Renewed:
    # on demand: the bytes stay there for what the reader passes over; it would print what it wonders about
    old = xlrd.open_workbook(
        file_contents=content, logfile=io.StringIO(), formatting_info=True, on_demand=True
    )
    sheets = [old.sheet_by_index(number) for number in range(old.nsheets)]
    book = openpyxl.Workbook()
    book.remove(book.active)
    lost: list[str] = []
    for number, sheet in enumerate(sheets):
        target = book.create_sheet(sheet.name)
        _carry(old, sheet, target)
        lost.extend(f"{sheet.name}!{cell}" for cell in _work_out(old, number, target))
        _limit(old, number, target)
        _print(old, number, sheet, target)
    _name(old, book)
    made = io.BytesIO()
    book.save(made)
    return Renewed(made.getvalue(), lost)


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


def _work_out(old: Book, number: int, made: Any) -> list[str]:
    """Put the formulas into their cells; returns the addresses of those that cannot be told."""
    told, untold = formulas(old, number)
    for (row, column), formula in told.items():
        target = made.cell(row + 1, column + 1)
        if formula.together is None:
            target.value = f"={formula.text}"
        else:
            target.value = ArrayFormula(_area(*formula.together), f"={formula.text}")
    return [f"{get_column_letter(column + 1)}{row + 1}" for row, column in untold]


def _limit(old: Book, number: int, made: Any) -> None:
    """Drop-down lists and limits of what may be typed."""
    for rule in rules(old, number):
        kept = DataValidation(
            type=rule.kind, operator=rule.operator, errorStyle=rule.style, formula1=rule.one or None, formula2=rule.other or None,
            allow_blank=rule.empty, showDropDown=rule.bare or None, showInputMessage=rule.prompts, showErrorMessage=rule.stops,
            promptTitle=rule.prompt_title or None, prompt=rule.prompt or None, errorTitle=rule.error_title or None, error=rule.error or None,
        )  # fmt: skip
        for area in rule.areas:
            kept.add(_area(*area))
        made.add_data_validation(kept)


def _area(top: int, below: int, left: int, right: int) -> str:
    return f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{below + 1}"


def _name(old: Book, book: Any) -> None:
    """Names of cells, and which part of a sheet is printed and repeated on each page."""
    for name in old.name_obj_list:
        if name.macro or name.func or not name.raw_formula:
            continue
        try:
            text = text_of(old, name.raw_formula[: name.basic_formula_len])
        except Untold:
            continue
        home = book.worksheets[name.scope] if 0 <= name.scope < len(book.worksheets) else None
        if not name.builtin and not name.hidden:
            (book if home is None else home).defined_names[name.name] = DefinedName(name.name, attr_text=text)
        elif home is not None and name.builtin and name.name in (PRINTED, REPEATED):
            _parts(home, name.name, text)


def _parts(sheet: Any, name: str, text: str) -> None:
    """The printed part, or the rows and columns repeated on each page, as the new format keeps them: without the sheet's name."""
    pieces = [piece.replace(f"{quote_sheetname(sheet.title)}!", "") for piece in text.split(",")]
    if name == PRINTED:
        sheet.print_area = ",".join(pieces)
    for piece in pieces if name == REPEATED else ():
        if any(letter.isalpha() for letter in piece):
            sheet.print_title_cols = piece.replace("$", "")
        else:
            sheet.print_title_rows = piece.replace("$", "")


def _print(old: Book, number: int, sheet: Sheet, made: Any) -> None:
    """How the sheet is printed, and what stands still while it is scrolled."""
    page = printing(old, number)
    _set_up(page, made)
    made.sheet_view.showGridLines = bool(sheet.show_grid_lines)
    made.sheet_state = SHOWN[sheet.visibility]
    if sheet.panes_are_frozen and (sheet.horz_split_pos or sheet.vert_split_pos):
        made.freeze_panes = f"{get_column_letter(sheet.vert_split_pos + 1)}{sheet.horz_split_pos + 1}"
    for row, *_columns in sheet.horizontal_page_breaks:
        made.row_breaks.append(Break(id=row))
    for column, *_rows in sheet.vertical_page_breaks:
        made.col_breaks.append(Break(id=column))
    _head(made.oddHeader, page.header)
    _head(made.oddFooter, page.footer)


def _set_up(page: Printing, made: Any) -> None:
    """Paper, margins and what is fitted to it."""
    for side, inches in page.margins.items():
        setattr(made.page_margins, side, inches)
    setup, options = made.page_setup, made.print_options
    if page.paper is not None:
        setup.paperSize = page.paper
    if page.landscape is not None:
        setup.orientation = "landscape" if page.landscape else "portrait"
    setup.scale, setup.fitToWidth, setup.fitToHeight = page.scale, page.wide, page.high
    setup.firstPageNumber, setup.useFirstPageNumber = page.first_page, page.first_page is not None or None
    setup.pageOrder = "overThenDown" if page.over_first else None
    setup.blackAndWhite, setup.draft = page.colourless or None, page.draft or None
    made.sheet_properties.pageSetUpPr.fitToPage = page.fit
    options.horizontalCentered, options.verticalCentered = (
        page.centred_across or None,
        page.centred_down or None,
    )
    options.gridLines, options.headings = page.grid or None, page.headings or None


def _head(item: Any, words: str) -> None:
    """A header or footer; what stands before the first sign of a part is centred."""
    pieces = ["C", *PART.split(words)]
    for part, text in zip(pieces[::2], pieces[1::2], strict=True):
        if text:
            getattr(item, PARTS[part]).text = text


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
