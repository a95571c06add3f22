"""What formulas come to: as a spreadsheet says it, or not at all."""

from __future__ import annotations

import io
import math
from typing import Any

import openpyxl
import pytest
import xlrd
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.tests.beside import SHARED, needs_shared
from linli.algorithms.workbooks.blank import Blank
from linli.algorithms.workbooks.formulas import reckon
from linli.algorithms.workbooks.functions import Area, Error, NotReckoned, Value, meets
from linli.algorithms.workbooks.old import renewed

CELLS: dict[tuple[int, int], Value] = {
    (1, 1): 3.0, (2, 1): 4.0, (3, 1): None, (4, 1): "五", (5, 1): True,
    (1, 2): "是", (2, 2): "否", (3, 2): "是", (4, 2): "", (5, 2): "1.5",
    (1, 3): 1.0, (2, 3): 2.0, (3, 3): 3.0, (4, 3): 4.0, (5, 3): 5.0, (1, 4): Error("#DIV/0!"),
}  # fmt: skip
"""A1:D5."""


class Sheet:
    """Cells to look at."""

    def cell(self, sheet: str, row: int, column: int) -> Value:
        if sheet not in ("", "表 2"):
            raise NotReckoned(sheet)
        return CELLS.get((row, column))

    def last_row(self, sheet: str) -> int:
        return 5


