"""Which person of the register a file's row is about: first by document, then by everything else that both know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.kinds import PERSON, Kind
from linli.algorithms.linkage.linkage import CERTAIN, Ref, link, match
from linli.kernel.privacy import crypto
from linli.kernel.staging import array_literal, stage
from linli.registry.models import Person
from linli.registry.queries.held import by_document, unsealed

FILE, REGISTER = "file", "register"
EMPTY: Mapping[int, str] = MappingProxyType({})

KNOWN = """
    SELECT p.id, p.name, p.sex, p.birth::text, p.document_kind, p.document, p.phones, p.key_id,
        coalesce(nullif(u.address, ''), concat(c.name, b.name, e.name, d.room)), m.household_id
    FROM registry_person p
    LEFT JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
    LEFT JOIN LATERAL (
        SELECT address, dwelling_id FROM registry_residence
        WHERE person_id = p.id AND valid_to IS NULL AND kind <> 'registered' LIMIT 1
    ) u ON true
    LEFT JOIN territory_dwelling d ON d.id = u.dwelling_id
    LEFT JOIN territory_entrance e ON e.id = d.entrance_id
    LEFT JOIN territory_building b ON b.id = e.building_id
    LEFT JOIN territory_compound c ON c.id = b.compound_id
    WHERE p.state <> 'merged' AND NOT EXISTS (SELECT 1 FROM linked WHERE linked.id = p.id)
