"""A building as a grid of floors and doors (楼栋图): who lives where, as far as the viewer may know."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.urls import reverse
from numpy.typing import NDArray

from linli.algorithms.text.mask import mask_name
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import door
from linli.kernel.privacy.marks import mark
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.standing import Standing
from linli.registry.models import Care, Household, Residence
from linli.registry.policy import COUNTS, care_groups_of, in_scope
from linli.registry.queries.places import place_words
from linli.registry.rules.tables import titles
from linli.territory.models import Building, Dwelling

FEW = 3
"""People without a household who are named one by one; of more only the first ones."""

RENTS = ("renting", "floating")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Line:
    """One household, or one person without a household, of a home."""

    name: str
    url: str
    count: int


@dataclass
class Home:
    """A dwelling with who lives there: households by their heads, the number of people, and what is to be noticed."""

    dwelling_id: int
    room: str
    lines: list[Line] = field(default_factory=list)
    people: int = 0
    rented: bool = False
    absent: int = 0
    cares: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is known to live there."""
        return not self.people


@dataclass(frozen=True)
class Floor:
    """A floor of an entrance: its homes in the order of the doors, None where there is no door."""

    label: str
    homes: list[Home | None]


@dataclass(frozen=True)
class EntranceShown:
    """A stairwell: its floors from the top down."""

    name: str
    doors: int
    floors: list[Floor]


@dataclass(frozen=True)
class BuildingShown:
    """A building as its page shows it."""

    building: Building
    entrances: list[EntranceShown]
    homes: int
    empty: int
    people: int
    households: int
    rented: int
    cares: list[tuple[str, int]]

    @property
    def lived_in(self) -> int:
        """Homes where somebody is known to live."""
        return self.homes - self.empty

    @property
    def place(self) -> str:
        """Where it stands, in units."""
        return place_words(self.building.unit.path)


def building_for(actor: Actor, pk: int) -> Building | None:
    """A building of the actor's territory."""
    found = _BUILDING.first(pk)
    return found if found and actor.may("registry.view") and in_scope(actor, found.unit.path) else None


_BUILDING = Standing(lambda pk: Building.objects.select_related("unit", "compound").filter(pk=pk), -1)
_HOMES = Standing(
    lambda pk: Dwelling.objects.filter(entrance__building=pk).values_list("pk", "room", "floor", "entrance__name"), -1
)  # fmt: skip
_PEOPLE = Standing(
    lambda pk: (
        Residence.objects.filter(dwelling__entrance__building=pk, valid_to=None, person__state="present")
        .order_by("dwelling_id", "id")
        .values_list("dwelling_id", "kind", "person_id", "person__uid", "person__name")
    ),
    -1,
)
_HOUSEHOLDS = Standing(
    lambda pk: (
        Household.objects.filter(dwelling__entrance__building=pk, state=Household.State.PRESENT)
        .order_by("dwelling_id", "id")
        .values_list("dwelling_id", "uid", "head__name", "number", "size")
    ),
    -1,
)
_CARES = Standing(
    lambda ids: Care.objects.filter(person__among=ids, valid_to=None).values_list("person_id", "mark"), [-1]
)


def show_building(actor: Actor, building: Building) -> BuildingShown:
    """Four questions, however many homes there are; names in full for who visits, else masked."""
    homes, placed = _homes(building)
    people, households = _PEOPLE.ask(building.pk), _HOUSEHOLDS.ask(building.pk)
    held: Counter[int] = Counter()
    names = (lambda name: name) if actor.may("registry.visit") else mask_name
    for dwelling_id, uid, head, number, size in households:
        label = names(head) if head else number
        homes[dwelling_id].lines.append(Line(label, address("registry:household", uid), size))
        held[dwelling_id] += size
    cares = _cares(actor, [row[2] for row in people])
    seen: set[tuple[int, int]] = set()
    for dwelling_id, kind, person_id, uid, name in people:
        home = homes[dwelling_id]
        if kind == "registered":
            continue
        if kind == "apart":
            home.absent += 1
            continue
        if (dwelling_id, person_id) in seen:
            continue
        seen.add((dwelling_id, person_id))
        home.people += 1
        home.rented = home.rented or kind in RENTS
        home.cares += [title for title in cares[person_id] if title not in home.cares]
        if not held[dwelling_id] and len(home.lines) < FEW:
            home.lines.append(Line(names(name), address("registry:person", uid), 1))
    return BuildingShown(
        building, _entrances(placed, homes), len(homes), sum(home.is_empty for home in homes.values()),
        sum(home.people for home in homes.values()), len(households), sum(home.rented for home in homes.values()),
        sorted(Counter(title for home in homes.values() for title in home.cares).items()),
    )  # fmt: skip


