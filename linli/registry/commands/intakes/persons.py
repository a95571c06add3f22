"""A batch of rows about persons, written: new persons, changed ones, their homes, households and care groups."""

from __future__ import annotations

import json
from datetime import date, datetime

import numpy as np
import polars as pl
from django.db import connection

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey
from linli.kernel.privacy.marks import mark
from linli.kernel.staging import array_literal, put_frame, stage
from linli.registry.commands import bulk
from linli.registry.commands.intakes.whole import confirm, put_changes
from linli.registry.models import Intake, Person, RecordKind, Residence, Trait
from linli.registry.queries.held import held_persons, held_with_traits
from linli.registry.rules.elements import codes_of, elements, mask_of, switched_elements
from linli.territory.queries.units import top_node

PLAIN = ("name", "former_name", "sex", "education", "work", "population")
"""Elements that are columns of a person as they stand."""


class Touched:
    """Which rows beside their own were closed and made of persons that a file changes, by table: what taking it back needs."""

    def __init__(self, changed: pl.Series) -> None:
        self.changed = changed
        self.closed: dict[int, list[int]] = {}
        self.made: dict[str, dict[int, list[int]]] = {"residence": {}, "membership": {}, "care": {}}

    def add(self, table: str, persons: pl.Series, rows: np.ndarray) -> None:  # type: ignore[type-arg]
        """Note the new rows of persons."""
        about = persons.is_in(self.changed.implode())
        for person, row in zip(persons.filter(about).to_list(), rows[about.to_numpy()].tolist(), strict=True):
            self.made[table].setdefault(person, []).append(row)


def write(
    batch: pl.DataFrame, values: pl.DataFrame, fresh: pl.DataFrame, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
) -> pl.DataFrame:  # fmt: skip
    """Write a batch: ``new`` rows as the ``fresh`` persons, of the others what ``take`` names. Returns it with ``path``."""
    places, on = _paths(batch), intake.file_date
    frame = batch.with_columns(places["path"])
    new = batch["new"].arg_true()
    if len(new):
        where = places[new].select("path", "registered_path", pl.lit(on).alias("confirmed_on"))
        put_frame(Person, fresh.with_columns(where.get_columns()))
        _write_homes(frame[new], values[new], on)
    known = (~batch["new"]).arg_true()
    changed = (~batch["new"] & (batch["take"] != 0)).arg_true()
    before = held_with_traits(np.unique(frame["record_id"].gather(changed).to_numpy()), documents=True)
    touched = Touched(frame["record_id"].gather(changed))
    if len(changed):
        _update(frame[changed], values[changed], before, key)
        _move(frame[changed], values[changed], on, touched)
    _write_households(frame, values, on, touched)
    _write_cares(frame, values, intake, key, touched)
    _write_traits(frame, values, key)
    if len(changed):
        _remember(frame[changed], values[changed], before, touched, intake, key, by, at)
    if len(known):
        confirm(Person, frame[known], on)
    return frame


def _paths(batch: pl.DataFrame) -> pl.DataFrame:
    """Where each person lives and where the household register has the person; the one stands in for the other.

    Whom no address leads to a grid or community is the county's to place: nobody may be in the register and seen by none.
    """
    lives, stands = _filled(batch["address_path"]), _filled(batch["registered_address_path"])
    frame = pl.DataFrame({"lives": lives, "stands": stands})
    return frame.select(
        pl.coalesce("lives", "stands", pl.lit(top_node().path)).alias("path"),
        pl.coalesce("stands", pl.lit("")).alias("registered_path"),
    )


def _filled(paths: pl.Series) -> pl.Series:
    return pl.DataFrame({"p": paths}).select(pl.when(pl.col("p") != "").then(pl.col("p"))).to_series()


def ready(batch: pl.DataFrame, values: pl.DataFrame, key: OpenKey) -> pl.DataFrame:
    """New persons as they are stored, but for where they live; needs no connection."""
    frame = pl.DataFrame(
        [batch["record_id"].alias("id")]
        + [values[name] for name in PLAIN if name in values.columns]
        + _births(values)
        + _deaths(values)
        + _documents(values)
        + ([values["phones"]] if "phones" in values.columns else [])
    )
    return bulk.sealed_persons(frame, key)


