"""Where persons live and to which household they belong, as steps of a deed; what follows for path and population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.registry import policy
from linli.registry.commands.deeds import Deed
from linli.registry.commands.homes import Home
from linli.registry.models import Household, Membership, Person, Residence
from linli.registry.queries.rows import day_said
from linli.registry.rules import life
from linli.registry.rules.changes import Values
from linli.registry.rules.households import HEAD, STRANGER, is_head
from linli.registry.rules.life import LIVING, REGISTERED, Life, Refused, Tie
from linli.registry.rules.tables import titles
from linli.territory.models import Address, Dwelling
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import STREET_KINDS


@dataclass(frozen=True)
class Place:
    """A dwelling of the district; or an address, with the code of the unit it lies in, or none for one outside the district."""

    dwelling_id: int | None = None
    address: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Spot:
    """A place found: the dwelling, how it is written, and the path of its grid."""

    dwelling_id: int | None
    address: str
    path: str


def spot_of(place: Place) -> Spot:
    """Find a place; refuses one that says nothing."""
    if place.dwelling_id is not None:
        rows = Dwelling.objects.select_related("entrance__building__compound", "entrance__building__unit")
        dwelling = rows.filter(pk=place.dwelling_id).first()
        if dwelling is None:
            raise Refused("没有这套房屋，请重新选择")
        return Spot(
            dwelling.pk, place.address.strip() or written(dwelling), dwelling.entrance.building.unit.path
        )
    if not place.address.strip():
        raise Refused("请选择房屋或填写地址")
    if not place.unit:
        return Spot(None, place.address.strip()[:200], "")
    node = tree().by_code.get(place.unit)
    if node is None:
        raise Refused("没有这个网格或社区，请重新选择")
    return Spot(None, place.address.strip()[:200], node.path)


def written(dwelling: Dwelling) -> str:
    """The address of a home: the standard address of its building, the entrance and the room."""
    building = dwelling.entrance.building
    standard = Address.objects.filter(building=building, valid_to=None).order_by("pk").first()
    compound = building.compound.name if building.compound else ""
    room = dwelling.room + ("室" if dwelling.room[-1:].isdigit() else "")
    return ((standard.text if standard else compound + building.name) + dwelling.entrance.name + room)[:200]


def life_of(person: Person) -> Life:
    """What the rules look at."""
    return Life(person.state, person.birth, person.birth_precision == Person.Precision.DAY, person.died_on)


def takes_part(deed: Deed, person: Person) -> None:
    """Somebody alive and here, on a day of the own life; who takes part is confirmed by it."""
    life.is_present(life_of(person))
    life.not_before_birth(life_of(person), deed.on)
    confirm(deed, person)


def confirm(deed: Deed, person: Person) -> None:
    """A source has spoken of the person."""
    if person.confirmed_on is None or person.confirmed_on < deed.on:
        deed.put(person, {"confirmed_on": day_said(deed.on)})


def ties(deed: Deed, person: Person) -> list[Residence]:
    """Where a person in hand lives and is registered now."""
    known = {row.pk for row in deed.in_hand(Residence)}
    if not deed.is_new(person):
        with deed.looking():
            for row in (
                Residence.objects.select_for_update().filter(person=person, valid_to=None).order_by("pk")
            ):
                if row.pk not in known:
                    deed.take(row)
    return [row for row in deed.in_hand(Residence) if row.person_id == person.pk and row.valid_to is None]


def lives_at(deed: Deed, person: Person) -> Residence | None:
    """Where a person in hand really lives."""
    return next((row for row in ties(deed, person) if row.kind != REGISTERED), None)


def reside(deed: Deed, person: Person, spot: Spot, kind: str) -> Residence:
    """From the day of the deed on the person lives, or is registered, there; the former tie of that sort ends."""
    if kind not in titles("residence_kinds"):
        raise Refused("请选择居住方式")
    end_ties(deed, person, [REGISTERED] if kind == REGISTERED else LIVING)
    made = deed.make(
        Residence(person=person),
        {
            "kind": kind,
            "dwelling": spot.dwelling_id,
            "address": spot.address,
            "path": spot.path,
            "valid_from": day_said(deed.on),
        },
    )
    follow(deed, person, {"registered_path" if kind == REGISTERED else "path": spot.path})
    return made


def end_ties(deed: Deed, person: Person, kinds: Sequence[str]) -> None:
    """From the day of the deed on the person is tied to no place in one of these ways."""
    for row in ties(deed, person):
        if row.kind in kinds:
            life.may_end(row.valid_from, deed.on)
            deed.put(row, {"valid_to": day_said(deed.on)})


def follow(deed: Deed, person: Person, paths: Values) -> None:
    """Set the paths that a changed tie gives, and the population that follows from where the person is tied to now.

    Who lives nowhere that is known is where the household register has the person. Nobody is lost: a person whom no path
    leads to keeps the last one.
    """
    last = person.path
    deed.put(person, paths)
    now = ties(deed, person)
    if all(row.kind == REGISTERED for row in now) and person.registered_path:
        deed.put(person, {"path": person.registered_path})
    if not person.path and not person.registered_path:
        if not last and not deed.is_new(person):
            raise Refused("户籍不在本区、也不在本区居住的人，请办理迁出")
        deed.put(person, {"path": last})
    kind = life.population(Tie(row.kind, bool(row.path), _street(row.path)) for row in now)
    if kind:
        deed.put(person, {"population": kind})


def _street(path: str) -> str:
    found = tree().above(path, *STREET_KINDS)
    return found.path if found else path


def make_home(deed: Deed, spot: Spot, *, head: Person, number: str = "") -> Home:
    """A new household with its head."""
    path = spot.path or head.path or head.registered_path
    if not policy.in_scope(deed.by, path):
        raise Refused("新的一户不在您的管辖范围内，请由那里的社区办理")
    row = deed.make(
        Household(),
        {
            "number": number.strip() or None,
            "dwelling": spot.dwelling_id,
            "address": spot.address or None,
            "path": path,
            "size": 0,
        },
    )
    home = deed.homes[row.pk] = Home(row, [])
    join(deed, home, head, HEAD)
    deed.put(row, {"head": head.pk})
    return home


def spot_of_home(home: Home) -> Spot:
    """Where a household lives."""
    return Spot(home.row.dwelling_id, home.row.address, home.row.path)


def join(deed: Deed, home: Home, person: Person, relation: str) -> Membership:
    """From the day of the deed on the person belongs to the household, and to no other."""
    if relation not in titles("relations"):
        raise Refused("请选择与户主关系")
    if home.has(person.pk):
        raise Refused("这个人已经是这一户的成员")
    leave(deed, person)
    row = deed.make(
        Membership(person=person, household=home.row),
        {"relation": relation or STRANGER, "valid_from": day_said(deed.on)},
    )
    home.members.append(row)
    return row


def belong(
    deed: Deed, person: Person, spot: Spot, *, household_id: int | None, relation: str, alone: bool
) -> None:
    """The person joins a household of the own territory, or is a household of the own at ``spot``; else all stays as it is."""
    if household_id is not None:
        join(deed, deed.household(household_id), person, not_head(relation))
    elif alone:
        make_home(deed, spot, head=person)


def not_head(relation: str) -> str:
    """A relation of somebody who joins a household; refuses a second head."""
    if is_head(relation):
        raise Refused("一户只有一个户主，请选择其他与户主关系")
    return relation


def leave(deed: Deed, person: Person) -> Home | None:
    """From the day of the deed on the person does not belong to the household."""
    home = deed.home_of(person)
    if home is not None:
        row = home.member(person.pk)
        life.may_end(row.valid_from, deed.on)
        deed.put(row, {"valid_to": day_said(deed.on)})
    return home
