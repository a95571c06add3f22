"""What of a blank can be filled: the columns of a list, the cells of a table of figures, and labels that wait for a word.

The header is found as in files that come in (``algorithms/sheets``). Where rows have names of their own it is a table of figures, a cell for
each row and column; else a list, whose rows are those below the header in which nothing is written but a running number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linli.algorithms.sheets.grid import Grid, words_of
from linli.algorithms.sheets.header import find_header, header_columns
from linli.algorithms.sheets.lines import Why, is_numeric, numbers_columns, why_no_data
from linli.algorithms.sheets.reading import Unreadable, read_grids
from linli.algorithms.workbooks.blank import Blank, Body, NoTemplate
from linli.algorithms.workbooks.reckoning import MAIN
from linli.algorithms.workbooks.references import Address, address_of

WAITING = re.compile(r"([^:：\s_]{1,16})[:：][\s_]*(?=$|年\s*月|\s|[^\s:：_]{1,16}[:：])")
"""A label with a colon and nothing after it but room for a date; several may stand in one cell."""
NUMBERED = {"序号", "编号", "行次", "序"}
NAMES_OF = 0.5
"""From this share of rows with a name of their own on, a table is one of figures."""


class Shape(StrEnum):
    """The two shapes of forms, and none: only labels."""

    LIST = "list"
    FIGURES = "figures"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, from 1: its heading (人口/男) and unit; a computed one has a formula, a running one the number of the row."""

    index: int
    heading: str
    unit: str = ""
    computed: bool = False
    running: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a table of figures, with the names of its row and of its column."""

    address: Address
    row: str
    column: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """Both names."""
        return f"{self.row}/{self.column}" if self.row else self.column


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a cell that waits for a word after it (填报单位：); ``text`` is all that stands in the cell."""

    address: Address
    words: str
    text: str


@dataclass(frozen=True)
class Layout:
    """What of a sheet can be filled. ``title`` is what stands above."""

    shape: Shape
    title: str
    labels: Sequence[Label]
    columns: Sequence[Column] = ()
    body: Body | None = None
    places: Sequence[Place] = ()


def read_layout(content: bytes, sheet: str = "") -> Layout:
    """The layout of an XLSX and one of its sheets, the first by default. Raises ``NoTemplate``."""
    blank = Blank.open(content, sheet)
    try:
        grid = next(read_grids(content, blank.sheet))
    except Unreadable as error:
        raise NoTemplate("模板打不开，可能已损坏；请另存为 XLSX 再试") from error
    formulas = {
        address_of(cell.get("r")) for cell in blank.root.iter(f"{MAIN}c") if cell.find(f"{MAIN}f") is not None
    }
    drawn = {int(row.get("r")) for row in blank.root.iter(f"{MAIN}row") if len(row)}
    labels = list(_labels(grid, formulas))
    header = find_header(grid, 0, 0, grid.width - 1) if grid.width > 1 else None
    if header is None:
        return Layout(Shape.LABELS, _title(grid, grid.height), labels)
    title, start = _title(grid, header.top), header.bottom + 1
    headings = header_columns(grid, header)
    if start < grid.height and numbers_columns([words_of(cell) for cell in grid.rows[start]]):
        start += 1
    names = _row_names(grid, start, headings, formulas)
    waiting = range(start, _end_of_list(grid, start, drawn, formulas))
    if names and len(names) >= NAMES_OF * (len(waiting) or 1):
        return Layout(Shape.FIGURES, title, labels, places=_places(grid, names, headings, formulas))
    body = Body(start + 1, waiting[-1] + 1) if waiting else Body(start + 1, start + 1)
    columns = [
        Column(at + 1, path, unit, (body.first, at + 1) in formulas, path in NUMBERED)
        for path, at, unit in headings
    ]
    return Layout(Shape.LIST, title, labels, columns=columns, body=body)


def answered(text: str, words: Mapping[str, str]) -> str:
    """The text of a cell with a word after each of its labels that has one; room for a date goes."""
    for label, said in words.items():
        found = re.search(rf"{re.escape(label)}\s*[:：]([\s_]*(?:年\s*月\s*日?)?)", text)
        if found is not None:
            text = f"{text[: found.start(1)]}{said}  {text[found.end(1) :]}"
    return text.rstrip()


def _title(grid: Grid, end: int) -> str:
    """The first words of the sheet, before the header."""
    return next((words for row in range(end) for _, words in grid.filled(row, 0, grid.width - 1)), "")


def _labels(grid: Grid, formulas: set[Address]) -> Sequence[Label]:
    return [
        Label((row + 1, column + 1), match[1], str(grid.at(row, column)))
        for row in range(grid.height)
        for column, words in grid.filled(row, 0, grid.width - 1)
        if (row + 1, column + 1) not in formulas
        for match in WAITING.finditer(words)
    ]


def _end_of_list(grid: Grid, start: int, drawn: set[int], formulas: set[Address]) -> int:
    """The row after the last one of a list: where something is written, or nothing is drawn any more."""
    row = start
    while row + 1 in drawn and _is_waiting(grid, row, formulas):
        row += 1
    return row


def _is_waiting(grid: Grid, row: int, formulas: set[Address]) -> bool:
    if row >= grid.height:
        return True
    said = [
        (column, words)
        for column, words in grid.filled(row, 0, grid.width - 1)
        if (row + 1, column + 1) not in formulas
    ]
    return not said or (len(said) == 1 and said[0][0] == 0 and is_numeric(said[0][1]))


def _row_names(
    grid: Grid, start: int, headings: Sequence[tuple[str, int, str]], formulas: set[Address]
) -> dict[int, tuple[str, int]]:
    """The rows below a header that have a name, each with it and the column in which it ends; a merged name lies over several rows."""
    found: dict[int, tuple[str, int]] = {}
    left, running = headings[0][1], {column for path, column, _unit in headings if path in NUMBERED}
    for row in range(start, grid.height):
        cells = [grid.shown(row, column) for column in range(grid.width)]
        if why_no_data(cells, spans=_spans(grid, row)) in (Why.NOTE, Why.SECTION):
            break
        parts: list[str] = []
        last = left - 1
        for column in range(left, grid.width):
            words = words_of(grid.shown(row, column))
            if (
                not words
                or (row + 1, column + 1) in formulas
                or (is_numeric(words) and column not in running)
            ):
                break
            if column not in running and words not in parts:
                parts.append(words)
            last = column
        if parts:
            found[row] = ("/".join(parts), last)
    return found


def _spans(grid: Grid, row: int) -> bool:
    covered = grid.covering.get((row, 0))
    return covered is not None and covered[3] - covered[1] + 1 >= grid.width - 1


def _places(
    grid: Grid,
    names: dict[int, tuple[str, int]],
    headings: Sequence[tuple[str, int, str]],
    formulas: set[Address],
) -> list[Place]:
    return [
        Place((row + 1, column + 1), name, path, unit)
        for row, (name, last) in names.items()
        for path, column, unit in headings
        if column > last and path and (row + 1, column + 1) not in formulas and _is_free(grid, row, column)
    ]


def _is_free(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell is empty or holds a figure: many a template is last year's form."""
    words = words_of(grid.shown(row, column))
    return not words or is_numeric(words)
