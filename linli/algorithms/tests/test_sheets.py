"""Sheets as departments send them: the header is found in any layout, and what is no data is set aside with the reason."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.sheets.big import open_csv
from linli.algorithms.sheets.fingerprint import fingerprint
from linli.algorithms.sheets.grid import Grid
from linli.algorithms.sheets.lines import Why
from linli.algorithms.sheets.matching import Element, match_columns
from linli.algorithms.sheets.reading import Unreadable, read_grids, separator_of
from linli.algorithms.sheets.tables import Table, read_sheet
from linli.algorithms.tests.beside import SHARED, needs_shared

PERSON = ["520103198001011231", "520103196505052226", "520103199912120034"]
CENSUS = [
    ["1-1  各地区户数、人口数和性别比", "", "", "", "", "", "", ""],
    ["", "单位：户、人", "", "", "", "", "", ""],
    ["地    区", "  户       数", "", "人       口       数", "", "", "", "平均家庭"],
    ["", "合计", "家庭户 ", "合    计", "", "", "家庭户", "户规模"],
    ["", "", "", "小计", "女", "性别比", "", ""],
    ["", "", "", "", "", "(女=100)", "", "（人/户）"],
    ["甲街道", 10, 8, 30, 14, 104.9, 28, 3.1],
    ["乙街道", 12, 9, 33, 15, 101.2, 31, 2.9],
    ["合计", 22, 17, 63, 29, 103.0, 59, 3.0],
    ["注：本表为示意。", "", "", "", "", "", "", ""],
]
CENSUS_MERGES = [
    (0, 0, 0, 7),
    (2, 0, 5, 0),
    (2, 1, 2, 2),
    (2, 3, 2, 6),
    (3, 1, 5, 1),
    (3, 2, 5, 2),
    (3, 3, 3, 5),
    (3, 6, 5, 6),
    (4, 3, 5, 3),
    (4, 4, 5, 4),
    (3, 7, 4, 7),
]
ROLL = [
    ["职业培训补贴人员花名册", "", "", "", ""],
    ["培训机构（印章）", "", "培训专业：  培训时间：", "", ""],
    ["序号", "姓名", "失业保险编号", "身份证号", "电话号码"],
    [1.0, "张三", "00123", PERSON[0], "13812345678"],
    [2.0, "李四", "00124", PERSON[1], "13912345678"],
    [3.0, "", "", "", ""],
    ["", "", "", "", ""],
    ["序号", "姓名", "失业保险编号", "身份证号", "电话号码"],
    [4.0, "王五", "00125", PERSON[2], ""],
    ["本表一式三份，经办机构二份，培训机构一份。", "", "", "", ""],
    ["培训机构负责人：", "", "填表人：", "联系电话：", ""],
    ["", "", "", "申请时间：    年    月    日", ""],
]


def only(grid: Grid) -> Table:
    """The one table of a sheet."""
    reading = read_sheet(grid)
    assert (reading.kind, len(reading.tables)) == ("table", 1)
    return reading.tables[0]


def paths(table: Table) -> list[str]:
    """The paths of its columns."""
    return [column.path for column in table.columns]


def test_a_merged_header_of_four_rows_becomes_one_path_a_column() -> None:
    table = only(Grid(CENSUS, CENSUS_MERGES))
    assert paths(table) == [
        "地区",
        "户数/合计",
        "户数/家庭户",
        "人口数/合计/小计",
        "人口数/合计/女",
        "人口数/合计/性别比(女=100)",
        "人口数/家庭户",
        "平均家庭户规模",
    ]
    assert (table.header, table.unit, table.columns[-1].unit) == ((3, 6), "户、人", "人/户")
    assert [number for number, _ in table.rows] == [7, 8]
    assert table.aside[-2:] == [(9, Why.TOTAL), (10, Why.NOTE)]
    assert table.confidence > 0.9 and "merged_header" in table.reasons


def test_a_header_of_several_rows_is_read_without_its_merges_too() -> None:
    rows = [
        ["序号", "姓名", "人口", "", "住址", ""],
        ["", "", "男", "女", "小区", "房号"],
        ["1", "张三", "2", "1", "锦绣家园", "3-501"],
        ["2", "李四", "1", "1", "锦绣家园", "3-502"],
    ]
    table = only(Grid(rows))
    assert paths(table) == ["序号", "姓名", "人口/男", "人口/女", "住址/小区", "住址/房号"]
    assert [number for number, _ in table.rows] == [3, 4]


def test_titles_blank_lines_repeated_headings_and_signatures_are_set_aside() -> None:
    table = only(Grid(ROLL, [(0, 0, 0, 4), (1, 0, 1, 1), (1, 2, 1, 4)]))
    assert table.title == "职业培训补贴人员花名册"
    assert paths(table) == ["序号", "姓名", "失业保险编号", "身份证号", "电话号码"]
    assert [number for number, _ in table.rows] == [4, 5, 9]
    assert dict(table.aside) == {
        1: Why.TITLE,
        2: Why.TITLE,
        3: Why.HEADING,
        6: Why.ONLY_NUMBER,
        7: Why.EMPTY,
        8: Why.REPEATED_HEADING,
        10: Why.NOTE,
        11: Why.NOTE,
        12: Why.NOTE,
    }


def test_rows_that_number_the_columns_or_name_their_units_are_no_data() -> None:
    rows = [
        ["社区", "面积", "人数（人）"],
        ["甲", "1", "2"],
        ["", "平方米", "人"],
        ["东社区", 100, 20],
        ["西社区", 90, 30],
    ]
    table = only(Grid(rows))
    assert [(column.path, column.unit) for column in table.columns] == [
        ("社区", ""),
        ("面积", "平方米"),
        ("人数", "人"),
    ]
    assert [number for number, _ in table.rows] == [4, 5]


def test_sections_subtotals_and_totals_are_told_apart() -> None:
    rows = [
        ["姓名", "年龄", "补贴金额"],
        ["第一网格", "", ""],
        ["张三", 30, 100],
        ["第一网格小计", "", 100],
        ["李四", 40, 200],
        ["总 计", "", 300],
    ]
    table = only(Grid(rows, [(1, 0, 1, 2)]))
    assert [number for number, _ in table.rows] == [3, 5]
    assert table.aside[1:] == [(2, Why.SECTION), (4, Why.SUBTOTAL), (6, Why.TOTAL)]


def test_a_merged_cell_holds_for_each_of_its_rows() -> None:
    rows = [
        ["户主", "姓名", "住址"],
        ["张三", "张三", "锦绣家园3-501"],
        ["", "李四", ""],
        ["王五", "王五", "锦绣家园3-502"],
    ]
    table = only(Grid(rows, [(1, 0, 2, 0), (1, 2, 2, 2)]))
    assert table.rows[1] == (3, ["张三", "李四", "锦绣家园3-501"])


def test_two_tables_in_one_sheet_are_both_found() -> None:
    persons = [["姓名", "身份证号"], ["张三", PERSON[0]], ["李四", PERSON[1]]]
    houses = [["小区名称", "房号"], ["锦绣家园", "501"], ["锦绣家园", "502"]]
    below = read_sheet(Grid([*persons, ["", ""], *houses]))
    beside = read_sheet(Grid([[*one, "", *two] for one, two in zip(persons, houses, strict=True)]))
    for reading in (below, beside):
        assert [paths(table) for table in reading.tables] == [["姓名", "身份证号"], ["小区名称", "房号"]]
        assert [len(table.rows) for table in reading.tables] == [2, 2]
        assert reading.reasons == ("several_blocks",)


def test_years_are_headings_and_an_empty_row_ends_no_table() -> None:
    table = only(
        Grid([["地区", 2024.0, 2025.0], ["东街道", 10, 20], ["", "", ""], ["西街道", 30, 40], ["", "", ""]])
    )
    assert paths(table) == ["地区", "2024", "2025"]
    assert ([number for number, _ in table.rows], table.aside[1:]) == ([2, 4], [(3, Why.EMPTY)])


def test_rows_without_a_header_are_not_given_one() -> None:
    assert read_sheet(Grid([["张三", PERSON[0]], ["李四", PERSON[1]]])).kind == "none"


def test_a_form_of_labels_and_values_is_no_table() -> None:
    rows = [
        ["居民登记表", "", "", ""],
        ["姓名", "张三", "性别", "男"],
        ["出生日期", "1980-01-01", "民族", "汉族"],
        ["身份证号", PERSON[0], "联系电话", "13812345678"],
        ["家庭住址", "锦绣家园3栋501", "", ""],
        ["备注", "", "", ""],
    ]
    reading = read_sheet(Grid(rows, [(0, 0, 0, 3), (4, 1, 4, 3)]))
    assert (reading.kind, reading.tables) == ("form", ())
    assert read_sheet(Grid([["", " "], []])).kind == "empty"


WORDS = st.sampled_from(
    [
        "",
        "",
        "姓名",
        "性别",
        "人口",
        "合计",
        "张三",
        "男",
        3.0,
        "3",
        "注：无",
        "填表人：",
        "单位：户",
        "（人）",
        PERSON[0],
        None,
        "x\ny",
        date(1980, 1, 1),
    ]
)
SPANS = st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))


@settings(max_examples=200)
@given(rows=st.lists(st.lists(WORDS, max_size=6), max_size=9), spans=st.lists(SPANS, max_size=4))
def test_any_sheet_is_read_and_no_filled_row_is_forgotten(
    rows: list[list[object]], spans: list[tuple[int, int, int, int]]
) -> None:
    merges = [(top, left, top + high, left + wide) for top, left, high, wide in spans]
    reading = read_sheet(Grid(rows, merges))
    for table in reading.tables:
        data, aside = {number for number, _ in table.rows}, {number for number, _ in table.aside}
        assert not data & aside
        assert all(len(cells) == len(table.columns) for _, cells in table.rows)
        assert 0 <= table.confidence <= 1
    named = {number for table in reading.tables for number, _ in (*table.rows, *table.aside)}
    filled = {at for at, row in enumerate(rows, 1) if any(cell not in ("", None) for cell in row)}
    assert not reading.tables or filled <= named


def book(rows: Sequence[Sequence[Any]], merges: Sequence[tuple[int, int, int, int]]) -> bytes:
    """An XLSX of these cells, text kept as text."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    sheet = workbook.add_worksheet("名册")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for merge in merges:
        sheet.merge_range(*merge, "")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell, day)
            elif cell != "":
                (sheet.write_string if isinstance(cell, str) else sheet.write_number)(at, column, cell)
    workbook.close()
    return target.getvalue()


