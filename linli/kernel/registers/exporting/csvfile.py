"""Rows as CSV: UTF-8 with the mark that office software needs, a line at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from linli.kernel.registers.columns import Column

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run."""


class _Line:
    def write(self, text: str) -> str:
        return text


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula; the import takes the quote off again."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(column: Column, row: Any) -> str:
    """A cell: figures without separators, times as 2026-11-22 14:30."""
    value = column.typed(row)
    if value is None:
        return ""
    return str(value) if column.is_figure and not isinstance(value, str) else guarded(column.said(value))


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The file in pieces: the heading, then rows."""
    writer: Any = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([column.heading for column in columns])
    for row in rows:
        yield writer.writerow([plain(column, row) for column in columns])


def plain_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Rows of plain cells as a file, guarded like any other."""
    writer: Any = csv.writer(_Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(
            ["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row]
        )
