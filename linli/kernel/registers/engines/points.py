"""The places of a long list gathered into the cells of a net, so that its map shows every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet
from django.db.models.functions import Floor

from linli.kernel.registers.columns import Point
from linli.kernel.registers.engines.sql import SqlEngine
from linli.kernel.registers.filters.base import Ask
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import Selection

CELLS_OF_VIEW, CELLS_OF_ALL = 16, 8
"""How many cells lie along the longer side of what is looked at: the whole of a list fills a part of its map only."""

SMALLEST = 1e-7
"""Degrees: points at one and the same place still need a cell."""


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
    """The rows of a list that lie in a box, the box that they fill, and how wide a cell of the net over them is."""

    point: Point
    rows: QuerySet[Any]
    count: int
    box: Box | None
    cell: float

    def gathered(self) -> list[Gathered]:
        """One entry for each cell that holds something."""
        if self.box is None:
            return []
        cells = (
            self.rows.order_by()
            .annotate(
                net_x=Floor((F(self.point.lon) - self.box.west) / self.cell),
                net_y=Floor((F(self.point.lat) - self.box.south) / self.cell),
            )
            .values("net_x", "net_y")
            .annotate(n=Count("pk"), x=Avg(self.point.lon), y=Avg(self.point.lat), one=Min("pk"))
        )
        return [
            Gathered(cell["n"], cell["x"], cell["y"], cell["one"] if cell["n"] == 1 else None)
            for cell in cells
        ]


def places_of(register: Register, selection: Selection, ask: Ask, box: Box | None) -> Places:
    """The rows of a selection that have a point inside the box, or at all; the box of the result is the one they fill."""
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
    filled = Box(found["w"], found["s"], found["e"], found["t"]) if found["n"] else None
    looked, cells = (box, CELLS_OF_VIEW) if box is not None else (filled, CELLS_OF_ALL)
    return Places(point, rows, found["n"], filled, looked.side / cells if looked is not None else SMALLEST)
