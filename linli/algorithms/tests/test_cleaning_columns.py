"""A column says what each of its cells says, however it is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.cleaning import Cleaned, CodeTable, Fault, Note, PartialDate
from linli.algorithms.cleaning import columns as by_column
from linli.algorithms.cleaning.citizen_ids import from_15
from linli.algorithms.cleaning.columns import CleanedColumn, column_of

DAY = date(2026, 11, 27)
SEX = CodeTable({"1": ("男", "M"), "2": ("女", "F")})
COLUMNS: dict[str, Callable[[pl.Series], CleanedColumn[Any]]] = {
    "citizen id": lambda raw: by_column.clean_citizen_id_column(raw, on=DAY),
    "document": lambda raw: by_column.clean_document_column(raw, on=DAY),
    "date": lambda raw: by_column.clean_date_column(raw, on=DAY),
    "future date": lambda raw: by_column.clean_date_column(raw, on=DAY, future=True),
    "phone": by_column.clean_phone_column,
    "name": by_column.clean_name_column,
    "sex": lambda raw: by_column.clean_code_column(raw, SEX),
    "address": by_column.clean_address_column,
    "uscc": by_column.clean_uscc_column,
    "number": by_column.clean_number_column,
    "integer": by_column.clean_integer_column,
}
DAYS = st.dates(date(1890, 1, 1), date(2040, 1, 1))
IDS = st.builds(
    lambda place, day, order: from_15(f"{place}{day:%y%m%d}{order:03}"),
    st.sampled_from(["520103", "599999", "810000", "110105"]),
    DAYS,
    st.integers(0, 999),
)
DAMAGED = st.builds(
    lambda number, at, sign: number[:at] + sign + number[at + 1 :],
    IDS,
    st.integers(0, 17),
    st.sampled_from("0123456789Xx"),
)
WRITTEN = st.builds(
    lambda day, form: form.format(day.year, day.month, day.day),
    DAYS,
    st.sampled_from(
        [
            "{}-{:02}-{:02}",
            "{}/{}/{}",
            "{}{:02}{:02}",
            "{}-{}-{} 8:05",
            "{}/{}/{} 0:00:00",
            "{}.{}.{}",
            "{}-02-3{}",
            "{}年{}月",
            "0{}-{}-{}",
        ]
    ),
)
PHONES = st.from_regex(
    r"1[0-9]{10}|1380{8}|0851-?8650[0-9]{4}|(\+86|86)[- ]?13[0-9]{9}|138[- ][0-9]{4}[- ]0{4}|010-(2{7,8}|1{8}|0{8})",
    fullmatch=True,
)
NAMES = st.text(alphabet="张三李四王五某合计无先生女士公司学校曾用名一", min_size=1, max_size=5)
ADDRESSES = st.builds(
    "{}{}".format,
    st.text(alphabet="云岩区中山街道社村组路弄段东号栋座楼院锦绣家园三A1-", max_size=9),
    st.from_regex(r"[0-9]{1,2}(栋|号楼|座|-)([1-3](单元|-))?[0-9]{3,4}室?", fullmatch=True),
)
NUMBERS = st.from_regex(r"0?[0-9]{1,16}(\.[0-9])?(人|万)?", fullmatch=True)
TEXTS = st.one_of(
    st.none(),
    IDS,
    DAMAGED,
    WRITTEN,
    PHONES,
    NAMES,
    ADDRESSES,
    NUMBERS,
    st.sampled_from(["", " ", "无", "男", "M", "3"]),
    st.text(max_size=6),
)
OBJECTS = st.one_of(TEXTS, st.floats(), st.integers(-(10**19), 10**19), st.dates(), st.booleans())


def stored(value: Any) -> Any:
    """A value as a column holds it."""
    if isinstance(value, PartialDate | Decimal | int):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, tuple):
        return list(value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def agrees(column: CleanedColumn[Any]) -> None:
    """Each cell of the column as its cleaner reads it alone."""
    alone: list[Cleaned[Any]] = [column.clean(cell) for cell in column.raw.to_list()]
    assert column.value.to_list() == [stored(each.value) for each in alone]
    assert column.notes.to_list() == [list(each.notes) for each in alone]
    assert column.faults.to_list() == [each.problem and each.problem.code for each in alone]


@settings(max_examples=60)
@given(cells=st.lists(TEXTS, max_size=30))
def test_columns_of_text_say_what_their_cells_say(cells: list[str | None]) -> None:
    for clean in COLUMNS.values():
        agrees(clean(pl.Series("raw", cells, dtype=pl.String)))


@settings(max_examples=30)
@given(cells=st.lists(OBJECTS, max_size=10))
def test_columns_of_a_sheet_say_what_their_cells_say(cells: list[object]) -> None:
    for clean in COLUMNS.values():
        agrees(clean(column_of(cells)))


@settings(max_examples=60)
@given(cells=st.lists(ADDRESSES, max_size=30))
def test_places_and_doors_read_apart_are_those_read_together(cells: list[str]) -> None:
    agrees(by_column.clean_address_column(pl.Series("raw", cells, dtype=pl.String)))


@settings(max_examples=30)
@given(
    cells=st.lists(
        st.integers(0, 50_000).map(lambda days: f"{date(1899, 1, 1) + timedelta(days=days):%Y-%m-%d}"),
        min_size=1,
        max_size=30,
    )
)
def test_dates_on_both_sides_of_the_limits_agree(cells: list[str]) -> None:
    agrees(by_column.clean_date_column(pl.Series(cells), on=date(2026, 2, 28), oldest=100))


def test_the_quality_report_counts_notes_and_faults() -> None:
    raw = pl.Series(
        ["520103198001011231", "520103198001011231 ", "520103800101123", "520103198001011232", None]
    )
    counts = by_column.clean_citizen_id_column(raw, on=DAY).counts()
    assert counts == {Note.SPACES: 1, Note.ID_15_TO_18: 1, Fault.ID_CHECKSUM: 1}


def test_one_cell_of_a_column_tells_all() -> None:
    column = by_column.clean_name_column(pl.Series(["张三", "张三（曾用名：李四）"]))
    assert column.cell(1).aside == (("former_name", "李四"),)
    assert column.value.to_list() == ["张三", "张三"]
