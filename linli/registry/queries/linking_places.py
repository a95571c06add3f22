"""Which organisation or component of the register a file's row is about: by its code, else by where it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray

from linli.algorithms.geometry.near import near_pairs
from linli.algorithms.linkage.organisations import ORGANISATIONS, core
from linli.registry.queries.held import by_code, by_uscc, unsealed
from linli.registry.queries.linking import Doubt, Linked, match_rest
from linli.registry.rules.codes import is_given

METRES = 3.0
"""Two components of one kind that are no further apart are one: a phone's reading errs as much."""

KNOWN_ORGANISATIONS = """
    SELECT id, nullif(uscc, ''), name, phones, key_id, address FROM registry_organisation
    WHERE state <> 'merged' AND NOT id = ANY(%s)
"""
KNOWN_COMPONENTS = """
    SELECT id, code, kind, nullif(place, ''), lon, lat FROM registry_component WHERE kind = ANY(%s) AND NOT id = ANY(%s)
"""
Records = NDArray[np.int64]
Find = Callable[[list[int], list[str]], dict[int, int]]


def link_organisations(values: pl.DataFrame, usable: pl.Series) -> Linked:
    """Link rows by unified code; those that no code leads to a record by name, phone and address.

    Two codes that differ are two organisations. What is neither certain nor out of the question is a doubt, the best one of
    a row.
    """
    record = _by_number(values, usable, "uscc", by_uscc)
    doubts: list[Doubt] = []
    left = np.flatnonzero(usable.to_numpy() & (record < 0))
    if left.size:
        register = _organisations(record[record >= 0])
        match_rest(_rows(values)[left], register, record, doubts, ORGANISATIONS)
        doubts += _renamed(values["name"], register, record, left)
    best: dict[int, Doubt] = {}
    for each in sorted(doubts, key=lambda each: -each.bits):
        if ("uscc", "other_valid") not in {(name, level) for name, level, _bits in each.grounds}:
            best.setdefault(each.row, each)
    return Linked(_nulled(record), list(best.values()))


def link_components(values: pl.DataFrame, usable: pl.Series) -> Linked:
    """Link rows by identity code, else with the nearest component of the kind within three metres, else by the words of the place.

    A row with a code of its own is linked by where it is only with a component whose code was given here: two codes of
    departments are two components, however near. No component is linked twice.
    """
    record = _by_number(values, usable, "code", by_code)
    left = np.flatnonzero(usable.to_numpy() & (record < 0))
    if left.size:
        rows = _places(values).with_row_index("row")[left]
        with connection.cursor() as cursor:
            cursor.execute(KNOWN_COMPONENTS, [rows["kind"].unique().to_list(), record[record >= 0].tolist()])
            known = pl.DataFrame(cursor.fetchall(), schema=COMPONENTS, orient="row")
        given = pl.Series([is_given(code) for code in known["code"].to_list()], dtype=pl.Boolean)
        known = known.with_columns(given.alias("given"))
        _link_once(_near(rows, known), record)
        _link_once(_of_one_place(rows, known), record)
    return Linked(_nulled(record))


COMPONENTS = {
    "id": pl.Int64, "code": pl.String, "kind": pl.String, "place": pl.String, "lon": pl.Float64, "lat": pl.Float64,
}  # fmt: skip


def _by_number(values: pl.DataFrame, usable: pl.Series, column: str, find: Find) -> Records:
    """For each row the record that its code leads to, or -1."""
    record = np.full(len(values), -1, np.int64)
    for row, found in found_by(values, usable, column, find).items():
        record[row] = found
    return record


def found_by(values: pl.DataFrame, usable: pl.Series, column: str, find: Find) -> dict[int, int]:
    """The records that the codes of usable rows lead to, by row."""
    if column not in values.columns:
        return {}
    rows = (usable & values[column].is_not_null()).arg_true().to_list()
    return find(rows, values[column].gather(rows).to_list())


def _renamed(names: pl.Series, register: pl.DataFrame, record: Records, left: Records) -> list[Doubt]:
    """Rows that agree with a record in everything but the name: another shop in the premises, perhaps. They are unlinked again."""
    known = dict(register.select("id", "name").iter_rows())
    found = []
    for row in left.tolist():
        held = int(record[row])
        if held >= 0 and core(names[row]) != core(known[held]):
            record[row] = -1
            found.append(Doubt(row, held, 0.0, 0.5, [("name", "different", 0.0)], risky=True))
    return found


def _nulled(record: Records) -> pl.Series:
    return pl.Series(record).replace(-1, None)


def _column(values: pl.DataFrame, name: str) -> pl.Series:
    return values[name] if name in values.columns else pl.Series([None] * len(values), dtype=pl.String)


def _rows(values: pl.DataFrame) -> pl.DataFrame:
    """The rows of a file about organisations as linkage names their columns."""
    return pl.DataFrame(
        {
            "id": pl.Series(range(len(values)), dtype=pl.Int64),
            "uscc": _column(values, "uscc"),
            "name": values["name"],
            "phone": _column(values, "phones").str.split("、").list.first(),
            "address": _column(values, "address"),
        }
    )


def _organisations(without: Records) -> pl.DataFrame:
    """The organisations of the register, but for those that a row was linked with by code."""
    schema = {
        "id": pl.Int64, "uscc": pl.String, "name": pl.String, "phones": pl.Binary, "key_id": pl.Object, "address": pl.String,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_ORGANISATIONS, [without.tolist()])
        frame = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    phones = unsealed(frame["phones"], frame["key_id"].to_list(), "organisation.phones")
    return frame.drop("phones", "key_id").with_columns(phones.str.split("、").list.first().alias("phone"))


def _places(values: pl.DataFrame) -> pl.DataFrame:
    """Kind, code and place of the rows of a file about components."""
    return pl.DataFrame(
        {
            "code": _column(values, "code"),
            "kind": values["kind"],
            "place": _column(values, "place"),
            "lon": _column(values, "lon").cast(pl.Float64),
            "lat": _column(values, "lat").cast(pl.Float64),
        }
    )


def _near(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Row and component of one kind within three metres, the nearest first."""
    rows, known = (frame.filter(pl.col("lon").is_not_null()) for frame in (rows, known))
    here, there, metres = near_pairs(
        rows.select("lon", "lat").to_numpy(), known.select("lon", "lat").to_numpy(), METRES
    )
    pairs = pl.DataFrame([rows["row"].gather(here), known["id"].gather(there), pl.Series("metres", metres)])
    fits = (rows["kind"].gather(here) == known["kind"].gather(there)) & (
        rows["code"].gather(here).is_null() | known["given"].gather(there)
    )
    return pairs.filter(fits).sort("metres", "row", "id")


def _of_one_place(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Row and component of one kind whose place is told in the same words, where no two points speak against it."""
    only = known.filter(pl.col("place").is_not_null() & (pl.len().over("kind", "place") == 1))
    pairs = rows.filter(pl.col("place").is_not_null()).join(only, on=["kind", "place"], suffix="_known")
    return pairs.filter(
        (pl.col("lon").is_null() | pl.col("lon_known").is_null())
        & (pl.col("code").is_null() | pl.col("given"))
    ).select("row", "id")


def _link_once(pairs: pl.DataFrame, record: Records) -> None:
    """Link each row and each record at most once, in the order of the pairs."""
    taken = set(record[record >= 0].tolist())
    for row, found in pairs.select("row", "id").iter_rows():
        if record[row] < 0 and found not in taken:
            record[row] = found
            taken.add(found)
