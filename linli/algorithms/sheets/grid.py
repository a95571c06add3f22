"""A sheet as a grid of cells with the ranges that are merged in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from linli.algorithms.cleaning.cells import PUNCTUATION, text_of

Range = tuple[int, int, int, int]
"""Row, column, row, column of the first and the last cell, counted from 0."""


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet, row by row from its first; an empty cell is "" or None."""

    rows: Sequence[Sequence[object]]
    merges: Sequence[Range] = ()
    name: str = ""

    @cached_property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    @cached_property
    def width(self) -> int:
        """How many columns it has up to the last cell that is filled."""
        return max(
            (at + 1 for row in self.rows for at, cell in enumerate(row) if not is_empty(cell)), default=0
        )

    @cached_property
    def covering(self) -> dict[tuple[int, int], Range]:
        """The merged range over each cell, for the cells that lie in one and in the filled part of the sheet."""
        found: dict[tuple[int, int], Range] = {}
        for top, left, bottom, right in self.merges:
            for row in range(top, min(bottom, self.height - 1) + 1):
                for column in range(left, min(right, self.width - 1) + 1):
                    found[row, column] = (top, left, bottom, right)
        return found

    def at(self, row: int, column: int) -> object:
        """The cell itself; empty outside."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def shown(self, row: int, column: int) -> object:
        """What a reader sees at a place: the first cell of the merged range over it, else the cell."""
        merged = self.covering.get((row, column))
        return self.at(merged[0], merged[1]) if merged is not None else self.at(row, column)

    def filled(self, row: int, left: int, right: int) -> Iterator[tuple[int, str]]:
        """The column and words of each cell of a row that holds something of its own, in columns ``left`` to ``right``."""
        cells = self.rows[row]
        for column in range(left, min(right, len(cells) - 1) + 1):
            words = words_of(cells[column])
            if words:
                yield column, words


def is_empty(cell: object) -> bool:
    """Whether a cell holds nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def words_of(cell: object) -> str:
    """The words of a cell on one line: spaces that only spread Chinese characters apart are gone (地    区)."""
    words = text_of(cell).words
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", words) if " " in words else words


def plain_words(cell: object) -> str:
    """The words for comparing: without white space, in half-width lower case."""
    return "".join(text_of(cell).words.translate(PUNCTUATION).split()).lower()
