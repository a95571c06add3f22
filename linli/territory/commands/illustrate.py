"""The demo's invented map: outlines, grids, compounds, buildings and addresses, all flagged illustrative."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

import numpy as np
import shapely
from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.boundaries import boundary_row
from linli.territory.commands.units import NewUnit, build_unit, insert_units, subject_of
from linli.territory.models import Address, Boundary, Building, Compound, Entrance, Unit
from linli.territory.policy import require
from linli.territory.queries.locating import OUTLINES, locate_indices
from linli.territory.queries.places import PLACES
from linli.territory.queries.shipped import shipped_places
from linli.territory.queries.units import TREE
from linli.territory.rules import illustration as draw
from linli.territory.rules.codes import next_code
from linli.territory.rules.kinds import COMMUNITY_KINDS

SOURCE = "示意图形,非实测边界"
MANAGED = (["property"] * 11 + ["fallback"] * 4 + ["quasi"] + ["self_run"])
"""Shares of the ways of management among compounds, near those that S4 gives (172 : 60 : 17 : 7)."""


@dataclass(frozen=True)
class Illustrated:
    """How much was invented."""

    streets: int
    communities: int
    grids: int
    compounds: int
    buildings: int
    addresses: int


@transaction.atomic
def make_boundaries(*, root: Unit, on: date, by: Actor, at: datetime, seed: int = 2025) -> Illustrated:
    """Invent the map of a whole place: outlines down to four to six grids a community, compounds and addresses.

    The same seed gives the same map. Nothing is done where the root has an outline already. One event.
    """
    require(by, "territory.change", root)
    TREE.changed()
    OUTLINES.changed()
    PLACES.changed()
    if Boundary.objects.filter(unit=root).exists():
        return Illustrated(0, 0, 0, 0, 0, 0)
    rng = Random(f"{root.code}/{seed}")  # noqa: S311 - a drawing, not a secret
    shapes = _outlines(root, rng)
    units = {u.code: u for u in Unit.objects.below(root.path).filter(code__in=shapes)}
    communities = [units[code] for code in shapes if units[code].kind in COMMUNITY_KINDS]
    grids = _add_grids(communities, shapes, on, rng)
    lon, lat = _centre(root)
    units |= {grid.code: grid for below in grids.values() for grid in below}
    degrees = {code: draw.to_degrees(shape, lon, lat) for code, shape in shapes.items()}
    Boundary.objects.bulk_create(
        [boundary_row(units[code], shape, on, "cgcs2000", SOURCE, illustrative=True) for code, shape in degrees.items()], batch_size=1000
    )
    places = _add_places(communities, grids, degrees, on, rng)
    streets = len(shapes) - len(communities) - sum(map(len, grids.values())) - 1
    done = Illustrated(streets, len(communities), sum(map(len, grids.values())), *places)
    after = {"streets": done.streets, "communities": done.communities, "grids": done.grids}
    record("territory.illustrated", subject=subject_of(root), by=by, at=at, after=after)
    return done


def _centre(root: Unit) -> tuple[float, float]:
    place = next((p for p in shipped_places() if p["code"] == root.code), None)
    return (float(place["lon"]), float(place["lat"])) if place else (106.713, 26.605)


def _outlines(root: Unit, rng: Random) -> dict[str, shapely.Polygon]:
    """An outline for the root and every unit below it down to the communities, parents before children."""
    units = list(Unit.objects.below(root.path).filter(valid_to=None).exclude(kind="department").order_by("path"))
    children: dict[int | None, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit)
    weight: dict[int, float] = {}
    for unit in reversed(units):
        below = children.get(unit.pk, [])
        own = rng.uniform(0.6, 1.4) * (3.0 if unit.kind == "village" else 1.0)
        weight[unit.pk] = sum(weight[child.pk] for child in below) if below else own
    place = next((p for p in shipped_places() if p["code"] == root.code), None)
    area = float(place["area_km2"]) * 1e6 if place else 1e8
    shapes = {units[0].code: draw.blob(area, rng)}
    for unit in units:
        below = children.get(unit.pk, [])
        if below:
            shapes |= dict(zip([c.code for c in below], draw.pieces(shapes[unit.code], [weight[c.pk] for c in below], rng), strict=True))
    return shapes


def _add_grids(
    communities: Sequence[Unit], shapes: dict[str, shapely.Polygon], on: date, rng: Random
) -> dict[str, list[Unit]]:
    """Four to six grids a community (two or three a village), numbered north to south and west to east."""
    found: dict[str, list[Unit]] = {}
    new: list[Unit] = []
    for community in communities:
        count = rng.randint(2, 3) if community.kind == "village" else rng.randint(4, 6)
        cut = draw.pieces(shapes[community.code], [rng.uniform(0.8, 1.2) for _ in range(count)], rng)
        codes: list[str] = []
        stem = community.name.removesuffix("社区").removesuffix("村")
        households = 0
        for number, shape in enumerate(_reading_order(cut), start=1):
            codes.append(next_code(community.code, codes))
            size = rng.randint(180, 320) if community.kind == "village" else rng.randint(240, 640)
            grid = build_unit(NewUnit(codes[-1], f"{stem}第{number}网格", "grid", community, size, SOURCE), on)
            households += size
            shapes[grid.code] = shape
            found.setdefault(community.code, []).append(grid)
            new.append(grid)
        community.households = community.households or households
    insert_units(new)
    Unit.objects.bulk_update(communities, ["households"], batch_size=500)
    return found


def _reading_order(shapes: Sequence[shapely.Polygon]) -> list[shapely.Polygon]:
    """Pieces row by row from the north, each row from the west."""
    rows = max(1, round(math.sqrt(len(shapes))))
    from_north = sorted(shapes, key=lambda s: -s.centroid.y)
    size = -(-len(shapes) // rows)
    bands = [from_north[i : i + size] for i in range(0, len(shapes), size)]
    return [shape for band in bands for shape in sorted(band, key=lambda s: s.centroid.x)]


def _add_places(
    communities: Sequence[Unit], grids: dict[str, list[Unit]], shapes: dict[str, shapely.Geometry], on: date, rng: Random
) -> tuple[int, int, int]:
    """About three compounds a community with eight buildings each, an address for each entrance."""
    plan = [(community, rng.sample(grids[community.code], min(3, len(grids[community.code])))) for community in communities]
    names = iter(draw.compound_names(sum(len(chosen) for _, chosen in plan), rng))
    compounds: list[Compound] = []
    inside: list[Unit] = []
    for community, chosen in plan:
        roads = draw.road_names(community.name, rng)
        for order, grid in enumerate(chosen):
            point = shapes[grid.code].representative_point()
            compounds.append(
                Compound(
                    name=next(names), unit=community, management=rng.choice(MANAGED), households=0, road=roads[order % 2],
                    number=f"{rng.randint(1, 160)}号", lon=round(point.x, 6), lat=round(point.y, 6), illustrative=True, source=SOURCE,
                )
            )  # fmt: skip
            inside.append(grid)
    buildings = [b for compound, grid in zip(compounds, inside, strict=True) for b in _buildings_of(compound, grid, shapes[grid.code], rng)]
    Compound.objects.bulk_create(compounds, batch_size=1000)
    _place_in_grids(buildings, [g for below in grids.values() for g in below], shapes)
    Building.objects.bulk_create(buildings, batch_size=2000)
    entrances = [Entrance(building=b, name=f"{n}单元") for b in buildings for n in range(1, 3)]
    Entrance.objects.bulk_create(entrances, batch_size=5000)
    addresses = [_address(b, on) for b in buildings]
    Address.objects.bulk_create(addresses, batch_size=2000)
    return len(compounds), len(buildings), len(addresses)


def _buildings_of(compound: Compound, grid: Unit, shape: shapely.Geometry, rng: Random) -> list[Building]:
    """Eight or so buildings in rows around the compound's point, inside its grid."""
    count = rng.randint(6, 10)
    step = 0.0004 * min(1.0, math.sqrt(shape.area / 4e-6))
    built = []
    for number in range(1, count + 1):
        row, column = divmod(number - 1, 3)
        lon = (compound.lon or 0) + (column - 1) * step + rng.uniform(-0.1, 0.1) * step
        lat = (compound.lat or 0) + (1 - row) * step + rng.uniform(-0.1, 0.1) * step
        floors = rng.choice([6, 7, 7, 8, 11, 18, 26])
        compound.households = (compound.households or 0) + floors * 4
        built.append(
            Building(compound=compound, unit=grid, name=f"{number}栋", floors=floors, lon=round(lon, 6), lat=round(lat, 6), illustrative=True)
        )
    return built


def _place_in_grids(buildings: Sequence[Building], grids: Sequence[Unit], shapes: dict[str, shapely.Geometry]) -> None:
    """A building at the edge may stand in the next grid: the outlines decide, as for real ones."""
    lons, lats = np.array([b.lon for b in buildings]), np.array([b.lat for b in buildings])
    found = locate_indices(lons, lats, np.array([shapes[g.code] for g in grids], dtype=object))
    for building, index in zip(buildings, found, strict=True):
        if index >= 0:
            building.unit = grids[index]


def _address(building: Building, on: date) -> Address:
    compound = building.compound
    road = compound.road if compound else ""
    text = f"{road}{compound.number if compound else ''}{compound.name if compound else ''}{building.name}"
    return Address(
        text=text, building=building, unit=building.unit, road=road, lon=building.lon, lat=building.lat,
        valid_from=on, illustrative=True, source=SOURCE,
    )  # fmt: skip
