"""A batch of rows about components, written: new ones, with a code where the file brings none, and changed ones."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import OpenKey
from linli.registry.commands import bulk
from linli.registry.commands.coding import next_codes
from linli.registry.commands.intakes import whole
from linli.registry.models import Component, Intake, RecordKind
from linli.registry.queries.held import held_components

KIND = RecordKind.COMPONENT
DEGREES = ("lon", "lat")


def write(
    batch: pl.DataFrame, values: pl.DataFrame, *, intake: Intake, key: OpenKey, by: Actor, at: datetime
) -> pl.DataFrame:
    """Write a batch: ``new`` rows under the ids kept for them, of the others what ``take`` names. Returns it with ``path``."""
    before = held_components(whole.lock(Component, batch))
    after = whole.merged(KIND, batch, values, before)
    moved = whole.takes(KIND, batch, "place", *DEGREES)
    after = after.with_columns(
        whole.path_of(batch, "place", moved, after["path"]),
        *(pl.col(name).cast(pl.Float64).cast(pl.String) for name in DEGREES),
        pl.col("state").fill_null("good"),
    )
    after = after.with_columns(_codes(after))
    frame = batch.with_columns(after["path"])
    whole.write_whole(Component, _stored(after), frame, intake.file_date)
    whole.remember(KIND, frame, before, after, intake=intake, key=key, by=by, at=at)
    return frame


def _codes(after: pl.DataFrame) -> pl.Series:
    """The codes of the components; those without one are given the next of their division and kind."""
    codes = after["code"].to_list()
    without = [at for at, code in enumerate(codes) if code is None]
    if without:
        kinds, places = after["kind"].to_list(), after["path"].to_list()
        for at, code in zip(without, next_codes([(places[at], kinds[at]) for at in without]), strict=True):
            codes[at] = code
    return pl.Series("code", codes, dtype=pl.String)


def _stored(after: pl.DataFrame) -> pl.DataFrame:
    """Whole rows of the table."""
    frame = after.drop("confirmed_on").with_columns(
        *(pl.col(name).cast(pl.Float64) for name in DEGREES),
        pl.col("installed_on").str.to_date("%Y-%m-%d"),
    )
    return bulk.whole_components(frame)
