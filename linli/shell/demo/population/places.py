"""Organisations and components that do not exist, near the buildings of the demo's map. Words in ``data/places.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from stdnum.cn import uscc

from linli.shell.demo.population import identity

ENDINGS = ("社区", "居委会", "村委会", "村", "小区")
NUMERALS = "一二三四五六七八九"
METRES = 1 / 111_000
"""A metre in degrees of latitude."""
STREET_SIDE = 45
"""How far a shop's door or a lamp is from the middle of its building, in metres."""

CLOSED = 0.05
UNKNOWN_PHONE = 0.08
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@cache
def words() -> dict[str, Any]:
    """The table of names, shares and bodies."""
    path = Path(__file__).resolve().parent.parent / "data" / "places.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def organisations(
    buildings: pl.DataFrame, count: int, *, seed: int, on: date, division: str, root: str, batch: int = 0
) -> pl.DataFrame:
    """So many organisations: frame of the registry's fields, without contact and phones, which come from people.

    ``buildings`` has ``building_id``, ``path``, ``lon``, ``lat``, ``address``, ``compound`` and ``community``.
    """
    rng = np.random.default_rng([seed, batch, 1])
    kinds = words()["organisation"]
    which = _weighted([kind["weight"] for kind in kinds], count, rng)
    at = rng.integers(0, len(buildings), count)
    there = buildings[at]
    opened = np.datetime64(on, "D") - np.minimum(rng.gamma(1.3, 1900, count), 12_000).astype("timedelta64[D]")
    closed = (rng.random(count) < CLOSED) & (opened < np.datetime64(on, "D") - np.timedelta64(60, "D"))
    ended = np.where(
        closed, opened + ((np.datetime64(on, "D") - opened) * rng.random(count)), np.datetime64("NaT")
    )
    low, high = np.array([kind["staff"] for kind in kinds]).T[:, which]
    lon, lat = _beside(there, rng)
    return pl.DataFrame(
        {
            "name": _names(kinds, which, there, root, rng),
            "uscc": _codes([kinds[n]["uscc"] for n in which], division, batch, rng),
            "kind": [kinds[n]["kind"] for n in which],
            "building_id": there["building_id"],
            "address": there["address"]
            + pl.Series(values=rng.integers(1, 30, count)).cast(pl.String)
            + "号门面",
            "lon": lon,
            "lat": lat,
            "path": there["path"],
            "staff_count": low + ((high - low) * rng.random(count) ** 3).astype(int),
            "opened_on": opened,
            "closed_on": ended,
            "state": np.where(closed, "closed", "open"),
            "confirmed_on": np.maximum(
                np.datetime64(on, "D") - rng.integers(0, 700, count).astype("timedelta64[D]"), opened
            ),
        }
    )


def components(
    buildings: pl.DataFrame, count: int, *, kinds: Sequence[tuple[str, str]], seed: int, on: date, division: str, root: str,
    batch: int = 0,
) -> pl.DataFrame:  # fmt: skip
    """So many components of the kinds (code and title) near buildings, numbered on from batch to batch.

    The frame has the registry's fields; ``path`` is that of the building's grid: the outlines may know it better.
    """
    rng = np.random.default_rng([seed, batch, 2])
    said = words()["components"]
    which = _weighted([said["weights"].get(code, 1) for code, _ in kinds], count, rng)
    at = rng.integers(0, len(buildings), count)
    there = buildings[at]
    lon, lat = _beside(there, rng)
    codes = pl.Series(values=[kinds[n][0] for n in which], dtype=pl.String)
    running = pl.DataFrame({"code": codes}).select(pl.int_range(pl.len()).over("code"))["literal"].to_numpy()
    bodies = [said["bodies"].get(kinds[n][0]) or said["bodies"][kinds[n][0][:2]] for n in which]
    communities = there["community"].to_list()
    owners, keepers = (
        [body[side].format(root=root, community=name) for body, name in zip(bodies, communities, strict=True)]
        for side in (0, 1)
    )
    states = list(said["states"])
    return pl.DataFrame(
        {
            "code": division
            + codes
            + pl.Series(values=batch * 80_000 + running + 1).cast(pl.String).str.zfill(6),
            "kind": codes,
            "owner": owners,
            "keeper": keepers,
            "state": np.array(states)[_weighted(list(said["states"].values()), count, rng)],
            "place": there["address"]
            + np.array(["旁", "前", "东侧", "西侧", "南侧", "北侧", "路口"])[rng.integers(0, 7, count)],
            "lon": lon,
            "lat": lat,
            "path": there["path"],
            "installed_on": np.datetime64(on, "D") - rng.integers(100, 7000, count).astype("timedelta64[D]"),
            "confirmed_on": np.datetime64(on, "D") - rng.integers(0, 500, count).astype("timedelta64[D]"),
        }
    )