"""


@dataclass(frozen=True)
class Doubt:
    """A row and a record that may be the same: the weight in bits, the probability, and what speaks for and against."""

    row: int
    record: int
    bits: float
    probability: float
    grounds: list[tuple[str, str, float]]
    risky: bool


THERE = "SELECT p.id FROM unnest(%s::text::bigint[]) AS asked(id) JOIN registry_person p ON p.id = asked.id"


def found_since(wanted: pl.Series, fresh: pl.DataFrame) -> dict[int, int]:
    """The persons that wanted rows, whose new records are ``fresh``, belong to after all, by row.

    Somebody has registered the document since the file was examined; or, where there is none, looked at the row and wrote it.
    """
    if fresh.is_empty():
        return {}
    rows = wanted.arg_true().to_list()
    found: dict[int, int] = {}
    bare = pl.Series([True]).new_from_index(0, len(fresh))
    if "document_mark" in fresh.columns:
        found = {rows[at]: person for at, person, _name in by_document(fresh["document_mark"]).iter_rows()}
        bare = fresh["document_mark"].is_null()
    with connection.cursor() as cursor:
        cursor.execute(THERE, [array_literal(fresh["id"].filter(bare))])
        there = {person for (person,) in cursor.fetchall()}
    return found | {rows[at]: person for at, person in enumerate(fresh["id"].to_list()) if person in there}


@dataclass
class Linked:
    """For each row the record it is about, or null; and the doubtful ones."""

    record: pl.Series
    doubts: list[Doubt] = field(default_factory=list)


def link_persons(values: pl.DataFrame, usable: pl.Series, misspelt: Mapping[int, str] = EMPTY) -> Linked:
    """Link the usable rows of a file with the register. A document with another name is a doubt, never a link.

    ``misspelt`` are numbers with a wrong check sign, by row: one that is a slip away from a known number speaks for that person.
    """
    size = len(values)
    record = np.full(size, -1, np.int64)
    doubts: list[Doubt] = []
    left = usable.to_numpy().copy()
    if "document" in values.columns:
        documents = pl.select(pl.when(usable).then(values["document"])).to_series()
        marks = pl.Series(crypto.blind_many("document", documents.to_list()), dtype=pl.Binary)
        found = by_document(marks)
        alike = (values["name"].gather(found["row"]) == found["held_name"]).fill_null(False)
        record[found["row"].filter(alike).to_numpy()] = found["id"].filter(alike).to_numpy()
        for row, person, name in found.filter(~alike).iter_rows():
            if agree(values["name"][row], name):
                record[row] = person
            else:
                grounds = [("citizen_id", "same", 20.0), ("name", "different", -8.0)]
                doubts.append(Doubt(row, person, 12.0, 0.5, grounds, risky=True))
                left[row] = False
    left &= record < 0
    if left.any():
        new = (
            _source(values, misspelt)
            .with_row_index("id")
            .with_columns(pl.col("id").cast(pl.Int64))
            .filter(pl.Series(left))
        )
        match_rest(new, _register(np.unique(record[record >= 0])), record, doubts)
    return Linked(pl.Series(record).replace(-1, None), doubts)


def agree(one: str, other: str) -> bool:
    """Whether two names are written alike but for one character, or hold the same characters in another order."""
    if one == other or sorted(one) == sorted(other):
        return True
    return len(one) == len(other) > 1 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def match_rest(
    new: pl.DataFrame, register: pl.DataFrame, record: np.ndarray, doubts: list[Doubt], kind: Kind = PERSON  # type: ignore[type-arg]
) -> None:  # fmt: skip
    """The rows that no number led to a record, by everything else that both know: ``record`` and ``doubts`` are filled in."""
    if register.is_empty():
        return
    linkage = match(Source(FILE, new.to_arrow()), Source(REGISTER, register.to_arrow()), kind=kind)
    pairs = pl.DataFrame(linkage.pairs)
    if pairs.is_empty():
        return
    swapped = pairs["left_source"].cast(pl.String)[0] != FILE
    row, person = ("right_id", "left_id") if swapped else ("left_id", "right_id")
    certain = pairs.filter(pl.col("band").cast(pl.String) == CERTAIN).sort("bits", descending=True)
    taken: set[int] = set()
    for at, who in certain.select(row, person).iter_rows():
        if record[at] < 0 and who not in taken:
            record[at] = who
            taken.add(who)
    for at, who, bits, probability in pairs.select(row, person, "bits", "probability").iter_rows():
        if record[at] < 0 and who not in taken:
            reasons = linkage.explain(Ref(FILE, str(at)), Ref(REGISTER, str(who)))
            grounds = [(each.comparison, each.level, round(each.bits, 1)) for each in reasons]
            doubts.append(Doubt(at, who, bits, probability, grounds, risky=False))


def _source(values: pl.DataFrame, misspelt: Mapping[int, str]) -> pl.DataFrame:
    """The columns of a file as linkage names them."""
    size = len(values)

    def column(name: str) -> pl.Series:
        return values[name] if name in values.columns else pl.Series([None] * size, dtype=pl.String)

    document = pl.DataFrame({"d": column("document")}).select(
        pl.when(pl.col("d").str.starts_with("citizen_id:")).then(pl.col("d").str.slice(11))
    ).to_series()  # fmt: skip
    if misspelt:
        document = document.scatter(list(misspelt), list(misspelt.values()))
    return pl.DataFrame(
        {
            "citizen_id": document,
            "name": column("name"),
            "sex": column("sex"),
            "birth": column("birth"),
            "phone": column("phones").str.split("、").list.first(),
            "address": column("address"),
            "household": column("household_number"),
        }
    )


def _register(without: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    """The persons of the register, but for those that a row was linked with by document."""
    columns: dict[str, Any] = {
        "id": pl.Int64, "name": pl.String, "sex": pl.String, "birth": pl.String, "kind": pl.String, "document": pl.Binary,
        "phones": pl.Binary, "key_id": pl.Object, "address": pl.String, "household": pl.Int64,
    }  # fmt: skip
    stage("linked", Person, pl.DataFrame({"id": without}))
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        frame = pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")
    keys = frame["key_id"].to_list()
    document = unsealed(frame["document"], keys, "person.document")
    phones = unsealed(frame["phones"], keys, "person.phones")
    return pl.DataFrame(
        {
            "id": frame["id"],
            "citizen_id": pl.DataFrame({"d": document, "k": frame["kind"]}).select(
                pl.when(pl.col("k") == "citizen_id").then(pl.col("d"))
            ).to_series(),
            "name": frame["name"],
            "sex": frame["sex"].replace("0", None),
            "birth": frame["birth"],
            "phone": phones.str.split("、").list.first(),
            "address": frame["address"],
            "household": frame["household"].cast(pl.String),
        }
    )  # fmt: skip


def duplicates() -> list[Doubt]:
    """Pairs of persons of the register who may be one: ``person`` and, in ``row``, the other one."""
    register = _register(np.empty(0, np.int64))
    if len(register) < 2:
        return []
    linkage = link([Source(REGISTER, register.to_arrow(), duplicates=True)])
    found = []
    for one, other, bits, probability in (
        pl.DataFrame(linkage.pairs).select("left_id", "right_id", "bits", "probability").iter_rows()
    ):
        reasons = linkage.explain(Ref(REGISTER, str(one)), Ref(REGISTER, str(other)))
        grounds = [(each.comparison, each.level, round(each.bits, 1)) for each in reasons]
        found.append(Doubt(max(one, other), min(one, other), bits, probability, grounds, risky=True))
    return found
