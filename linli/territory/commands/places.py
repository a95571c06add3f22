"""Taking in standard addresses, and finding the grid of each again after outlines have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.units import subject_of
from linli.territory.models import Address, Building
from linli.territory.policy import require
from linli.territory.queries.locating import locate_many
from linli.territory.queries.places import PLACES
from linli.territory.queries.units import Node, root


@dataclass(frozen=True)
class AddressRow:
    """One standard address to be taken in; degrees in CGCS2000."""

    text: str
    road: str
    lon: float
    lat: float


@transaction.atomic
def import_addresses(
    *, rows: Sequence[AddressRow], source: str, by: Actor, at: datetime, on: date | None = None
) -> int:
    """Take in standard addresses, each with the grid of its point; known ones get the new point. One event.

    Returns how many have no grid.
    """
    top = root()
    require(by, "territory.change", top)
    PLACES.changed()
    grids = _grids_at([(row.lon, row.lat) for row in rows])
    known = {
        a.text: a
        for a in Address.objects.filter(text__in=[r.text for r in rows], valid_to=None).select_for_update()
    }
    start = on or timezone.localdate(at)
    fresh: list[Address] = []
    changed: list[Address] = []
    for row, grid in zip(rows, grids, strict=True):
        address = known.get(row.text) or Address(text=row.text, valid_from=start, source=source)
        address.road, address.lon, address.lat, address.unit_id = (
            row.road,
            row.lon,
            row.lat,
            grid.id if grid else None,
        )
        (changed if address.pk else fresh).append(address)
    Address.objects.bulk_create(fresh, batch_size=2000)
    Address.objects.bulk_update(changed, ["road", "lon", "lat", "unit"], batch_size=1000)
    without = sum(grid is None for grid in grids)
    after = {"source": source, "count": len(rows), "without": without}
    record("territory.addresses_imported", subject=subject_of(top), by=by, at=at, after=after)
    return without


@transaction.atomic
def relocate_places(*, by: Actor, at: datetime) -> int:
    """Find the grid of every building and address again, after outlines have changed. One event where something changed.

    Returns how many have another grid than before. A building that no grid covers keeps its last one.
    """
    top = root()
    require(by, "territory.change", top)
    PLACES.changed()
    buildings = list(Building.objects.only("id", "lon", "lat", "unit_id").select_for_update())
    addresses = list(
        Address.objects.filter(valid_to=None).only("id", "lon", "lat", "unit_id").select_for_update()
    )
    moved_buildings = [
        b for b, grid in zip(buildings, _grids_of(buildings), strict=True) if grid and _takes(b, grid.id)
    ]
    moved = [
        a
        for a, grid in zip(addresses, _grids_of(addresses), strict=True)
        if _takes(a, grid.id if grid else None)
    ]
    Building.objects.bulk_update(moved_buildings, ["unit"], batch_size=2000)
    Address.objects.bulk_update(moved, ["unit"], batch_size=2000)
    if moved or moved_buildings:
        after = {"count": len(moved), "without": sum(a.unit_id is None for a in addresses)}
        record("territory.addresses_located", subject=subject_of(top), by=by, at=at, after=after)
    return len(moved) + len(moved_buildings)


def _takes(row: Building | Address, unit_id: int | None) -> bool:
    """Whether the unit is another one than before; it is set then."""
    if row.unit_id == unit_id:
        return False
    row.unit_id = unit_id  # type: ignore[assignment]
    return True


def _grids_of(rows: Sequence[Building] | Sequence[Address]) -> list[Node | None]:
    return _grids_at([(row.lon, row.lat) for row in rows])


def _grids_at(points: Sequence[tuple[float, float]]) -> list[Node | None]:
    return locate_many(np.array(points, dtype=np.float64)) if points else []
