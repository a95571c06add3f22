"""Points spread evenly over a polygon, from a seed."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def points_within(shape: BaseGeometry, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """``count`` points (rows of x and y) inside a polygon, evenly spread. Raises ``ValueError`` for an empty one."""
    if shape.is_empty or shape.area <= 0:
        raise ValueError("no point lies in a shape without area")
    west, south, east, north = shape.bounds
    share = shape.area / ((east - west) * (north - south))
    kept = np.empty((0, 2))
    shapely.prepare(shape)
    while len(kept) < count:
        points = random.uniform((west, south), (east, north), (int((count - len(kept)) / share * 1.2) + 8, 2))
        kept = np.concatenate([kept, points[shapely.contains_xy(shape, *points.T)]])
    return kept[:count]