def ods(rows: str) -> bytes:
    """An ODS whose one sheet has these rows."""
    target = io.BytesIO()
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2">{body}</office:document-content>',
        )
    return target.getvalue()


def test_a_workbook_keeps_its_merges_zeros_digits_and_row_numbers() -> None:
    [grid] = read_grids(book([["", ""], *ROLL], [(1, 0, 1, 4)]))
    assert (grid.name, grid.merges) == ("名册", [(1, 0, 1, 4)])
    table = only(grid)
    assert table.rows[0] == (5, [1.0, "张三", "00123", PERSON[0], "13812345678"])


def test_merges_of_an_ods_are_read() -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string"'
        ' table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>人口</text:p></table:table-cell><table:covered-table-cell/></table:table-row>'
    )
    [grid] = read_grids(ods(rows))
    assert grid.merges == [(2, 2, 2, 3)] and grid.at(2, 2) == "人口"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_a_csv_is_read_in_any_encoding_with_any_separator(encoding: str, separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(ROLL)
    [grid] = read_grids(text.getvalue().encode(encoding))
    assert only(grid).rows[1][1] == ["2.0", "李四", "00124", PERSON[1], "13912345678"]


@pytest.mark.parametrize(
    "content",
    [b"\x7fELF\x00\x00", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 no workbook", b"\x81\xff\xff"],
)
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Unreadable, match="请"):
        list(read_grids(content))


def test_one_column_has_no_separator() -> None:
    assert separator_of("姓名\n张三\n李四\n") == ","


ELEMENTS = [
    Element("name", ("姓名",), "name"),
    Element("head", ("户主姓名", "户主"), "name"),
    Element("document", ("身份证号", "公民身份号码", "证件号码"), "citizen_id"),
    Element("phone", ("联系电话", "手机号码", "电话"), "phone"),
    Element("sex", ("性别",), "sex"),
    Element("birth", ("出生日期", "出生年月"), "date"),
    Element("address", ("住址", "家庭住址", "现住址"), "address"),
    Element("remark", ("备注",)),
]


def table_of(heading: list[str], *rows: list[object]) -> Table:
    """A table of these cells."""
    return only(Grid([heading, *rows]))


def test_columns_are_matched_by_name_and_content() -> None:
    table = table_of(
        ["序号", "姓 名", "户主姓名", "身份证号码", "手机", "性别", "出生日期", "家庭住址", "备注"],
        ["1", "张三", "张三", PERSON[0], "13812345678", "男", "1980-01-01", "锦绣家园3栋501", ""],
        ["2", "李四", "张三", PERSON[1], "13912345678", "女", "1965-05-05", "锦绣家园3栋501", "租住"],
    )
    found = {
        match.column.name: match.element and match.element.key for match in match_columns(table, ELEMENTS)
    }
    assert found == {
        "序号": None,
        "姓名": "name",
        "户主姓名": "head",
        "身份证号码": "document",
        "手机": "phone",
        "性别": "sex",
        "出生日期": "birth",
        "家庭住址": "address",
        "备注": "remark",
    }


def test_content_that_contradicts_a_heading_is_not_believed() -> None:
    rows: list[list[object]] = [["张三", f"无{at}"] for at in range(8)]
    matches = match_columns(table_of(["姓名", "联系电话"], *rows), ELEMENTS)
    assert matches[1].element is None or "other_content" in matches[1].reasons
    assert matches[1].score < matches[0].score


def test_two_columns_for_one_element_are_left_to_a_person() -> None:
    rows: list[list[object]] = [["张三", "13812345678", "13912345678"]]
    matches = match_columns(table_of(["姓名", "联系电话1", "联系电话2"], *rows), ELEMENTS)
    assert [match.ambiguous for match in matches] == [False, True, False]
    assert [match.element and match.element.key for match in matches] == ["name", "phone", None]


def test_a_group_above_a_heading_tells_two_names_apart() -> None:
    grid = Grid(
        [["户主", "", "本人", ""], ["姓名", "电话", "姓名", "性别"], ["张三", "13812345678", "李四", "女"]],
        [(0, 0, 0, 1), (0, 2, 0, 3)],
    )
    found = [match.element and match.element.key for match in match_columns(only(grid), ELEMENTS)]
    assert found == ["head", "phone", "name", "sex"]


def test_the_same_layout_has_the_same_fingerprint_whatever_is_in_it() -> None:
    one = fingerprint(table_of(["姓名", "身份证号", "备注"], ["张三", PERSON[0], ""]))
    two = fingerprint(table_of(["姓　名", "身份证号 ", "备注"], ["李四", PERSON[1], "无"], ["王五", "", ""]))
    turned = fingerprint(table_of(["身份证号", "姓名", "备注"], [PERSON[0], "张三", ""]))
    other = fingerprint(table_of(["姓名", "证件号码", "备注"], ["张三", PERSON[0], ""]))
    assert one == two and str(one) == str(two)
    assert one.columns == turned.columns and one.order != turned.order
    assert one.columns != other.columns


LINES = st.sampled_from(
    [
        ["张三", PERSON[0], "男"],
        ["李四", "", "女"],
        ["合计", "2", ""],
        ["第二网格小计", "", ""],
        ["", "", ""],
        ["姓名", "身份证号", "性别"],
        ["填表人：", "", "电话："],
        ["注：以上属实。", "", ""],
        ["共计,三人", "", "x\ny"],
        ["三", "计算机", "男"],
    ]
)


@settings(max_examples=20)
@given(
    lines=st.lists(LINES, min_size=1, max_size=30),
    encoding=st.sampled_from(["utf-8-sig", "gb18030"]),
    size=st.integers(1, 9),
)
def test_a_big_file_read_in_batches_says_what_it_says_at_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], encoding: str, size: int
) -> None:
    head = [["登记表", "", ""], ["姓名", "身份证号", "性别"], *[["赵六", PERSON[2], "男"]] * 400]
    path = tmp_path_factory.mktemp("big") / "file.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([*head, *lines])
    whole = only(Grid([*head, *lines]))
    with open_csv(path, batch=size * 100) as big:
        batches = list(big.batches)
    numbers = [number for batch in batches for number in batch.numbers.to_list()]
    cells = [
        ["" if cell is None else cell for cell in row] for batch in batches for row in batch.frame.iter_rows()
    ]
    assert list(zip(numbers, cells, strict=True)) == [(number, list(row)) for number, row in whole.rows]
    aside = [each for batch in batches for each in batch.aside if each[1] != Why.EMPTY]
    assert aside == [each for each in whole.aside if each[1] != Why.EMPTY]


