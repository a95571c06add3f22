"""An old XLS becomes an XLSX with its formulas and its print settings; xlwt writes the old file, openpyxl reads the new one."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.tests.beside import SHARED, needs_shared
from linli.algorithms.tests.xls import filled_down, name, put, record, rule, saved, written
from linli.algorithms.workbooks.blank import NoTemplate
from linli.algorithms.workbooks.old import is_old, renewed
from linli.algorithms.workbooks.tokens import Untold, text_of

FORMULAS = (
    "A1+A2", "A1-(A2-A3)", "(A1+A2)*A3", "-A1^2", "A1%", 'A1&"元"&"""x"""', "A1<>A2", "SUM(A1:A9)", "SUM($A$1:A$9,$B2)",
    'IF(A1>0,ROUND(A1/A2*100,2),"")', "SUM(A1,,A3)", "COUNTA(名单!A1:C9)", "'第 2 表'!B7*2", "TRUE", "1.5+2", "NOW()",
    'IF(ISERROR(VLOOKUP(A1,名单!$A$1:$C$9,2,0)),0,1)', 'COUNTIF(A1:A9,">=60")',
)  # fmt: skip


def read(content: bytes) -> Any:
    assert is_old(content)
    return openpyxl.load_workbook(io.BytesIO(renewed(content).content))


def named(formula: str) -> str:
    """Without the quotes that a name of Chinese signs may have and does not need."""
    return formula.replace("'名单'", "名单").replace(":名单!", ":")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_comes_out_as_it_was_typed(text: str) -> None:
    made = renewed(content := written(text))
    assert (named(read(content)["汇总"]["E1"].value), made.lost) == (f"={text}", [])


LEAVES = st.sampled_from(
    ["A1", "$B2", "C$3", "$D$4", "7", "0.5", '"甲"', "SUM(A1:B2)", "MAX(A1,2)", "名单!A1"]
)
SIGNS = st.sampled_from(["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>"])
EXPRESSIONS = st.recursive(
    LEAVES, lambda inner: st.tuples(inner, SIGNS, inner).map(lambda each: f"({each[0]}{each[1]}{each[2]})"), max_leaves=8
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS)
def test_any_expression_keeps_its_brackets(text: str) -> None:
    assert named(read(written(text))["汇总"]["E1"].value) == f"={text}"


def test_a_formula_that_many_cells_share_stands_in_each_for_its_own_neighbours() -> None:
    """Offices fill a column by dragging: the file keeps the formula once ([MS-XLS] 2.4.277), with the distance to what it adds."""
    left = bytes([0x2C]) + struct.pack("<HH", 0, 0xC000 | 0xFE)  # two to the left, in the same row
    beside = bytes([0x2C]) + struct.pack("<HH", 0, 0xC000 | 0xFF)
    content = left + beside + b"\x03"
    shared = record(0x4BC, struct.pack("<HHBBBBH", 0, 2, 2, 2, 0, 3, len(content)) + content)
    made = read(filled_down(3, shared))["表"]
    assert [made.cell(row, 3).value for row in (1, 2, 3)] == ["=A1+B1", "=A2+B2", "=A3+B3"]


def test_an_array_is_entered_for_all_its_cells_together() -> None:
    content = bytes([0x25]) + struct.pack("<HHHH", 0, 1, 0xC000, 0xC000) + b"\x1e\x02\x00\x05"
    made = read(
        filled_down(2, record(0x221, struct.pack("<HHBBHIH", 0, 1, 2, 2, 0, 0, len(content)) + content))
    )["表"]
    assert (made["C1"].value.ref, made["C1"].value.text) == ("C1:C2", "=A1:A2*2")
    assert made["C2"].value in (None, 0)


def test_what_only_excel_writes_is_read_too() -> None:
    """A choice with its jumps, areas joined by a comma, a function that came after the format, an error."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    one, two = (b"\x1e" + struct.pack("<H", number) for number in (1, 2))
    ref = bytes([0x44]) + struct.pack("<HH", 0, 0xC000)
    area = bytes([0x25]) + struct.pack("<HHHH", 0, 1, 0xC000, 0xC000)
    choice = ref + b"\x19\x04" + struct.pack("<HHHH", 2, 6, 12, 20) + one + b"\x19\x08\x0b\x00" + two + b"\x19\x08\x03\x00" + b"\x42\x03" + struct.pack("<H", 100)  # fmt: skip
    joined = area + area + b"\x10\x15" + b"\x22\x01" + struct.pack("<H", 4)
    summed = area + b"\x19\x10\x00\x00"
    broken = bytes([0x2A]) + bytes(4) + one + b"\x03"
    for column, tokens in enumerate((choice, joined, summed, broken)):
        put(sheet, 0, column, tokens)
    made = read(saved(book))["表"]
    assert [made.cell(1, at).value for at in (1, 2, 3, 4)] == [
        "=CHOOSE(A1,1,2)", "=SUM((A1:A2,A1:A2))", "=SUM(A1:A2)", "=#REF!+1",
    ]  # fmt: skip


def test_names_and_what_is_printed_and_repeated_stay() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, xlwt.Formula("表!A1"))  # so that the file has a place for references to its own sheets
    area = b"\x3b" + struct.pack("<HHHHH", 1, 0, 9, 0, 3)
    heads = b"\x3b" + struct.pack("<HHHHH", 1, 1, 2, 0, 255)
    links = book._Workbook__all_links_rec
    book._Workbook__all_links_rec = lambda: (
        links()
        + name(b"list", 0, area)
        + name(b"\6", 1, area, builtin=True)
        + name(b"\7", 1, heads, builtin=True)
    )
    made = read(saved(book))
    assert named(made.defined_names["list"].attr_text.replace("'表'", "表")) == "表!$A$1:$D$10"
    assert (made["表"].print_area.replace("'表'!", ""), made["表"].print_title_rows) == (
        "$A$1:$D$10",
        "$2:$3",
    )