def _births(values: pl.DataFrame) -> list[pl.Series]:
    """Partial dates as the first day they allow, with what was known of them."""
    if "birth" not in values.columns:
        return []
    length = pl.col("b").str.len_chars()
    frame = pl.DataFrame({"b": values["birth"]}).select(
        (pl.col("b") + length.replace_strict({4: "-01-01", 7: "-01"}, default="")).str.to_date("%Y-%m-%d", strict=False).alias("birth"),
        length.replace_strict({4: "year", 7: "month"}, default="day").alias("birth_precision"),
    )  # fmt: skip
    return [frame["birth"], frame["birth_precision"]]


def _documents(values: pl.DataFrame) -> list[pl.Series]:
    if "document" not in values.columns:
        return []
    parted = values["document"].str.splitn(":", 2)
    return [
        parted.struct.field("field_0").fill_null("").alias("document_kind"),
        parted.struct.field("field_1").alias("document"),
    ]


UPDATE = """
    UPDATE registry_person p SET {assigned}, version = p.version + 1
    FROM changed s WHERE p.id = s.record_id
"""


def _update(frame: pl.DataFrame, values: pl.DataFrame, before: pl.DataFrame, key: OpenKey) -> None:
    """Change the columns of persons that each row is taken for."""
    given = {
        code: columns
        for code, columns in (
            *((name, [values[name]]) for name in PLAIN if name in values.columns),
            ("birth", _births(values)),
            ("died_on", _deaths(values)),
        )
        if columns
    }  # fmt: skip
    masks = {
        series.name: elements(RecordKind.PERSON)[code].mask
        for code, columns in given.items()
        for series in columns
    }
    staged = frame.select("record_id", "take").with_columns(
        series for columns in given.values() for series in columns
    )
    sealed = _sealed(frame, values, before, key)
    staged = staged.with_columns(sealed)
    masks |= {series.name: mask_of(RecordKind.PERSON, SEALED) for series in sealed}
    if given.keys() & {"name", "former_name"}:
        staged = _names(staged, values)
        masks |= dict.fromkeys(("pinyin", "grams"), mask_of(RecordKind.PERSON, ("name", "former_name")))
    if not masks:
        return
    stage("changed", Person, staged)
    assigned = ", ".join(f'"{name}" = CASE WHEN s.take & {mask} <> 0 THEN s."{name}" ELSE p."{name}" END' for name, mask in masks.items())  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(UPDATE.format(assigned=assigned))


def _deaths(values: pl.DataFrame) -> list[pl.Series]:
    """The day of death and the state that follows from it."""
    if "died_on" not in values.columns:
        return []
    died = values["died_on"].str.to_date("%Y-%m-%d", strict=False)
    state = pl.select(pl.when(died.is_null()).then(pl.lit("present")).otherwise(pl.lit("dead"))).to_series()
    return [died.alias("died_on"), state.alias("state")]


SEALED = ("document", "phones")


def _sealed(frame: pl.DataFrame, values: pl.DataFrame, before: pl.DataFrame, key: OpenKey) -> list[pl.Series]:
    """Document and phones, sealed together: what the row does not say is kept, and comes under the same key."""
    if not set(SEALED) & set(values.columns):
        return []
    held = frame.select("record_id", "take").join(before, left_on="record_id", right_on="id", how="left", maintain_order="left")  # fmt: skip
    whole = {}
    for code in SEALED:
        offered = values[code] if code in values.columns else pl.Series([None] * len(frame), dtype=pl.String)
        taken = held["take"] & elements(RecordKind.PERSON)[code].mask != 0
        whole[code] = pl.select(pl.when(taken).then(offered).otherwise(held[code])).to_series()
    kind, number = _documents(pl.DataFrame(whole))
    return [
        kind,
        *bulk.document_columns(kind, number, key),
        *bulk.phone_columns(whole["phones"], "person.phones", key),
        pl.Series("key_id", [str(key.id)] * len(frame), dtype=pl.String),
    ]


