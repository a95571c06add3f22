"""Big CSV files in batches of columns: read with polars, never all cells at once, with the row numbers of the file.

A file that is given as bytes is nowhere written: what is personal does not lie in a temporary file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TextIO

import polars as pl

from linli.algorithms.sheets.grid import Grid
from linli.algorithms.sheets.lines import Why, signature, why_no_data
from linli.algorithms.sheets.reading import ENCODINGS, Unreadable, separator_of
from linli.algorithms.sheets.tables import Table, read_sheet

HEAD_ROWS = 400
BATCH = 100_000
CHUNK = 4_000_000
TOTALS = r"计|其中|总\s*数|全[县区市街]"
SUSPECT = r"^\s*(?:注|备注|说明|填|制表|审|经办|负责|本表|附|以上|共|第)|[:：]\s*$"
"""What the first filled cells of a row that may be no data have; such rows are then judged one by one."""


@dataclass(frozen=True)
class Batch:
    """Rows of a file: ``numbers`` are those of the file from 1, ``frame`` has a column of text for each of the table.

    The columns of the frame are named by their place: 0, 1, 2 …; an empty cell is null. ``aside`` are the rows of this
    stretch that are no data, with the reason.
    """

    numbers: pl.Series
    frame: pl.DataFrame
    aside: list[tuple[int, Why]]


@dataclass(frozen=True)
class BigTable:
    """The table that the head of the file has, with a sample of its rows, and all rows in batches, to be read once."""

    table: Table
    batches: Iterator[Batch]


Plain = Path | bytes
"""A file in UTF-8, where it lies or whole in memory."""


@contextmanager
def open_csv(file: Plain, *, batch: int = BATCH) -> Iterator[BigTable]:
    """A CSV file of any size as a table. Raises ``Unreadable`` where its head holds none, or its encoding is not known.

    GB18030 becomes UTF-8 first, in a temporary file where it came from a file, in memory where it came as bytes. A file whose rows differ in length is read by Python's own
    reader: slower, and nothing of it is lost.
    """
    with TemporaryDirectory() as folder:
        if isinstance(file, bytes):
            plain: Plain = _bytes_as_utf8(file)
        else:
            plain = _as_utf8(file, Path(folder) / "utf8.csv")
        with _text(plain) as stream:
            start = stream.read(200_000)
            separator = separator_of(start)
            stream.seek(0)
            head = list(islice(csv.reader(stream, delimiter=separator), HEAD_ROWS))
        reading = read_sheet(Grid(head))
        if len(reading.tables) != 1:
            raise Unreadable("文件开头没有找到唯一的表头；请检查后再导入")
        table = reading.tables[0]
        top, bottom = table.header
        judge = _Judge(
            table, frozenset(filter(None, map(signature, head[top - 1 : bottom]))), _starts(head[:bottom])
        )
        width = max(map(len, head))
        parted = (judge.parted(*each) for each in _frames(plain, separator, width, batch))
        yield BigTable(table, parted)


def _text(plain: Plain) -> TextIO:
    if isinstance(plain, bytes):
        return io.TextIOWrapper(io.BytesIO(plain), encoding="utf-8-sig", newline="")
    return plain.open(encoding="utf-8-sig", newline="")


def _bytes_as_utf8(content: bytes) -> bytes:
    for encoding in ENCODINGS:
        try:
            if encoding == "utf-8-sig":
                _check(io.BytesIO(content))
                return content
            other = io.BytesIO()
            _transcode(io.BytesIO(content), other, encoding)
            return other.getvalue()
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字编码无法识别；请另存为 UTF-8 或 GB18030 的 CSV")


def _as_utf8(path: Path, other: Path) -> Path:
    for encoding in ENCODINGS:
        try:
            with path.open("rb") as source:
                if encoding == "utf-8-sig":
                    _check(source)
                    return path
                with other.open("wb") as target:
                    _transcode(source, target, encoding)
            return other
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字编码无法识别；请另存为 UTF-8 或 GB18030 的 CSV")


def _check(source: IO[bytes]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    while chunk := source.read(CHUNK):
        if b"\0" in chunk[:4096]:
            raise Unreadable("这不是 CSV 文件；XLS、XLSX 和 ODS 请按表格导入")
        decoder.decode(chunk)
    decoder.decode(b"", final=True)


def _transcode(source: IO[bytes], target: IO[bytes], encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    while chunk := source.read(CHUNK):
        target.write(decoder.decode(chunk).encode())
    target.write(decoder.decode(b"", final=True).encode())


def _frames(plain: Plain, separator: str, width: int, size: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of the file as text, with the number of the first of each stretch."""
    schema = {str(at): pl.String for at in range(width)}
    done = 0
    try:
        lazy = pl.scan_csv(
            io.BytesIO(plain) if isinstance(plain, bytes) else plain,
            has_header=False,
            separator=separator,
            schema=schema,
            missing_columns="insert",
        )
        for frame in lazy.collect_batches(chunk_size=size, maintain_order=True):
            yield done + 1, frame
            done += frame.height
    except (
        pl.exceptions.ComputeError
    ):  # a row is longer than the first ones, or a quotation mark is left open
        yield from _frames_by_hand(plain, separator, width, size, done)


