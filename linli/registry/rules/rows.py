"""A department's rows, cleaned in columns and checked against themselves: pure, the same rows give the same values.

A value that cannot be read is left out and its fault kept; a row is refused only where nobody could say whom it is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from linli.algorithms.cleaning.cells import text_of
from linli.algorithms.cleaning.cleaned import Fault, Problem
from linli.algorithms.cleaning.codes import CodeTable
from linli.algorithms.cleaning.columns import (
    CleanedColumn,
    clean_address_column,
    clean_code_column,
    clean_date_column,
    clean_document_column,
    clean_integer_column,
    clean_name_column,
    clean_number_column,
    clean_phone_column,
    clean_uscc_column,
    column_of,
)
from linli.registry.rules.codes import kind_in
from linli.registry.rules.elements import Element, elements
from linli.registry.rules.tables import codes

NEEDED = {"person": ("name",), "organisation": ("name",), "component": ("kind", "code")}
"""Without any of these a row is about nobody; the identity code of a component says its kind."""

BIRTH_DISAGREES, SEX_DISAGREES, REPEATED, NOTHING = "birth_disagrees", "sex_disagrees", "repeated", "missing"
OF_ANOTHER = "of_another"
OUTSIDE, TOO_LONG, UNPLACED, MAYBE_KNOWN = "outside", "too_long", "unplaced", "maybe_known"
IDENTIFYING_FAULTS = {("person", "document"), ("organisation", "uscc"), ("component", "code")}
"""Where the code of a record is wrong the row goes back to who wrote it: it might be somebody else's. But see ``Rows.doubtful``."""

MISSPELT = f"document:{Fault.ID_CHECKSUM}"
BESIDES = ("birth", "phones", "address")
"""What says, with the name, whom a row with a misspelt number is about."""

RANGES = {"lon": (73.0, 136.0), "lat": (3.0, 54.0), "staff_count": (0.0, 1_000_000.0)}
"""What a number can be: degrees within the country, people in one organisation."""

LENGTHS = {
    "organisation": {"name": 120, "address": 200},
    "component": {"owner": 80, "keeper": 80, "place": 200},
}
"""Texts that are longer than the register keeps are cut."""

CODE_LENGTH = 20


