"""Addresses of cells (``A1``) in texts and formulas, and where they point after rows were put in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter

Address = tuple[int, int]
"""Row and column, counted from 1 as the sheet does."""

CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})")
RANGE = re.compile(r"(\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::(\$?[A-Z]{1,3}\$?[0-9]{1,7}))?")
ROWS = re.compile(r"(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})")


def address_of(text: str) -> Address:
    """``B5`` as row 5, column 2. Raises ``ValueError``."""
    match = CELL.fullmatch(text.upper())
    if match is None:
        raise ValueError(f"no cell: {text}")
    return int(match[4]), column_index_from_string(match[2])


def name_of(address: Address) -> str:
    """Row 5, column 2 as ``B5``."""
    return f"{get_column_letter(address[1])}{address[0]}"


@dataclass(frozen=True)
class Insertion:
    """``count`` rows put in after ``last``, the last of the rows from ``first`` on that a list fills.

    What stands below moves down. A range that covers rows of the list down to its end grows with it, so a sum of the list stays the sum of the
    list; a range inside one row stays where it is.
    """

    first: int
    last: int
    count: int

    def row(self, row: int) -> int:
        """Where a row is afterwards."""
        return row + self.count if row > self.last else row

    def rows(self, top: int, bottom: int, alone: bool = False) -> tuple[int, int]:
        """Where a range of rows is afterwards; ``alone``: it is one cell wide, so that a single row may be the whole list."""
        whole = self.first == self.last == top == bottom and alone
        grows = bottom == self.last and (top < bottom or whole)
        return self.row(top), bottom + self.count if grows else self.row(bottom)

    def reference(self, text: str) -> str:
        """A cell, a range of cells or of rows, as its text."""
        lines = ROWS.fullmatch(text)
        if lines is not None:
            top, bottom = self.rows(int(lines[2]), int(lines[4]))
            return f"{lines[1]}{top}:{lines[3]}{bottom}"
        match = RANGE.fullmatch(text)
        if match is None:
            return text
        first = CELL.fullmatch(match[1])
        assert first is not None
        if match[2] is None:
            return _moved(first, self.row(int(first[4])))
        last = CELL.fullmatch(match[2])
        assert last is not None
        top, bottom = self.rows(int(first[4]), int(last[4]), first[2] == last[2])
        return f"{_moved(first, top)}:{_moved(last, bottom)}"

    def references(self, text: str) -> str:
        """Several of them with blanks between: what a rule of a sheet holds for."""
        return " ".join(map(self.reference, text.split()))

    def formula(self, text: str, own: str, at: str) -> str:
        """A formula without its equals sign that stands on the sheet ``at``, after rows were put into the sheet ``own``."""
        parts = Tokenizer(f"={text}").items
        return "".join(self._operand(part, own, at) for part in parts)

    def _operand(self, part: Token, own: str, at: str) -> str:
        if part.type != Token.OPERAND or part.subtype != Token.RANGE:
            return str(part.value)
        sheet, mark, reference = str(part.value).rpartition("!")
        named = sheet.strip("'").replace("''", "'") if mark else at
        return f"{sheet}{mark}{self.reference(reference) if named == own else reference}"


def _moved(cell: re.Match[str], row: int) -> str:
    return f"{cell[1]}{cell[2]}{cell[3]}{row}"
