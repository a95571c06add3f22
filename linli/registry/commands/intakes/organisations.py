"""A batch of rows about organisations, written: new ones, changed ones, their premises."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import OpenKey
from linli.registry.commands import bulk
from linli.registry.commands.intakes import whole
from linli.registry.models import Intake, Organisation, RecordKind
from linli.registry.queries.held import held_organisations
from linli.territory.models import Building

KIND = RecordKind.ORGANISATION
DEGREES = ("lon", "lat")


def write(
    batch: pl.DataFrame, values: pl.DataFrame, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
) -> pl.DataFrame:
    """Write a batch: ``new`` rows under the ids kept for them, of the others what ``take`` names. Returns it with ``path``."""
    before = held_organisations(whole.lock(Organisation, batch))
    after = _settled(batch, values, whole.merged(KIND, batch, values, before))
    frame = batch.with_columns(after["path"])
    whole.write_whole(Organisation, _stored(after, key), frame, intake.file_date)
    whole.remember(KIND, frame, before, after, intake=intake, key=key, by=by, at=at)
    return frame


def _settled(batch: pl.DataFrame, values: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The state that follows from a day of closing; building, point and path that follow from an address.

    Who moved is where the new address leads: the point of the old one goes, unless the row brings one of its own.
    """
    moved = whole.takes(KIND, batch, "address")
    goes = batch["new"] | moved
    pointed = values["lon"].is_not_null() if "lon" in values.columns else pl.Series([False] * len(batch))
    building = batch["address_building"].zip_with(goes, after["building"])
    at_building = _points(building)
    closed = whole.takes(KIND, batch, "closed_on")
    return after.with_columns(
        building.alias("building"),
        whole.path_of(batch, "address", moved | whole.takes(KIND, batch, *DEGREES), after["path"]),
        *(at_building[name].zip_with(goes & ~pointed, _written(after[name])).alias(name) for name in DEGREES),
        pl.when(closed).then(pl.lit("closed")).otherwise(pl.col("state").fill_null("open")).alias("state"),
        pl.col("kind").fill_null("other"),
    )


def _points(buildings: pl.Series) -> pl.DataFrame:
    """The points of buildings as text; null where there is none."""
    rows = Building.objects.filter(pk__in=buildings.drop_nulls().unique().to_list()).values_list("pk", *DEGREES)  # fmt: skip
    known = pl.DataFrame(list(rows), schema={"id": pl.Int64, "lon": pl.Float64, "lat": pl.Float64}, orient="row")  # fmt: skip
    found = pl.DataFrame({"id": buildings}).join(known, on="id", how="left", maintain_order="left")
    return found.select(pl.col(name).cast(pl.String) for name in DEGREES)


def _written(degrees: pl.Series) -> pl.Series:
    """Degrees as the register writes them, without noughts at the end."""
    return degrees.cast(pl.Float64).cast(pl.String)


def _stored(after: pl.DataFrame, key: OpenKey) -> pl.DataFrame:
    """Whole rows of the table."""
    frame = after.rename({"building": "building_id"}).drop("confirmed_on").with_columns(
        pl.col("staff_count").cast(pl.Int64),
        *(pl.col(name).cast(pl.Float64) for name in DEGREES),
        *(pl.col(name).str.to_date("%Y-%m-%d") for name in ("opened_on", "closed_on")),
    )  # fmt: skip
    return bulk.sealed_organisations(frame, key)
