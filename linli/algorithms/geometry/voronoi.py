"""A mesh of small Voronoi cells within an outline, with edges that neighbours share to the last bit."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon

from linli.algorithms.geometry.partition import Mesh

CENTRE_PULL = 3.0
"""How many times denser cells lie in the middle than at the rim: districts are cut finer in their centre."""


def cells_within(
    outline: Polygon, count: int, random: np.random.Generator
) -> tuple[NDArray[np.object_], Mesh]:
    """About ``count`` cells that fill the outline, and who is next to whom. The same generator gives the same cells."""
    seeds = _scattered(outline, count, random)
    edges = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=outline, only_edges=True)
    lines = shapely.union_all([shapely.intersection(edges, outline), outline.boundary])
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    cells = cells[shapely.contains_properly(outline, shapely.point_on_surface(cells))]
    middles = shapely.get_coordinates(shapely.centroid(cells))
    order = np.lexsort((middles[:, 0], middles[:, 1]))
    return cells[order], Mesh(middles[order], _neighbours(cells[order]))


def _scattered(outline: Polygon, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    west, south, east, north = outline.bounds
    middle, reach = np.array([(west + east) / 2, (south + north) / 2]), max(east - west, north - south) / 2
    shapely.prepare(outline)
    kept: list[NDArray[np.float64]] = []
    have = 0
    while have < count:
        points = random.uniform((west, south), (east, north), (4 * count, 2))
        away = np.minimum(np.hypot(*((points - middle) / reach).T), 1)
        chance = 1 / (1 + (CENTRE_PULL - 1) * away)
        points = points[(random.random(len(points)) < chance) & shapely.contains_xy(outline, *points.T)]
        kept.append(points)
        have += len(points)
    return np.concatenate(kept)[:count]


def _neighbours(cells: NDArray[np.object_]) -> list[list[int]]:
    """Cells that share an edge, found by its two ends: neighbours have them exactly alike."""
    corners, cell = shapely.get_coordinates(cells, return_index=True)
    same = cell[:-1] == cell[1:]
    ends = np.hstack([corners[:-1][same], corners[1:][same]])
    backwards = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    ends, owner = ends[order], cell[:-1][same][order]
    twins = np.flatnonzero((ends[:-1] == ends[1:]).all(axis=1))
    beside: list[set[int]] = [set() for _ in cells]
    for first, second in zip(owner[twins].tolist(), owner[twins + 1].tolist(), strict=True):
        beside[first].add(second)
        beside[second].add(first)
    return [sorted(each) for each in beside]
