"""Taking in compounds with their buildings, entrances and homes, each building with a standard address that finds its grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.commands.units import ChangeRefused, subject_of
from linli.territory.models import Address, Building, Compound, Dwelling, Entrance
from linli.territory.policy import require
from linli.territory.queries.locating import locate_many
from linli.territory.queries.places import PLACES
from linli.territory.queries.units import Node, root

FIRST_ENTRANCE = "1单元"
"""The entrance of a home in a building that has only one and gives it no name."""


@dataclass(frozen=True)
class PlaceRow:
    """A home, an entrance or a whole building, with what is known of its building and compound; None and "" say nothing.

    Degrees in CGCS2000. The first row of a building needs its point, the first of a compound its management.
    """

    community: Node
    compound: str
    building: str
    entrance: str = ""
    room: str = ""
    floor: int | None = None
    floors: int | None = None
    management: str = ""
    road: str = ""
    number: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""


@dataclass(frozen=True)
class Taken:
    """How many of each are new."""

    compounds: int = 0
    buildings: int = 0
    entrances: int = 0
    dwellings: int = 0
    addresses: int = 0


@transaction.atomic
def import_places(
    *, rows: Sequence[PlaceRow], source: str, by: Actor, at: datetime, on: date | None = None
) -> Taken:
    """Write what is new and change what the rows say otherwise; nothing is ever removed. One event.

    Raises ``ChangeRefused`` for a new building without a point or outside every grid.
    """
    top = root()
    require(by, "territory.change", top)
    PLACES.changed()
    compounds, new_compounds = _compounds(rows, source)
    buildings, new_buildings = _buildings(rows, compounds)
    entrances, new_entrances = _entrances(rows, buildings)
    new_dwellings = _dwellings(rows, entrances)
    new_addresses = _addresses(rows, buildings, source, on or timezone.localdate(at))
    taken = Taken(new_compounds, new_buildings, new_entrances, new_dwellings, new_addresses)
    after = {"source": source, "count": len(rows), **asdict(taken)}
    record("territory.places_imported", subject=subject_of(top), by=by, at=at, after=after)
    return taken


CompoundKey = tuple[int, str]
BuildingKey = tuple[int, str, str]
EntranceKey = tuple[int, str, str, str]


def compound_key(row: PlaceRow) -> CompoundKey:
    """By what a compound is known: its community and name."""
    return (row.community.id, row.compound)


def building_key(row: PlaceRow) -> BuildingKey:
    """By what a building is known: its compound and name."""
    return (*compound_key(row), row.building)


def entrance_of(entrance: str | None, room: str | None) -> str:
    """The entrance that a row speaks of; empty for a whole building."""
    return entrance or (FIRST_ENTRANCE if room else "")


def entrance_key(row: PlaceRow) -> EntranceKey:
    """By what the entrance of a row is known: its building and name."""
    return (*building_key(row), entrance_of(row.entrance, row.room))


def _given(row: PlaceRow, *names: str) -> dict[str, Any]:
    """What a row says of some fields, without those of which it says nothing."""
    return {name: value for name in names if (value := getattr(row, name)) not in (None, "")}


def _said(rows: Sequence[PlaceRow], key: Any, *names: str) -> dict[Any, dict[str, Any]]:
    """What all rows together say of each compound or building; the last one counts."""
    said: dict[Any, dict[str, Any]] = {}
    for row in rows:
        said.setdefault(key(row), {}).update(_given(row, *names))
    return said


def _change(rows: Iterable[Model], names: Sequence[str]) -> None:
    changed = list(rows)
    if changed:
        type(changed[0])._default_manager.bulk_update(changed, names, batch_size=1000)


def _set(row: Model, values: dict[str, Any]) -> bool:
    """Whether a value is another one than before; all are set then."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def _compounds(rows: Sequence[PlaceRow], source: str) -> tuple[dict[CompoundKey, Compound], int]:
    said = _said(rows, compound_key, "management", "road", "number", "lon", "lat")
    there = Compound.objects.filter(
        unit_id__in={unit for unit, _ in said}, name__in={name for _, name in said}
    )
    found = {(row.unit_id, row.name): row for row in there.select_for_update()}
    fresh = []
    for (unit, name), values in said.items():
        if (unit, name) not in found:
            if "management" not in values:
                raise ChangeRefused("小区“%(name)s”第一次出现，须说明管理方式", name=name)
            fresh.append(Compound(unit_id=unit, name=name, source=source[:200], **values))
    for key, row in found.items():
        told = {name: value for name, value in said.get(key, {}).items() if name not in ("lon", "lat")}
        if _set(row, told):
            row.save()
    for row in Compound.objects.bulk_create(fresh, batch_size=1000):
        found[row.unit_id, row.name] = row
    return found, len(fresh)


