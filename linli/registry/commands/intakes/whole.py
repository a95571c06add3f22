"""Records that are written as a whole: what a record is once a row is in it, and the change that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey
from linli.kernel.staging import put_frame, stage
from linli.registry.commands.bulk import replace_rows
from linli.registry.models import Change, Component, Intake, Organisation, Person
from linli.registry.queries.judging import Ids
from linli.registry.rules.changes import Contents, RowChange
from linli.registry.rules.elements import codes_of, elements, mask_of
from linli.territory.queries.units import top_node

Model = type[Person | Organisation | Component]
Whole = type[Organisation | Component]


def lock(model: Whole, batch: pl.DataFrame) -> Ids:
    """The ids of the records that were there before the batch, locked until it is written."""
    ids = np.unique(batch.filter(~pl.col("new"))["record_id"].to_numpy())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [ids.tolist()])  # fmt: skip
    return ids


def merged(kind: str, batch: pl.DataFrame, values: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The record of each row with what was taken from the row: ``id`` and the columns of ``before``, days to the day."""
    held = batch.select(pl.col("record_id").alias("id")).join(before, on="id", how="left", maintain_order="left")  # fmt: skip
    taken = []
    for code, element in elements(kind).items():
        if code in values.columns and code in before.columns:
            offered = first_days(values[code]) if element.shape == "date" else values[code]
            mine = takes(kind, batch, code)
            taken.append(offered.zip_with(mine, held[code]).alias(code))
    return held.with_columns(taken)


def takes(kind: str, batch: pl.DataFrame, *codes: str) -> pl.Series:
    """Which rows one of the elements is taken from."""
    return (batch["take"] & mask_of(kind, codes)) != 0


def first_days(days: pl.Series) -> pl.Series:
    """A month or a year as its first day."""
    return days + days.str.len_chars().replace_strict({4: "-01-01", 7: "-01"}, default="", return_dtype=pl.String)  # fmt: skip


def path_of(batch: pl.DataFrame, element: str, moved: pl.Series, before: pl.Series) -> pl.Series:
    """Where records lie: new and moved ones where the row leads, and to the county where it leads nowhere, that it may place them."""
    frame = pl.DataFrame(
        {"said": batch[f"{element}_path"], "held": before, "goes": batch["new"] | moved}
    ).with_columns(pl.when(pl.col("said") != "").then("said").alias("said"))
    top = top_node().path
    return frame.select(
        pl.when(pl.col("goes")).then(pl.coalesce("said", "held", pl.lit(top))).otherwise("held").alias("path")
    ).to_series()


def write_whole(model: Whole, stored: pl.DataFrame, batch: pl.DataFrame, on: date) -> None:
    """New records put in, changed ones in their place; of those that the file only spoke of the day."""
    new = batch["new"]
    changed = ~new & (batch["take"] != 0)
    put_frame(model, stored.filter(new).with_columns(pl.lit(on).alias("confirmed_on")))
    if changed.any():
        replace_rows(model, stored.filter(changed))
    confirm(model, batch.filter(~new), on)


def confirm(model: Model, frame: pl.DataFrame, on: date) -> None:
    """A source that spoke of a record says that it is still there."""
    if frame.is_empty():
        return
    stage("confirmed", model, frame.select("record_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} r SET confirmed_on = greatest(r.confirmed_on, %s) FROM confirmed s WHERE r.id = s.record_id",
            [on],
        )


def remember(
    kind: str, batch: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
) -> None:  # fmt: skip
    """A change for each record whose values a row replaced, with the whole row before and after."""
    changed = ~batch["new"] & (batch["take"] != 0)
    held = {row["id"]: row for row in before.to_dicts()}
    rows, told = batch.filter(changed), []
    for new, take in zip(after.filter(changed).to_dicts(), rows["take"].to_list(), strict=True):
        told.append(_contents(kind, held[new["id"]], new, codes_of(kind, take)).dumps())
    put_changes(kind, rows, told, rows["path"], intake=intake, key=key, by=by, at=at)


def _contents(kind: str, old: dict[str, Any], new: dict[str, Any], codes: Sequence[str]) -> Contents:
    names = [name for name in new if new[name] != old[name]]
    row = RowChange(kind, new["id"], {name: old[name] for name in names}, {name: new[name] for name in names})
    return Contents(
        {code: old.get(code) for code in codes},
        {code: new.get(code) for code in codes},
        old["state"] if "state" in names else None,
        (row,),
    )


def put_changes(
    kind: str, rows: pl.DataFrame, told: Sequence[str], places: pl.Series, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Write a change for each row of a batch (``record_id``, ``take``, and ``mark`` where some are about a care group alone), sealed."""
    if rows.is_empty():
        return
    same: dict[str, Any] = {
        "record_kind": kind, "what": "imported", "origin": intake.source.kind, "intake_id": str(intake.pk),
        "by_label": by.label, "at": at.isoformat(), "key_id": str(key.id),
    }  # fmt: skip
    frame = rows.select("record_id", pl.col("take").alias("wrote"), pl.col("^mark$")).with_columns(
        *(pl.lit(value).alias(name) for name, value in same.items()),
        pl.lit(by.user_id, dtype=pl.Int64).alias("by_user_id"),
        pl.lit(intake.file_date).alias("on"),
        pl.Series("sealed", crypto.seal_many(key.secret, list(told), about=b"change"), dtype=pl.Binary),
        places.fill_null("").alias("path"),
    )
    put_frame(Change, frame)
