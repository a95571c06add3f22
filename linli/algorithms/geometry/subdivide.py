"""Illustrative boundaries: a tree of units drawn into an outline, for a place whose real boundaries are not at hand.

Cells of a fine mesh are dealt out down the tree, so neighbours share their borders exactly, every unit is in one
piece, and a unit is the union of those below it. Same input and seed, same boundaries. They are drawn, not surveyed:
whoever shows them says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.coordinates import Metres, Point
from linli.algorithms.geometry.partition import Cells, Mesh, TooFewCells, cut
from linli.algorithms.geometry.voronoi import cells_within

CELLS_PER_LEAF = 14
DIGITS = 7
SMOOTHING = 0.35
TRIES = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """The boundary of every unit of the tree, in WGS84 degrees, rounded to about a centimetre."""

    shapes: dict[str, BaseGeometry]
    seed: int


def illustrative_outline(middle: Point, area_km2: float, seed: int, corners: int = 240) -> Polygon:
    """A plausible outline of a district around a point: a circle with slow waves. Degrees."""
    random = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * pi, corners, endpoint=False)
    radius = np.ones(corners)
    for wave in range(2, 40):
        radius += random.normal(0, 0.28 / wave) * np.cos(wave * angles + random.uniform(0, 2 * pi))
    radius = np.maximum(radius, 0.35)
    ring = Polygon(np.column_stack([1.25 * radius * np.cos(angles), radius * np.sin(angles)]))
    grown = shapely.transform(ring, lambda at: at * sqrt(area_km2 * 1e6 / ring.area))
    plane = Metres.around(middle[0])
    [point] = plane.flatten([shapely.Point(middle)])
    moved = shapely.transform(grown, lambda at: at + (point.x, point.y))
    outline: Polygon = plane.unflatten([moved], DIGITS)[0]
    return outline


def draw(outline: Polygon, children: Mapping[str, Sequence[str]], root: str, seed: int) -> Drawing:
    """Draw the tree below ``root`` into the outline (degrees). ``children`` of a leaf are missing or empty.

    Units share the land by the number of their leaves. Raises ``TooFewCells`` where the tree is too large for the
    outline's shape even after finer meshes.
    """
    plane = Metres.around(outline.centroid.x)
    flat: Polygon = plane.flatten([outline])[0]
    leaves = _leaf_counts(children, root)
    for attempt in range(TRIES):
        random = np.random.default_rng([seed, attempt])
        cells, mesh = cells_within(flat, max(leaves[root] * CELLS_PER_LEAF * 2**attempt, 40), random)
        try:
            dealt = _deal(mesh, children, root, leaves)
        except TooFewCells:
            continue
        return Drawing(_shapes(plane, cells, dealt, children, root), seed)
    raise TooFewCells(f"{leaves[root]} units could not be drawn into the outline")


def _leaf_counts(children: Mapping[str, Sequence[str]], root: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in reversed(_down(children, root)):
        counts[unit] = sum(counts[child] for child in children.get(unit, ())) or 1
    return counts


def _down(children: Mapping[str, Sequence[str]], root: str) -> list[str]:
    """All units, each after the one above it."""
    units = [root]
    for unit in units:
        units.extend(children.get(unit, ()))
    if len(set(units)) != len(units):
        raise ValueError("a unit stands in the tree more than once")
    return units


def _deal(
    mesh: Mesh, children: Mapping[str, Sequence[str]], root: str, leaves: Mapping[str, int]
) -> dict[str, Cells]:
    dealt: dict[str, Cells] = {root: np.arange(len(mesh.middles))}
    for unit in _down(children, root):
        below = children.get(unit, ())
        if below:
            parts = cut(mesh, dealt[unit], [leaves[child] for child in below])
            dealt.update(zip(below, parts, strict=True))
    return dealt


def _shapes(
    plane: Metres,
    cells: NDArray[np.object_],
    dealt: Mapping[str, Cells],
    children: Mapping[str, Sequence[str]],
    root: str,
) -> dict[str, BaseGeometry]:
    units = _down(children, root)
    ends = [unit for unit in units if not children.get(unit)]
    joined = np.array([shapely.coverage_union_all(cells[dealt[unit]]) for unit in ends], dtype=object)
    side = float(np.sqrt(np.median(shapely.area(cells))))
    smooth = shapely.coverage_simplify(joined, side * SMOOTHING, simplify_boundary=False)
    shapes = dict(zip(ends, plane.unflatten(_single(smooth).tolist(), DIGITS).tolist(), strict=True))
    for unit in reversed(units):
        below = children.get(unit)
        if below:
            shapes[unit] = _single(shapely.coverage_union_all([[shapes[child] for child in below]]))[0]
    return {unit: shapes[unit] for unit in units}


def _single(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Multipolygons of one part as plain polygons."""
    return np.array([_only(shape) for shape in np.atleast_1d(shapes)], dtype=object)


def _only(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
