"""The header of a table: where it begins and ends, and one path for each of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linli.algorithms.sheets.grid import Grid, words_of
from linli.algorithms.sheets.lines import (
    NOTE,
    is_heading_word,
    is_numeric,
    numbers_columns,
    unit_in,
    why_no_data,
)

WITHIN = 40
"""A header begins within so many rows that are not empty."""

DEEPEST = 6
LONGEST = 40
YEAR = re.compile(r"(?:19|20)\d\d")
UNIT_AT_END = re.compile(r"^(.+?)[(（\[]\s*(?:单位[:：])?([^()（）\[\]]{1,8})\s*[)）\]]$")


@dataclass(frozen=True, slots=True)
class Header:
    """The first and last row of a header and its columns, from 0; how many of its cells have a word of headings."""

    top: int
    bottom: int
    left: int
    right: int
    known: float
    merged: bool


def looks_like_heading(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row certainly begins a header: half of its cells have words of more than one sign that headings have."""
    words = [words for _, words in grid.filled(row, left, right)]
    known = sum(len(each) > 1 and is_heading_word(each) for each in words)
    return known >= max(2, len(words) / 2) and _score(grid, row, left, right) > 0


def find_header(grid: Grid, top: int, left: int, right: int) -> Header | None:
    """The header of the first table from row ``top`` on in these columns; None where no row can be one."""
    found: list[tuple[float, int]] = []
    seen = 0
    for row in range(top, grid.height):
        words = [words for _, words in grid.filled(row, left, right)]
        if not words:
            continue
        seen += 1
        if seen > WITHIN or (found and seen > 8):
            break
        score = _score(grid, row, left, right)
        if score > 0:
            found.append((score, row))
    if not found:
        return None
    best = max(score for score, _ in found)
    row = next(row for score, row in found if score >= 0.75 * best)
    return _extended(grid, row, left, right)


def _score(grid: Grid, row: int, left: int, right: int) -> float:
    """How much a row is like the first of a header; 0 where it cannot be one."""
    filled = [words for _, words in grid.filled(row, left, right)]
    shown = {column for column in range(left, right + 1) if words_of(grid.shown(row, column))}
    if len(filled) < 2 or numbers_columns(filled) or any(len(each) > LONGEST for each in filled):
        return 0.0
    if all(NOTE.match(each) for each in filled) or any(re.search(r"[:：]\s*$", each) for each in filled):
        return 0.0
    texts = sum(not is_numeric(each) or YEAR.fullmatch(each) is not None for each in filled) / len(filled)
    if texts < 0.8 or why_no_data([grid.at(row, column) for column in range(left, right + 1)]) is not None:
        return 0.0
    distinct = len(set(filled)) / len(filled)
    known = sum(map(is_heading_word, filled)) / len(filled)
    covered = len(shown) / (right - left + 1)
    long_digits = sum(re.search(r"\d{5}", each) is not None for each in filled) / len(filled)
    return max(0.0, 0.2 + texts * distinct * covered + known - 2 * long_digits)


def _extended(grid: Grid, top: int, left: int, right: int) -> Header:
    bottom = top
    merged = False
    while bottom + 1 < grid.height and bottom - top + 1 < DEEPEST:
        deepest = max(
            (
                _bottom(grid, row, column)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ),
            default=bottom,
        )
        merged = merged or deepest > bottom or _groups(grid, bottom, left, right)
        if deepest > bottom:
            bottom = min(deepest, top + DEEPEST - 1, grid.height - 1)
        elif _is_subheading(grid, top, bottom + 1, left, right):
            bottom += 1
        else:
            break
    cells = [words for row in range(top, bottom + 1) for _, words in grid.filled(row, left, right)]
    known = sum(map(is_heading_word, cells)) / len(cells)
    return Header(top, bottom, left, right, known, merged)


def _bottom(grid: Grid, row: int, column: int) -> int:
    """The last row of a merged heading; a cell merged very far down is a note or a picture's frame."""
    covered = grid.covering.get((row, column))
    return covered[2] if covered is not None and covered[2] - covered[0] < DEEPEST else row


