"""The demo's invented map: outlines, grids, compounds, buildings and addresses, all flagged illustrative."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

import numpy as np
from django.db import connection, transaction
from django.db.models import Sum
from shapely.geometry.base import BaseGeometry

from linli.algorithms.geometry.locate import join
from linli.algorithms.geometry.numbering import grid_codes
from linli.algorithms.geometry.subdivide import draw, illustrative_outline
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.boundaries import boundary_rows
from linli.territory.commands.units import ChangeRefused, NewUnit, build_unit, insert_units, subject_of
from linli.territory.models import Address, Boundary, Building, Compound, Dwelling, Entrance, Unit
from linli.territory.policy import require
from linli.territory.queries.locating import OUTLINES
from linli.territory.queries.places import PLACES
from linli.territory.queries.shipped import shipped_places
from linli.territory.queries.units import TREE
from linli.territory.rules.illustration import compound_names, road_names
from linli.territory.rules.kinds import COMMUNITY_KINDS, STREET_KINDS
from linli.territory.rules.misdrawn import plant

SOURCE = "示意图形，非实测边界"
MANAGED = ["property"] * 11 + ["fallback"] * 4 + ["quasi"] + ["self_run"]
"""Shares of the ways of management among compounds, near those that S4 gives (172 : 60 : 17 : 7)."""

LOW = 8
"""Buildings up to so many floors have no lift: more entrances, fewer homes on a floor."""
DENSITIES = ((2, 2, 2, 2), (3, 2, 2, 4), (4, 3, 2, 6), (4, 4, 3, 8), (5, 4, 4, 10))
"""Entrances and homes a floor of low buildings, and of high ones, from loosely to densely built."""


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
def make_boundaries(
    *, root: Unit, on: date, by: Actor, at: datetime, seed: int = 2025, faults: bool = False
) -> Illustrated:
    """Invent the map of a whole place: outlines down to four to six grids a community, compounds and addresses.

    The same seed gives the same map; with ``faults`` it has a few of those that real ones have. Nothing is done where
    the root has an outline already. One event.
    """
    require(by, "territory.change", root)
    TREE.changed()
    OUTLINES.changed()
    PLACES.changed()
    if Boundary.objects.filter(unit=root).exists():
        return Illustrated(0, 0, 0, 0, 0, 0)
    rng = Random(f"{root.code}/{seed}")
    units = {
        u.code: u
        for u in Unit.objects.below(root.path)
        .filter(valid_to=None)
        .exclude(kind="department")
        .order_by("path")
    }
    communities = [unit for unit in units.values() if unit.kind in COMMUNITY_KINDS]
    shapes, grids = _draw(root, list(units.values()), communities, on, rng)
    if faults:
        _misdraw(root, list(units.values()), grids, shapes, seed)
    units |= {grid.code: grid for below in grids.values() for grid in below}
    drawn = [(units[code], shape, None) for code, shape in shapes.items()]
    Boundary.objects.bulk_create(
        boundary_rows(drawn, on, "cgcs2000", SOURCE, illustrative=True), batch_size=1000
    )
    places = _add_places(communities, grids, shapes, on, rng)
    streets = sum(unit.kind in STREET_KINDS for unit in units.values())
    done = Illustrated(streets, len(communities), sum(map(len, grids.values())), *places)
    after = {"streets": done.streets, "communities": done.communities, "grids": done.grids}
    record("territory.illustrated", subject=subject_of(root), by=by, at=at, after=after)
    return done


def _draw(
    root: Unit, units: Sequence[Unit], communities: Sequence[Unit], on: date, rng: Random
) -> tuple[dict[str, BaseGeometry], dict[str, list[Unit]]]:
    """Outlines of all units, and the grids of each community: new ones, four to six (village: two or three), where it has none."""
    below: dict[str, list[str]] = {}
    codes = {unit.pk: unit.code for unit in units}
    for unit in units[1:]:
        below.setdefault(codes[unit.parent_id or 0], []).append(unit.code)
    empty = [community for community in communities if community.code not in below]
    for community in empty:
        count = rng.randint(2, 3) if community.kind == "village" else rng.randint(4, 6)
        below[community.code] = [f"{community.code}#{number}" for number in range(count)]
    place = next((p for p in shipped_places() if p["code"] == root.code), None) or shipped_places()[0]
    outline = illustrative_outline(
        (float(place["lon"]), float(place["lat"])), float(place["area_km2"]), rng.getrandbits(32)
    )
    shapes = draw(outline, below, root.code, rng.getrandbits(32)).shapes
    by_code = {unit.code: unit for unit in units}
    grids = {c.code: [by_code[code] for code in below[c.code]] for c in communities if c not in empty}
    for c in empty:
        grids[c.code] = _grids_of(c, [shapes.pop(key) for key in below[c.code]], shapes, on, rng)
    insert_units([grid for c in empty for grid in grids[c.code]])
    Unit.objects.bulk_update(empty, ["households"], batch_size=500)
    return shapes, grids


def _misdraw(
    root: Unit,
    units: Sequence[Unit],
    grids: dict[str, list[Unit]],
    shapes: dict[str, BaseGeometry],
    seed: int,
) -> None:
    """Plant faults below the unit that has most streets, so that street, community and grid can show them."""
    streets = [unit for unit in units if unit.kind in STREET_KINDS]
    if not streets:
        return
    [(top, _)] = Counter(street.parent_id for street in streets).most_common(1)
    within = {street.pk: street.code for street in streets if street.parent_id == top}
    below: dict[str, list[str]] = {}
    for unit in units:
        if unit.code in grids and unit.parent_id in within:
            below.setdefault(within[unit.parent_id], []).append(unit.code)
    codes = {community: [grid.code for grid in found] for community, found in grids.items()}
    plant(shapes, below, codes, Random(f"{root.code}/{seed}/faults"))


def _grids_of(
    community: Unit, pieces: Sequence[BaseGeometry], shapes: dict[str, BaseGeometry], on: date, rng: Random
) -> list[Unit]:
    """The grids of one community, numbered from the north-west; the community gets the sum of their households."""
    stem = community.name.removesuffix("社区").removesuffix("村")
    made = []
    for code, shape in sorted(
        zip(grid_codes(community.code, pieces), pieces, strict=True), key=lambda pair: pair[0]
    ):
        size = rng.randint(180, 320) if community.kind == "village" else rng.randint(240, 640)
        name = f"{stem}第{int(code[-3:])}网格"
        made.append(build_unit(NewUnit(code, name, "grid", community, size, SOURCE), on))
        shapes[code] = shape
    if community.households is None:
        community.households = sum(grid.households or 0 for grid in made)
    return made


def _add_places(
    communities: Sequence[Unit],
    grids: dict[str, list[Unit]],
    shapes: dict[str, BaseGeometry],
    on: date,
    rng: Random,
) -> tuple[int, int, int]:
    """About three compounds a community with eight buildings each, an address for each entrance."""
    plan = [
        (community, rng.sample(grids[community.code], min(3, len(grids[community.code]))))
        for community in communities
    ]
    names = iter(compound_names(sum(len(chosen) for _, chosen in plan), rng))
    compounds: list[Compound] = []
    inside: list[Unit] = []
    for community, chosen in plan:
        roads = road_names(community.name, rng)
        for order, grid in enumerate(chosen):
            point = shapes[grid.code].representative_point()
            compounds.append(
                Compound(
                    name=next(names), unit=community, management=rng.choice(MANAGED), households=0, road=roads[order % 2],
                    number=f"{rng.randint(1, 160)}号", lon=round(point.x, 6), lat=round(point.y, 6), illustrative=True, source=SOURCE,
                )
            )  # fmt: skip
            inside.append(grid)
    buildings = [
        b
        for compound, grid in zip(compounds, inside, strict=True)
        for b in _buildings_of(compound, grid, shapes[grid.code], rng)
    ]
    Compound.objects.bulk_create(compounds, batch_size=1000)
    _place_in_grids(buildings, [g for below in grids.values() for g in below], shapes)
    Building.objects.bulk_create(buildings, batch_size=2000)
    entrances = [Entrance(building=b, name=f"{n}单元") for b in buildings for n in range(1, 3)]
    Entrance.objects.bulk_create(entrances, batch_size=5000)
    _add_dwellings(entrances[0].pk)
    addresses = [_address(b, on) for b in buildings]
    Address.objects.bulk_create(addresses, batch_size=2000)
    return len(compounds), len(buildings), len(addresses)


def _add_dwellings(first_entrance: int) -> None:
    """Two homes on each floor of the entrances from the given one on, in one statement: they are many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO territory_dwelling (entrance_id, room, floor)
               SELECT e.id, f || lpad(r::text, 2, '0'), f
               FROM territory_entrance e JOIN territory_building b ON b.id = e.building_id,
                    generate_series(1, b.floors) f, generate_series(1, 2) r
               WHERE e.id >= %s""",
            [first_entrance],
        )


@transaction.atomic
def make_homes(*, root: Unit, wanted: int, by: Actor, at: datetime) -> int:
    """Invent entrances and homes of the invented buildings until there are as many as wanted; returns how many there are.

    All buildings become denser alike. Raises ``ChangeRefused`` where the densest are too few. One event where any was added.
    """
    require(by, "territory.change", root)
    buildings = Building.objects.filter(illustrative=True, floors__isnull=False)
    low = buildings.filter(floors__lte=LOW).aggregate(n=Sum("floors"))["n"] or 0
    high = buildings.filter(floors__gt=LOW).aggregate(n=Sum("floors"))["n"] or 0
    before = Dwelling.objects.count()
    if before >= wanted:
        return before
    fits = next((d for d in DENSITIES if low * d[0] * d[1] + high * d[2] * d[3] >= wanted), None)
    if fits is None:
        raise ChangeRefused("示意楼栋容不下这么多房屋，请减少人数")
    with connection.cursor() as cursor:
        cursor.execute(MORE_ENTRANCES, {"low": fits[0], "high": fits[2], "floors": LOW})
        cursor.execute(MORE_HOMES, {"low": fits[1], "high": fits[3], "floors": LOW})
        cursor.execute(HOUSEHOLDS)
    count = Dwelling.objects.count()
    record(
        "territory.homes_illustrated", subject=subject_of(root), by=by, at=at, after={"count": count - before}
    )
    return count


MORE_ENTRANCES = """
    INSERT INTO territory_entrance (building_id, name)
    SELECT b.id, n || '单元' FROM territory_building b,
        generate_series(1, CASE WHEN b.floors <= %(floors)s THEN %(low)s ELSE %(high)s END) n
    WHERE b.illustrative AND b.floors IS NOT NULL ON CONFLICT DO NOTHING"""
MORE_HOMES = """
    INSERT INTO territory_dwelling (entrance_id, room, floor)
    SELECT e.id, f || lpad(r::text, 2, '0'), f FROM territory_building b
        JOIN territory_entrance e ON e.building_id = b.id, generate_series(1, b.floors) f,
        generate_series(1, CASE WHEN b.floors <= %(floors)s THEN %(low)s ELSE %(high)s END) r
    WHERE b.illustrative AND b.floors IS NOT NULL ON CONFLICT DO NOTHING"""
HOUSEHOLDS = """
    UPDATE territory_compound c SET households = homes.n FROM (
        SELECT b.compound_id, count(*) AS n FROM territory_building b
            JOIN territory_entrance e ON e.building_id = b.id JOIN territory_dwelling d ON d.entrance_id = e.id
        WHERE b.illustrative GROUP BY b.compound_id) homes
    WHERE c.id = homes.compound_id AND c.illustrative"""


def _buildings_of(compound: Compound, grid: Unit, shape: BaseGeometry, rng: Random) -> list[Building]:
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
            Building(
                compound=compound,
                unit=grid,
                name=f"{number}栋",
                floors=floors,
                lon=round(lon, 6),
                lat=round(lat, 6),
                illustrative=True,
            )
        )
    return built


def _place_in_grids(
    buildings: Sequence[Building], grids: Sequence[Unit], shapes: dict[str, BaseGeometry]
) -> None:
    """A building at the edge may stand in the next grid: the outlines decide, as for real ones."""
    found = join(np.array([(b.lon, b.lat) for b in buildings]), [shapes[g.code] for g in grids])
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
