"""Which points lie next to which others."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.algorithms.geometry.coordinates import Metres


def near_pairs(
    points: NDArray[np.float64], others: NDArray[np.float64], metres: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The pairs of a point and another one that are at most so far apart: both indices and the distance in metres.

    Points are rows of longitude and latitude in degrees, of one county.
    """
    if not len(points) or not len(others):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
    plane = Metres.around(float(points[:, 0].mean()))
    here, there = (plane.flatten(shapely.points(each)) for each in (points, others))
    i, j = shapely.STRtree(there).query(here, predicate="dwithin", distance=metres)
    return i, j, shapely.distance(here[i], there[j])
