"""Faults planted in boundaries are found, and drawn boundaries have none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from linli.algorithms.geometry.adjacency import neighbours
from linli.algorithms.geometry.areas import Area
from linli.algorithms.geometry.coordinates import area_m2
from linli.algorithms.geometry.partition import Mesh, TooFewCells, cut
from linli.algorithms.geometry.subdivide import draw, illustrative_outline
from linli.algorithms.geometry.topology import Finding, FindingKind, check

STEP = 0.01
"""About a kilometre."""
TREE = {
    "R": ["A", "B", "C"],
    "A": ["A1", "A2"],
    "B": ["B1"],
    "C": [f"C{at}" for at in range(5)],
    "A1": ["A11", "A12"],
}
LEAVES = ["A11", "A12", "A2", "B1", *TREE["C"]]


def square(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    west, south = 106.70 + x * STEP, 26.60 + y * STEP
    return box(west, south, west + width * STEP, south + height * STEP)


def found(areas: list[Area], outline: Polygon | None = None) -> list[tuple[FindingKind, tuple[str, ...]]]:
    return [(finding.kind, finding.ids) for finding in check(areas, outline=outline)]


def test_a_sound_set_of_boundaries_has_no_findings() -> None:
    areas = [Area(f"{x}{y}", square(x, y), str(x)) for x in range(3) for y in range(3)]
    assert check(areas, outline=square(0, 0, 3, 3)) == []
    assert check([]) == []


def test_an_overlap_names_both_units_and_its_area() -> None:
    areas = [Area("a", square(0, 0, 1.2)), Area("b", square(1, 0))]
    [finding] = check(areas)
    assert (finding.kind, finding.ids) == (FindingKind.OVERLAP, ("a", "b"))
    assert finding.area_m2 == pytest.approx(area_m2(square(1, 0, 0.2)), rel=1e-3)
    assert square(1, 0, 0.2).contains(shapely.Point(finding.point))


def test_a_narrow_overlap_is_a_sliver_and_a_hairline_is_nothing() -> None:
    assert found([Area("a", square(0, 0, 1.003)), Area("b", square(1, 0))]) == [
        (FindingKind.SLIVER_OVERLAP, ("a", "b"))
    ]
    assert found([Area("a", square(0, 0, 1.0002)), Area("b", square(1, 0))]) == []


def test_a_gap_inside_and_a_gap_against_the_outline_are_found() -> None:
    ring = [Area(f"{x}{y}", square(x, y)) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    [gap] = check(ring)
    assert gap.kind is FindingKind.GAP and len(gap.ids) == 8
    assert found([Area("a", square(0, 0))], square(0, 0, 2)) == [(FindingKind.GAP, ("a",))]


def test_a_detached_part_is_an_exclave_with_its_surroundings() -> None:
    areas = [Area("a", MultiPolygon([square(0, 0), square(2, 0, 0.5)])), Area("b", square(1, 0))]
    assert found(areas) == [(FindingKind.EXCLAVE, ("a", "b"))]


def test_land_inside_another_unit_is_an_enclave() -> None:
    around = square(0, 0, 3, 3).difference(square(1, 1))
    areas = [
        Area("a", MultiPolygon([square(1, 1), square(4, 0)])),
        Area("b", around),
        Area("c", square(3, 0)),
    ]
    assert found(areas) == [(FindingKind.ENCLAVE, ("a", "b")), (FindingKind.EXCLAVE, ("a", "b"))]


def test_an_exclave_that_shows_only_one_level_up_is_told_there() -> None:
    areas = [Area("1", square(0, 0), "X"), Area("2", square(1, 0), "Y"), Area("3", square(2, 0, 0.5), "X")]
    [finding] = check(areas)
    assert (finding.kind, finding.ids, finding.level) == (FindingKind.EXCLAVE, ("X", "Y"), "parent")


def test_a_ring_that_crosses_itself_is_told_with_the_reason() -> None:
    bow = Polygon([(106.70, 26.60), (106.71, 26.61), (106.71, 26.60), (106.70, 26.61)])
    findings: list[Finding] = [each for each in check([Area("a", bow)]) if each.kind is FindingKind.INVALID]
    assert [(each.ids, each.note) for each in findings] == [(("a",), "Self-intersection")]


def test_neighbours_share_a_border_and_not_a_corner() -> None:
    areas = [Area(f"{x}{y}", square(x, y)) for x in range(2) for y in range(2)]
    pairs = neighbours(areas)
    assert [pair[:2] for pair in pairs] == [("00", "01"), ("00", "10"), ("01", "11"), ("10", "11")]
    assert all(900 < pair.metres < 1200 for pair in pairs)
    apart = [Area("a", square(0, 0)), Area("b", square(1.002, 0))]
    assert neighbours(apart) == []
    assert len(neighbours(apart, tolerance=6)) == 1


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_a_drawn_district_is_covered_exactly_and_every_unit_is_whole(seed: int) -> None:
    outline = illustrative_outline((106.71, 26.60), 20, seed)
    shapes = draw(outline, TREE, "R", seed).shapes
    assert set(shapes) == {"R", *(child for below in TREE.values() for child in below)}
    assert all(isinstance(shape, Polygon) and shape.is_valid for shape in shapes.values())
    assert shapely.coverage_is_valid([shapes[leaf] for leaf in LEAVES])
    assert area_m2(shapes["R"]) == pytest.approx(area_m2(outline), rel=1e-4)
    assert check([Area(leaf, shapes[leaf], leaf[0]) for leaf in LEAVES], outline=outline) == []
    for unit, below in TREE.items():
        assert shapes[unit].equals(shapely.union_all([shapes[child] for child in below]))


def test_the_same_seed_draws_the_same_boundaries_and_another_does_not() -> None:
    outline = illustrative_outline((106.71, 26.60), 20, 1)
    assert draw(outline, TREE, "R", 5).shapes == draw(outline, TREE, "R", 5).shapes
    assert draw(outline, TREE, "R", 5).shapes != draw(outline, TREE, "R", 6).shapes


def test_a_tree_with_a_unit_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="more than once"):
        draw(illustrative_outline((106.71, 26.60), 20, 1), {"R": ["A", "A"]}, "R", 1)


@given(st.integers(2, 9), st.integers(2, 9), st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_groups_of_cells_are_whole_and_lose_none(width: int, height: int, weights: list[int]) -> None:
    middles = np.array([(x, y) for x in range(width) for y in range(height)], float)
    beside = [np.flatnonzero(np.abs(middles - each).sum(axis=1) == 1).tolist() for each in middles]
    try:
        groups = cut(Mesh(middles, beside), np.arange(len(middles)), weights)
    except TooFewCells:
        return
    assert Counter(cell for group in groups for cell in group.tolist()) == Counter(range(len(middles)))
    for group in groups:
        reached, queue = {int(group[0])}, [int(group[0])]
        for cell in queue:
            fresh = set(beside[cell]) & set(group.tolist()) - reached
            reached |= fresh
            queue.extend(fresh)
        assert reached == set(group.tolist())
