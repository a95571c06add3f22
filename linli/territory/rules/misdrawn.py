"""Faults as real boundaries have them, put into invented outlines: an exclave, an overlap, a gap. The same seed, the same.

Only the exclave touches grids, and it moves land from one grid to another: a point still lies in one grid alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.coordinates import Metres
from linli.algorithms.geometry.subdivide import DIGITS

Shapes = dict[str, BaseGeometry]
Below = Mapping[str, Sequence[str]]

INSIDE = 60.0
"""Metres that an exclave keeps from the border of the grid around it."""

BESIDE_HOMES = 110.0
"""Metres that it keeps from the grid's middle, where the houses of the drawing stand."""

OVERLAP_RADIUS = 40.0
GAP_RADIUS = 22.0
FINER = DIGITS + 2
STEP = 10.0**-FINER
"""Degrees: where a border is cut, the cut lies on such a step, a tenth of a millimetre, so that no ring crosses itself."""


def plant(shapes: Shapes, communities: Below, grids: Below, rng: Random) -> list[str]:
    """Change the outlines so that they hold three faults, as far as there is room; returns the units whose outlines changed.

    ``communities`` are those of each street, ``grids`` those of each community; the streets lie in one county.
    """
    plane = Metres.around(next(iter(shapes.values())).centroid.x)
    changed = _exclave(shapes, communities, grids, plane, rng)
    pairs = _neighbours(shapes, communities, plane, rng, set(changed))
    overlap, gap = next(pairs, None), None
    if overlap is not None:
        one, other, middle = overlap
        taken = _around(middle, OVERLAP_RADIUS, plane).intersection(shapes[other], grid_size=STEP)
        shapes[one] = _on_steps(shapes[one].union(taken, grid_size=STEP))
        gap = next((pair for pair in pairs if not {one, other} & set(pair[:2])), None)
        changed.append(one)
    if gap is not None:
        one, other, middle = gap
        hole = _around(middle, GAP_RADIUS, plane)
        for each in (one, other):
            shapes[each] = _on_steps(shapes[each].difference(hole, grid_size=STEP))
        changed += [one, other]
    return changed


def _exclave(shapes: Shapes, communities: Below, grids: Below, plane: Metres, rng: Random) -> list[str]:
    """Give a piece inside a grid to the nearest community of another street that does not touch the one around it."""
    street_of = {each: street for street, below in communities.items() for each in below}
    hosts = sorted(street_of)
    rng.shuffle(hosts)
    for host in hosts:
        others = [
            each
            for each in sorted(street_of)
            if street_of[each] != street_of[host] and not shapes[each].intersects(shapes[host])
        ]
        if not others:
            continue
        owner = min(others, key=lambda each: shapes[each].distance(shapes[host]))
        for grid in grids[host]:
            piece = _piece_of(shapes[grid], plane, rng)
            if piece is not None:
                own = min(grids[owner], key=lambda each: shapes[each].distance(piece))
                giving, taking = (grid, host, street_of[host]), (own, owner, street_of[owner])
                for unit in giving:
                    shapes[unit] = shapes[unit].difference(piece)
                for unit in taking:
                    shapes[unit] = shapes[unit].union(piece)
                return [*giving, *taking]
    return []


def _piece_of(grid: BaseGeometry, plane: Metres, rng: Random) -> Polygon | None:
    """An uneven piece well inside a grid and away from its houses; None where the grid is too small."""
    flat = plane.flatten([grid])[0]
    homes = shapely.point_on_surface(flat)
    room = [Point(corner) for corner in shapely.get_coordinates(flat.buffer(-INSIDE))]
    middle = max(room, key=homes.distance, default=None)
    if middle is None or homes.distance(middle) < BESIDE_HOMES:
        return None
    corners = [
        (middle.x + reach * math.cos(turn * math.pi / 4), middle.y + reach * math.sin(turn * math.pi / 4))
        for turn, reach in enumerate(rng.uniform(28, 46) for _ in range(8))
    ]
    piece: Polygon = plane.unflatten([Polygon(corners)], DIGITS)[0]
    return piece


def _neighbours(
    shapes: Shapes, communities: Below, plane: Metres, rng: Random, spared: set[str]
) -> Iterator[tuple[str, str, Point]]:
    """Two communities of one street and the middle of their common border, with nobody else near it."""
    streets = sorted(communities)
    rng.shuffle(streets)
    for street in streets:
        for one, other in combinations(sorted(set(communities[street]) - spared), 2):
            border = shapely.line_merge(shapes[one].intersection(shapes[other]))
            longest = max(shapely.get_parts(border).tolist(), key=lambda part: part.length, default=None)
            if longest is None or not longest.length:
                continue
            middle = longest.interpolate(0.5, normalized=True)
            if shapes[one].union(shapes[other]).contains(_around(middle, 2 * OVERLAP_RADIUS, plane)):
                yield one, other, middle
                break


def _around(middle: Point, metres: float, plane: Metres) -> Polygon:
    """A round piece of land, in degrees."""
    disc: Polygon = plane.unflatten([plane.flatten([middle])[0].buffer(metres, quad_segs=3)], DIGITS)[0]
    return disc


def _on_steps(shape: BaseGeometry) -> BaseGeometry:
    """The shape with the very numbers of its corners that its neighbours have."""
    settled: BaseGeometry = shapely.transform(shape, lambda corners: np.round(corners, FINER))
    return settled
