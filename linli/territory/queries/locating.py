"""Which grid a point lies in, on any day: the outlines are kept in memory as a tree, rebuilt when a boundary changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from linli.kernel.norms.freshness import Fresh
from linli.territory.models import Boundary
from linli.territory.queries.units import Node
from linli.territory.rules.kinds import COMMUNITY_KINDS, GRID_KINDS

KEPT_DAYS = 16


@dataclass(frozen=True)
class Outline:
    """One outline in force for some days, of one unit."""

    node: Node
    shape: shapely.Geometry
    valid_from: date
    valid_to: date | None
    illustrative: bool
    area_m2: float

    def holds_on(self, day: date | None) -> bool:
        """Whether it is in force on a day; None asks for the latest."""
        if day is None:
            return self.valid_to is None
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


class Locator:
    """The outlines of one day in a tree."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.nodes = [outline.node for outline in outlines]
        self.shapes = np.array([outline.shape for outline in outlines], dtype=object)
        shapely.prepare(self.shapes)
        self.tree = STRtree(self.shapes)

    def at(self, lon: float, lat: float) -> Node | None:
        """The unit whose outline covers the point; on a shared border, the one with the lowest code."""
        hits = self.tree.query(shapely.Point(lon, lat), predicate="intersects")
        return min((self.nodes[i] for i in hits), key=lambda n: n.code, default=None)


class Outlines:
    """Every outline there is, and the trees of the days that were asked for."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.outlines = outlines
        self.locators: dict[tuple[date | None, tuple[str, ...]], Locator] = {}

    def on(self, day: date | None, kinds: tuple[str, ...] = GRID_KINDS) -> Locator:
        """The tree of the outlines of some kinds of unit on a day."""
        key = (day, kinds)
        found = self.locators.get(key)
        if found is None:
            while len(self.locators) >= KEPT_DAYS:
                self.locators.pop(next(iter(self.locators)), None)
            found = Locator([o for o in self.outlines if o.node.kind in kinds and o.holds_on(day)])
            self.locators[key] = found
        return found

    @property
    def changes(self) -> set[date]:
        """The days on which some outline begins or ends."""
        return {o.valid_from for o in self.outlines} | {o.valid_to for o in self.outlines if o.valid_to}


def _load_outlines() -> Outlines:
    rows = Boundary.objects.order_by("unit__path", "valid_from").values_list(
        "shape", "valid_from", "valid_to", "illustrative", "area_m2",
        "unit_id", "unit__code", "unit__name", "unit__kind", "unit__parent_id", "unit__path", "unit__households",
    )  # fmt: skip
    kept = list(rows)
    shapes = shapely.from_wkb([bytes(row[0]) for row in kept])
    return Outlines([Outline(Node(*row[5:]), shape, *row[1:5]) for row, shape in zip(kept, shapes, strict=True)])


OUTLINES: Fresh[Outlines] = Fresh("territory.outlines", _load_outlines)


def _settled(outlines: Outlines, on: date | None) -> date | None:
    """None, the latest outlines, where nothing begins or ends after the day: so that every today shares one tree."""
    return None if on is None or all(day <= on for day in outlines.changes) else on


def grid_at(lon: float, lat: float, on: date | None = None) -> Node | None:
    """The grid that covers a point (CGCS2000 degrees) on a day, today by default; None where no grid does."""
    return unit_at(lon, lat, on, GRID_KINDS)


def unit_at(lon: float, lat: float, on: date | None = None, kinds: tuple[str, ...] = COMMUNITY_KINDS) -> Node | None:
    """The unit of the given kinds that covers a point on a day."""
    outlines = OUTLINES.get()
    return outlines.on(_settled(outlines, on), kinds).at(lon, lat)


def locate_many(lons: NDArray[np.float64], lats: NDArray[np.float64], on: date | None = None) -> list[Node | None]:
    """The grids of many points at once, in their order: seconds for a million points in thousands of grids."""
    outlines = OUTLINES.get()
    locator = outlines.on(_settled(outlines, on), GRID_KINDS)
    return [locator.nodes[i] if i >= 0 else None for i in locate_indices(lons, lats, locator.shapes)]


def locate_indices(lons: NDArray[np.float64], lats: NDArray[np.float64], shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """For each point the index of the shape that covers it, -1 where none does: a tree of the points, asked by the shapes."""
    tree = STRtree(shapely.points(lons, lats))
    shape_index, point_index = tree.query(shapes, predicate="intersects")
    found = np.full(len(lons), len(shapes), dtype=np.int64)
    np.minimum.at(found, point_index, shape_index)
    found[found == len(shapes)] = -1
    return found
