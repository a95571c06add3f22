"""Rows out of a CSV, XLS, XLSX or ODS file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linli.algorithms.sheets.reading import Unreadable, read_grids

__all__ = ["Rows", "Unreadable", "read"]

Rows = list[list[Any]]


def read(content: bytes, sheet: str = "") -> Iterator[Rows]:
    """The tables of a file, in order: its sheets (or the one of that name), or the one table of a CSV."""
    for grid in read_grids(content, sheet):
        yield [list(row) for row in grid.rows]