def came_to(formula: str) -> Any:
    return reckon(formula, Sheet())


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1+2*3", 7), ("(1+2)*3", 9), ("-2^2", 4), ("2^3^2", 64), ("10-2-3", 5), ("50%", 0.5), ("200*5%+1", 11), ("+A1", 3), ("--A1", 3),
        ("A3", 0), ("A3+1", 1), ('A3=""', True), ("A3=0", True), ("A1&\"人\"", "3人"), ("1/3&\"\"", "0.333333333333333"), ("A5&\"\"", "TRUE"),
        ("A1<A2", True), ("\"b\">\"A\"", True), ("9<\"A\"", True), ("\"z\"<TRUE", True), ("A1<>A2", True), ("B5*2", 3),
        ("SUM(A1:A5)", 7), ("SUM(A1,\"2\",TRUE)", 6), ("SUM(A1:A2,C1:C5)", 22), ("SUM($A$1:A$2)", 7), ("SUM(A:A)", 7), ("SUM(A1:A1048576)", 7),
        ("SUM('表 2'!C1:C3)", 6), ("AVERAGE(A1:A4)", 3.5), ("COUNT(A1:A5)", 2), ("COUNTA(A1:A5)", 4), ("COUNTBLANK(A1:B5)", 2),
        ("MAX(A1:A5)", 4), ("MIN(C1:C5)", 1), ("MAX(A3)", 0), ("PRODUCT(A1:A2)", 12), ("SUBTOTAL(109,C1:C5)", 15),
        ("ROUND(2.5,0)", 3), ("ROUND(-2.5,0)", -3), ("ROUND(1.005,2)", 1.01), ("ROUND(1234,-2)", 1200), ("ROUNDUP(1.01,0)", 2),
        ("ROUNDDOWN(-1.9,0)", -1), ("INT(-1.5)", -2), ("MOD(-3,2)", 1), ("ABS(-2)", 2), ("SQRT(16)", 4), ("POWER(2,10)", 1024),
        ("IF(A1>2,\"多\",\"少\")", "多"), ("IF(A1>5,1)", False), ("IF(FALSE,1/0,2)", 2), ("IFERROR(1/0,0)", 0), ("IFERROR(D1,\"无\")", "无"),
        ("IF(,1,2)", 2), ("ISERROR(D1)", True), ("AND(A1>2,A2>3)", True), ("OR(A1>9,A2>9)", False), ("NOT(A1=3)", False),
        ("COUNTIF(B1:B5,\"是\")", 2), ("COUNTIF(C1:C5,\">2\")", 3), ("COUNTIF(C1:C5,\"<>2\")", 4), ("COUNTIF(C1:C5,3)", 1), ("COUNTIF(B1:B3,\"?\")", 3),
        ("SUMIF(B1:B5,\"是\",C1:C5)", 4), ("SUMIF(C1:C5,\">=4\")", 9), ("SUMIFS(C1:C5,B1:B5,\"是\",C1:C5,\">1\")", 3), ("COUNTIFS(B1:B5,\"是\",C1:C5,1)", 1),
        ("AVERAGEIF(B1:B5,\"是\",C1:C5)", 2), ("SUMPRODUCT(A1:A2,C1:C2)", 11), ("SUMPRODUCT(C1:C5,A1:A5)", 11),
        ("LEFT(\"五十二\",2)", "五十"), ("RIGHT(\"5201\",2)", "01"), ("MID(\"520103199003070011\",7,4)", "1990"), ("LEN(\"邻里\")", 2), ("TRIM(\" a  b \")", "a b"),
        ("VALUE(\"12\")+1", 13), ("CONCATENATE(A1,\"-\",A2)", "3-4"), ("EXACT(\"a\",\"A\")", False), ("ISBLANK(A3)", True), ("ISTEXT(A4)", True), ("ISNUMBER(A5)", False),
        ("INDEX(C1:C5,2)", 2), ("INDEX(A1:C5,2,3)", 2), ("MATCH(4,C1:C5,0)", 4), ("VLOOKUP(3,A1:C5,3,FALSE)", 1), ("VLOOKUP(4,A1:C5,3,0)", 2), ("MATCH(\"否\",B1:B5,0)", 2), ("MATCH(\"?\",B1:B5,0)", 1), ("COUNTIF(A1:D1,3)", 1), ("COUNTIF(A1:A5,TRUE)", 1), ("COUNTIF(B1:B5,1.5)", 1),
        ("DATE(2026,11,27)", 46353), ("YEAR(46353)", 2026), ("MONTH(46353)", 11), ("DAY(46353)", 27), ("DATE(2026,14,1)-DATE(2027,2,1)", 0),
    ],
)  # fmt: skip
def test_a_formula_comes_to_what_a_spreadsheet_says(formula: str, value: Any) -> None:
    found = came_to(formula)
    if formula == "A3":
        assert found is None, "nothing, which a cell shows as 0"
    else:
        assert found == value and isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("1/0", "#DIV/0!"), ("A4+1", "#VALUE!"), ("D1+1", "#DIV/0!"), ("SUM(A1:D1)", "#DIV/0!"), ("AVERAGE(A3)", "#DIV/0!"), ("SQRT(-1)", "#NUM!"),
        ("MATCH(9,C1:C5,0)", "#N/A"), ("INDEX(C1:C5,9)", "#REF!"), ("IF(D1,1,2)", "#DIV/0!"), ("MID(\"a\",0,1)", "#VALUE!"), ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_an_error_is_what_the_cell_shows(formula: str, code: str) -> None:
    assert came_to(formula) == Error(code)


@pytest.mark.parametrize(
    "formula",
    ["TODAY()", "TEXT(A1,\"0.00\")", "VLOOKUP(3,A1:C5,3)", "A1:A5+1", "其他!A1", "[1]Sheet1!A1", "{1,2}", "A1:A2 C1:C2", "SUM(", "总数", "YEAR(59)", "SUM()SUM()", "SUBTOTAL(7,A1:A2)"],
)  # fmt: skip
def test_what_is_not_known_here_is_not_guessed(formula: str) -> None:
    with pytest.raises(NotReckoned):
        came_to(formula)


def sums(depth: int) -> st.SearchStrategy[str]:
    """Expressions of numbers, with the signs that Python reads alike."""
    leaf = st.integers(0, 99).map(str)
    return st.recursive(
        leaf,
        lambda part: st.one_of(
            st.tuples(part, st.sampled_from("+-*/"), part).map("".join),
            part.map(lambda each: f"({each})"),
            part.map(lambda each: f"-({each})"),
        ),
        max_leaves=depth,
    )


