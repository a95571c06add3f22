"""A department's file as one table: the sheets that share a heading put together, and its columns guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from linli.algorithms.cleaning.columns import column_of
from linli.algorithms.sheets.big import open_csv
from linli.algorithms.sheets.fingerprint import fingerprint
from linli.algorithms.sheets.matching import Element as Wanted
from linli.algorithms.sheets.matching import Match, match_columns
from linli.algorithms.sheets.reading import SHEET_SIGNS, Unreadable, read_grids
from linli.algorithms.sheets.tables import Table, read_sheet
from linli.registry.rules.elements import elements

LOOKS = {
    "name": "name",
    "date": "date",
    "document": "document",
    "phones": "phone",
    "address": "address",
    "uscc": "uscc",
}
"""What the cells of a shape look like to the matching of columns."""

BIG = 2_000_000
"""Bytes from which a CSV is read in columns; a smaller one may hold tables in any place."""


@dataclass
class FileTable:
    """The cells of a file column by column, the sheet (from 1) and the row they stand in, and what was set aside."""

    columns: list[str]
    fingerprint: str
    table: Table
    sheets: pl.Series
    numbers: pl.Series
    cells: list[pl.Series]
    aside: list[tuple[int, int, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)

    def bound(self, columns: Mapping[str, str]) -> dict[str, pl.Series]:
        """The columns that are bound to elements, by element."""
        return {code: self.cells[self.columns.index(path)] for path, code in columns.items()}

    def samples(self, at: int, count: int = 3) -> list[str]:
        """The first different values of a column as text."""
        seen = dict.fromkeys(str(cell).strip() for cell in self.cells[at][:200] if cell not in (None, ""))
        return list(seen)[:count]


def read_file(content: bytes) -> FileTable:
    """The table of a file. Raises ``Unreadable`` where there is none, in words that say what to do."""
    big = len(content) > BIG and not content.startswith(SHEET_SIGNS)
    whole = _in_columns(content) if big else _in_grids(content)
    if not len(whole):
        raise Unreadable("文件里只有表头，没有数据")
    return whole


def _in_columns(content: bytes) -> FileTable:
    """A big CSV, whose cells never become objects of their own."""
    with open_csv(content) as file:
        batches = list(file.batches)
    cells = pl.concat([batch.frame for batch in batches]).rechunk()
    numbers = pl.concat([batch.numbers for batch in batches])
    return FileTable(
        _distinct([column.path for column in file.table.columns]),
        fingerprint(file.table).columns,
        file.table,
        pl.Series([1]).new_from_index(0, len(numbers)),
        numbers,
        cells.get_columns(),
        [(1, number, str(why)) for batch in batches for number, why in batch.aside],
    )


def _in_grids(content: bytes) -> FileTable:
    tables = list(_alike(content))
    if not tables:
        raise Unreadable("没有找到表头和数据行；请检查文件里是否有一行写着各列的名称")
    _, _, first = tables[0]
    paths = [column.path for column in first.columns]
    kept = [(sheet, table) for sheet, _, table in tables if sheet]
    rows = [(sheet, number, cells) for sheet, table in kept for number, cells in table.rows]
    return FileTable(
        _distinct(paths),
        fingerprint(first).columns,
        first,
        pl.Series([sheet for sheet, _, _ in rows], dtype=pl.Int64),
        pl.Series([number for _, number, _ in rows], dtype=pl.Int64),
        [
            column_of([cells[at] if at < len(cells) else None for _, _, cells in rows])
            for at in range(len(paths))
        ],
        [(sheet, number, str(why)) for sheet, table in kept for number, why in table.aside],
        [name for sheet, name, _ in tables if not sheet],
    )


def _alike(content: bytes) -> Iterator[tuple[int, str, Table]]:
    """The tables of a file with their sheets; sheet 0 for those that have another heading than the first."""
    order = None
    for sheet, grid in enumerate(read_grids(content), start=1):
        for table in read_sheet(grid).tables:
            order = order or fingerprint(table).order
            yield sheet if fingerprint(table).order == order else 0, grid.name or str(sheet), table


def guess_columns(kind: str, file: FileTable) -> list[Match]:
    """For each column of the file the element that it most likely is."""
    wanted = [
        Wanted(code, (element.title, *element.names), LOOKS.get(element.shape, ""))
        for code, element in elements(kind).items()
    ]
    return match_columns(file.table, wanted)


def _distinct(paths: list[str]) -> list[str]:
    """Columns of one name are told apart by a number."""
    seen: dict[str, int] = {}
    found = []
    for path in paths:
        seen[path] = seen.get(path, 0) + 1
        found.append(path if seen[path] == 1 else f"{path}（{seen[path]}）")
    return found