def staffed(
    places: pl.DataFrame, persons: pl.DataFrame, *, seed: int, batch: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give organisations a contact: whoever works there and has a phone, else somebody who is not in the register.

    Returns the organisations with ``contact`` and ``phones``, and their known contacts as rows (``organisation``, ``person``).
    """
    rng = np.random.default_rng([seed, batch, 3])
    working = (
        persons.with_row_index("person")
        .filter((pl.col("state") == "present") & pl.col("phones").is_not_null() & (pl.col("work") != ""))
        .unique("work", keep="first", maintain_order=True)
        .select("person", pl.col("name").alias("contact"), "phones", pl.col("work").alias("name"))
    )
    known = places.with_row_index("organisation").join(working, on="name", how="left", maintain_order="left")
    invented = pl.DataFrame(
        {"someone": identity.single_names(len(places), rng), "phone": identity.phones(len(places), rng)}
    )
    known = pl.concat([known, invented], how="horizontal").with_columns(
        pl.coalesce("contact", "someone").alias("contact"), pl.coalesce("phones", "phone").alias("phones")
    )
    silent = pl.Series(values=rng.random(len(places)) < UNKNOWN_PHONE)
    known = known.with_columns(pl.when(silent).then(None).otherwise(pl.col("phones")).alias("phones"))
    staff = known.filter(pl.col("person").is_not_null()).select(
        "organisation", "person", pl.col("contact").alias("name")
    )
    return known.drop("organisation", "person", "someone", "phone"), staff


def _weighted(weights: Sequence[float], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    shares = np.array(weights, float)
    return rng.choice(len(shares), count, p=shares / shares.sum())


def _beside(there: pl.DataFrame, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points around the buildings."""
    lon, lat = there["lon"].to_numpy(), there["lat"].to_numpy()
    east, north = rng.normal(0, STREET_SIDE * METRES, (2, len(there)))
    return np.round(lon + east / np.cos(np.radians(lat)), 6), np.round(lat + north, 6)


def _names(
    kinds: Sequence[dict[str, Any]],
    which: NDArray[np.int64],
    there: pl.DataFrame,
    root: str,
    rng: np.random.Generator,
) -> list[str]:
    count, brands = len(which), words()["brands"]
    pattern, one, two = rng.random(count), *rng.integers(0, len(brands), (2, count))
    return [
        kinds[kind]["names"][int(share * len(kinds[kind]["names"]))].format(
            root=root, community=_stem(community), compound=_stem(compound), brand=brands[a] + brands[b],
            n=NUMERALS[(a + b) % len(NUMERALS)],
        )
        for kind, share, community, compound, a, b in zip(
            which.tolist(), pattern.tolist(), there["community"].to_list(), there["compound"].to_list(), one.tolist(),
            two.tolist(), strict=True,
        )
    ]  # fmt: skip


def _stem(name: str) -> str:
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _codes(heads: Sequence[str], division: str, batch: int, rng: np.random.Generator) -> list[str]:
    """Unified social credit codes right in form, under the withdrawn code of the people's ids: no body has them."""
    place, head_of_body = identity.own_place(division), f"M{SIGNS[10 + batch]}"
    made = []
    for head, number in zip(heads, rng.permutation(1_000_000)[: len(heads)].tolist(), strict=True):
        body = f"{head_of_body}{number:06d}"
        total = sum(int(sign, 36) * weight for sign, weight in zip(body, BODY_WEIGHTS, strict=True))
        code = f"{head}{place}{body}{'0123456789X0'[11 - total % 11]}"
        made.append(code + uscc.calc_check_digit(code))
    return made