@given(sums(12))
def test_signs_bind_as_in_arithmetic(expression: str) -> None:
    try:
        wanted: Any = eval(expression)
    except ZeroDivisionError:
        wanted = Error("#DIV/0!")
    found = came_to(expression)
    assert found == wanted or (not isinstance(wanted, Error) and math.isclose(float(found), wanted))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5).map(float), st.sampled_from(["", "是", "Is", "3", "-2"])
)


@given(st.lists(VALUES, max_size=8), st.sampled_from(["<", "<=", "=", "<>", ">", ">="]), st.integers(-5, 5))
def test_a_criterion_and_its_opposite_part_all_numbers_between_them(
    column: list[Value], sign: str, limit: int
) -> None:
    opposite = {"<": ">=", "<=": ">", "=": "<>", "<>": "=", ">": "<=", ">=": "<"}
    asked, other = meets(f"{sign}{limit}"), meets(f"{opposite[sign]}{limit}")
    for value in column:
        if isinstance(value, float):
            assert asked(value) != other(value)


def book(**cells: Any) -> bytes:
    made = openpyxl.Workbook()
    for place, value in cells.items():
        made.active[place] = value
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def shown(content: bytes) -> Any:
    """What a program sees that reckons nothing."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True).active


def test_a_formula_that_hangs_on_another_sees_its_value_in_whatever_order_they_stand() -> None:
    sheet = shown(
        Blank.open(book(A1="=A2+1", A2="=A3*2", A3="=B1", C1='=IF(A1>20,"达标","未达标")')).fill({(1, 2): 10})
    )
    assert [sheet[place].value for place in ("A1", "A2", "A3", "C1")] == [21, 20, 10, "达标"]


def test_a_circle_and_what_hangs_on_the_unknown_stay_empty_and_the_rest_is_reckoned() -> None:
    content = book(
        A1="=A2", A2="=A1", B1="=TODAY()", B2="=B1+1", B3="=IFERROR(B1,0)", C1="=1+1", C2="=1/0", C3="=D1>0"
    )
    sheet = shown(Blank.open(content).fill({}))
    assert [sheet[place].value for place in ("A1", "A2", "B1", "B2", "B3")] == [None] * 5
    assert [sheet[place].value for place in ("C1", "C2", "C3")] == [2, "#DIV/0!", False]


def test_a_long_chain_of_formulas_ends_without_harm() -> None:
    sheet = shown(Blank.open(book(A1=1, **{f"A{n}": f"=A{n - 1}+1" for n in range(2, 400)})).fill({}))
    assert sheet["A50"].value == 50 and sheet["A399"].value == 399


@needs_shared
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.xls")), ids=lambda path: path.name)
def test_formulas_of_real_files_come_to_what_excel_left_beside_them(path: Any) -> None:
    """Every value that stands in the file as Excel or WPS saved it, against ours; a file without formulas has nothing to differ."""
    content = path.read_bytes()
    old = xlrd.open_workbook(file_contents=content)
    renewed_content = renewed(content).content
    formulas_ = openpyxl.load_workbook(io.BytesIO(renewed_content))
    for name in formulas_.sheetnames:
        sheet, before = shown_sheet(Blank.open(renewed_content, name).fill({}), name), old.sheet_by_name(name)
        for row in formulas_[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    said = before.cell_value(cell.row - 1, cell.column - 1)
                    assert sheet[cell.coordinate].value == pytest.approx(said)


def shown_sheet(content: bytes, name: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)[name]


def test_a_range_of_one_cell_is_that_cell() -> None:
    assert came_to("A1:A1+1") == 4 and list(Area([[1.0, 2.0]])) == [1.0, 2.0]
