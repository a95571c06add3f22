"""What a sheet of an old XLS says beyond values and looks: its formulas, what may be typed where, and how it is printed.

xlrd tells values, fonts and widths; these stand in records that it passes over. Source: [MS-XLS] 2.4 (records) and 2.5.198 (formulas).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xlrd.book import Book

from linli.algorithms.workbooks.tokens import Cell, Untold, text_of

END, HEADER, FOOTER = 0x0A, 0x14, 0x15
MARGINS = {0x26: "left", 0x27: "right", 0x28: "top", 0x29: "bottom"}
HEADINGS, GRID, CENTRED_ACROSS, CENTRED_DOWN = 0x2A, 0x2B, 0x83, 0x84
WORLD, SETUP = 0x81, 0xA1
RULE = 0x1BE
KINDS = ("none", "whole", "decimal", "list", "date", "time", "textLength", "custom")
COMPARED = (
    "between", "notBetween", "equal", "notEqual", "greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual",
)  # fmt: skip
STYLES = ("stop", "warning", "information")
FORMULAS, ARRAY, SHARED = (0x06, 0x206, 0x406), 0x221, 0x4BC
FIT, OVER_FIRST, PORTRAIT, UNSET, COLOURLESS, DRAFT, UNTURNED, NUMBERED = 0x100, 1, 2, 4, 8, 16, 64, 128
MOST_LENGTH = 10.0
"""Inches of a margin; what is larger is a damaged record."""


class Formula(NamedTuple):
    """A formula as it is typed, without the sign before it; with the cells it is entered for together, of an array."""

    text: str
    together: tuple[int, int, int, int] | None = None
    """First and last row, first and last column, counted from 0."""


class Rule(NamedTuple):
    """What may be typed into some cells ([MS-XLS] 2.4.94), with the words of today's format for it."""

    kind: str
    operator: str
    style: str
    one: str
    other: str
    """Formulas: the lower limit or the list, and the upper limit."""
    empty: bool
    bare: bool
    """Without the arrow that opens the list."""
    prompts: bool
    stops: bool
    prompt_title: str
    error_title: str
    prompt: str
    error: str
    areas: list[tuple[int, int, int, int]]
    """First and last row, first and last column, counted from 0."""


@dataclass
class Printing:
    """How a sheet is printed; what the file does not say is None or empty."""

    margins: dict[str, float] = field(default_factory=dict)
    """Inches, by side; header and footer too."""
    header: str = ""
    footer: str = ""
    headings: bool = False
    grid: bool = False
    centred_across: bool = False
    centred_down: bool = False
    fit: bool = False
    wide: int | None = None
    high: int | None = None
    """Pages to which it is fitted; 0 is as many as it takes."""
    paper: int | None = None
    scale: int | None = None
    landscape: bool | None = None
    first_page: int | None = None
    over_first: bool = False
    colourless: bool = False
    draft: bool = False


