"""Which grid each of 1.35 million points lies in, among 3,000 grids: all at once, and one at a time.

bin/linli bench locate [POINTS]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.locate import OUTSIDE, Locator, join
from linli.algorithms.geometry.subdivide import draw, illustrative_outline

POINTS = 1_350_000
SINGLE = 10_000
SEED = 7
STREETS, COMMUNITIES, GRIDS = 20, 15, 10


def main(arguments: list[str]) -> dict[str, float]:
    """Measure, print a table, and return its figures."""
    count = int(arguments[0]) if arguments else POINTS
    outline, grids = _grids()
    points = _points(outline, count)
    seconds, found = _timed(lambda: join(points, grids))
    inside = int(np.count_nonzero(found != OUTSIDE))
    locator = Locator(list(enumerate(grids)))
    single = [_timed(lambda at=at: locator.locate(*at))[0] for at in points[:SINGLE].tolist()]  # type: ignore[misc]
    same = all(locator.locate(*points[n].tolist()) in (found[n], None) for n in range(SINGLE))
    cuts = quantiles(single, n=100)
    rows = [
        ("grids", f"{len(grids):,}"),
        ("corners of their outlines", f"{sum(shapely.get_num_coordinates(grids)):,}"),
        ("points", f"{count:,}"),
        ("points in a grid", f"{inside:,}"),
        ("all at once", f"{seconds:.2f} s"),
        ("points a second", f"{count / seconds:,.0f}"),
        ("one point, median", f"{cuts[49] * 1e6:.0f} µs"),
        ("one point, 99 %", f"{cuts[98] * 1e6:.0f} µs"),
        ("both ways agree", "yes" if same else "NO"),
    ]
    for name, value in rows:
        print(f"{name:<28}{value:>14}")
    return {
        "points": count,
        "grids": len(grids),
        "seconds": round(seconds, 3),
        "single_us_p50": round(cuts[49] * 1e6, 1),
    }


def _grids() -> tuple[BaseGeometry, list[BaseGeometry]]:
    """A district of 3,000 grids drawn by the demo's own generator."""
    children: dict[str, list[str]] = {"root": [f"s{s}" for s in range(STREETS)]}
    for s in range(STREETS):
        children[f"s{s}"] = [f"s{s}c{c}" for c in range(COMMUNITIES)]
        for c in range(COMMUNITIES):
            children[f"s{s}c{c}"] = [f"s{s}c{c}g{g}" for g in range(GRIDS)]
    outline = illustrative_outline((106.713, 26.605), 600, SEED)
    shapes = draw(outline, children, "root", SEED).shapes
    return outline, [shape for key, shape in sorted(shapes.items()) if "g" in key]


def _points(outline: BaseGeometry, count: int) -> NDArray[np.float64]:
    """Evenly over the box of the district, so that some lie outside it."""
    west, south, east, north = outline.bounds
    random = np.random.default_rng(SEED)
    return np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result
