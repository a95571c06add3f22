"""A department's file as one table: the sheets that share a heading put together, and its columns guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from linli.algorithms.cleaning.columns import column_of
from linli.algorithms.sheets.fingerprint import fingerprint
from linli.algorithms.sheets.matching import Element as Wanted
from linli.algorithms.sheets.matching import Match, match_columns
from linli.algorithms.sheets.reading import Unreadable, read_grids
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


@dataclass
class FileTable:
    """The rows of a file with the sheet (from 1) and the row they stand in, and what was set aside."""

    columns: list[str]
    fingerprint: str
    table: Table
    sheets: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    cells: list[Sequence[Any]] = field(default_factory=list)
    aside: list[tuple[int, int, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def bound(self, columns: Mapping[str, str]) -> dict[str, pl.Series]:
        """The columns that are bound to elements, by element."""
        found = {}
        for path, code in columns.items():
            at = self.columns.index(path)
            found[code] = column_of([row[at] if at < len(row) else None for row in self.cells])
        return found

    def samples(self, at: int, count: int = 3) -> list[str]:
        """The first different values of a column as text."""
        seen = dict.fromkeys(
            str(row[at]).strip() for row in self.cells[:200] if at < len(row) and row[at] not in (None, "")
        )
        return list(seen)[:count]


def read_file(content: bytes) -> FileTable:
    """The table of a file. Raises ``Unreadable`` where there is none, in words that say what to do."""
    whole: FileTable | None = None
    for sheet, grid in enumerate(read_grids(content), start=1):
        for table in read_sheet(grid).tables:
            paths = [column.path for column in table.columns]
            if whole is None:
                whole = FileTable(_distinct(paths), fingerprint(table).columns, table)
            elif fingerprint(table).order != fingerprint(whole.table).order:
                whole.left_out.append(grid.name or str(sheet))
                continue
            whole.sheets += [sheet] * len(table.rows)
            whole.numbers += [number for number, _ in table.rows]
            whole.cells += [cells for _, cells in table.rows]
            whole.aside += [(sheet, number, str(why)) for number, why in table.aside]
    if whole is None:
        raise Unreadable("没有找到表头和数据行；请检查文件里是否有一行写着各列的名称")
    if not whole.cells:
        raise Unreadable("文件里只有表头，没有数据")
    return whole


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
