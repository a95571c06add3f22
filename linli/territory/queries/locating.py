"""Which grid a point lies in, on any day: the outlines are kept in memory as a tree, rebuilt when a boundary changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.algorithms.geometry.locate import OUTSIDE, Locator, join
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


class Layer:
    """The outlines of some kinds of unit on one day, in the order of their codes, in a tree."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        ordered = sorted(outlines, key=lambda o: o.node.code)
        self.nodes = [outline.node for outline in ordered]
        self.shapes = [outline.shape for outline in ordered]
        self.locator = Locator(list(zip(self.nodes, self.shapes, strict=True)))


class Outlines:
    """Every outline there is, and the trees of the days that were asked for."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.outlines = outlines
        self.layers: dict[tuple[date | None, tuple[str, ...]], Layer] = {}
        self.drawn: dict[tuple[date | None, str, int], list[tuple[Node, str, bool]]] = {}
        """Geometries of a day, level and zoom as GeoJSON texts, as they are drawn."""
        self.uncovered: dict[str, float] = {}
        """Square metres of a unit that no grid covers, as they are worked out."""

    def on(self, day: date | None, kinds: tuple[str, ...] = GRID_KINDS) -> Layer:
        """The tree of the outlines of some kinds of unit on a day."""
        key = (day, kinds)
        found = self.layers.get(key)
        if found is None:
            while len(self.layers) >= KEPT_DAYS:
                self.layers.pop(next(iter(self.layers)), None)
            found = Layer([o for o in self.outlines if o.node.kind in kinds and o.holds_on(day)])
            self.layers[key] = found
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
    return Outlines(
        [Outline(Node(*row[5:]), shape, *row[1:5]) for row, shape in zip(kept, shapes, strict=True)]
    )


OUTLINES: Fresh[Outlines] = Fresh("territory.outlines", _load_outlines)


def _settled(outlines: Outlines, on: date | None) -> date | None:
    """None, the latest outlines, where nothing begins or ends after the day: so that every today shares one tree."""
    return None if on is None or all(day <= on for day in outlines.changes) else on


def grid_at(lon: float, lat: float, on: date | None = None) -> Node | None:
    """The grid that covers a point (CGCS2000 degrees) on a day, today by default; None where no grid does."""
    return unit_at(lon, lat, on, GRID_KINDS)


def unit_at(
    lon: float, lat: float, on: date | None = None, kinds: tuple[str, ...] = COMMUNITY_KINDS
) -> Node | None:
    """The unit of the given kinds that covers a point on a day."""
    outlines = OUTLINES.get()
    return outlines.on(_settled(outlines, on), kinds).locator.locate(lon, lat)


def locate_many(points: NDArray[np.float64], on: date | None = None) -> list[Node | None]:
    """The grids of many points (rows of longitude and latitude) at once, in their order."""
    outlines = OUTLINES.get()
    layer = outlines.on(_settled(outlines, on), GRID_KINDS)
    return [layer.nodes[at] if at != OUTSIDE else None for at in join(points, layer.shapes).tolist()]
