"""Reading lists of division codes from CSV files and spreadsheets: bytes in, lines out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineWorkbook

from linli.algorithms.text.sentences import Refusal
from linli.territory.rules.codelist import CodeRow
from linli.territory.rules.codes import normal

HEADERS = {
    "code": (
        "code",
        "代码",
        "区划代码",
        "行政区划代码",
        "统计用区划代码",
        "社区代码",
        "村级代码",
        "12位代码",
        "编码",
        "区划编码",
    ),
    "name": ("name", "名称", "单位名称", "区划名称", "社区名称", "村(居)委会名称", "村(社区)名称", "全称"),
    "parent": (
        "streetcode",
        "areacode",
        "parent",
        "上级代码",
        "父级代码",
        "所属街道代码",
        "上级区划代码",
        "pcode",
    ),
    "households": ("households", "户数", "总户数", "登记户数", "居民户数"),
}


class UnreadableList(Refusal, ValueError):
    """The file is not a list of codes; the text says what is missing."""


def read_table(data: bytes, filename: str) -> list[list[str]]:
    """The cells of a CSV (UTF-8 or GB18030, comma, semicolon or tab) or of the first sheet of a spreadsheet, as text."""
    if filename.lower().endswith((".xlsx", ".xls", ".ods")):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        return [[_cell(cell) for cell in row] for row in sheet.to_python()]
    text = _decode(data)
    delimiter = max(",;\t", key=text[:2000].count)
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def guess_columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The header's line and which column holds what: by the words of the header, else by what the cells look like."""
    for line, row in enumerate(rows[:10]):
        words = [cell.strip().lower().replace("(", "(").replace(")", ")") for cell in row]
        found = {
            what: words.index(name)
            for what, names in HEADERS.items()
            for name in reversed(names)
            if name in words
        }
        if "code" in found and "name" in found:
            return line, found
    return -1, _columns_by_content(rows)


def _columns_by_content(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    sample = [row for row in rows[:200] if len(row) > 1]
    width = min((len(row) for row in sample), default=0)
    if not width:
        raise UnreadableList("没有找到“代码”和“名称”两列：请在首行写明列名")

    def longest(column: int) -> int:
        return max(len(row[column]) for row in sample)

    digits = [c for c in range(width) if all(row[c].isdigit() for row in sample)]
    words = [c for c in range(width) if any("一" <= ch <= "鿿" for row in sample for ch in row[c])]
    if not digits or not words:
        raise UnreadableList("没有找到“代码”和“名称”两列：请在首行写明列名")
    return {"code": max(digits, key=longest), "name": words[-1]}


def read_code_list(data: bytes, filename: str) -> list[CodeRow]:
    """The lines of a code list; blank lines are skipped, nothing else is."""
    rows = read_table(data, filename)
    header, columns = guess_columns(rows)

    def cell(row: Sequence[str], what: str) -> str:
        index = columns.get(what)
        return row[index].strip() if index is not None and index < len(row) else ""

    return [
        CodeRow(
            number,
            normal(cell(row, "code")),
            cell(row, "name"),
            normal(cell(row, "parent")),
            _whole(cell(row, "households")),
        )
        for number, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(row)
    ]


def _whole(text: str) -> int | None:
    digits = text.replace(",", "").removesuffix(".0")
    return int(digits) if digits.isdigit() else None


_POINT = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,,\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$")


def read_point(text: str) -> tuple[float, float] | None:
    """A longitude and a latitude written as 106.713,26.605; None for anything else."""
    found = _POINT.match(text)
    if not found:
        return None
    lon, lat = float(found.group(1)), float(found.group(2))
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def as_lines(rows: Sequence[CodeRow]) -> str:
    """A list as text that a page can carry from the report to the confirmation."""
    return "\n".join(
        f"{r.line}\t{r.code}\t{r.name}\t{r.parent}\t{'' if r.households is None else r.households}"
        for r in rows
    )


def from_lines(text: str) -> list[CodeRow]:
    """The list of ``as_lines`` back again; lines that are not of that shape are left out."""
    cells = [line.split("\t") for line in text.splitlines()]
    return [
        CodeRow(int(c[0]), normal(c[1]), c[2], normal(c[3]), _whole(c[4]))
        for c in cells
        if len(c) == 5 and c[0].isdigit()
    ]
