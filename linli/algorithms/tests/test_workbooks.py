"""A template of a department is filled, and nothing else in it changes; openpyxl reads what came out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from linli.algorithms.workbooks.blank import Blank, Body, NoTemplate, Value, fingerprint
from linli.algorithms.workbooks.layout import Shape, answered, read_layout
from linli.algorithms.workbooks.references import Insertion, address_of, name_of

FIRST, LAST, SUM = 5, 8, 9
"""The list of the template below: four rows, and their sum."""


def template() -> bytes:
    """A form as departments send them: title over merged cells, head in two rows, four rows to fill, a sum, a note, print settings."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    thin = Border(*[Side(style="thin")] * 4)
    sheet["A1"], sheet["A2"] = "困难群众花名册", "填报单位："
    sheet["A1"].font = Font(name="方正小标宋简体", size=20)
    for cells in ("A1:F1", "A2:F2", "D3:E3", "A3:A4", "B3:B4", "C3:C4", "F3:F4", "A10:F10"):
        sheet.merge_cells(cells)
    for place, words in {"A3": "序号", "B3": "姓名", "C3": "证件号码", "D3": "补助（元）", "D4": "上月", "E4": "本月", "F3": "合计"}.items():  # fmt: skip
        sheet[place] = words
    for row in range(3, SUM + 1):
        for at in range(1, 7):
            sheet.cell(row, at).border = thin
    for row in range(FIRST, LAST + 1):
        sheet.cell(row, 1, row - FIRST + 1).alignment = Alignment(horizontal="center")
        sheet.cell(row, 6, f"=SUM(D{row}:E{row})").number_format = "0.00"
        sheet.row_dimensions[row].height = 24
    sheet.cell(SUM, 2, "合计").fill = PatternFill("solid", fgColor="FFFF00")
    for column in "DEF":
        sheet[f"{column}{SUM}"] = f"=SUM({column}{FIRST}:{column}{LAST})"
    sheet["A10"] = "注：按户填报。"
    sheet["H9"] = f"=IF($F${SUM}>0,F{SUM}/COUNTA(B{FIRST}:B{LAST}),0)"
    sheet.column_dimensions["C"].width = 24
    sheet.print_title_rows, sheet.print_area = "3:4", "A1:F10"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.oddFooter.center.text = "第 &P 页"
    sheet.row_breaks.append(Break(id=SUM))
    sheet.conditional_formatting.add(f"E{FIRST}:E{LAST}", CellIsRule(operator="greaterThan", formula=["1000"], fill=PatternFill("solid", bgColor="FF0000")))  # fmt: skip
    rule = DataValidation(
        type="decimal", operator="greaterThanOrEqual", formula1="0", sqref=f"D{FIRST}:E{LAST}"
    )
    sheet.add_data_validation(rule)
    other = book.create_sheet("汇总")
    other["A1"] = f"=花名册!F{SUM}"
    other["A2"] = f"=SUM('花名册'!E{FIRST}:E{LAST})"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def opened(content: bytes) -> Any:
    """A workbook as an independent library reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def looks(cell: Any) -> tuple[Any, ...]:
    """Everything about how a cell is drawn."""
    return tuple(map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format)))


def rows_of(count: int) -> list[dict[int, Value]]:
    """So many rows of the list."""
    return [{1: n + 1, 2: f"王{n}", 3: f"5201031940010100{n:02d}", 4: 100, 5: 200 + n} for n in range(count)]


def test_only_the_filled_cells_change_and_all_parts_but_the_sheet_leave_as_they_came() -> None:
    content = template()
    filled = Blank.open(content).fill({(2, 1): "填报单位：省府路社区", (10, 6): None})
    before, after = opened(content)["花名册"], opened(filled)["花名册"]
    changed = [
        cell.coordinate
        for row in before.iter_rows()
        for cell in row
        if cell.value != after[cell.coordinate].value
    ]
    assert changed == ["A2"] and after["A2"].value == "填报单位：省府路社区"
    assert all(looks(cell) == looks(after[cell.coordinate]) for row in before.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(filled)) as new:
        touched = [name for name in old.namelist() if old.read(name) != new.read(name)]
        other = "xl/worksheets/sheet2.xml"
        assert set(touched) <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml", other}
        valued = re.sub(rb"<v>[^<]*</v>|<v ?/>", b"", new.read(other))
        assert etree.tostring(etree.fromstring(valued), method="c14n") == etree.tostring(
            etree.fromstring(re.sub(rb"<v>[^<]*</v>|<v ?/>", b"", old.read(other))), method="c14n"
        ), "a sheet that looks at the filled one gets new values, and nothing else"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40))
def test_a_list_of_any_length_keeps_looks_sums_and_what_stands_below(count: int) -> None:
    content = template()
    sheet = opened(Blank.open(content).fill({(SUM, 3): "人"}, Body(FIRST, LAST), rows_of(count)))["花名册"]
    before = opened(content)["花名册"]
    more = max(0, count - (LAST - FIRST + 1))
    last = LAST + more
    for n, values in enumerate(rows_of(count)):
        assert [sheet.cell(FIRST + n, column).value for column in values] == list(values.values())
    for row in range(FIRST, last + 1):
        assert sheet.cell(row, 6).value == f"=SUM(D{row}:E{row})"
        assert sheet.row_dimensions[row].height == 24
        assert all(looks(sheet.cell(row, c)) == looks(before.cell(LAST, c)) for c in range(1, 7))
    assert sheet[f"E{SUM + more}"].value == f"=SUM(E{FIRST}:E{last})"
    assert sheet[f"C{SUM + more}"].value == "人", "an address of the blank moves with what it stands in"
    assert sheet[f"H{SUM + more}"].value == f"=IF($F${SUM + more}>0,F{SUM + more}/COUNTA(B{FIRST}:B{last}),0)"
    assert sheet[f"A{10 + more}"].value == "注：按户填报。"
    assert f"A{10 + more}:F{10 + more}" in map(str, sheet.merged_cells.ranges)
    assert sheet.print_area == f"'花名册'!$A$1:$F${10 + more}" and sheet.print_title_rows == "$3:$4"
    assert [page.id for page in sheet.row_breaks.brk] == [SUM + more]
    assert [str(each.sqref) for each in sheet.conditional_formatting] == [f"E{FIRST}:E{last}"]
    assert str(sheet.data_validations.dataValidation[0].sqref) == f"D{FIRST}:E{last}"
    assert sheet.column_dimensions["C"].width == 24 and sheet.page_setup.orientation == "landscape"
    assert sheet.oddFooter.center.text == "第 &P 页"


def test_sheets_that_look_at_the_list_see_all_of_it() -> None:
    other = opened(Blank.open(template()).fill({}, Body(FIRST, LAST), rows_of(10)))["汇总"]
    assert other["A1"].value == f"=花名册!F{SUM + 6}"
    assert other["A2"].value == f"=SUM('花名册'!E{FIRST}:E{LAST + 6})"


def test_a_formula_says_what_it_comes_to_now_and_is_worked_out_again_when_the_file_is_opened() -> None:
    filled = Blank.open(template()).fill({}, Body(FIRST, LAST), rows_of(6))
    shown = openpyxl.load_workbook(io.BytesIO(filled), data_only=True)
    sums = [100 + 200 + n for n in range(6)]
    assert [shown["花名册"].cell(FIRST + n, 6).value for n in range(6)] == sums
    assert shown["花名册"][f"F{SUM + 2}"].value == sum(sums) == shown["汇总"]["A1"].value
    assert shown["花名册"][f"H{SUM + 2}"].value == sum(sums) / 6
    assert shown["汇总"]["A2"].value == sum(200 + n for n in range(6))
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_a_sheet_without_formulas_leaves_as_it_came_whatever_rules_it_has() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    beside = book.create_sheet("说明")
    beside["A1"] = 3
    beside.conditional_formatting.add(
        "A1:A9", CellIsRule(operator="greaterThan", formula=["2"], fill=PatternFill("solid"))
    )
    made = io.BytesIO()
    book.save(made)
    filled = Blank.open(made.getvalue()).fill({(5, 4): 3})
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(io.BytesIO(filled)) as new:
        assert b"<formula>" in old.read("xl/worksheets/sheet3.xml")
        assert old.read("xl/worksheets/sheet3.xml") == new.read("xl/worksheets/sheet3.xml")


def test_the_fingerprint_is_of_what_was_said_and_not_of_what_formulas_make_of_it() -> None:
    filled = Blank.open(template()).fill({(5, 4): 3})
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def with_sheet(sheet: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as target:
            for name, part in parts.items():
                target.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else part)
        return made.getvalue()

    sheet = parts["xl/worksheets/sheet1.xml"]
    without = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", sheet)
    assert without != sheet and fingerprint(with_sheet(without)) == fingerprint(filled)
    assert fingerprint(with_sheet(sheet.replace(b"<v>3</v></c>", b"<v>4</v></c>", 1))) != fingerprint(filled)


def test_texts_that_look_like_formulas_stay_texts_and_signs_that_no_file_may_hold_are_left_out() -> None:
    sheet = opened(Blank.open(template()).fill({(5, 2): "=1+1", (6, 2): "王\x01<&> 二 "}))["花名册"]
    assert sheet["B5"].data_type != "f" and sheet["B6"].value == "王<&> 二 "


@pytest.mark.parametrize(
    ("content", "sheet", "words"),
    [
        (b"name,sex", "", "打不开"),
        (template(), "没有的表", "花名册"),
        (b"PK\x03\x04broken", "", "另存为"),
    ],
)
def test_what_is_no_template_says_what_to_do(content: bytes, sheet: str, words: str) -> None:
    with pytest.raises(NoTemplate, match=words):
        Blank.open(content, sheet)


@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 9), st.integers(1, 60), st.integers(0, 9))
def test_what_is_put_in_moves_references_as_it_moves_their_cells(first: int, more: int, count: int, top: int, high: int) -> None:  # fmt: skip
    moved = Insertion(first, first + more, count)
    cell = name_of((top, 3))
    assert address_of(moved.reference(cell))[0] == moved.row(top)
    assert moved.reference(f"$A${top}") == f"$A${moved.row(top)}"
    start, end = moved.rows(top, top + high)
    assert start == moved.row(top) and end - start >= high, "a range never shrinks"
    if top <= first and top + high >= moved.last and high:
        assert end == top + high + count, "a range over the whole list holds all of it"


def test_a_name_or_another_sheet_in_a_formula_is_left_alone() -> None:
    moved = Insertion(5, 8, 3)
    said = 'SUM(D5:D8)+单价*汇总!A9-LEN("D9")+D9'
    assert moved.formula(said, "花名册", "花名册") == 'SUM(D5:D11)+单价*汇总!A9-LEN("D9")+D12'
    assert moved.formula("花名册!D9+D9", "花名册", "汇总") == "花名册!D12+D9"


def test_a_list_is_found_with_its_rows_its_computed_column_and_its_labels() -> None:
    layout = read_layout(template())
    assert (
        layout.shape == Shape.LIST and layout.body == Body(FIRST, LAST) and layout.title == "困难群众花名册"
    )
    assert [(each.index, each.heading) for each in layout.columns] == [
        (1, "序号"), (2, "姓名"), (3, "证件号码"), (4, "补助（元）/上月"), (5, "补助（元）/本月"), (6, "合计")
    ]  # fmt: skip
    assert [each.computed for each in layout.columns] == [False] * 5 + [True]
    assert [(each.address, each.words) for each in layout.labels] == [((2, 1), "填报单位")]


def figures() -> bytes:
    """A table of figures with groups of rows, a sum that is computed, last year's figures and a date to be filled in."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["社区人口情况统计表"],
        ["填报单位：", None, None, None, "填报时间：    年    月    日"],
        ["项目", None, "户数（户）", "人数", None],
        [None, None, None, "男", "女"],
        ["户籍人口", "常住", 12, None, None],
        [None, "外出", None, None, None],
        ["流动人口", None, None, None, None],
        ["合计", None, "=SUM(C5:C7)", "=SUM(D5:D7)", "=SUM(E5:E7)"],
        ["注：人数为整数。"],
    ):
        sheet.append(row)
    for cells in ("A1:E1", "A3:B4", "C3:C4", "D3:E3", "A5:A6", "A7:B7", "A8:B8", "A9:E9"):
        sheet.merge_cells(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_table_of_figures_has_a_place_for_each_row_and_column_that_is_not_computed() -> None:
    layout = read_layout(figures())
    assert layout.shape == Shape.FIGURES
    assert [(name_of(each.address), each.heading) for each in layout.places] == [
        ("C5", "户籍人口/常住/户数"), ("D5", "户籍人口/常住/人数/男"), ("E5", "户籍人口/常住/人数/女"),
        ("C6", "户籍人口/外出/户数"), ("D6", "户籍人口/外出/人数/男"), ("E6", "户籍人口/外出/人数/女"),
        ("C7", "流动人口/户数"), ("D7", "流动人口/人数/男"), ("E7", "流动人口/人数/女"),
    ]  # fmt: skip
    assert [each.words for each in layout.labels] == ["填报单位", "填报时间"]
    assert layout.places[0].unit == "户"


def test_a_sheet_of_labels_alone_is_a_form_too() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "情况说明"
    book.active["A2"] = "单位：          联系电话："
    target = io.BytesIO()
    book.save(target)
    layout = read_layout(target.getvalue())
    assert layout.shape == Shape.LABELS and [each.words for each in layout.labels] == ["单位", "联系电话"]


def test_words_come_after_their_labels_and_the_room_for_a_date_goes() -> None:
    text = "填报单位：          填报时间：    年    月    日"
    said = {"填报单位": "省府路社区", "填报时间": "2026年11月27日"}
    assert answered(text, said) == "填报单位：省府路社区  填报时间：2026年11月27日"
    assert answered(text, {"填报时间": "2026年11月27日"}).startswith("填报单位：          填报时间：2026")


def test_dates_are_texts_of_their_day() -> None:
    sheet = opened(Blank.open(template()).fill({(5, 3): date(2026, 11, 1).isoformat()}))["花名册"]
    assert sheet["C5"].value == "2026-11-01"