NOBODY = UUID(int=0)


def address(name: str, uid: UUID) -> str:
    """The address of a page by the identifier of its record: a building has some hundred of them."""
    before, after = _around(name)
    return f"{before}{uid}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    before, _uid, after = reverse(name, args=[NOBODY]).partition(str(NOBODY))
    return before, after


Placed = tuple[str, int | None, int]
"""Entrance, floor and the id of the dwelling."""


def _homes(building: Building) -> tuple[dict[int, Home], list[Placed]]:
    rows = _HOMES.ask(building.pk)
    homes = {pk: Home(pk, room) for pk, room, _floor, _entrance in rows}
    return homes, [(entrance, floor, pk) for pk, _room, floor, entrance in rows]


def _cares(actor: Actor, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """The care groups of persons that the actor's verbs open, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    words = {mark("care", group): titles("care_groups")[group] for group in care_groups_of(actor)}
    if words and person_ids:
        for person_id, each in _CARES.ask(list(person_ids)):
            if each in words:
                found[person_id].append(words[each])
    return found


def _entrances(placed: list[Placed], homes: dict[int, Home]) -> list[EntranceShown]:
    by_entrance: dict[str, dict[int | None, list[Home]]] = defaultdict(lambda: defaultdict(list))
    for entrance, floor, pk in placed:
        by_entrance[entrance][floor].append(homes[pk])
    return [_entrance(name, by_entrance[name]) for name in sorted(by_entrance, key=_natural)]


def _entrance(name: str, floors: dict[int | None, list[Home]]) -> EntranceShown:
    """Doors that end alike stand above each other: 301 above 201."""
    doors = sorted({_door(home.room) for homes in floors.values() for home in homes}, key=_natural)
    shown = []
    for floor in sorted(floors, key=lambda each: -1000 if each is None else each, reverse=True):
        by_door: dict[str, Home] = {}
        spare: list[Home | None] = []
        for home in sorted(floors[floor], key=lambda each: _natural(each.room)):
            if by_door.setdefault(_door(home.room), home) is not home:
                spare.append(home)
        label = "" if floor is None else str(floor)
        shown.append(Floor(label, [*(by_door.get(each) for each in doors), *spare]))
    return EntranceShown(name, len(doors), shown)


def _door(room: str) -> str:
    """The door on its floor: the last two digits of the room number."""
    numbers = DIGITS.findall(room)
    return numbers[-1][-2:] if numbers else room


def _natural(text: str) -> tuple[int, str]:
    numbers = DIGITS.findall(text)
    return (int(numbers[0]) if numbers else 0), text


def households_in(shape: Any) -> NDArray[np.int64]:
    """The households in buildings inside a shape, past the policies: the engines keep it within the viewer's scope."""
    with door(COUNTS):
        return ids_found(
            """SELECT h.id FROM territory_entrance e JOIN territory_dwelling d ON d.entrance_id = e.id
            JOIN registry_household h ON h.dwelling_id = d.id WHERE e.building_id = ANY(%s)""",
            [buildings_in(shape)],
        )


def people_in(shape: Any) -> NDArray[np.int64]:
    """Who lives in a building inside a shape, past the policies likewise."""
    with door(COUNTS):
        return ids_found(
            """SELECT DISTINCT r.person_id FROM territory_entrance e JOIN territory_dwelling d ON d.entrance_id = e.id
            JOIN registry_residence r ON r.dwelling_id = d.id
            WHERE e.building_id = ANY(%s) AND r.valid_to IS NULL AND r.kind NOT IN ('registered', 'apart')""",
            [buildings_in(shape)],
        )


def buildings_in(shape: Any) -> list[int]:
    """The buildings whose point lies inside a shape in WGS84 degrees."""
    west, south, east, north = shape.bounds
    near = Building.objects.filter(lon__range=(west, east), lat__range=(south, north))
    table = np.array(list(near.values_list("pk", "lon", "lat")), dtype=np.float64).reshape(-1, 3)
    inside = shapely.contains_xy(shape, table[:, 1], table[:, 2])
    return [int(pk) for pk in table[inside, 0]]