@dataclass
class Rows:
    """Rows in columns. ``values`` has a column for each element: text, or null where nothing is known.

    ``document`` is ``kind:number``, ``phones`` are parted by "、", ``address`` and ``registered_address`` are written one
    way, with their parts in ``parts``. ``faults`` are element and code, for the rows that have any; ``notes`` what was done, counted.
    ``doubtful`` are citizen ids with a wrong check sign of rows that say enough besides: whom such a row is about can be found,
    the number helps with it, and is itself never taken; where nobody is found the row goes back.
    """

    values: pl.DataFrame
    parts: dict[str, pl.Series] = field(default_factory=dict)
    faults: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    doubtful: dict[int, str] = field(default_factory=dict)
    rejected: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Boolean))
    notes: dict[str, Counter[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def spoke(self, kind: str) -> pl.Series:
        """For each row the elements it has a value for, as one number."""
        total = pl.Series([0] * len(self), dtype=pl.Int64)
        for code, element in elements(kind).items():
            if code in self.values.columns:
                total = total + self.values[code].is_not_null().cast(pl.Int64) * element.mask
        return total


def clean_rows(kind: str, raw: Mapping[str, pl.Series], *, on: date) -> Rows:
    """Clean the columns that were bound to elements of a kind of record; ``on`` is the day the file speaks of."""
    declared = elements(kind)
    found: dict[str, pl.Series] = {}
    rows = Rows(pl.DataFrame())
    for code, cells in raw.items():
        cleaner = CLEANERS.get(declared[code].shape)
        if cleaner is None:
            found[code] = _plain_text(cells)
            continue
        made = cleaner(cells, declared[code], on)
        found[code] = _as_text(declared[code], made, rows.parts)
        counted = {str(name): times for name, times in made.counts().items()}
        rows.notes[code] = Counter(counted)
        _note_faults(code, made.faults, rows.faults)
        if code == "name":
            _set_aside_former_names(made, found)
        if code == "document":
            rows.doubtful = _misspelt(made)
    rows.values = pl.DataFrame([series.alias(code) for code, series in found.items()])
    if kind == "person":
        _read_from_documents(rows)
    else:
        _within_bounds(kind, rows)
    if kind == "component":
        _read_from_codes(rows)
    rows.doubtful = _say_enough(rows)
    rows.rejected = _rejected(kind, rows)
    return rows


@cache
def code_table(name: str) -> CodeTable:
    """A code table of the room as the cleaning wants it."""
    return CodeTable({entry.code: (entry.title, *entry.synonyms) for entry in codes(name).values()})


CLEANERS: dict[str, Callable[[pl.Series, Element, date], Any]] = {
    "name": lambda cells, element, on: clean_name_column(cells),
    "date": lambda cells, element, on: clean_date_column(cells, on=on),
    "document": lambda cells, element, on: clean_document_column(cells, on=on),
    "phones": lambda cells, element, on: clean_phone_column(cells),
    "code": lambda cells, element, on: clean_code_column(cells, code_table(element.table)),
    "address": lambda cells, element, on: clean_address_column(cells),
    "uscc": lambda cells, element, on: clean_uscc_column(cells),
    "degrees": lambda cells, element, on: clean_number_column(cells),
    "count": lambda cells, element, on: clean_integer_column(cells, units=("人", "名")),
}
"""How the cells of each shape are cleaned; "text" and "unit" are words as they stand."""


NOTHINGS = ("", "无", "—", "-", "/", "不详")
ORDINARY = "^[0-9A-Za-z\u4e00-\u9fff]+$"
"""Text that is as it should be."""


def _plain_text(cells: pl.Series) -> pl.Series:
    """Words as they stand, in half width and without what cannot be seen; a stroke for nothing is nothing."""
    plain = pl.Series([False]).new_from_index(0, len(cells))
    if cells.dtype == pl.String:
        plain = (cells.str.contains(ORDINARY) & ~cells.is_in(NOTHINGS)).fill_null(False)
    odd = cells.filter(~plain).to_list()
    words = {}
    for cell in set(odd):
        said = text_of(cell).words
        words[cell] = said if said not in NOTHINGS else None
    mended = pl.Series([words[cell] for cell in odd], dtype=pl.String)
    if len(odd) == len(cells):
        return mended
    if not odd:
        return cells
    place = (~plain).cum_sum().cast(pl.Int64) - 1
    return cells.zip_with(plain, mended.gather(place.clip(0)))


def _as_text(element: Element, made: CleanedColumn, parts: dict[str, pl.Series]) -> pl.Series:  # type: ignore[type-arg]
    value = made.value
    if element.shape == "phones":
        joined = value.list.join("、")
        return pl.select(pl.when(joined == "").then(None).otherwise(joined)).to_series()
    if element.shape == "document":
        return pl.select(
            pl.when(value.struct.field("number").is_null())
            .then(None)
            .otherwise(value.struct.field("kind") + ":" + value.struct.field("number"))
        ).to_series()
    if element.shape == "address":
        parts[element.code] = value
        return _address_text(value)
    return value


def _address_text(parts: pl.Series) -> pl.Series:
    """Addresses written one way, each distinct one once."""
    pieces = [
        parts.struct.field(name).fill_null("")
        + (pl.lit(end) if not end else pl.select(pl.when(parts.struct.field(name).fill_null("") != "").then(pl.lit(end)).otherwise(pl.lit(""))).to_series())
        for name, end in (("division", ""), ("road", ""), ("number", "号"), ("compound", ""), ("building", "栋"), ("entrance", "单元"), ("room", "室"))
    ]  # fmt: skip
    text = pieces[0]
    for piece in pieces[1:]:
        text = text + piece
    return pl.select(pl.when(text == "").then(None).otherwise(text)).to_series()


def _note_faults(code: str, column: pl.Series, faults: dict[int, list[str]]) -> None:
    wrong = column.is_not_null().arg_true()
    for at, fault in zip(wrong.to_list(), column.gather(wrong).to_list(), strict=True):
        faults[at].append(f"{code}:{fault}")


def _set_aside_former_names(made: CleanedColumn, found: dict[str, pl.Series]) -> None:  # type: ignore[type-arg]
    """A name in brackets behind a name is the former one, where the file has no column for it."""
    if "former_name" in found:
        return
    noted = made.notes.list.contains("former_name").arg_true().to_list()
    if noted:
        former: list[str | None] = [None] * len(made.raw)
        for at in noted:
            former[at] = next((words for kind, words in made.cell(at).aside if kind == "former_name"), None)
        found["former_name"] = pl.Series(former, dtype=pl.String)


def _read_from_documents(rows: Rows) -> None:
    """A citizen id says birth and sex (GB 11643): they fill what is missing, and what disagrees with them is left out."""
    values = rows.values
    if "document" not in values.columns:
        return
    number = values.select(
        pl.when(pl.col("document").str.starts_with("citizen_id:")).then(pl.col("document").str.slice(11))
    ).to_series()
    birth = number.str.slice(6, 4) + "-" + number.str.slice(10, 2) + "-" + number.str.slice(12, 2)
    odd = number.str.slice(16, 1).cast(pl.Int8, strict=False) % 2
    sex = pl.select(pl.when(odd == 1).then(pl.lit("1")).when(odd == 0).then(pl.lit("2"))).to_series()
    made = []
    for code, said, fault in (("birth", birth, BIRTH_DISAGREES), ("sex", sex, SEX_DISAGREES)):
        given = values[code] if code in values.columns else pl.Series([None] * len(values), dtype=pl.String)
        if code == "birth":  # a birth known to the year or month agrees with a day within it
            agrees = (
                pl.DataFrame({"said": said, "given": given.fill_null("")})
                .select(pl.col("said").str.starts_with(pl.col("given")))
                .to_series()
            )
        else:
            agrees = (given == said) | given.is_in(["0", "9"])
        wrong = (given.is_not_null() & said.is_not_null() & ~agrees.fill_null(True)).arg_true().to_list()
        for at in wrong:
            rows.faults[at].append(f"{code}:{fault}")
        made.append(pl.select(pl.coalesce(said, given)).to_series().alias(code))
    rows.values = values.with_columns(made)


def _within_bounds(kind: str, rows: Rows) -> None:
    """Numbers that cannot be are left out, half a point is none, and texts have the length that is kept."""
    values = rows.values
    for code, (least, most) in RANGES.items():
        if code in values.columns:
            number = values[code].cast(pl.Float64, strict=False)
            wrong = ((number < least) | (number > most)).fill_null(False)
            for at in wrong.arg_true().to_list():
                rows.faults[at].append(f"{code}:{OUTSIDE}")
            values = values.with_columns(pl.when(~wrong).then(pl.col(code)).alias(code))
    if "lon" in values.columns and "lat" in values.columns:
        whole = pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
        values = values.with_columns(pl.when(whole).then(pl.col(code)).alias(code) for code in ("lon", "lat"))
    else:
        values = values.drop("lon", "lat", strict=False)
    rows.values = values.with_columns(
        pl.col(code).str.slice(0, length) for code, length in LENGTHS[kind].items() if code in values.columns
    )


def _read_from_codes(rows: Rows) -> None:
    """An identity code says the kind where the file does not; a row without code must at least say where its component is."""
    values = rows.values
    given = {
        name: values[name] if name in values.columns else pl.Series([None] * len(rows), dtype=pl.String)
        for name in ("code", "kind", "lon", "place")
    }
    said = pl.Series([kind_in(code) for code in given["code"].to_list()], dtype=pl.String)
    rows.values = values.with_columns(pl.select(pl.coalesce(given["kind"], said)).to_series().alias("kind"))
    for at, (code, lon, place) in enumerate(zip(given["code"], given["lon"], given["place"], strict=True)):
        if code is None and lon is None and place is None:
            rows.faults[at].append(f"code:{UNPLACED}")
        elif code is not None and len(code) > CODE_LENGTH:
            rows.faults[at].append(f"code:{TOO_LONG}")


def _misspelt(made: CleanedColumn) -> dict[int, str]:  # type: ignore[type-arg]
    """The citizen ids that are whole but for their check sign, as they are written."""
    wrong = (made.faults == Fault.ID_CHECKSUM).fill_null(False).arg_true().to_list()
    problems = ((at, made.cell(at).problem) for at in wrong)
    return {at: str(problem.values["text"]) for at, problem in problems if problem is not None}


def _say_enough(rows: Rows) -> dict[int, str]:
    """Of the rows with a doubtful number those that say more than a name: born when, reached or living where."""
    there = [code for code in BESIDES if code in rows.values.columns]
    if not there or not rows.doubtful:
        return {}
    enough = rows.values.select(pl.any_horizontal(pl.col(there).is_not_null())).to_series()
    return {at: number for at, number in rows.doubtful.items() if enough[at]}


def _rejected(kind: str, rows: Rows) -> pl.Series:
    """Rows that nobody can be found by: without a name, or with a code that is wrong, or there before in this file."""
    needed = NEEDED[kind][0]
    refused = [False] * len(rows)
    names = (
        rows.values[needed]
        if needed in rows.values.columns
        else pl.Series([None] * len(rows), dtype=pl.String)
    )
    for at in names.is_null().arg_true().to_list():
        refused[at] = True
        if not any(fault.startswith(f"{needed}:") for fault in rows.faults[at]):
            rows.faults[at].append(f"{needed}:{NOTHING}")
    for at, faults in rows.faults.items():
        if at not in rows.doubtful and any(
            (kind, fault.partition(":")[0]) in IDENTIFYING_FAULTS for fault in faults
        ):
            refused[at] = True
    return pl.Series(refused, dtype=pl.Boolean)


OWN_WORDS = {
    BIRTH_DISAGREES: "与证件号码中的出生日期不一致，已按证件号码登记",
    SEX_DISAGREES: "与证件号码中的性别不一致，已按证件号码登记",
    REPEATED: "与文件中前面的行重复，只取了前面的一行",
    NOTHING: "不能为空",
    OUTSIDE: "数值不在可能的范围内，没有采用",
    TOO_LONG: "超过 20 位，请核对",
    UNPLACED: "没有编码，也没有经纬度或位置，无法识别是哪一个；请至少补上一项",
    MAYBE_KNOWN: "可能就是已登记的一家，请核对",
    OF_ANOTHER: "这个号码已登记在另一个人名下，核对后确认不是同一人，请退回原单位更正",
}
"""What this room's own checks say to people; the sentences of the cleaning are in ``linli.algorithms.cleaning.words``."""


def fault_of(kind: str, code: str, cell: object, *, on: date) -> Problem | None:
    """What is wrong with a single cell, with the values that its sentence names."""
    element = elements(kind)[code]
    cleaner = CLEANERS.get(element.shape)
    return cleaner(column_of([cell]), element, on).cell(0).problem if cleaner else None
