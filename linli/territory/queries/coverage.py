"""Whether every area, household and address has its grid (S2: 网格化覆盖率达100%), and whether communities fit the norm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely
from django.db.models import Count

from linli.algorithms.text.sentences import said
from linli.kernel.norms.queries import find_norm
from linli.territory.models import Address
from linli.territory.queries.figures import households_of
from linli.territory.queries.locating import OUTLINES, Outline
from linli.territory.queries.units import Node, tree
from linli.territory.rules.changes import pieces_to_split, size_verdict
from linli.territory.rules.kinds import COMMUNITY_KINDS, GRID_KINDS


@dataclass(frozen=True)
class Coverage:
    """Of one community: what of it lies in a grid. ``None`` where the whole is not known."""

    node: Node
    street: Node | None
    grids: int
    area_m2: float | None
    without_area_m2: float | None
    households: int | None
    without_households: int | None
    addresses: int
    without_addresses: int

    @property
    def complete(self) -> bool:
        """Nothing known is outside a grid, and there is at least one grid; slivers under 1 m² do not count."""
        return (
            self.grids > 0
            and not self.without_addresses
            and not (self.without_households or 0)
            and (self.without_area_m2 or 0) < 1
        )


def coverage_by_community(path: str = "") -> list[Coverage]:
    """Each community or village below a path with what of it no grid covers, the worst first."""
    outlines = {o.node.code: o for o in OUTLINES.get().outlines if o.valid_to is None}
    addresses = _addresses_by_community()
    found = [
        _coverage(node, outlines, addresses.get(node.code, (0, 0)))
        for node in tree().below(path, *COMMUNITY_KINDS)
    ]
    return sorted(found, key=lambda c: (c.complete, -(c.without_area_m2 or 0), c.node.path))


def _coverage(node: Node, outlines: dict[str, Outline], addresses: tuple[int, int]) -> Coverage:
    grids = [child for child in tree().by_parent.get(node.id, []) if child.kind in GRID_KINDS]
    own = outlines.get(node.code)
    missing = _uncovered(own, [outlines[g.code] for g in grids if g.code in outlines]) if own else None
    in_grids = [g.households for g in grids]
    known = (
        sum(h for h in in_grids if h is not None)
        if in_grids and None not in in_grids
        else 0
        if not grids
        else None
    )
    without = max(0, node.households - known) if node.households is not None and known is not None else None
    street = tree().by_id.get(node.parent_id or 0)
    return Coverage(
        node, street, len(grids), own.area_m2 if own else None, missing, node.households, without, *addresses
    )


def _uncovered(own: Outline, grids: list[Outline]) -> float:
    """Square metres of a community that none of its grids covers; kept until an outline changes."""
    kept = OUTLINES.get().uncovered
    if own.node.code not in kept:
        left = (
            shapely.difference(own.shape, shapely.union_all([g.shape for g in grids])) if grids else own.shape
        )
        kept[own.node.code] = own.area_m2 * left.area / own.shape.area
    return kept[own.node.code]


def _addresses_by_community() -> dict[str, tuple[int, int]]:
    """For each community: standard addresses of its compounds and grids, and how many of them have no grid."""
    rows = Address.objects.filter(valid_to=None)
    inside = {
        row["unit"]: row["n"]
        for row in rows.filter(unit__isnull=False).values("unit").annotate(n=Count("id"))
    }
    found: dict[str, list[int]] = {}
    for unit_id, count in inside.items():
        node = tree().by_id.get(unit_id)
        above = tree().above(node.path, *COMMUNITY_KINDS) if node else None
        if above:
            found.setdefault(above.code, [0, 0])[0] += count
    outside = (
        rows.filter(unit=None, building__compound__isnull=False)
        .values("building__compound__unit__code")
        .annotate(n=Count("id"))
    )
    for row in outside:
        pair = found.setdefault(row["building__compound__unit__code"], [0, 0])
        pair[0] += row["n"]
        pair[1] += row["n"]
    return {code: (total, without) for code, (total, without) in found.items()}


@dataclass(frozen=True)
class CoverageTotal:
    """The sums of a list of communities, with the addresses that no community can be named for."""

    communities: int
    complete: int
    grids: int
    area_m2: float
    without_area_m2: float
    households: int
    without_households: int
    addresses: int
    without_addresses: int

    @property
    def area_rate(self) -> float | None:
        """Share of the area that lies in a grid; None where no outline is known."""
        return (self.area_m2 - self.without_area_m2) / self.area_m2 if self.area_m2 else None

    @property
    def household_rate(self) -> float | None:
        """Share of the households in a grid."""
        return (self.households - self.without_households) / self.households if self.households else None

    @property
    def address_rate(self) -> float | None:
        """Share of the standard addresses in a grid."""
        return (self.addresses - self.without_addresses) / self.addresses if self.addresses else None


def coverage_total(rows: list[Coverage]) -> CoverageTotal:
    """The sums of a coverage list."""
    return CoverageTotal(
        len(rows), sum(r.complete for r in rows), sum(r.grids for r in rows),
        sum(r.area_m2 or 0 for r in rows), sum(r.without_area_m2 or 0 for r in rows),
        sum(r.households or 0 for r in rows), sum(r.without_households or 0 for r in rows),
        sum(r.addresses for r in rows), sum(r.without_addresses for r in rows),
    )  # fmt: skip


@dataclass(frozen=True)
class Size:
    """A community held against the norm of households: its verdict and what could be done."""

    node: Node
    street: Node | None
    households: int | None
    verdict: str
    hint: str


@dataclass(frozen=True)
class SizeNorm:
    """The least and most households of one community, and the source."""

    low: int
    high: int
    source: str


def size_norm(on: date, place: str) -> SizeNorm | None:
    """The norm of households for one community at a place on a day; None where no norm is entered."""
    found = find_norm("territory.community.households", on=on, place=place)
    return SizeNorm(int(found.value["min"]), int(found.value["max"]), found.source) if found else None


def sizes(norm: SizeNorm, path: str = "") -> list[Size]:
    """Every residents' community below a path against the norm (villages have none), the farthest from it first."""
    found = [_size(node, norm) for node in tree().below(path, "community")]
    order = {"over": 0, "under": 1, "within": 2, "unknown": 3}
    return sorted(found, key=lambda s: (order[s.verdict], -abs((s.households or 0) - norm.low), s.node.path))