def _names(staged: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Names with the pinyin and the pairs that follow from them, where the row leaves one of the two as it was."""
    there = held_persons(np.unique(staged["record_id"].to_numpy())).select("id", "name", "former_name")
    mask = {code: elements(RecordKind.PERSON)[code].mask for code in ("name", "former_name")}
    both = staged.select("record_id", "take").join(there, left_on="record_id", right_on="id", how="left", maintain_order="left")  # fmt: skip
    for code in ("name", "former_name"):
        if code in values.columns:
            both = both.with_columns(values[code].alias("offered")).with_columns(
                pl.when(pl.col("take") & mask[code] != 0).then("offered").otherwise(code).alias(code)
            )
    made = pl.DataFrame([both["name"], both["former_name"].fill_null("")])
    return staged.with_columns(*bulk.name_columns(made))


CLOSE_HOMES = """
    UPDATE registry_residence r SET valid_to = greatest(%s, coalesce(r.valid_from, %s)) FROM moved s
    WHERE r.person_id = s.person_id AND r.valid_to IS NULL AND (r.kind = 'registered') = (s.kind = 'registered')
    RETURNING r.person_id, r.id
"""
FOLLOW_HOME = """
    UPDATE registry_person p SET path = CASE WHEN s.kind = 'registered' THEN p.path ELSE s.path END,
        registered_path = CASE WHEN s.kind = 'registered' THEN s.path ELSE p.registered_path END
    FROM moved s WHERE p.id = s.person_id AND s.path <> ''
"""


def _homes(frame: pl.DataFrame, values: pl.DataFrame, on: date) -> list[pl.DataFrame]:
    """The homes that rows are taken for: where people live, and where the household register has them."""
    declared, found = elements(RecordKind.PERSON), []
    for code in (each for each in ("address", "registered_address") if each in values.columns):
        kinds = pl.Series(["registered"] * len(frame))
        if code == "address":
            said = values["residence_kind"] if "residence_kind" in values.columns else kinds
            kinds = said.fill_null("usual").replace("registered", "usual")
        found.append(
            pl.DataFrame(
                {
                    "person_id": frame["record_id"], "kind": kinds, "dwelling_id": frame[f"{code}_dwelling"],
                    "address": values[code].str.slice(0, 200), "path": frame[f"{code}_path"].fill_null(""),
                    "valid_from": pl.Series([on] * len(frame)), "take": frame["take"],
                }
            ).filter((pl.col("take") & declared[code].mask != 0) & pl.col("address").is_not_null()).drop("take")
        )  # fmt: skip
    return [each for each in found if not each.is_empty()]


LIVED_IN = """
    SELECT DISTINCT ON (person_id) person_id, dwelling_id, address, path FROM registry_residence
    WHERE valid_to IS NULL AND kind <> 'registered' AND person_id = ANY(%s) ORDER BY person_id, id
"""


def _lived_in_otherwise(frame: pl.DataFrame, values: pl.DataFrame, on: date) -> list[pl.DataFrame]:
    """The known homes of persons of whom only the way in which they live there is taken."""
    if "residence_kind" not in values.columns:
        return []
    kind, address = (elements(RecordKind.PERSON)[code].mask for code in ("residence_kind", "address"))
    alone = (frame["take"] & kind != 0) & (frame["take"] & address == 0)
    told = pl.DataFrame({"person_id": frame["record_id"], "kind": values["residence_kind"]}).filter(alone)
    if told.is_empty():
        return []
    schema = {"person_id": pl.Int64, "dwelling_id": pl.Int64, "address": pl.String, "path": pl.String}
    with connection.cursor() as cursor:
        cursor.execute(LIVED_IN, [told["person_id"].to_list()])
        homes = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    return [told.join(homes, on="person_id").with_columns(pl.lit(on).alias("valid_from"))]


def _write_homes(frame: pl.DataFrame, values: pl.DataFrame, on: date) -> None:
    """The homes of persons who are new."""
    for each in _homes(frame, values, on):
        bulk.write_residences(each)


def _move(frame: pl.DataFrame, values: pl.DataFrame, on: date, touched: Touched) -> None:
    """The homes of persons who were there: what was true until now ends on the day of the file."""
    for each in [*_homes(frame, values, on), *_lived_in_otherwise(frame, values, on)]:
        stage("moved", Residence, each)
        with connection.cursor() as cursor:
            cursor.execute(CLOSE_HOMES, [on, on])
            for person, row in cursor.fetchall():
                touched.closed.setdefault(person, []).append(row)
            cursor.execute(FOLLOW_HOME)
        touched.add("residence", each["person_id"], bulk.write_residences(each))


HEADS = ("01", "02")
HOUSEHOLDS = """
    SELECT min(h.id), h.number FROM unnest(%s::text::text[]) AS asked(number)
    JOIN registry_household h ON h.number = asked.number AND h.number <> '' AND h.state = 'present' GROUP BY h.number
"""
JOINED = """
    SELECT p.id FROM unnest(%s::text::bigint[]) AS asked(id) JOIN registry_person p ON p.id = asked.id
    WHERE p.state <> 'present' OR EXISTS (SELECT FROM registry_membership m WHERE m.person_id = p.id AND m.valid_to IS NULL)
"""
COUNT = """
    UPDATE registry_household h SET size = m.size, head_id = coalesce(m.head, h.head_id) FROM (
        SELECT household_id, count(*) AS size, min(person_id) FILTER (WHERE relation IN ('01', '02')) AS head
        FROM registry_membership WHERE valid_to IS NULL AND household_id = ANY((SELECT %s::text::bigint[])::bigint[]) GROUP BY household_id
    ) m WHERE h.id = m.household_id
"""


def _write_households(frame: pl.DataFrame, values: pl.DataFrame, on: date, touched: Touched) -> None:
    """Households by the number of the register; whoever already belongs to one stays there, and who died or left joins none."""
    if "household_number" not in values.columns:
        return
    relation = (
        values["relation"].fill_null("99") if "relation" in values.columns else pl.Series(["99"] * len(frame))
    )
    told = pl.DataFrame(
        {
            "new": frame["new"], "person_id": frame["record_id"], "number": values["household_number"].str.slice(0, 40), "relation": relation,
            "path": frame["path"], "dwelling_id": frame["address_dwelling"],
            "address": values["address"] if "address" in values.columns else values["household_number"].str.slice(0, 0),
        }
    ).filter(pl.col("number").is_not_null())  # fmt: skip
    if told.is_empty():
        return
    with connection.cursor() as cursor:
        cursor.execute(HOUSEHOLDS, [array_literal(told["number"].unique())])
        there = pl.DataFrame(cursor.fetchall(), {"household_id": pl.Int64, "number": pl.String}, orient="row")
        cursor.execute(JOINED, [array_literal(told.filter(~pl.col("new"))["person_id"])])
        joined = [person for (person,) in cursor.fetchall()]
    wanted = told.filter(~pl.col("person_id").is_in(joined))
    fresh = (
        wanted.join(there, on="number", how="anti", maintain_order="left")
        .group_by("number", maintain_order=True)
        .agg(
            pl.col("path").first(), pl.col("dwelling_id").first(), pl.col("address").first().fill_null("").str.slice(0, 200),
            pl.len().alias("size"), pl.col("person_id").filter(pl.col("relation").is_in(HEADS)).first().alias("head_id"),
        )
    )  # fmt: skip
    made = bulk.write_households(fresh)
    every = pl.concat([there, pl.DataFrame({"household_id": made, "number": fresh["number"]})])
    rows = wanted.join(every, on="number", how="left", maintain_order="left").with_columns(
        pl.lit(on).alias("valid_from")
    )
    joins = bulk.write_memberships(rows.select("household_id", "person_id", "relation", "valid_from"))
    touched.add("membership", rows["person_id"], joins)
    grown = there.join(wanted, on="number", how="semi")["household_id"]
    if len(grown):
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [array_literal(grown)])


def _write_cares(
    frame: pl.DataFrame, values: pl.DataFrame, intake: Intake, key: OpenKey, touched: Touched
) -> None:
    if "care" not in values.columns:
        return
    taken = pl.DataFrame(
        {"person_id": frame["record_id"], "group": values["care"], "take": frame["take"]}
    ).filter((pl.col("take") & elements(RecordKind.PERSON)["care"].mask != 0) & pl.col("group").is_not_null())
    rows = taken.drop("take").with_columns(
        pl.lit(intake.source.basis).alias("basis"), pl.lit(intake.file_date).alias("valid_from")
    )
    touched.add("care", rows["person_id"], bulk.write_cares(rows, key))


PUT_TRAITS = """
    INSERT INTO registry_trait (person_id, element, sealed, key_id) SELECT person_id, element, sealed, key_id FROM traits
    ON CONFLICT (person_id, element) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id
"""


def _write_traits(frame: pl.DataFrame, values: pl.DataFrame, key: OpenKey) -> None:
    """The values of fields that are switched on, sealed; a person has one of each."""
    for code, element in switched_elements().items():
        if code not in values.columns:
            continue
        told = pl.DataFrame(
            {"person_id": frame["record_id"], "value": values[code], "take": frame["take"]}
        ).filter((pl.col("take") & element.mask != 0) & pl.col("value").is_not_null())
        if told.is_empty():
            continue
        told = told.unique("person_id", keep="last", maintain_order=True)
        sealed = crypto.seal_many(key.secret, told["value"].to_list(), about=b"trait")
        rows = told.select("person_id", pl.lit(code).alias("element")).with_columns(
            pl.Series("sealed", sealed, dtype=pl.Binary), pl.lit(str(key.id)).alias("key_id")
        )
        stage("traits", Trait, rows)
        with connection.cursor() as cursor:
            cursor.execute(PUT_TRAITS)


def _openly(frame: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """What rows gave, without the care groups among it; ``mark`` is that of the group, where a row gave nothing else."""
    if "care" not in values.columns:
        return frame
    bit = elements(RecordKind.PERSON)["care"].mask
    marks = {group: mark("care", group) for group in values["care"].drop_nulls().unique().to_list()}
    said = values["care"].replace_strict(marks, default="", return_dtype=pl.String)
    return frame.with_columns(
        pl.when(pl.col("take") == bit).then(said).otherwise(pl.lit("")).alias("mark"),
        (pl.col("take") & ~pl.lit(bit, dtype=pl.Int64)).alias("take"),
    )


def _remember(
    frame: pl.DataFrame, values: pl.DataFrame, before: pl.DataFrame, touched: Touched,
    intake: Intake, key: OpenKey, by: Actor, at: datetime,
) -> None:  # fmt: skip
    """A change for each person whose values a row replaced: before and after, sealed, for history and for taking it back."""
    held = {row["id"]: row for row in before.drop("phones").to_dicts()}
    phones = dict(zip(before["id"].to_list(), before["phones"].to_list(), strict=True))
    told, paths = [], []
    for at_row, (person, take) in enumerate(frame.select("record_id", "take").iter_rows()):
        old = {**held[person], "phones": phones[person]}
        codes = codes_of(RecordKind.PERSON, take)
        told.append(
            json.dumps(
                {
                    "before": {code: old.get(code) for code in codes},
                    "after": {code: values[code][at_row] for code in codes if code in values.columns},
                    "closed": {"residence": touched.closed.get(person, [])},
                    "made": {table: rows.get(person, []) for table, rows in touched.made.items()},
                    "paths": [old["path"], old["registered_path"]],
                    "state": old["state"],
                },
                ensure_ascii=False,
            )
        )
        paths.append(held[person]["path"] or frame["path"][at_row] or "")
    put_changes(
        RecordKind.PERSON,
        _openly(frame, values),
        told,
        pl.Series(paths, dtype=pl.String),
        intake=intake,
        key=key,
        by=by,
        at=at,
    )