def test_lists_to_choose_from_and_limits_stay() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    sheet.write(0, 0, "性别")
    choice = b"\x17" + struct.pack("<BB", 3, 1) + "男\0女".encode("utf-16-le")
    numbers = (b"\x1e" + struct.pack("<H", number) for number in (0, 120))
    end = sheet._Worksheet__eof_rec
    listed = 3 | 0x80 | 0x100 | 0x80000
    sheet._Worksheet__eof_rec = lambda: (
        rule(listed, choice, b"", (2, 99, 1, 1), (2, 99, 4, 4)) + rule(1 | 0x80000, *numbers, (2, 99, 2, 2), error="年龄在 0 到 120 之间") + end()
    )  # fmt: skip
    first, second = read(saved(book))["花名册"].data_validations.dataValidation
    assert (first.type, first.formula1, str(first.sqref), first.allow_blank) == (
        "list",
        '"男,女"',
        "B3:B100 E3:E100",
        True,
    )
    assert (second.type, second.operator, second.formula1, second.formula2) == (
        "whole",
        "between",
        "0",
        "120",
    )
    assert second.error == "年龄在 0 到 120 之间" and second.showErrorMessage


def test_a_formula_that_cannot_be_told_leaves_its_value_and_is_named() -> None:
    """Constants in braces stand outside the formula."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    put(sheet, 1, 2, bytes([0x20]) + bytes(7))
    assert renewed(saved(book)).lost == ["表!C2"]


def test_whole_columns_are_those_of_the_longer_sheets_of_today() -> None:
    assert read(written("SUM(A1:A65536)", "SUM($B$1:C$65536)"))["汇总"]["E1"].value == "=SUM(A:A)"


def test_how_a_form_is_printed_stays() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write_merge(0, 0, 0, 3, "困难群众花名册")
    sheet.portrait, sheet.paper_size_code, sheet.print_scaling = 0, 8, 85
    sheet.fit_num_pages, sheet.fit_width_to_pages, sheet.fit_height_to_pages = 1, 1, 0
    sheet.left_margin, sheet.right_margin, sheet.top_margin, sheet.bottom_margin = 0.3, 0.4, 0.5, 0.6
    sheet.header_margin, sheet.footer_margin = 0.2, 0.1
    sheet._Worksheet__header_str, sheet._Worksheet__footer_str = (
        "&L民政局&R内部",
        "第 &P 页",
    )  # its setter is of Python 2
    sheet.print_centered_horz, sheet.print_centered_vert, sheet.print_grid = 1, 0, 1
    sheet.horz_page_breaks = [(20, 0, 255)]
    sheet.panes_frozen, sheet.horz_split_pos, sheet.vert_split_pos = True, 3, 1
    sheet.start_page_number = 5
    made = read(saved(book))["表"]
    setup, margins = made.page_setup, made.page_margins
    assert (setup.orientation, setup.paperSize, setup.scale) == ("landscape", 8, 85)
    assert (made.sheet_properties.pageSetUpPr.fitToPage, setup.fitToWidth, setup.fitToHeight) == (True, 1, 0)
    assert (margins.left, margins.right, margins.top, margins.bottom) == (0.3, 0.4, 0.5, 0.6)
    assert (margins.header, margins.footer) == (0.2, 0.1)
    assert (made.oddHeader.left.text, made.oddHeader.right.text) == ("民政局", "内部")
    assert made.oddFooter.center.text == "第 &P 页"
    assert (made.print_options.horizontalCentered, made.print_options.verticalCentered) == (True, None)
    assert made.print_options.gridLines
    assert [each.id for each in made.row_breaks.brk] == [20]
    assert made.freeze_panes == "B4"


@needs_shared
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.xls")), ids=lambda path: path.stem)
def test_real_forms_are_printed_as_their_office_set_them(path: Path) -> None:
    """The three real forms of the old format: xlrd's own reading of the first sheet beside what came out."""
    made = renewed(path.read_bytes())
    sheets = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets
    old = xlrd.open_workbook(path, formatting_info=True)
    assert made.lost == [] and [each.title for each in sheets] == old.sheet_names()
    for sheet in sheets:
        margins = sheet.page_margins
        assert (margins.left, margins.right, margins.top, margins.bottom) == (0.75, 0.75, 1.0, 1.0)
        assert sheet.page_setup.paperSize in (None, 9)


BOOK = xlrd.open_workbook(file_contents=written("A1"), on_demand=True)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=24))
def test_any_bytes_are_a_formula_or_are_not(tokens: bytes) -> None:
    with suppress(Untold):
        assert isinstance(text_of(BOOK, tokens), str)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=6))
def test_a_damaged_file_is_read_or_refused_in_words(at: int, junk: bytes) -> None:
    content = WHOLE[:at] + junk + WHOLE[at + len(junk) :]
    try:
        openpyxl.load_workbook(io.BytesIO(renewed(content).content))
    except NoTemplate as refusal:
        assert "请另存为 XLSX 再试" in str(refusal)


WHOLE = written("SUM(A1:A9)", "名单!A1*2", 'IF(A1>0,"是","否")')
