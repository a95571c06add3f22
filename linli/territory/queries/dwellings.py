"""Compounds, buildings, entrances and homes that are there, as an import compares its rows with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.territory.models import Address, Building, Compound, Dwelling, Entrance
from linli.territory.queries.units import tree

CompoundKey = tuple[Any, ...]
"""Community and name."""

PlaceKey = tuple[Any, ...]
"""Community, compound, building, entrance, room; empty where a row speaks of the whole building or entrance."""


@dataclass
class Buildings:
    """Compounds by community and name, and their buildings by these and their own name, with what is known of them."""

    compounds: set[CompoundKey] = field(default_factory=set)
    buildings: dict[PlaceKey, dict[str, Any]] = field(default_factory=dict)
    ids: dict[int, PlaceKey] = field(default_factory=dict)


def buildings_of(compounds: Collection[CompoundKey]) -> Buildings:
    """The compounds of these communities and names that are there, with their buildings."""
    there = Compound.objects.filter(
        unit_id__in={unit for unit, _ in compounds}, name__in={n for _, n in compounds}
    )
    found = {row.pk: row for row in there if (row.unit_id, row.name) in compounds}
    known = Buildings({(row.unit_id, row.name) for row in found.values()})
    nodes = tree().by_id
    addresses = dict(
        Address.objects.filter(building__compound__in=found, valid_to=None).values_list("building_id", "text")
    )
    for row in Building.objects.filter(compound__in=found):
        compound = found[row.compound_id or 0]
        key = (compound.unit_id, compound.name, row.name)
        known.ids[row.pk] = key
        known.buildings[key] = {
            "compound": compound.name, "building": row.name, "community": nodes.get(compound.unit_id),
            "management": compound.management, "road": compound.road, "number": compound.number, "floors": row.floors,
            "lon": row.lon, "lat": row.lat, "address": addresses.get(row.pk, ""), "entrance": "", "room": "", "floor": None,
        }  # fmt: skip
    return known


def dwellings_in(there: Buildings, keys: Sequence[PlaceKey]) -> Mapping[PlaceKey, Mapping[str, Any]]:
    """What is known of each key that is there already."""
    wanted = {key for key in keys if key[:3] in there.buildings}
    ids = [pk for pk, key in there.ids.items() if key in {key[:3] for key in wanted}]
    found: dict[PlaceKey, Mapping[str, Any]] = {
        (*there.ids[pk], "", ""): there.buildings[there.ids[pk]] for pk in ids
    }
    for building, name in Entrance.objects.filter(building__in=ids).values_list("building_id", "name"):
        key = there.ids[building]
        found[(*key, name, "")] = {**there.buildings[key], "entrance": name}
    homes = Dwelling.objects.filter(entrance__building__in=ids, room__in={key[4] for key in wanted})
    for building, name, room, floor in homes.values_list(
        "entrance__building_id", "entrance__name", "room", "floor"
    ):
        key = there.ids[building]
        found[(*key, name, room)] = {
            **there.buildings[key],
            "entrance": name,
            "room": room,
            "floor": floor,
        }
    return {key: value for key, value in found.items() if key in wanted}
