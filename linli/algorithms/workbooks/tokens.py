"""A formula of an old XLS as it was typed: the file keeps it as tokens in the order in which they are worked out.

xlrd has the names of the functions; its own reading of formulas is for debugging, and loses references to other sheets.
Source: [MS-XLS] 2.5.198.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from xlrd.book import Book
from xlrd.formula import func_defs, get_externsheet_local_range

Cell = tuple[int, int]
"""Row and column, counted from 0."""

OPERATORS = {
    0x03: ("+", 4), 0x04: ("-", 4), 0x05: ("*", 5), 0x06: ("/", 5), 0x07: ("^", 6), 0x08: ("&", 3),
    0x09: ("<", 2), 0x0A: ("<=", 2), 0x0B: ("=", 2), 0x0C: (">=", 2), 0x0D: (">", 2), 0x0E: ("<>", 2),
    0x0F: (" ", 10), 0x10: (",", 1), 0x11: (":", 11),
}  # fmt: skip
"""Sign and how strongly it binds."""
BEFORE, PERCENT, WHOLE = 8, 7, 12
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
LAST_ROW, LAST_COLUMN = 0xFFFF, 0xFF
"""Of a sheet of the old format."""
CHOOSE, SUM = 0x04, 0x10
BY_NAME = 255
"""The function that is called by its name, which is its first argument."""
SINCE_2007 = ("IFERROR", "COUNTIFS", "SUMIFS", "AVERAGEIF", "AVERAGEIFS")
"""Functions that the old format knows by a mark and the new one by themselves."""
MARK = "_xlfn."


class Untold(Exception):
    """A formula that this reader cannot tell: damaged, or of another workbook, or with constants in braces."""


def text_of(book: Book, tokens: bytes, cell: Cell = (0, 0)) -> str:
    """The formula without the sign before it; ``cell`` is where it stands, for what a shared one says relatively. Raises ``Untold``."""
    if book.biff_version < 80:  # before Excel 97 tokens are of other lengths
        raise Untold
    try:
        stack = _Reader(book, tokens, cell).read()
    except (struct.error, IndexError, KeyError, ValueError, OverflowError, AssertionError) as error:
        raise Untold from error
    if len(stack) != 1:
        raise Untold
    return stack[0][0]


class _Reader:
    def __init__(self, book: Book, tokens: bytes, cell: Cell) -> None:
        self.book, self.tokens, self.cell, self.at = book, tokens, cell, 0
        self.stack: list[tuple[str, int]] = []
        """Texts with how strongly their outermost sign binds."""

    def read(self) -> list[tuple[str, int]]:
        while self.at < len(self.tokens):
            (token,) = self._take("B")
            if token & 0x60:
                self._reference(token & 0x1F | 0x20)
            elif token in OPERATORS:
                self._between(*OPERATORS[token])
            else:
                self._plain(token)
        return self.stack

    def _take(self, shape: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{shape}", self.tokens, self.at)
        self.at += struct.calcsize(f"<{shape}")
        return values

    def _push(self, text: str, strength: int = WHOLE) -> None:
        self.stack.append((text, strength))

    def _between(self, sign: str, strength: int) -> None:
        right, left = self.stack.pop(), self.stack.pop()
        self._push(f"{_held(left, strength)}{sign}{_held(right, strength + 1)}", strength)

    def _plain(self, token: int) -> None:
        if token in CONSTANTS:
            self._push(CONSTANTS[token](self))
        elif token in (0x12, 0x13):
            self._push("+-"[token - 0x12] + _held(self.stack.pop(), BEFORE), BEFORE)
        elif token == 0x14:
            self._push(f"{_held(self.stack.pop(), PERCENT)}%", PERCENT)
        elif token == 0x15:
            self._push(f"({self.stack.pop()[0]})")
        elif token == 0x19:
            self._attribute()
        else:
            raise Untold

    def number(self) -> str:
        """A number with eight bytes; a whole one without its zero."""
        (value,) = self._take("d")
        return repr(int(value) if value == int(value) else value)

    def whole(self) -> str:
        """A small whole number."""
        return str(self._take("H")[0])

    def truth(self) -> str:
        """TRUE or FALSE."""
        return "TRUE" if self._take("B")[0] else "FALSE"

    def error(self) -> str:
        """An error that was typed, or stayed when what it looked at went."""
        return ERRORS[self._take("B")[0]]

    def quoted(self) -> str:
        """A text in quotes."""
        return '"{}"'.format(self._words().replace('"', '""'))

    def _words(self) -> str:
        count, flags = self._take("BB")
        size = count * (2 if flags & 1 else 1)
        words = self.tokens[self.at : self.at + size].decode("utf-16-le" if flags & 1 else "latin-1")
        self.at += size
        return words

    def _attribute(self) -> None:
        """Spaces and jumps say nothing; the sum of one argument is kept as one of these."""
        kind, number = self._take("BH")
        if kind & CHOOSE:
            self.at += 2 * (number + 1)
        elif kind & SUM:
            self._push(f"SUM({self.stack.pop()[0]})")

    def _reference(self, token: int) -> None:
        if token in CELLS:
            self._push(CELLS[token](self))
        elif token in SKIPPED:
            self._take(SKIPPED[token])
        elif token in BROKEN:
            self._take(BROKEN[token])
            self._push("#REF!")
        elif token in CALLS:
            shape, call = CALLS[token]
            call(self, *self._take(shape))
        else:
            raise Untold

    def call_fixed(self, number: int) -> None:
        """A function that always takes as many."""
        name, count = func_defs[number][:2]
        self._call(name, count)

    def _call(self, name: str, count: int) -> None:
        if count > len(self.stack):
            raise Untold
        given = [
            text if strength > 1 else f"({text})" for text, strength in self.stack[len(self.stack) - count :]
        ]
        del self.stack[len(self.stack) - count :]
        self._push(f"{name}({','.join(given)})")

    def call_many(self, count: int, number: int) -> None:
        """A function that takes as many as are given."""
        count, number = count & 0x7F, number & 0x7FFF
        if number != BY_NAME:
            return self._call(func_defs[number][0], count)
        if not 0 < count <= len(self.stack):
            raise Untold
        name = self.stack.pop(len(self.stack) - count)[0]
        bare = name.removeprefix(MARK)
        return self._call(bare if bare in SINCE_2007 else name, count - 1)

    def name(self, number: int) -> None:
        """A name of the workbook."""
        self._push(self.book.name_obj_list[number - 1].name)

    def name_elsewhere(self, place: int, number: int) -> None:
        """The name of a function that came later, or a name of another sheet of this workbook."""
        found, _last = get_externsheet_local_range(self.book, place)
        if found == -5:
            self._push(self.book.addin_func_names[number - 1])
        elif found >= -1:
            self.name(number)
        else:
            raise Untold

    def sheet(self) -> str:
        """The name of another sheet with its sign, or of several."""
        (place,) = self._take("H")
        first, last = get_externsheet_local_range(self.book, place)
        if first < 0 or last < first:
            raise Untold
        names = self.book.sheet_names()
        one = names[first] if first == last else f"{names[first]}:{names[last]}"
        return f"{quote_sheetname(one)}!"

    def one(self, *, relative: bool = False) -> str:
        """A cell."""
        row, column = self._take("HH")
        return self._address(row, column, relative=relative)

    def area(self, *, relative: bool = False) -> str:
        """Whole columns and rows are those of the longer and wider sheets of today."""
        top, below, left, right = self._take("HHHH")
        if not relative and (top, below) == (0, LAST_ROW):
            return ":".join(_column(each) for each in (left, right))
        if not relative and (left & LAST_COLUMN, right & LAST_COLUMN) == (0, LAST_COLUMN):
            return ":".join(
                f"{'' if side & 0x8000 else '$'}{row + 1}" for row, side in ((top, left), (below, right))
            )
        ends = ((top, left), (below, right))
        return ":".join(self._address(row, column, relative=relative) for row, column in ends)

    def _address(self, row: int, column: int, *, relative: bool) -> str:
        if relative and column & 0x8000:
            row = (self.cell[0] + row) & LAST_ROW
        letter = column & LAST_COLUMN
        if relative and column & 0x4000:
            letter = (self.cell[1] + letter) & LAST_COLUMN
        return f"{_column(column & 0xFF00 | letter)}{'' if column & 0x8000 else '$'}{row + 1}"


CONSTANTS: dict[int, Callable[[_Reader], str]] = {
    0x16: lambda reader: "", 0x17: _Reader.quoted, 0x1C: _Reader.error, 0x1D: _Reader.truth, 0x1E: _Reader.whole, 0x1F: _Reader.number,
}  # fmt: skip
CELLS: dict[int, Callable[[_Reader], str]] = {
    0x24: _Reader.one, 0x25: _Reader.area, 0x3A: lambda reader: reader.sheet() + reader.one(), 0x3B: lambda reader: reader.sheet() + reader.area(),
    0x2C: lambda reader: reader.one(relative=True), 0x2D: lambda reader: reader.area(relative=True),
}  # fmt: skip
CALLS: dict[int, tuple[str, Callable[..., None]]] = {
    0x21: ("H", _Reader.call_fixed), 0x22: ("BH", _Reader.call_many), 0x23: ("H2x", _Reader.name), 0x39: ("HH2x", _Reader.name_elsewhere),
}  # fmt: skip
SKIPPED = {0x26: "6s", 0x27: "6s", 0x29: "H"}
"""How a list of areas was worked out; the areas follow."""
BROKEN = {0x2A: "4s", 0x2B: "8s", 0x3C: "6s", 0x3D: "10s"}
"""Cells that went."""


def _column(column: int) -> str:
    return f"{'' if column & 0x4000 else '$'}{get_column_letter((column & LAST_COLUMN) + 1)}"


def _held(operand: tuple[str, int], strength: int) -> str:
    """An operand in brackets where the sign beside it binds more strongly than its own."""
    text, own = operand
    return text if own >= strength else f"({text})"
