"""Which areas are neighbours, and along how many metres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import shapely

from linli.algorithms.geometry.areas import Area, flattened


class Neighbours(NamedTuple):
    """Two areas that share a border; ids in rising order, length in metres."""

    one: str
    two: str
    metres: float


def neighbours(
    areas: Sequence[Area], *, tolerance: float = 0.5, least_metres: float = 1.0
) -> list[Neighbours]:
    """Pairs with a common border, where gaps up to ``tolerance`` metres are overlooked; corners do not count."""
    shapes = flattened(areas)
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=tolerance)
    pairs = []
    for one, two in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if one < two:
            near = shapely.buffer(shapes[two], tolerance, cap_style="flat", join_style="mitre")
            metres = float(shapely.length(shapely.intersection(shapely.boundary(shapes[one]), near)))
            if metres >= max(least_metres, 4 * tolerance):
                low, high = sorted((areas[one].id, areas[two].id))
                pairs.append(Neighbours(low, high, metres))
    return sorted(pairs)