def _frames_by_hand(
    plain: Plain, separator: str, width: int, size: int, done: int
) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows after the first ``done``; what is beyond the width is joined in one more column."""
    schema = {str(at): pl.String for at in range(width + 1)}
    with _text(plain) as stream:
        rows = islice(csv.reader(stream, delimiter=separator), done, None)
        while stretch := list(islice(rows, size)):
            cells = [
                [*row[:width], *[""] * (width - len(row)), separator.join(row[width:]).strip(separator)]
                for row in stretch
            ]
            frame = pl.DataFrame(cells, schema=schema, orient="row")
            yield done + 1, frame.select(pl.when(pl.all() != "").then(pl.all()))
            done += len(stretch)


def _starts(rows: list[list[str]]) -> list[str]:
    """The first filled cell of each row."""
    return [next((cell.strip() for cell in row if cell.strip()), "") for row in rows]


@dataclass(frozen=True)
class _Judge:
    """Tells data from what is none, as ``read_sheet`` does, without looking at every row by itself."""

    table: Table
    headings: frozenset[tuple[str, ...]]
    starts: list[str]

    def parted(self, first: int, frame: pl.DataFrame) -> Batch:
        """The data rows of a stretch that begins with row ``first``."""
        columns = self.table.columns
        numbers = pl.int_range(first, first + frame.height, eager=True).alias("number")
        cells = frame.select(pl.col(str(column.index)).alias(str(at)) for at, column in enumerate(columns))
        beyond = frame.select(frame.columns[columns[-1].index + 1 :])
        known = dict(self.table.aside)
        aside: list[tuple[int, Why]] = []
        suspects = frame.select(self._suspect(frame, beyond)).to_series() | (numbers <= HEAD_ROWS)
        for at in suspects.arg_true().to_list():
            number = first + at
            why = known.get(number)
            if why is None and number > HEAD_ROWS:
                why = why_no_data(cells.row(at), self.headings, self.table.title)
                why = why or (Why.TOO_LONG if beyond.width and any(beyond.row(at)) else None)
            if why is not None:
                aside.append((number, why))
        kept = ~numbers.is_in([number for number, _ in aside])
        return Batch(numbers.filter(kept), cells.filter(kept), aside)

    def _suspect(self, frame: pl.DataFrame, beyond: pl.DataFrame) -> pl.Expr:
        """Rows with few cells, cells too many, or the words of totals, notes and headings at their start."""
        filled = pl.sum_horizontal(pl.all().str.strip_chars().str.len_bytes().fill_null(0) > 0)
        start = pl.coalesce(pl.all()).str.strip_chars()
        total = pl.any_horizontal(pl.col(frame.columns[:3]).str.contains(TOTALS).fill_null(False))
        told = (start.str.contains(SUSPECT) | start.is_in(self.starts)).fill_null(False)
        found = (filled <= 2) | total | told
        return found | pl.any_horizontal(pl.col(beyond.columns).is_not_null()) if beyond.width else found
