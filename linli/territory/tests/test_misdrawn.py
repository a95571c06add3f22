"""Invented outlines with the faults that real ones have: they are found, and a point still lies in one grid alone."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.areas import Area
from linli.algorithms.geometry.coordinates import areas_m2
from linli.algorithms.geometry.subdivide import draw, illustrative_outline
from linli.algorithms.geometry.topology import check
from linli.kernel.audit.models import Event
from linli.territory import commands
from linli.territory.models import Boundary, BoundaryFinding, Unit
from linli.territory.queries.coverage import coverage_by_community
from linli.territory.queries.locating import OUTLINES
from linli.territory.rules.kinds import GRID_KINDS
from linli.territory.rules.misdrawn import plant
from linli.territory.tests.district import AT, BY, START

STREETS = {f"{street}": [f"{street}-{n}" for n in range(4)] for street in "ABC"}
GRIDS = {each: [f"{each}-{n}" for n in range(4)] for below in STREETS.values() for each in below}
LEVELS = {
    "street": list(STREETS),
    "community": list(GRIDS),
    "grid": [g for below in GRIDS.values() for g in below],
}


@cache
def perfect() -> dict[str, BaseGeometry]:
    """A small county without a fault."""
    below = {"county": list(STREETS), **STREETS, **GRIDS}
    return draw(illustrative_outline((106.72, 26.60), 12.0, 3), below, "county", 4).shapes


def faulty(seed: int) -> dict[str, BaseGeometry]:
    shapes = dict(perfect())
    plant(shapes, STREETS, GRIDS, Random(seed))
    return shapes


def found(shapes: dict[str, BaseGeometry], level: str) -> set[str]:
    areas = [Area(unit, shapes[unit], unit.rsplit("-", 1)[0]) for unit in LEVELS[level]]
    return {str(finding.kind) for finding in check(areas) if finding.level == "unit"}


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_every_fault_shows_at_its_level(seed: int) -> None:
    shapes = faulty(seed)
    assert found(shapes, "community") == {"exclave", "enclave", "overlap", "gap"}
    assert found(shapes, "street") == found(shapes, "grid") == {"exclave", "enclave"}


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_grids_still_share_the_whole_land_out(seed: int) -> None:
    shapes = faulty(seed)
    grids = [shapes[grid] for grid in LEVELS["grid"]]
    before = float(areas_m2([perfect()["county"]])[0])
    assert sum(areas_m2(grids).tolist()) == pytest.approx(before, abs=1)
    assert float(areas_m2([shapely.union_all(grids)])[0]) == pytest.approx(before, abs=1)


def test_the_same_seed_plants_the_same_faults() -> None:
    one, same, other = faulty(1), faulty(1), faulty(2)
    assert all(one[unit].equals_exact(same[unit]) for unit in one)
    assert any(not one[unit].equals(other[unit]) for unit in one)


def test_a_place_too_small_for_a_fault_stays_as_it_is() -> None:
    shapes = {unit: perfect()[unit] for unit in ("A", "A-0", *GRIDS["A-0"])}
    assert plant(shapes, {"A": ["A-0"]}, {"A-0": GRIDS["A-0"]}, Random(1)) == []
    assert all(shapes[unit].equals(perfect()[unit]) for unit in shapes)


@pytest.mark.django_db
def test_a_map_drawn_with_faults_has_findings_and_one_grid_for_every_address(units: dict[str, Unit]) -> None:
    commands.make_boundaries(root=units["330421"], on=START, by=BY, at=AT, seed=7, faults=True)
    assert commands.check_boundaries(by=BY, at=AT) == BoundaryFinding.objects.count()
    kinds = set(BoundaryFinding.objects.values_list("kind", flat=True))
    assert {"exclave", "enclave", "overlap"} <= kinds
    assert set(BoundaryFinding.objects.filter(level="grid").values_list("kind", flat=True)) == {
        "exclave",
        "enclave",
    }
    assert not Boundary.objects.filter(illustrative=False).exists()
    layer = OUTLINES.get().on(None, GRID_KINDS)
    for shape, node in zip(layer.shapes, layer.nodes, strict=True):
        for part in shapely.get_parts(shape):
            inside = part.representative_point()
            assert layer.locator.all_at(inside.x, inside.y) == [node]
    assert Event.objects.filter(name="territory.illustrated").count() == 1


@pytest.mark.django_db
def test_land_that_two_communities_claim_is_in_the_grids_of_one(units: dict[str, Unit]) -> None:
    commands.make_boundaries(root=units["330421"], on=START, by=BY, at=AT, seed=7, faults=True)
    commands.check_boundaries(by=BY, at=AT)
    overlap = BoundaryFinding.objects.get(kind="overlap")
    without = {row.node.code: row.without_area_m2 or 0 for row in coverage_by_community()}
    assert without.pop(overlap.unit.code) == pytest.approx(overlap.area_m2, rel=0.01)
    assert all(area < 0.1 for area in without.values())
