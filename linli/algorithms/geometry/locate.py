"""Which polygon holds a point: one point at a time, or a million at once.

A point on a border belongs to the polygon that comes first, so give polygons in a fixed order (by code).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Key = TypeVar("Key", bound=Hashable)
OUTSIDE = -1
CHUNK = 500_000


def join(points: NDArray[np.float64], polygons: Sequence[BaseGeometry]) -> NDArray[np.intp]:
    """For each point (rows of longitude and latitude) the place of its polygon in the sequence, or ``OUTSIDE``.

    A tree of the points asked by each polygon: 3.5 times as quick as the other way round (stack.md).
    """
    shapes = np.asarray(polygons, dtype=object)
    found = np.full(len(points), OUTSIDE, np.intp)
    shapely.prepare(shapes)
    for start in range(0, len(points), CHUNK):
        tree = shapely.STRtree(shapely.points(points[start : start + CHUNK]))
        polygon, point = tree.query(shapes, predicate="intersects")
        later_first = np.argsort(-polygon, kind="stable")
        found[start + point[later_first]] = polygon[later_first]
    return found


class Locator(Generic[Key]):
    """Finds the polygon of single points. Build once for a set of polygons; safe to share between threads."""

    def __init__(self, polygons: Sequence[tuple[Key, BaseGeometry]]) -> None:
        self._keys = [key for key, _ in polygons]
        shapes = np.array([shape for _, shape in polygons], dtype=object)
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)

    def locate(self, longitude: float, latitude: float) -> Key | None:
        """The key of the polygon that holds the point, or nothing."""
        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self._keys[int(hits.min())] if len(hits) else None

    def all_at(self, longitude: float, latitude: float) -> list[Key]:
        """Every polygon that holds the point, in order: more than one shows an overlap."""
        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return [self._keys[hit] for hit in sorted(hits.tolist())]
