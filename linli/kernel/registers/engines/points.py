"""The places of a long list gathered into the cells of a net, so that its map shows every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Avg, Count, F, Max, Min, QuerySet
from django.db.models.functions import Floor

from linli.kernel.registers.columns import Point
from linli.kernel.registers.engines.columns import ColumnEngine
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.engines.store import changed_here
from linli.kernel.registers.filters.base import MISSING_CODE, Ask
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection

CELLS_OF_VIEW, CELLS_OF_ALL = 16, 8
"""How many cells lie along the longer side of what is looked at: the whole of a list fills a part of its map only."""

SMALLEST = 1e-7
"""Degrees: points at one and the same place still need a cell."""

DEGREE = 10**7
"""A degree in the columns: a hundredth of a metre is one."""

NET = 10**6
"""Rows of cells are numbered so far apart."""


@dataclass(frozen=True)
class Box:
    """What a map shows: degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> Box | None:
        """``west,south,east,north`` as a map says it; None for anything else."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        return cls(west, south, east, north) if west <= east and south <= north else None

    @property
    def side(self) -> float:
        """The longer side, in degrees."""
        return max(self.east - self.west, self.north - self.south, SMALLEST)


@dataclass(frozen=True)
class Gathered:
    """Places that lie close together: how many, their middle, and the row where it is only one."""

    count: int
    lon: float
    lat: float
    pk: int | None


@dataclass(frozen=True)
class Places:
    """The rows of a list that have a place in a box: how many, the cells they fill, and which are drawn one by one.

    Where they are few enough to be drawn one by one there are no cells.
    """

    count: int
    cells: list[Gathered]
    rows: QuerySet[Any]


def places_of(
    register: Register, selection: Selection, ask: Ask, box: Box | None, *, separate: int
) -> Places:
    """The places of a selection inside the box, or at all; up to ``separate`` of them are drawn one by one."""
    if register.engine == "columns" and not selection.as_of and not changed_here(register):
        return in_memory(ColumnEngine(), register, selection, ask, box, separate)
    return in_database(register, selection, ask, box, separate)


def _width(box: Box | None, filled: Box) -> float:
    """How wide a cell of the net over the places is."""
    return (box or filled).side / (CELLS_OF_ALL if box is None else CELLS_OF_VIEW)


def in_memory(
    engine: ColumnEngine, register: Register, selection: Selection, ask: Ask, box: Box | None, separate: int
) -> Places:
    """Counted over the columns like the list itself; the rows drawn one by one are read under their policies."""
    columns, found = engine.within(register, selection, ask)
    within = np.flatnonzero(found & (columns["map:lon"] != MISSING_CODE))
    lon, lat = columns["map:lon"][within] / DEGREE, columns["map:lat"][within] / DEGREE
    if box is not None:
        inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
        within, lon, lat = within[inside], lon[inside], lat[inside]
    ids = columns.snapshot.ids[within]
    rows = register.rows_for(ask.actor)
    if len(ids) <= separate:
        return Places(len(ids), [], rows.filter(pk__among=ids.tolist()))
    filled = Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    width = _width(box, filled)
    net = np.floor((lon - filled.west) / width) * NET + np.floor((lat - filled.south) / width)
    _cells, first, place, count = np.unique(net, return_index=True, return_inverse=True, return_counts=True)
    middle_x, middle_y = np.bincount(place, lon) / count, np.bincount(place, lat) / count
    cells = [
        Gathered(n, x, y, pk if n == 1 else None)
        for n, x, y, pk in zip(
            count.tolist(), middle_x.tolist(), middle_y.tolist(), ids[first].tolist(), strict=True
        )
    ]
    alone = [cell.pk for cell in cells if cell.pk is not None]
    return Places(len(ids), cells, rows.filter(pk__among=alone))


def in_database(register: Register, selection: Selection, ask: Ask, box: Box | None, separate: int) -> Places:
    """Counted by the database, under the row policies."""
    point = register.map
    assert isinstance(point, Point), "asked of lists of points only"
    rows = SqlEngine().selected(register, selection, ask)
    rows = rows.filter(**{f"{point.lon}__isnull": False, f"{point.lat}__isnull": False})
    if box is not None:
        rows = rows.filter(
            **{f"{point.lon}__range": (box.west, box.east), f"{point.lat}__range": (box.south, box.north)}
        )
    found = rows.order_by().aggregate(
        n=Count("pk"), w=Min(point.lon), s=Min(point.lat), e=Max(point.lon), t=Max(point.lat)
    )
    if found["n"] <= separate:
        return Places(found["n"], [], rows)
    filled = Box(found["w"], found["s"], found["e"], found["t"])
    width = _width(box, filled)
    counted = (
        rows.order_by()
        .annotate(
            net_x=Floor((F(point.lon) - filled.west) / width),
            net_y=Floor((F(point.lat) - filled.south) / width),
        )
        .values("net_x", "net_y")
        .annotate(n=Count("pk"), x=Avg(point.lon), y=Avg(point.lat), one=Min("pk"))
    )
    cells = [
        Gathered(cell["n"], cell["x"], cell["y"], cell["one"] if cell["n"] == 1 else None) for cell in counted
    ]
    alone = [cell.pk for cell in cells if cell.pk is not None]
    return Places(found["n"], cells, rows.filter(pk__in=alone))