def test_a_row_that_is_too_long_is_set_aside_and_nothing_else_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    rows = ["姓名,电话,备注", *["张三,13812345678,"] * 500, "李四,13912345678,,多,出", "王五,,"]
    path.write_text("\n".join(rows), encoding="utf-8")
    with open_csv(path) as big:
        batches = list(big.batches)
    assert sum(len(batch.numbers) for batch in batches) == 501
    assert [each for batch in batches for each in batch.aside] == [(1, Why.HEADING), (502, Why.TOO_LONG)]
    assert batches[-1].frame.row(-1) == ("王五", None, None)


@needs_shared
def test_the_real_forms_are_read() -> None:
    census = only(next(read_grids((SHARED / "census2010_A0101a.xls").read_bytes())))
    assert len(census.columns) == 17 and len(census.rows) == 32
    assert paths(census)[7] == "人口数/合计/性别比(女=100)"
    roll = only(next(read_grids((SHARED / "花名册.xls").read_bytes())))
    assert paths(roll) == ["序号", "姓名", "失业保险编号", "身份证号", "电话号码"] and not roll.rows
    survey = only(next(read_grids((SHARED / "满意度调查.xls").read_bytes())))
    assert paths(survey) == ["等次内容", "好", "较好", "一般", "差"] and len(survey.rows) == 7


def test_a_table_of_a_word_file_is_read_and_a_merged_cell_speaks_for_every_row() -> None:
    paper = Document()
    paper.add_paragraph("社区工作事项清单")
    table = paper.add_table(rows=3, cols=2)
    for at, words in enumerate(["方面", "事项", "基层自治", "居务公开", "", "议事协商"]):
        table.cell(*divmod(at, 2)).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    out = io.BytesIO()
    paper.save(out)
    (grid,) = read_grids(out.getvalue())
    assert grid.rows == [["方面", "事项"], ["基层自治", "居务公开"], ["基层自治", "议事协商"]]


def test_a_word_file_without_a_table_is_refused_in_words() -> None:
    out = io.BytesIO()
    Document().save(out)
    with pytest.raises(Unreadable, match="没有表格"):
        list(read_grids(out.getvalue()))
