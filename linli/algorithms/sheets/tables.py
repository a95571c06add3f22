"""The tables of a sheet: titles, a header of several merged rows, data, totals and notes told apart.

A header is found by its shape (the first row of several short texts, the ranges merged in it) and by the words that
headings have; no layout is known beforehand. What is not data is set aside with the reason, never dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from linli.algorithms.sheets.grid import Grid, is_empty, plain_words
from linli.algorithms.sheets.header import LONGEST, Header, find_header, header_columns, looks_like_heading
from linli.algorithms.sheets.lines import (
    UNIT,
    Why,
    is_label,
    numbers_columns,
    signature,
    unit_in,
    why_no_data,
)

Row = tuple[int, Sequence[object]]
"""The number of a row in its sheet, counted from 1, and its cells, one for each column of the table."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the path of its header from the top (人口/男), its place in the sheet from 0, and its unit."""

    path: str
    index: int
    unit: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Table:
    """A table of a sheet. ``confidence`` is from 0 to 1, with the reasons for and against it as codes."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    aside: Sequence[tuple[int, Why]]
    title: str = ""
    unit: str = ""
    header: tuple[int, int] = (0, 0)
    """The numbers of the first and the last row of the header."""
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a sheet holds: tables, or a ``form`` of labels and values, or nothing."""

    kind: str
    tables: Sequence[Table] = ()
    reasons: tuple[str, ...] = ()


@dataclass
class _Block:
    """The rows and columns in which one table lies."""

    grid: Grid
    top: int
    bottom: int
    left: int
    right: int
    aside: list[tuple[int, Why]] = field(default_factory=list)

    def cells(self, row: int) -> Sequence[object]:
        """The cells of a row; below a vertically merged cell stands what it says."""
        found = list(self.bare(row))
        for column in range(self.left, self.right + 1) if self.grid.covering else ():
            merged = self.grid.covering.get((row, column))
            if merged is not None and merged[1] == column:
                found[column - self.left] = self.grid.shown(row, column)
        return found

    def bare(self, row: int) -> list[object]:
        """The cells of a row without what is merged down from above."""
        cells = list(self.grid.rows[row][self.left : self.right + 1])
        return cells + [""] * (self.right - self.left + 1 - len(cells))

    def spans(self, row: int) -> bool:
        """Whether one merged cell lies over most of the row."""
        width = self.right - self.left + 1
        return bool(self.grid.covering) and any(
            covered[3] - covered[1] + 1 > width / 2 and covered[0] == row
            for column in range(self.left, self.right + 1)
            if (covered := self.grid.covering.get((row, column))) is not None
        )


def read_sheet(grid: Grid) -> Reading:
    """The tables of a sheet from the top left on; a sheet that is a form of labels and values has none."""
    if not any(not is_empty(cell) for row in grid.rows for cell in row):
        return Reading("empty")
    if _is_form(grid):
        return Reading("form", reasons=("labels_beside_values",))
    tables = [table for left, right in _side_by_side(grid) for table in _below_each_other(grid, left, right)]
    if not tables:
        return Reading("none", reasons=("no_header",))
    return Reading("table", tables, ("several_blocks",) if len(tables) > 1 else ())


def _below_each_other(grid: Grid, left: int, right: int) -> list[Table]:
    tables: list[Table] = []
    top = 0
    while top < grid.height:
        header = find_header(grid, top, left, right)
        if header is None:
            break
        block = _Block(grid, top, grid.height - 1, left, right)
        table, top = _table(block, header)
        tables.append(table)
    return tables


def _table(block: _Block, header: Header) -> tuple[Table, int]:
    """The table under a header, and the row where the next block begins."""
    grid = block.grid
    title, unit = _above(block, header)
    block.aside += [(row, Why.HEADING) for row in range(header.top, header.bottom + 1)]
    columns = [Column(*each) for each in header_columns(grid, header)]
    start = header.bottom + 1
    while start <= block.bottom and (why := _under_header(block, start)) is not None:
        block.aside.append((start, why))
        if why == Why.COLUMN_UNITS:
            columns = [
                Column(each.path, each.index, each.unit or unit_in(str(grid.shown(start, each.index))))
                for each in columns
            ]
        start += 1
    rows, end = _body(block, header, start, title)
    aside = sorted((row + 1, why) for row, why in block.aside)
    confidence, reasons = _confidence(header, columns, rows)
    named = (header.top + 1, header.bottom + 1)
    table = Table(
        columns, [(row + 1, cells) for row, cells in rows], aside, title, unit, named, confidence, reasons
    )
    return table, end


def _above(block: _Block, header: Header) -> tuple[str, str]:
    """The title and the unit that stand above a header."""
    title = unit = ""
    for row in range(block.top, header.top):
        words = [words for _, words in block.grid.filled(row, block.left, block.right)]
        named = next((found[1] for each in words if (found := UNIT.fullmatch(plain_words(each)))), "")
        if not words:
            block.aside.append((row, Why.EMPTY))
            continue
        block.aside.append((row, Why.UNIT if named else Why.TITLE))
        unit = unit or named
        title = title or ("" if named or len(words[0]) > LONGEST else words[0])
    return title, unit