def records(book: Book, number: int) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record of a sheet, to its end. The book must have been opened on demand, so that its bytes are there."""
    content, at = book.mem, book._sh_abs_posn[number]
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        yield kind, bytes(content[at + 4 : at + 4 + length])
        if kind == END:
            return
        at += 4 + length


def formulas(book: Book, number: int) -> tuple[Mapping[Cell, Formula], list[Cell]]:
    """The formulas of a sheet by their cells, counted from 0, and the cells with a formula that cannot be told."""
    own: dict[Cell, bytes] = {}
    shared: dict[Cell, bytes] = {}
    arrays: dict[Cell, tuple[bytes, tuple[int, int, int, int]]] = {}
    last = (0, 0)
    for kind, data in records(book, number):
        if kind in FORMULAS:
            last = (int.from_bytes(data[0:2], "little"), int.from_bytes(data[2:4], "little"))
            own[last] = _counted(data, 20)
        elif kind == SHARED:
            shared[last] = _counted(data, 8)
        elif kind == ARRAY and len(data) > 12:
            top, below, left, right = struct.unpack_from("<HHBB", data)
            arrays[top, left] = (_counted(data, 12), (top, below, left, right))
    told: dict[Cell, Formula] = {}
    untold: list[Cell] = []
    for cell, tokens in own.items():
        try:
            if found := _formula(book, cell, tokens, shared, arrays):
                told[cell] = found
        except (Untold, struct.error):
            untold.append(cell)
    return told, untold


def _formula(
    book: Book,
    cell: Cell,
    tokens: bytes,
    shared: Mapping[Cell, bytes],
    arrays: Mapping[Cell, tuple[bytes, tuple[int, int, int, int]]],
) -> Formula | None:
    """None for a cell that an array of another one fills."""
    if tokens[:1] != b"\x01":
        return Formula(text_of(book, tokens, cell))
    home: Cell = struct.unpack_from("<HH", tokens, 1)
    if home in arrays:
        content, together = arrays[home]
        return Formula(text_of(book, content, cell), together) if home == cell else None
    if home not in shared:
        raise Untold
    return Formula(text_of(book, shared[home], cell))


def _counted(data: bytes, at: int) -> bytes:
    """Tokens with their length before them."""
    return data[at + 2 : at + 2 + int.from_bytes(data[at : at + 2], "little")]


def rules(book: Book, number: int) -> list[Rule]:
    """What may be typed where, by the drop-down lists and limits of a sheet; one whose formula cannot be told is left out."""
    found = []
    for kind, data in records(book, number):
        if kind == RULE:
            try:
                found.append(_rule(book, data))
            except (Untold, struct.error, IndexError):
                continue
    return found


def _rule(book: Book, data: bytes) -> Rule:
    flags, at = int.from_bytes(data[:4], "little"), 4
    said = []
    for _each in range(4):
        size = 3 + int.from_bytes(data[at : at + 2], "little") * (2 if data[at + 2] & 1 else 1)
        said.append(_words(data[at : at + size]).strip("\0"))
        at += size
    tokens = []
    for _each in range(2):
        length = int.from_bytes(data[at : at + 2], "little")
        tokens.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    count = int.from_bytes(data[at : at + 2], "little")
    areas = [struct.unpack_from("<HHHH", data, at + 2 + 8 * each) for each in range(count)]
    home = (areas[0][0], areas[0][2])
    prompt_title, error_title, prompt, error = said
    one, other = (text_of(book, each, home) if each else "" for each in tokens)
    return Rule(
        KINDS[flags & 0xF], COMPARED[flags >> 20 & 0xF], STYLES[flags >> 4 & 7], one.replace("\0", ","), other,
        bool(flags & 0x100), bool(flags & 0x200), bool(flags & 0x40000), bool(flags & 0x80000), prompt_title, error_title, prompt, error, areas,
    )  # fmt: skip


def printing(book: Book, number: int) -> Printing:
    """How a sheet is printed."""
    page = Printing()
    switches = {
        HEADINGS: "headings", GRID: "grid", CENTRED_ACROSS: "centred_across", CENTRED_DOWN: "centred_down"
    }  # fmt: skip
    for kind, data in records(book, number):
        if kind in MARGINS and len(data) == 8:
            _margin(page, MARGINS[kind], *struct.unpack("<d", data))
        elif kind in switches:
            setattr(page, switches[kind], data[:1] == b"\x01")
        elif kind == WORLD:
            page.fit = bool(int.from_bytes(data[:2], "little") & FIT)
        elif kind == HEADER:
            page.header = _words(data)
        elif kind == FOOTER:
            page.footer = _words(data)
        elif kind == SETUP and len(data) >= 34:
            _set_up(page, data)
    return page


def _set_up(page: Printing, data: bytes) -> None:
    paper, scale, first, wide, high, flags = struct.unpack_from("<HHhHHH", data)
    _margin(page, "header", *struct.unpack_from("<d", data, 16))
    _margin(page, "footer", *struct.unpack_from("<d", data, 24))
    page.over_first, page.colourless, page.draft = (
        bool(flags & each) for each in (OVER_FIRST, COLOURLESS, DRAFT)
    )
    page.wide, page.high = wide, high
    page.first_page = first if flags & NUMBERED else None
    if not flags & UNSET:
        page.paper, page.scale = paper or None, scale or None
        if not flags & UNTURNED:
            page.landscape = not flags & PORTRAIT


def _margin(page: Printing, side: str, inches: float) -> None:
    if 0 <= inches <= MOST_LENGTH:
        page.margins[side] = inches


def _words(data: bytes) -> str:
    """A text with the count of its signs before it, narrow or wide."""
    if len(data) < 3:
        return ""
    count, wide = int.from_bytes(data[:2], "little"), data[2] & 1
    return data[3 : 3 + count * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
