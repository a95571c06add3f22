"""Workbooks of the old format: xlwt writes what it can, and the records that only Excel writes are put in byte by byte ([MS-XLS] 2.4)."""

from __future__ import annotations

import io
import struct
from typing import Any, NamedTuple

import xlwt


def saved(book: Any) -> bytes:
    """The file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(*formulas: str) -> bytes:
    """A workbook with a list, a sheet whose name has a space, and the formulas one below the other from E1."""
    book = xlwt.Workbook()
    first = book.add_sheet("汇总")
    book.add_sheet("名单").write(0, 0, 1)
    book.add_sheet("第 2 表").write(6, 1, 1)
    for row, text in enumerate(formulas):
        first.write(row, 4, xlwt.Formula(text))
    return saved(book)


class Raw(NamedTuple):
    """A cell as the bytes of its records."""

    rowx: int
    colx: int
    data: bytes

    def get_biff_data(self) -> bytes:
        """What xlwt asks a cell for."""
        return self.data


def record(kind: int, data: bytes) -> bytes:
    """A record of the file."""
    return struct.pack("<HH", kind, len(data)) + data


def formula(row: int, column: int, tokens: bytes) -> bytes:
    """The record of a formula."""
    head = struct.pack("<HHHdHI", row, column, 15, 0.0, 0, 0)
    return record(0x06, head + struct.pack("<H", len(tokens)) + tokens)


def put(sheet: Any, row: int, column: int, tokens: bytes, more: bytes = b"") -> None:
    """A formula in a cell, and the records that follow it."""
    sheet.row(row).insert_cell(column, Raw(row, column, formula(row, column, tokens) + more))


def filled_down(count: int, shared: bytes) -> bytes:
    """A sheet 表 in whose cells from C1 down one formula stands that the file keeps once, in the record ``shared`` behind the first."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row in range(count):
        put(sheet, row, 2, b"\x01" + struct.pack("<HH", 0, 2), shared if row == 0 else b"")
    return saved(book)


def name(words: bytes, home: int, tokens: bytes, *, builtin: bool = False) -> bytes:
    """The record of a name, of the whole book or of the sheet ``home`` (from 1)."""
    head = struct.pack("<HBBHHH4x", 0x20 if builtin else 0, 0, len(words), len(tokens), 0, home)
    return record(0x18, head + b"\0" + words + tokens)


def rule(flags: int, one: bytes, other: bytes, *areas: tuple[int, int, int, int], error: str = "\0") -> bytes:
    """The record of what may be typed into some cells."""
    texts = b"".join(
        struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in ("\0", "\0", "\0", error)
    )
    limits = b"".join(struct.pack("<HH", len(each), 0) + each for each in (one, other))
    places = struct.pack("<H", len(areas)) + b"".join(struct.pack("<HHHH", *area) for area in areas)
    return record(0x1BE, struct.pack("<I", flags) + texts + limits + places)