def _under_header(block: _Block, row: int) -> Why | None:
    """Whether a row right under the header numbers the columns or names their units."""
    words = [plain_words(cell) for cell in block.bare(row)]
    if numbers_columns([str(each) for each in words]):
        return Why.COLUMN_NUMBERS
    filled = [each for each in words if each]
    if filled and all(unit_in(each) for each in filled):
        return Why.COLUMN_UNITS
    return None


def _body(block: _Block, header: Header, start: int, title: str) -> tuple[list[Row], int]:
    """The data rows from ``start`` on, and where the block ends: before another header, or with the sheet."""
    rows: list[Row] = []
    said = (signature(block.bare(row)) for row in range(header.top, header.bottom + 1))
    headings = frozenset(filter(None, said))
    gap = False
    for row in range(start, block.bottom + 1):
        why = why_no_data(block.bare(row), headings, title, spans=block.spans(row))
        if gap and why not in (Why.EMPTY, Why.REPEATED_HEADING) and _begins_block(block, row, headings):
            _trim(block, rows)
            return rows, row
        if why is None:
            rows.append((row, block.cells(row)))
        else:
            block.aside.append((row, why))
        gap = why == Why.EMPTY or (gap and why is not None)
    _trim(block, rows)
    return rows, block.bottom + 1


def _begins_block(block: _Block, row: int, headings: frozenset[tuple[str, ...]]) -> bool:
    """Whether a row after an empty one, or the one or two under it, heads another table."""
    grid, left, right = block.grid, block.left, block.right
    for at in range(row, min(row + 3, block.bottom + 1)):
        if len(list(grid.filled(at, left, right))) > 1:
            return signature(block.bare(at)) not in headings and looks_like_heading(grid, at, left, right)
    return False


def _trim(block: _Block, rows: Sequence[Row]) -> None:
    """Empty rows at the end of a block are no rows."""
    last = rows[-1][0] if rows else 0
    while block.aside and block.aside[-1][1] == Why.EMPTY and block.aside[-1][0] > last:
        block.aside.pop()


def _side_by_side(grid: Grid) -> list[tuple[int, int]]:
    """The column ranges of tables that stand beside each other: parted by a column that is empty all the way down."""
    used = [
        any(
            not is_empty(grid.shown(row, column))
            for row in range(grid.height)
            if not _is_wide(grid, row, column)
        )
        for column in range(grid.width)
    ]
    ranges: list[tuple[int, int]] = []
    left = None
    for column, full in enumerate([*used, False]):
        if full and left is None:
            left = column
        if not full and left is not None:
            ranges.append((left, column - 1))
            left = None
    wide = [each for each in ranges if each[1] > each[0] and find_header(grid, 0, *each) is not None]
    return wide if len(wide) > 1 and len(wide) == len(ranges) else [(0, grid.width - 1)]


def _is_wide(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell belongs to a title that is merged over most of the sheet."""
    merged = grid.covering.get((row, column))
    return merged is not None and merged[3] - merged[1] + 1 > grid.width / 2


def _is_form(grid: Grid) -> bool:
    """Whether labels stand in most rows beside what they ask for, and not once above it."""
    lines = [
        [words for _, words in grid.filled(row, 0, grid.width - 1)] for row in range(min(grid.height, 60))
    ]
    full = [line for line in lines if line]
    if len(full) < 3 or grid.height > 60:
        return False
    labelled = [sum(map(is_label, line)) for line in full]
    several = [line for line in full if len(line) > 1]
    mostly = sum(count > 0 for count in labelled) >= 0.6 * len(full)
    between = sum(0 < count < len(line) or len(line) == 1 for count, line in zip(labelled, full, strict=True))
    top_only = sum(labelled[:2]) >= 0.6 * sum(labelled)
    return mostly and not top_only and (between >= 0.4 * len(full) or len(several) < 0.5 * len(full))


def _confidence(
    header: Header, columns: Sequence[Column], rows: Sequence[Row]
) -> tuple[float, tuple[str, ...]]:
    reasons: list[str] = []
    score = 0.3
    if header.known >= 0.3:
        reasons.append("heading_words")
        score += 0.25 * min(1.0, header.known / 0.6)
    if header.merged:
        reasons.append("merged_header")
        score += 0.1
    if _differs(columns, rows):
        reasons.append("data_differs")
        score += 0.25
    names = [column.path for column in columns]
    if len(set(names)) == len(names) and all(names):
        reasons.append("names_unique")
        score += 0.1
    else:
        reasons.append("names_missing_or_repeated")
    if not rows:
        reasons.append("no_data")
        score -= 0.1
    return round(min(1.0, max(0.0, score)), 2), tuple(reasons)


def _differs(columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    """Whether some column holds digits in most of its cells: a header does not."""
    sample = [cells for _, cells in rows[:50]]
    for at in range(len(columns)):
        filled = [words for cells in sample if at < len(cells) and (words := plain_words(cells[at]))]
        if filled and sum(any(sign.isdigit() for sign in words) for words in filled) > 0.6 * len(filled):
            return True
    return False