def _groups(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row has a heading merged over several columns that ends in this row."""
    return any(
        covered[3] > covered[1] and covered[2] == row
        for column in range(left, right + 1)
        if (covered := grid.covering.get((row, column))) is not None
    )


def _is_subheading(grid: Grid, top: int, row: int, left: int, right: int) -> bool:
    """Whether a row divides the groups of the row above: it fills only columns that lie under a group or under nothing."""
    filled = list(grid.filled(row, left, right))
    if not filled or any(
        is_numeric(words) or len(words) > LONGEST or re.search(r"\d{5}", words) for _, words in filled
    ):
        return False
    parents = [_parent(grid, row - 1, column, left, right) for column, _ in filled]
    return any(kind == "group" for kind in parents) and all(kind != "leaf" for kind in parents)


def _parent(grid: Grid, row: int, column: int, left: int, right: int) -> str:
    """What stands above a cell: a ``group`` over several columns, ``nothing``, or a ``leaf``, which has no cells below."""
    covered = grid.covering.get((row, column))
    if covered is not None:
        return "group" if covered[3] > covered[1] else "leaf"
    if not words_of(grid.at(row, column)):
        before = next((at for at in range(column - 1, left - 1, -1) if words_of(grid.at(row, at))), None)
        return "nothing" if before is None or grid.covering.get((row, before)) else "group"
    after = column + 1
    is_open = after <= right and (row, after) not in grid.covering and not words_of(grid.at(row, after))
    return "group" if is_open else "leaf"


def header_columns(grid: Grid, header: Header) -> list[tuple[str, int, str]]:
    """For each column its path, its place and its unit."""
    found = []
    for column in range(header.left, header.right + 1):
        parts = _parts(grid, header, column)
        unit = ""
        if len(parts) > 1 and unit_in(parts[-1]):
            unit = unit_in(parts.pop())
        elif parts and (match := UNIT_AT_END.match(parts[-1])) and unit_in(match[2]):
            parts[-1], unit = match[1], unit_in(match[2])
        found.append(("/".join(parts), column, unit))
    return found


def _parts(grid: Grid, header: Header, column: int) -> list[str]:
    """The headings over a column from the top; one heading that is written over several rows is one part."""
    parts: list[str] = []
    above_is_group = True
    last: object = None
    for row in range(header.top, header.bottom + 1):
        words, place, is_group = _heading(grid, header, row, column)
        if not words or place == last:
            continue
        last = place
        words = words.replace("/", "／") if not unit_in(words) else words
        if parts and not unit_in(words) and (not above_is_group or words.startswith(("(", "（"))):
            parts[-1] += words
        else:
            parts.append(words)
        above_is_group = is_group
    return parts


def _heading(grid: Grid, header: Header, row: int, column: int) -> tuple[str, object, bool]:
    """The words over a column in a row of the header, where they stand, and whether they lie over other columns too."""
    covered = grid.covering.get((row, column))
    if covered is not None:
        return words_of(grid.at(covered[0], covered[1])), covered, covered[3] > covered[1]
    words = words_of(grid.at(row, column))
    if words or row == header.bottom:
        after = column + 1
        is_open = after <= header.right and row < header.bottom and (row, after) not in grid.covering
        return words, (row, column), is_open and not words_of(grid.at(row, after))
    before = next((at for at in range(column - 1, header.left - 1, -1) if words_of(grid.at(row, at))), None)
    if before is None or (row, before) in grid.covering or _parts_before(grid, header, row, column):
        return "", None, False
    return words_of(grid.at(row, before)), (row, before), True


def _parts_before(grid: Grid, header: Header, row: int, column: int) -> bool:
    """Whether a blank heading belongs to its own column: a heading above it does not lie over its neighbours."""
    return any(
        words_of(grid.at(above, column)) or (above, column) in grid.covering
        for above in range(header.top, row)
    ) or not any(words_of(grid.at(below, column)) for below in range(row + 1, header.bottom + 1))