def _buildings(
    rows: Sequence[PlaceRow], compounds: dict[CompoundKey, Compound]
) -> tuple[dict[BuildingKey, Building], int]:
    said = _said(rows, building_key, "floors", "lon", "lat")
    there = Building.objects.filter(compound__in=[compounds[key[:2]] for key in said]).select_related(
        "compound"
    )
    found: dict[BuildingKey, Building] = {}
    for row in there.select_for_update(of=("self",)):
        assert row.compound is not None, "found by its compound"
        found[row.compound.unit_id, row.compound.name, row.name] = row
    grids = _grids({key: (v["lon"], v["lat"]) for key, v in said.items() if "lon" in v and "lat" in v})
    fresh, moved = [], []
    for key, values in said.items():
        place = {"unit_id": grids[key].id} if key in grids else {}
        if key in found:
            if _set(found[key], {**values, **place}):
                moved.append(found[key])
            continue
        if not place:
            raise ChangeRefused("楼栋“%(name)s”第一次出现，须有经纬度", name=f"{key[1]}{key[2]}")
        fresh.append(Building(compound=compounds[key[:2]], name=key[2], **values, **place))
    _change(moved, ["floors", "lon", "lat", "unit"])
    for row in Building.objects.bulk_create(fresh, batch_size=1000):
        assert row.compound is not None, "made with its compound"
        found[row.compound.unit_id, row.compound.name, row.name] = row
    return found, len(fresh)


def _grids(points: dict[BuildingKey, tuple[float, float]]) -> dict[BuildingKey, Node]:
    if not points:
        return {}
    located = locate_many(np.array(list(points.values()), dtype=np.float64))
    missing = [key for key, grid in zip(points, located, strict=True) if grid is None]
    if missing:
        name = f"{missing[0][1]}{missing[0][2]}"
        raise ChangeRefused("楼栋“%(name)s”的坐标不在任何网格内", name=name)
    return {key: grid for key, grid in zip(points, located, strict=True) if grid is not None}


def _entrances(
    rows: Sequence[PlaceRow], buildings: dict[BuildingKey, Building]
) -> tuple[dict[EntranceKey, Entrance], int]:
    wanted = {key for row in rows if (key := entrance_key(row))[3]}
    keys = {building.pk: key for key, building in buildings.items()}
    there = Entrance.objects.filter(building__in={buildings[key[:3]].pk for key in wanted})
    found: dict[EntranceKey, Entrance] = {(*keys[row.building_id], row.name): row for row in there}
    fresh = [Entrance(building=buildings[key[:3]], name=key[3]) for key in sorted(wanted) if key not in found]
    for row in Entrance.objects.bulk_create(fresh, batch_size=2000):
        found[(*keys[row.building_id], row.name)] = row
    return found, len(fresh)


def _dwellings(rows: Sequence[PlaceRow], entrances: dict[EntranceKey, Entrance]) -> int:
    said = {(entrances[entrance_key(row)].pk, row.room): _given(row, "floor") for row in rows if row.room}
    there = Dwelling.objects.filter(
        entrance__in={entrance for entrance, _ in said}, room__in={r for _, r in said}
    )
    found = {(row.entrance_id, row.room): row for row in there}
    fresh = [
        Dwelling(entrance_id=entrance, room=room, **values)
        for (entrance, room), values in said.items()
        if (entrance, room) not in found
    ]
    _change([row for key, row in found.items() if key in said and _set(row, said[key])], ["floor"])
    return len(Dwelling.objects.bulk_create(fresh, batch_size=2000))


def _addresses(
    rows: Sequence[PlaceRow], buildings: dict[BuildingKey, Building], source: str, start: date
) -> int:
    """Each building of the rows has a standard address: the given one, else road, number, compound and name together."""
    said = _said(rows, building_key, "address")
    names = {row.community.id: row.community.name for row in rows}
    wanted = {key: _text_of(buildings[key], values.get("address", "")) for key, values in said.items()}
    known = {
        row.text: row
        for row in Address.objects.filter(text__in=wanted.values(), valid_to=None).select_for_update()
    }
    has = {
        row.building_id: row
        for row in Address.objects.filter(building__in=[buildings[key] for key in said], valid_to=None)
    }
    fresh: list[Address] = []
    moved: list[Address] = []
    for key, text in wanted.items():
        building = buildings[key]
        row = known.get(text)
        if row is not None and row.building_id not in (None, building.pk):
            text, row = (
                f"{names[key[0]]}{text}",
                None,
            )  # the same words elsewhere in the county: the community tells them apart
        row = row or (has.get(building.pk) if not said[key] else None)
        place = {
            "building_id": building.pk,
            "unit_id": building.unit_id,
            "lon": building.lon,
            "lat": building.lat,
        }
        if row is None:
            road = building.compound.road if building.compound else ""
            row = Address(text=text, road=road, valid_from=start, source=source[:200], **place)
            fresh.append(row)
            known[text] = row
        elif _set(row, place):
            moved.append(row)
    _change(moved, ["building", "unit", "lon", "lat"])
    return len(Address.objects.bulk_create(fresh, batch_size=1000))


def _text_of(building: Building, given: str) -> str:
    if given or building.compound is None:
        return "".join((given or building.name).split())
    compound = building.compound
    return f"{compound.road}{compound.number}{compound.name}{building.name}"
