"""Grids out of the files that offices send: XLSX, XLS, ODS, the tables of a Word file, and CSV in UTF-8 or GB18030 with any separator."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError, iterparse

from docx import Document
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from linli.algorithms.sheets.grid import Grid, Range
from linli.algorithms.text.sentences import Refusal, listed

SHEET_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MAX_BYTES = 100_000_000
SEPARATORS = ",\t;|，"
ENCODINGS = ("utf-8-sig", "gb18030")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
WORD = "word/document.xml"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class Unreadable(Refusal, ValueError):
    """The file is not a table that can be read; the text says what to do."""


def read_grids(content: bytes, sheet: str = "") -> Iterator[Grid]:
    """The sheets of a file in order, or the one of that name; a CSV is one, so is each table of a Word file. Raises ``Unreadable``.

    Row and column numbers are those of the sheet. A number keeps the digits that the file has: what a spreadsheet
    stores as a number has lost its leading zeros and all beyond 15 digits before.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable("文件超过 100 MB，请拆分后再导入")
    if _is_word(content):
        yield from _word_tables(content)
    elif content.startswith(SHEET_SIGNS):
        yield from _sheets(content, sheet)
    else:
        text = decode(content)
        yield Grid(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))))


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030: what office software here writes. Raises ``Unreadable``."""
    if b"\0" in content[:4096]:
        raise Unreadable("这不是表格文件；请选择 CSV、XLS、XLSX、ODS，或含表格的 DOCX")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字编码无法识别；请另存为 UTF-8 或 GB18030 的 CSV")


def separator_of(text: str) -> str:
    """The sign that parts the cells: the one that stands equally often in most of the first lines; a comma else."""
    lines = [line for line in text[:20_000].splitlines()[:60] if line.strip()]
    best, most = ",", 0.0
    for sign in SEPARATORS:
        counts = Counter(len(next(csv.reader([line], delimiter=sign), [])) - 1 for line in lines)
        counts.pop(0, None)
        if counts:
            times, alike = counts.most_common(1)[0]
            score = alike * (1 + min(times, 9) / 10)
            if score > most:
                best, most = sign, score
    return best


def _sheets(content: bytes, sheet: str) -> Iterator[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet and sheet not in book.sheet_names:
            raise Unreadable(
                "没有名为“%(sheet)s”的工作表；文件里有：%(names)s",
                sheet=sheet,
                names=listed(book.sheet_names),
            )
        merges = _ods_merges(content) if ODS in content[:200] else None
        for name in [sheet] if sheet else book.sheet_names:
            found = book.get_sheet_by_name(name)
            ranges = _merges(found) if merges is None else merges.get(name, [])
            yield Grid(found.to_python(skip_empty_area=False), ranges, name)
    except (CalamineError, zipfile.BadZipFile, ParseError) as error:
        raise Unreadable("表格打不开，可能已损坏或加了密码；请另存为 XLSX 再试") from error


def _is_word(content: bytes) -> bool:
    if not content.startswith(SHEET_SIGNS[0]):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return WORD in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _word_tables(content: bytes) -> Iterator[Grid]:
    """The tables of a Word file. A merged cell says its words in every cell that it covers: a list's area stands in each of its rows."""
    tables = Document(io.BytesIO(content)).tables
    if not tables:
        raise Unreadable("Word 文件里没有表格；请把清单放进表格，或另存为 XLSX 再试")
    for table in tables:
        yield Grid([[cell.text.strip() for cell in row.cells] for row in table.rows])


def _merges(sheet: CalamineSheet) -> list[Range]:
    return [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]


def _ods_merges(content: bytes) -> dict[str, list[Range]]:
    """The merged ranges of each sheet of an ODS, which calamine does not tell."""
    found: dict[str, list[Range]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as stream:
        _walk(stream, found)
    return found


def _walk(stream: IO[bytes], found: dict[str, list[Range]]) -> None:
    ranges: list[Range] = []
    row = column = 0
    for event, element in iterparse(stream, ("start", "end")):
        about = element.attrib.get
        match event, element.tag.removeprefix(TABLE):
            case "start", "table":
                ranges = found.setdefault(about(f"{TABLE}name", ""), [])
                row = 0
            case "start", "table-row":
                column = 0
            case "start", "table-cell" | "covered-table-cell":
                high, wide = (int(about(f"{TABLE}number-{way}-spanned", "1")) for way in ("rows", "columns"))
                if high > 1 or wide > 1:
                    ranges.append((row, column, row + high - 1, column + wide - 1))
                column += int(about(f"{TABLE}number-columns-repeated", "1"))
            case "end", "table-row":
                row += int(about(f"{TABLE}number-rows-repeated", "1"))
                element.clear()
