"""Whole columns: the ordinary shapes at once with polars and NumPy, the odd cells one by one, each distinct text once.

A column says exactly what ``clean_…`` of each of its cells says (a property of the tests); only the sentence's values
and what was set aside are asked again of the cell. Measured by ``benchmarks/cleaning.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linli.algorithms.cleaning.addresses import DwellingAddress, clean_address
from linli.algorithms.cleaning.cells import PLACEHOLDERS
from linli.algorithms.cleaning.citizen_ids import (
    Document,
    clean_citizen_id,
    clean_document,
    is_known_division,
)
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note
from linli.algorithms.cleaning.codes import CodeTable, clean_code
from linli.algorithms.cleaning.dates import OLDEST, PartialDate, clean_date
from linli.algorithms.cleaning.names import MASK, NOT_NAMES, ORGANISATION, clean_name
from linli.algorithms.cleaning.numbers import clean_integer, clean_number
from linli.algorithms.cleaning.phones import clean_phones
from linli.algorithms.cleaning.uscc import clean_uscc

Value = TypeVar("Value")
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1], np.int32)
"""Of ISO 7064 MOD 11-2, from the left; the sum of a right number leaves 1."""

MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0], np.int32)
PARTS = tuple(each.name for each in fields(DwellingAddress))
ADDRESS = pl.Struct(dict.fromkeys(PARTS, pl.String))
DOOR = r"([0-9]{1,3}(?:栋|幢|号楼|座)(?:[0-9]{1,2}单元)?[0-9]{3,4}(?:室|号|房)?)"
BEFORE_A_DOOR = re.compile(r"[^栋幢楼座院元洞梯单门层弄段东南西北中]")
"""What the text before a door may end with: nothing that could be a part of the door, or of the road before it."""

DOCUMENT = pl.Struct({"kind": pl.String, "number": pl.String})


class Outcome(NamedTuple):
    """What was noted of a cell, and its fault."""

    notes: tuple[Note, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True)
class CleanedColumn(Generic[Value]):
    """A column as it came, its values, and which of the few ``outcomes`` each of its cells has.

    ``value`` holds dates as ISO text (1980-01 keeps its precision), several phones as a list, addresses and documents
    as structs, exact numbers as text; null where the cell is empty or refused.
    """

    raw: pl.Series
    value: pl.Series
    outcome: pl.Series
    outcomes: tuple[Outcome, ...]
    clean: Callable[[object], Cleaned[Value]]

    def cell(self, row: int) -> Cleaned[Value]:
        """All that is known of one cell, from 0."""
        return self.clean(self.raw[row])

    @property
    def faults(self) -> pl.Series:
        """The fault of each cell, as its code; null where there is none."""
        return self._of([outcome.fault for outcome in self.outcomes], pl.String).alias("fault")

    @property
    def notes(self) -> pl.Series:
        """The notes of each cell, as a list of codes."""
        return self._of([list(outcome.notes) for outcome in self.outcomes], pl.List(pl.String)).alias("notes")

    def counts(self) -> Counter[Note | Fault]:
        """How many cells have each note or fault: the quality report of the column."""
        found: Counter[Note | Fault] = Counter()
        for at, times in self.outcome.value_counts().iter_rows():
            notes, fault = self.outcomes[at]
            for code in (*notes, *((fault,) if fault else ())):
                found[code] += times
        return found

    def _of(self, known: list[Any], dtype: Any) -> pl.Series:
        return pl.Series(values=known, dtype=dtype).gather(self.outcome)


Shape = tuple[pl.Series, tuple[Note, ...]]
"""The values of the cells of one ordinary shape, null for all others, and what is noted of them."""
Shapes = Callable[[pl.Series], Iterable[Shape]]


def column_of(cells: Sequence[object]) -> pl.Series:
    """Cells of a sheet as a column: text where all of them are text, else the objects themselves."""
    if all(cell is None or isinstance(cell, str) for cell in cells):
        return pl.Series("", cells, dtype=pl.String)
    return pl.Series("", cells, dtype=pl.Object)


def clean_citizen_id_column(raw: pl.Series, *, on: date | None = None) -> CleanedColumn[str]:
    """Citizen ids; see ``clean_citizen_id``."""
    return _cleaned(raw, partial(clean_citizen_id, on=on), pl.String, partial(_plain_ids, on=on))


def clean_document_column(raw: pl.Series, *, on: date | None = None) -> CleanedColumn[Document]:
    """Citizen ids and other documents; see ``clean_document``."""
    return _cleaned(
        raw, partial(clean_document, on=on), DOCUMENT, partial(_plain_documents, on=on), _document
    )


def clean_date_column(
    raw: pl.Series, *, on: date, oldest: int = OLDEST, future: bool = False, pivot: int | None = None
) -> CleanedColumn[PartialDate]:
    """Dates; see ``clean_date``."""
    clean = partial(clean_date, on=on, oldest=oldest, future=future, pivot=pivot)
    shapes = partial(
        _plain_dates, first=date(max(1000, on.year - oldest), 1, 1), last=date.max if future else on
    )
    return _cleaned(raw, clean, pl.String, shapes, str)


def clean_phone_column(raw: pl.Series) -> CleanedColumn[tuple[str, ...]]:
    """Phones, a list in each cell; see ``clean_phones``."""
    return _cleaned(raw, clean_phones, pl.List(pl.String), _plain_phones, "、".join)


def clean_name_column(raw: pl.Series) -> CleanedColumn[str]:
    """Names of persons; see ``clean_name``."""
    return _cleaned(raw, clean_name, pl.String, _plain_names)


def clean_code_column(raw: pl.Series, table: CodeTable) -> CleanedColumn[str]:
    """Words into the codes of a table; see ``clean_code``."""
    return _cleaned(raw, partial(clean_code, table=table), pl.String)


def clean_address_column(raw: pl.Series) -> CleanedColumn[DwellingAddress]:
    """Addresses into their parts; see ``clean_address``."""
    return _cleaned(raw, clean_address, ADDRESS, _plain_addresses, _parts)


def clean_uscc_column(raw: pl.Series) -> CleanedColumn[str]:
    """Unified social credit codes; see ``clean_uscc``."""
    return _cleaned(raw, clean_uscc, pl.String)


def clean_number_column(raw: pl.Series, *, units: Sequence[str] = ()) -> CleanedColumn[Decimal]:
    """Numbers, exact, as text; see ``clean_number``."""
    clean = partial(clean_number, units=units)
    return _cleaned(raw, clean, pl.String, _plain_numbers, lambda value: format(value, "f"))


def clean_integer_column(raw: pl.Series, *, units: Sequence[str] = ()) -> CleanedColumn[int]:
    """Whole numbers, as text; see ``clean_integer``."""
    return _cleaned(raw, partial(clean_integer, units=units), pl.String, _plain_numbers, str)


def _cleaned(
    raw: pl.Series,
    clean: Callable[[object], Cleaned[Value]],
    dtype: Any,
    shapes: Shapes | None = None,
    stored: Callable[[Value], object] | None = None,
) -> CleanedColumn[Value]:
    outcomes: dict[Outcome, int] = {Outcome(): 0}
    value = pl.Series("value", [None], dtype=dtype).new_from_index(0, len(raw))
    outcome = np.zeros(len(raw), np.uint16)
    rest = pl.Series([True]).new_from_index(0, len(raw))
    for shaped, notes in shapes(raw) if shapes is not None and raw.dtype == pl.String else ():
        fits = rest & shaped.is_not_null()
        value = shaped.zip_with(fits, value)
        outcome[fits.to_numpy()] = outcomes.setdefault(Outcome(notes), len(outcomes))
        rest = rest & ~fits
    rows = rest.arg_true()
    if len(rows):
        cells, places = _distinct(raw.gather(rows))
        cleaned = [clean(cell) for cell in cells]
        kept = [
            None if each.value is None else stored(each.value) if stored else each.value for each in cleaned
        ]
        known = [outcomes.setdefault(_outcome(each), len(outcomes)) for each in cleaned]
        listed = isinstance(dtype, pl.List)
        made = pl.Series("value", kept, dtype=pl.String if listed else dtype)
        values = (made.str.split("、") if listed else made).gather(places)
        outcome[rows.to_numpy()] = np.array(known, np.uint16)[places.to_numpy()]
        value = values if len(rows) == len(raw) else _put(value, rows, values)
    return CleanedColumn(raw, value.alias("value"), pl.Series("outcome", outcome), tuple(outcomes), clean)


def _document(value: Document) -> dict[str, str]:
    return {"kind": value.kind, "number": value.number}


def _parts(value: DwellingAddress) -> dict[str, str]:
    return {name: getattr(value, name) for name in PARTS}


def _outcome(cleaned: Cleaned[Any]) -> Outcome:
    return Outcome(cleaned.notes, cleaned.problem.code if cleaned.problem else None)


def _distinct(cells: pl.Series) -> tuple[list[Any], pl.Series]:
    """The distinct cells, and the place of each cell among them."""
    if cells.dtype == pl.Object:
        return _distinct_objects(cells.to_list())
    frame = cells.alias("cell").to_frame()
    distinct = frame.unique(maintain_order=True).with_row_index("place")
    places = frame.join(distinct, on="cell", how="left", maintain_order="left", nulls_equal=True)["place"]
    return distinct["cell"].to_list(), places


def _distinct_objects(cells: list[Any]) -> tuple[list[Any], pl.Series]:
    """Equal objects of different types are different cells: 1, 1.0 and True. What has no hash is itself."""
    places: dict[Hashable, int] = {}
    distinct: list[Any] = []
    found = []
    for cell in cells:
        try:
            key = hash((type(cell), cell)) and (type(cell), cell)
        except Exception:  # lists have no hash, and an object's own may raise anything
            key = (object, id(cell))
        if key not in places:
            places[key] = len(distinct)
            distinct.append(cell)
        found.append(places[key])
    return distinct, pl.Series(values=found, dtype=pl.UInt32)


def _put(into: pl.Series, rows: pl.Series, values: pl.Series) -> pl.Series:
    """``values`` at ``rows`` of a column, for every type."""
    order = np.arange(len(into), dtype=np.uint32)
    order[rows.to_numpy()] = len(into) + np.arange(len(rows), dtype=np.uint32)
    return pl.concat([into, values]).gather(pl.Series(values=order))


def _plain_ids(raw: pl.Series, on: date | None) -> Iterator[Shape]:
    """18 signs, right in all that is tested; known places first, then those that are noted as unknown."""
    shaped = raw.str.contains(r"^[1-9][0-9]{16}[0-9X]$").fill_null(False)
    rows = shaped.arg_true()
    signs = _signs(raw.filter(shaped))
    right = _right_ids(signs, on)
    codes, which = np.unique(signs[:, :6] @ (10 ** np.arange(5, -1, -1)), return_inverse=True)
    known = np.array([is_known_division(str(code)) for code in codes], bool)[which]
    for those, notes in ((right & known, ()), (right & ~known, (Note.PLACE_UNKNOWN,))):
        fits = np.zeros(len(raw), bool)
        fits[rows.to_numpy()[those]] = True
        yield _only(raw, pl.Series(values=fits)), notes


def _plain_documents(raw: pl.Series, on: date | None) -> Iterator[Shape]:
    """Citizen ids whose first digit is of the mainland."""
    for ids, notes in _plain_ids(raw, on):
        mainland = _only(ids, ids.str.contains("^[1-7]").fill_null(False))
        frame = pl.DataFrame({"number": mainland})
        kind = pl.when(pl.col("number").is_not_null()).then(
            pl.struct(pl.lit("citizen_id").alias("kind"), pl.col("number"))
        )
        yield frame.select(kind.alias("value"))["value"], notes


def _signs(numbers: pl.Series) -> NDArray[np.int32]:
    """The 18 signs of each number as digits, X as ten."""
    joined = "".join(numbers.to_list()).encode()
    digits = np.frombuffer(joined, np.uint8).reshape(-1, 18).astype(np.int32) - ord("0")
    digits[digits > 9] = 10
    return digits


def _right_ids(signs: NDArray[np.int32], on: date | None) -> NDArray[np.bool_]:
    year = signs[:, 6:10] @ np.array([1000, 100, 10, 1], np.int32)
    month, day = signs[:, 10] * 10 + signs[:, 11], signs[:, 12] * 10 + signs[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = MONTH_DAYS[np.minimum(month, 15)] - ((month == 2) & ~leap)
    right: NDArray[np.bool_] = (signs @ WEIGHTS) % 11 == 1
    right &= (year >= 1) & (day >= 1) & (day <= longest) & (signs[:, 15:].sum(axis=1) > 0)
    if on is not None:
        right &= year >= on.year - OLDEST
        right &= (year * 100 + month) * 100 + day <= (on.year * 100 + on.month) * 100 + on.day
    return right


def _plain_dates(raw: pl.Series, first: date, last: date) -> Iterator[Shape]:
    """1980-01-01, 1980/1/1 or 19800101, alone or with a time of day."""
    rest = raw
    for pattern, notes in (
        (r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$", ()),
        (r"^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})$", ()),
        (r"^([0-9]{4})([0-9]{2})([0-9]{2})$", ()),
        (r"^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2}) 0?0:00(?::00)?$", ()),
        (
            r"^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2}) [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$",
            (Note.TIME_DROPPED,),
        ),
    ):
        parts = [pl.col("raw").str.extract(pattern, at) for at in (1, 2, 3)]
        iso = pl.concat_str(parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2), separator="-")
        fits = iso.str.to_date("%Y-%m-%d", strict=False).is_between(first, last)
        found = rest.alias("raw").to_frame().select(pl.when(fits).then(iso).alias("value"))["value"]
        rest = _only(rest, found.is_null())
        yield found, notes


def _plain_phones(raw: pl.Series) -> Iterator[Shape]:
    """One number: a mobile, bare or in three groups or after +86, or a line with its area code."""
    rest = raw
    for pattern, notes in (
        (r"^(1[2-9][0-9]{9})$", ()),
        (r"^(1[2-9][0-9]-[0-9]{4}-[0-9]{4})$", (Note.DASHES,)),
        (r"^(1[2-9][0-9] [0-9]{4} [0-9]{4})$", (Note.SPACES,)),
        (r"^(?:\+86|0086|86)[- ]?(1[2-9][0-9]{9})$", (Note.COUNTRY_CODE,)),
        (r"^(0(?:10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7})$", ()),
    ):
        number = rest.str.extract(pattern)
        if notes:
            number = number.str.replace_all("[- ]", "")
        real = _only(
            number,
            ~number.str.contains(
                "^1[0-9]{2}0{8}$|-0{7,}|-(?:1{7,}|2{7,}|3{7,}|4{7,}|5{7,}|6{7,}|7{7,}|8{7,}|9{7,})$"
            ),
        )
        rest = _only(rest, real.is_null())
        yield real.str.split("、"), notes


def _plain_addresses(raw: pl.Series) -> Iterator[Shape]:
    """A place and a plain door: there are few of each, and they are read apart once."""
    frame = pl.DataFrame(
        {"head": raw.str.extract(f"^(.*[\u4e00-\u9fff]){DOOR}$", 1), "door": raw.str.extract(f"{DOOR}$")}
    )
    heads, doors = (frame[name].drop_nulls().unique().to_list() for name in ("head", "door"))
    read = {head: _head(head) for head in heads}
    opened = {door: clean_address(door) for door in doors}
    known = _known("head", {head: place for head, place in read.items() if place is not None}, PARTS[:4])
    plain = {door: each.value for door, each in opened.items() if each.value is not None and not each.notes}
    both = frame.join(known, on="head", how="left", maintain_order="left").join(
        _known("door", plain, PARTS[4:]), on="door", how="left", maintain_order="left"
    )
    complete = pl.col("road").is_not_null() & pl.col("building").is_not_null()
    yield both.select(pl.when(complete).then(pl.struct(PARTS)).alias("value"))["value"], ()


def _head(head: str) -> DwellingAddress | None:
    """The place that stands before a door, where it can be read without the door behind it."""
    found = clean_address(head)
    place = found.value
    if place is None or found.notes or BEFORE_A_DOOR.match(head[-1]) is None:
        return None
    if place.door or place.floor or (head.endswith("号") and not place.road):
        return None
    return place


def _known(key: str, read: dict[str, DwellingAddress], parts: tuple[str, ...]) -> pl.DataFrame:
    """What was read, as a frame to be joined: the text, and those parts of it."""
    columns = {part: [getattr(each, part) for each in read.values()] for part in parts}
    return pl.DataFrame({key: list(read), **columns}, schema=dict.fromkeys((key, *parts), pl.String))


def _plain_names(raw: pl.Series) -> Iterator[Shape]:
    """Two to four of the common characters that are not one of the words which are no names."""
    odd = rf"{MASK.pattern}|曾用名|(?:先生|女士|小姐|太太|同志|师傅)$|{ORGANISATION.pattern}"
    plain = raw.str.contains("^[\u4e00-\u9fff]{2,4}$") & ~raw.str.contains(odd)
    yield _only(raw, (plain & ~raw.is_in([*NOT_NAMES, *PLACEHOLDERS])).fill_null(False)), ()


def _plain_numbers(raw: pl.Series) -> Iterator[Shape]:
    """Whole numbers without a leading zero."""
    yield _only(raw, raw.str.contains("^(?:0|[1-9][0-9]{0,14})$").fill_null(False)), ()


def _only(values: pl.Series, where: pl.Series) -> pl.Series:
    """The values at those places, null at all others."""
    return values.zip_with(where, pl.Series([None], dtype=values.dtype).new_from_index(0, len(values)))