def _size(node: Node, norm: SizeNorm) -> Size:
    households = households_of(node)
    verdict = size_verdict(households, norm.low, norm.high)
    hint = ""
    if verdict == "over" and households:
        parts = pieces_to_split(households, norm.low, norm.high)
        split = said("可拆分为 %(parts)s 个社区", parts=parts)
        hint = split if parts > 1 else said("超过上限，但拆分后各社区将低于下限")
    elif verdict == "under":
        hint = _partner(node, households or 0, norm)
    return Size(node, tree().by_id.get(node.parent_id or 0), households, verdict, hint)


def _partner(node: Node, households: int, norm: SizeNorm) -> str:
    """A small neighbour in the same street that it could merge with and stay within the norm, touching it if outlines say so."""
    outlines = {o.node.code: o.shape for o in OUTLINES.get().outlines if o.valid_to is None}
    own = outlines.get(node.code)
    for other in tree().by_parent.get(node.parent_id, []):
        theirs = households_of(other)
        if (
            other.code == node.code
            or other.kind != "community"
            or theirs is None
            or not norm.low <= households + theirs <= norm.high
        ):
            continue
        shape = outlines.get(other.code)
        if own is None or shape is None or own.distance(shape) < 1e-5:
            together = f"{households + theirs:,}"
            return said("可与%(unit)s合并，合计 %(households)s 户", unit=other.name, households=together)
    return said("低于下限，同街道没有合适的相邻社区可合并")
