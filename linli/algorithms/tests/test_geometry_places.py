"""Coordinates come back, areas are true, points find their polygon, grids are numbered as a page is read."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, Polygon, box

from linli.algorithms.geometry.coordinates import (
    Datum,
    Metres,
    area_m2,
    from_wgs84,
    shape_to_wgs84,
    to_wgs84,
)
from linli.algorithms.geometry.locate import OUTSIDE, Locator, join
from linli.algorithms.geometry.near import near_pairs
from linli.algorithms.geometry.numbering import grid_codes, reading_order
from linli.algorithms.geometry.sampling import points_within
from linli.algorithms.text.similarity import metres_between

places = st.tuples(st.floats(98, 122), st.floats(23, 42))
YUNYAN = (106.71, 26.60)


@given(places, st.sampled_from(list(Datum)))
def test_a_point_comes_back_to_within_a_decimetre(place: tuple[float, float], datum: Datum) -> None:
    assert metres_between(place, to_wgs84(from_wgs84(place, datum), datum)) < 0.1


def test_phones_and_baidu_are_hundreds_of_metres_off() -> None:
    # Three points of eviltransform's own tests (MIT), an implementation that shares no code with ours.
    for wgs, gcj in [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ]:
        assert metres_between(from_wgs84(wgs, Datum.GCJ02), gcj) < 0.1
        assert metres_between(to_wgs84(gcj, Datum.GCJ02), wgs) < 0.1
    assert metres_between((121.4737, 31.2304), from_wgs84((121.4737, 31.2304), Datum.BD09)) > 700
    assert from_wgs84(YUNYAN, Datum.CGCS2000) == YUNYAN


def test_points_outside_china_stay_where_they_are() -> None:
    assert to_wgs84((2.35, 48.85), Datum.GCJ02) == (2.35, 48.85)


def test_neighbours_stay_neighbours_when_a_boundary_is_converted() -> None:
    west, east = box(106.70, 26.60, 106.71, 26.61), box(106.71, 26.60, 106.72, 26.61)
    both = [shape_to_wgs84(each, Datum.GCJ02) for each in (west, east)]
    assert shapely.coverage_is_valid(both)
    assert 300 < metres_between(west.centroid.coords[0], both[0].centroid.coords[0]) < 700


@given(places, st.floats(0.001, 0.05))
def test_areas_agree_with_geodesic_areas(place: tuple[float, float], size: float) -> None:
    shape = box(place[0], place[1], place[0] + size, place[1] + size)
    geodesic = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0])
    assert area_m2(shape) == pytest.approx(geodesic, rel=1e-5)
    flat = Metres.around(place[0]).flatten([shape])[0]
    assert flat.area == pytest.approx(geodesic, rel=1e-3)


@given(places)
def test_metres_and_back_is_the_same_place(place: tuple[float, float]) -> None:
    plane = Metres.around(place[0])
    [back] = plane.unflatten(plane.flatten([Point(place)]).tolist())
    assert metres_between(place, (back.x, back.y)) < 0.001


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_joining_many_points_agrees_with_asking_for_each(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    squares = [box(x, y, x + 1.3, y + 1.3) for x in range(size) for y in range(size)]
    points = np.vstack([random.uniform(-1, size + 1, (100, 2)), random.integers(0, size + 1, (30, 2))])
    found = join(points, squares)
    locator = Locator(list(enumerate(squares)))
    for place, at in zip(points.tolist(), found.tolist(), strict=True):
        holding = [number for number, square in enumerate(squares) if square.intersects(Point(place))]
        assert at == (holding[0] if holding else OUTSIDE)
        assert locator.locate(*place) == (holding[0] if holding else None)
        assert locator.all_at(*place) == holding


def test_grids_are_numbered_west_to_east_and_north_to_south() -> None:
    shapes = [box(x, y + 0.1 * x, x + 1, y + 1 + 0.1 * x) for y in (0, 1) for x in (1, 0, 2)]
    assert reading_order(shapes) == [4, 3, 5, 1, 0, 2]
    assert grid_codes("520103019001", shapes)[4] == "520103019001001"
    assert grid_codes("520103019001", shapes)[2] == "520103019001006"
    with pytest.raises(ValueError, match="12 digits"):
        grid_codes("5201", shapes)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20))
def test_every_grid_gets_one_number(corners: list[tuple[int, int]]) -> None:
    shapes = [box(x, y, x + 1, y + 1) for x, y in corners]
    assert sorted(reading_order(shapes)) == list(range(len(shapes)))
    assert len(set(grid_codes("520103019001", shapes))) == len(shapes)


@given(st.integers(0, 1000), st.integers(0, 60))
def test_sampled_points_lie_inside_and_repeat(seed: int, count: int) -> None:
    shape = Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)])
    points = points_within(shape, count, np.random.default_rng(seed))
    assert len(points) == count and shapely.contains_xy(shape, *points.T).all()
    assert (points == points_within(shape, count, np.random.default_rng(seed))).all()


def test_near_pairs_are_those_within_the_metres() -> None:
    points = np.array([[106.71, 26.6], [106.72, 26.6]])
    others = np.array([[106.71, 26.6 + 2 / 110_800], [106.71 + 4 / 99_500, 26.6], [106.72, 26.6]])
    here, there, metres = near_pairs(points, others, 3.0)
    assert sorted(zip(here.tolist(), there.tolist(), strict=True)) == [(0, 0), (1, 2)]
    assert metres[here == 0] == pytest.approx(2.0, abs=0.05)
    assert [len(part) for part in near_pairs(points, others[:0], 3.0)] == [0, 0, 0]
