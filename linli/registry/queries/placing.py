"""Addresses of files, in columns, to the homes and units of the territory: by compound, building, entrance and room."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
from django.db import connection

from linli.algorithms.cleaning import clean_address
from linli.territory.queries.locating import locate_many
from linli.territory.queries.units import tree

HOMES = """
    SELECT d.id, e.building_id, c.name, b.name, e.name, d.room, u.path
    FROM territory_dwelling d
    JOIN territory_entrance e ON e.id = d.entrance_id
    JOIN territory_building b ON b.id = e.building_id
    JOIN territory_compound c ON c.id = b.compound_id
    JOIN territory_unit u ON u.id = b.unit_id
"""
BUILDINGS = """
    SELECT b.id, c.name, b.name, u.path FROM territory_building b
    JOIN territory_compound c ON c.id = b.compound_id JOIN territory_unit u ON u.id = b.unit_id
"""
COMPOUNDS = """
    SELECT c.name, u.path FROM territory_compound c JOIN territory_unit u ON u.id = c.unit_id
"""
BARE = r"(?:号楼|栋|幢|座|单元|门|室|房|号|#)$"
"""What stands behind the number of a building, an entrance or a room: 3栋 and 3号楼 are one."""

DOOR = ("compound", "building", "entrance", "room")


def located(parts: pl.Series, hints: pl.Series) -> pl.DataFrame:
    """For each address the home, the building and the path of the unit it lies in, as far as its parts lead.

    ``hints`` are paths of communities where the file names them, or "": they choose among places of one name and say where
    a person lives when the address leads nowhere. Columns: ``dwelling_id``, ``building_id``, ``path``.
    """
    asked = pl.DataFrame(
        {name: parts.struct.field(name).fill_null("").str.replace(BARE, "") for name in DOOR}
        | {"hint": hints.fill_null("")}
    ).with_row_index("row")
    named = asked.filter(pl.col("compound") != "")
    found: list[pl.DataFrame] = []
    for table, keys in ((homes(named), DOOR), (buildings(named), DOOR[:2]), (compounds(named), DOOR[:1])):
        if table.is_empty() or named.is_empty():
            continue
        whole = named.filter(pl.all_horizontal(pl.col(key) != "" for key in keys))
        pairs = whole.join(table, on=list(keys), how="inner")
        fits = pairs.filter((pl.col("hint") == "") | pl.col("path").str.starts_with(pl.col("hint")))
        only = fits.filter(pl.len().over("row") == 1)
        found.append(only.select("row", "dwelling_id", "building_id", "path"))
        named = named.join(only, on="row", how="anti")
    placed = pl.concat(found) if found else _nowhere()
    return asked.join(placed, on="row", how="left", maintain_order="left").select(
        "dwelling_id", "building_id", pl.coalesce("path", "hint").alias("path")
    )


class Placed(NamedTuple):
    """Where a written address leads: the ids of home and building, and the code of the unit; None and "" where it leads nowhere."""

    dwelling_id: int | None = None
    building_id: int | None = None
    unit: str = ""


def place_of(text: str) -> Placed:
    """Where one written address leads."""
    read = clean_address(text).value
    if read is None:
        return Placed()
    parts = pl.Series([{name: getattr(read, name) for name in DOOR}])
    dwelling_id, building_id, path = located(parts, pl.Series([""])).row(0)
    return Placed(dwelling_id, building_id, (path or "").rstrip("/").rpartition("/")[2])


def pointed(places: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Places with the grid of the row's point (``lon``, ``lat``) where no building was found."""
    points = values.select(pl.col("lon", "lat").cast(pl.Float64))
    at = (places["building_id"].is_null() & points["lon"].is_not_null()).arg_true()
    grids = locate_many(points[at].to_numpy())
    found: list[str | None] = [None] * len(places)
    for row, node in zip(at.to_list(), grids, strict=True):
        found[row] = node.path if node else None
    return places.with_columns(pl.coalesce(pl.Series(found, dtype=pl.String), pl.col("path")).alias("path"))


def homes(asked: pl.DataFrame) -> pl.DataFrame:
    """Every home with its door in bare numbers."""
    table = _table(HOMES, asked, ["dwelling_id", "building_id", *DOOR, "path"])
    return table.with_columns(pl.col(name).str.replace(BARE, "") for name in DOOR[1:])


def buildings(asked: pl.DataFrame) -> pl.DataFrame:
    """Every building of a compound."""
    table = _table(BUILDINGS, asked, ["building_id", *DOOR[:2], "path"])
    return table.with_columns(pl.col("building").str.replace(BARE, ""), dwelling_id=pl.lit(None, pl.Int64))


def compounds(asked: pl.DataFrame) -> pl.DataFrame:
    """Every compound, in its community."""
    return _table(COMPOUNDS, asked, ["compound", "path"]).with_columns(
        dwelling_id=pl.lit(None, pl.Int64), building_id=pl.lit(None, pl.Int64)
    )


def paths_of(names: pl.Series) -> pl.Series:
    """The paths of units that a file names by code or name; "" where none or several are called so."""
    by_word: dict[str, set[str]] = {}
    for node in tree().nodes:
        if node.kind != "department":
            for word in (node.code, node.name, node.name.removesuffix("居委会").removesuffix("社区")):
                by_word.setdefault(word, set()).add(node.path)
    found = {}
    for name in names.unique().to_list():
        word = (name or "").strip()
        paths = by_word.get(word) or by_word.get(word.removesuffix("居委会").removesuffix("社区")) or set()
        found[name] = next(iter(paths)) if word and len(paths) == 1 else ""
    return pl.Series([found[name] for name in names.to_list()], dtype=pl.String)


def _table(sql: str, asked: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The places in the compounds that are asked for."""
    schema = {name: pl.Int64 if name.endswith("_id") else pl.String for name in columns}
    names = asked["compound"].unique().to_list()
    if not names:
        return pl.DataFrame(schema=schema)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE c.name = ANY(%s)", [names])
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _nowhere() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"row": pl.UInt32, "dwelling_id": pl.Int64, "building_id": pl.Int64, "path": pl.String}
    )
