"""What the pages of units, compounds and the overview show, each with a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from linli.kernel.accounts.models import Post
from linli.territory.models import (
    Address,
    Boundary,
    BoundaryFinding,
    Building,
    Compound,
    GridMember,
    LineageEvent,
    Unit,
)
from linli.territory.queries.figures import households_of
from linli.territory.queries.grids import members_on
from linli.territory.queries.units import Node, UnitOn, children_as_of, tree
from linli.territory.rules.kinds import GRID_KINDS, kind


@dataclass(frozen=True)
class Overview:
    """How much of each there is."""

    root: Node | None
    by_kind: list[tuple[str, str, int]]
    compounds: int
    buildings: int
    addresses: int
    findings: int
    events: int
    illustrative: bool


def overview() -> Overview:
    """Counts of everything the territory holds."""
    counts = Counter(node.kind for node in tree().nodes)
    ordered = sorted(counts, key=lambda code: kind(code).rank)
    return Overview(
        next(iter(tree().by_parent.get(None, [])), None), [(code, kind(code).title, counts[code]) for code in ordered],
        Compound.objects.count(), Building.objects.count(), Address.objects.filter(valid_to=None).count(),
        BoundaryFinding.objects.count(), LineageEvent.objects.count(), Boundary.objects.filter(illustrative=True).exists(),
    )  # fmt: skip


@dataclass(frozen=True)
class UnitDetail:
    """What the page of a unit shows beside its own row."""

    area_m2: float | None
    illustrative: bool
    boundary: Boundary | None
    households: int | None
    grids: int
    children: list[UnitOn]
    below: list[tuple[str, int]]
    holders: list[Post]
    members: list[GridMember]
    compounds: list[Compound]
    findings: int


def level_of(unit: Unit) -> str:
    """The level of the map a unit is drawn at; the root is drawn as a county."""
    level = kind(unit.kind).level
    return "county" if level == "root" else level


def unit_detail(unit: Unit, day: date) -> UnitDetail:
    """Everything below and around a unit on a day."""
    boundary = (
        Boundary.objects.filter(unit=unit, valid_from__lte=day)
        .exclude(valid_to__lte=day)
        .defer("original", "shape")
        .first()
    )
    below = Counter(node.kind for node in tree().below(unit.path) if node.id != unit.pk)
    node = tree().by_id.get(unit.pk)
    holders = Post.objects.held_on(day).at_unit(unit.code).filter(user__is_active=True).select_related("user")
    return UnitDetail(
        boundary.area_m2 if boundary else None, bool(boundary and boundary.illustrative), boundary,
        households_of(node) if node else unit.households, sum(below[k] for k in GRID_KINDS),
        children_as_of(unit.code, day), [(kind(code).title, below[code]) for code in sorted(below, key=lambda c: kind(c).rank)],
        list(holders.order_by("role", "user__display_name")[:50]),
        members_on(unit, day) if unit.kind in (*GRID_KINDS, "micro_grid") else [],
        list(Compound.objects.filter(unit=unit).order_by("name")),
        BoundaryFinding.objects.filter(unit=unit).count(),
    )  # fmt: skip


@dataclass(frozen=True)
class BuildingRow:
    """A building with the number of its entrances and dwellings, its grid and its standard address."""

    building: Building
    entrances: int
    dwellings: int
    address: str


def buildings_of(compound: Compound) -> list[BuildingRow]:
    """The buildings of a compound in the order of their numbers."""
    rows = compound.buildings.select_related("unit").annotate(
        n_entrances=Count("entrances", distinct=True),
        n_dwellings=Count("entrances__dwellings", distinct=True),
    )
    addresses = dict(
        Address.objects.filter(building__compound=compound, valid_to=None).values_list("building_id", "text")
    )
    found = [BuildingRow(b, b.n_entrances, b.n_dwellings, addresses.get(b.pk, "")) for b in rows]
    return sorted(found, key=lambda row: (len(row.building.name), row.building.name))
