"""The homes where there is something to ask, in the order in which one walks, and what is to be asked in one of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from linli.kernel.audit.actor import Actor
from linli.kernel.norms.queries import norm
from linli.registry import policy
from linli.registry.models import Household, Membership, Person, Question, RecordKind, Residence, Visit
from linli.registry.queries.freshness import columns_of
from linli.registry.queries.knowing import Known, known_of, said_in_words, token_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.asking import Pending, Why, can_be_answered
from linli.registry.rules.elements import elements
from linli.registry.rules.tables import codes, titles
from linli.territory.models import Dwelling

DIGITS = re.compile(r"\d+")
ABSENT = "apart"
"""Who is registered in a home and lives elsewhere is asked there, not here."""


@dataclass(frozen=True)
class Home:
    """Where one calls: a household, or a dwelling whose people belong to none."""

    household_id: int | None = None
    dwelling_id: int | None = None


@dataclass
class Call:
    """A home to call at: whose, where, how much there is to ask, and how it went the last time."""

    home: Home
    uid: UUID | None
    name: str
    compound: str
    building: str
    building_id: int | None
    entrance: str
    floor: int | None
    room: str
    address: str
    people: int = 0
    items: int = 0
    conflicts: int = 0
    last: Visit | None = None

    @property
    def door(self) -> str:
        """Entrance and room, or the address where no dwelling is known."""
        return f"{self.entrance}{self.room}" if self.building else self.address

    @property
    def key(self) -> str:
        """How its page is called."""
        return str(self.uid) if self.uid else f"d{self.home.dwelling_id}"


@dataclass
class Walk:
    """The homes of one building."""

    title: str
    building_id: int | None
    calls: list[Call] = field(default_factory=list)


ASKABLE = "SELECT record_id, element, why FROM registry_question WHERE record_kind = 'person' AND state = 'open' AND record_id = ANY(%s)"


def calls_below(by: Actor, path: str, on: date) -> list[Call]:
    """The homes of a unit of the actor's territory where there is something to ask today, unordered."""
    policy.require(by, "registry.visit", path)
    people = columns_of(path, on)
    conflicts, ids = _asked_about(people.ids), people.ids.tolist()
    items = people.items().tolist()
    grouped: dict[Home, list[int]] = defaultdict(list)
    for at, (household, dwelling) in enumerate(zip(people.households, people.dwellings, strict=True)):
        if household or dwelling:
            grouped[Home(household) if household else Home(None, dwelling)].append(at)
    wanted = {}
    for home, rows in grouped.items():
        count = sum(items[at] for at in rows)
        about = [each for at in rows for each in conflicts.get(ids[at], ()) if each[0] not in people.gaps(at)]
        if count or about:
            wanted[home] = (len(rows), count + len(about), sum(why == Why.CONFLICT for _, why in about))
    return _calls(wanted, on)


def _asked_about(ids: NDArray[np.int64]) -> dict[int, list[tuple[str, str]]]:
    """The open questions about persons that can be answered at the door; about an element once, a conflict first."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(ASKABLE, [ids.tolist()])
        for person_id, element, why in cursor.fetchall():
            if can_be_answered(element) and (why == Why.CONFLICT or element not in found[person_id]):
                found[person_id][element] = why
    return {person_id: list(each.items()) for person_id, each in found.items()}


PLACED = (
    "floor", "room", "entrance__name", "entrance__building_id", "entrance__building__name", "entrance__building__compound__name",
)  # fmt: skip
"""Where a dwelling is, in the order in which a call tells it."""


def _calls(wanted: dict[Home, tuple[int, int, int]], on: date) -> list[Call]:
    """The homes with what they are called and where they are: two questions, however many there are."""
    last = last_visits(wanted)
    housed = Household.objects.filter(pk__among=[home.household_id for home in wanted if home.household_id])
    named: list[tuple[Home, tuple[Any, ...]]] = [
        (Home(pk), told)
        for pk, *told in housed.values_list(
            "pk", "uid", "head__name", "address", *(f"dwelling__{name}" for name in PLACED)
        )
    ]  # type: ignore[misc]
    lodged = Dwelling.objects.filter(pk__in=[home.dwelling_id for home in wanted if home.dwelling_id])
    named += [(Home(None, pk), (None, "", "", *told)) for pk, *told in lodged.values_list("pk", *PLACED)]
    found = []
    for home, (uid, head, address, floor, room, entrance, building_id, building, compound) in named:
        visit = last.get(home)
        if visit is None or not rests(visit, on):
            people, items, conflicts = wanted[home]
            place = (compound or "", building or "", building_id, entrance or "", floor, room or "", address)
            found.append(Call(home, uid, head or "", *place, people, items, conflicts, visit))
    return found


def last_visits(homes: Iterable[Home]) -> dict[Home, Visit]:
    """The last visit of each home."""
    given = list(homes)
    rows = Visit.objects.filter(
        household__in=[h.household_id for h in given if h.household_id]
    ) | Visit.objects.filter(dwelling__in=[h.dwelling_id for h in given if h.dwelling_id])
    return {Home(row.household_id, row.dwelling_id): row for row in rows.order_by("at")}


def rests(visit: Visit, on: date) -> bool:
    """Whether a home is left alone because it said no to a visit."""
    if visit.outcome != Visit.Outcome.REFUSED:
        return False
    days = int(norm("registry.visit.refused_home", on=on).amount())
    return (on - timezone.localdate(visit.at)).days < days


def walks(calls: Iterable[Call]) -> list[Walk]:
    """Homes building by building: entrance, then floor by floor, door by door; what has no building comes last."""
    ordered = sorted(calls, key=_walking)
    found: list[Walk] = []
    for call in ordered:
        if not found or found[-1].building_id != call.building_id:
            found.append(Walk(f"{call.compound}{call.building}", call.building_id))
        found[-1].calls.append(call)
    return found


def _walking(call: Call) -> tuple[Any, ...]:
    return (
        not call.building, call.compound, _natural(call.building), call.building_id or 0, _natural(call.entrance),
        -99 if call.floor is None else call.floor, _natural(call.room), call.address, call.key,
    )  # fmt: skip


def _natural(text: str) -> tuple[int, str]:
    numbers = DIGITS.findall(text)
    return (int(numbers[0]) if numbers else 0), text


@dataclass(frozen=True)
class Item:
    """One thing to ask of a person, as the page shows it; ``token`` is what an answer carries of the value it is based on."""

    pending: Pending
    token: str
    shown: str
    offered: str
    here: str = ""

    @property
    def code(self) -> str:
        """The element."""
        return self.pending.element

    @property
    def title(self) -> str:
        """The element in words."""
        return elements(RecordKind.PERSON)[self.code].title

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The codes to choose from, where it is a coded one."""
        table = elements(RecordKind.PERSON)[self.code].table
        left = (
            ("registered",)
            if self.code == "residence_kind"
            else ("01", "02")
            if self.code == "relation"
            else ()
        )
        return (
            [(code, entry.title) for code, entry in codes(table).items() if code not in left] if table else []
        )

    @property
    def asked_by(self) -> str:
        """The departments that ask."""
        return "、".join(dict.fromkeys(each.asked_by for each in self.pending.inquiries if each.asked_by))


@dataclass(frozen=True)
class Somebody:
    """A person of the home with what is to be asked."""

    known: Known
    relation: str
    age: int | None
    items: list[Item]


@dataclass(frozen=True)
class Sheet:
    """What is to be asked in one home, everything of all departments joined; and what its last visit left."""

    home: Home
    key: str
    title: str
    address: str
    path: str
    people: list[Somebody]
    last: Visit | None

    @property
    def count(self) -> int:
        """How many things there are to ask."""
        return sum(len(each.items) for each in self.people)


def home_for(by: Actor, key: str) -> tuple[Household | None, Dwelling | None] | None:
    """The home of a page's key, where the actor may visit it."""
    if not by.may("registry.visit"):
        return None
    if key.startswith("d") and key[1:].isdigit():
        rows = Dwelling.objects.select_related("entrance__building__unit", "entrance__building__compound")
        dwelling = rows.filter(pk=int(key[1:])).first()
        seen = dwelling is not None and policy.in_scope(by, dwelling.entrance.building.unit.path)
        return (None, dwelling) if seen else None
    try:
        uid = UUID(key)
    except ValueError:
        return None
    found = (
        policy.households_for(by)
        .select_related("head", "dwelling")
        .filter(uid=uid, state=Household.State.PRESENT)
        .first()
    )
    return (found, None) if found else None


def members_of(household: Household | None, dwelling: Dwelling | None) -> list[int]:
    """The persons who are asked in a home, in the order of the household; those who may be seen."""
    if household is not None:
        rows = Membership.objects.filter(
            household=household, valid_to=None, person__state=Person.State.PRESENT
        )
        return list(rows.order_by("relation", "person__birth", "pk").values_list("person_id", flat=True))
    lodged: QuerySet[Residence] = Residence.objects.filter(
        dwelling=dwelling, valid_to=None, person__state=Person.State.PRESENT
    )
    lodged = lodged.exclude(kind__in=["registered", ABSENT])
    ids = list(lodged.order_by("pk").values_list("person_id", flat=True))
    housed = set(Membership.objects.filter(person__in=ids, valid_to=None).values_list("person_id", flat=True))
    return [pk for pk in dict.fromkeys(ids) if pk not in housed]


def sheet_of(household: Household | None, dwelling: Dwelling | None, on: date, opener: Opener) -> Sheet:
    """What is to be asked in a home on a day."""
    ids = members_of(household, dwelling)
    known = known_of(ids, opener)
    home = Home(household.pk if household else None, dwelling.pk if dwelling else None)
    here = household.address if household else _written(dwelling)
    people = []
    for each in (known[pk] for pk in ids if pk in known):
        relation = titles("relations").get(each.membership.relation, "") if each.membership else ""
        items = [item_of(each, one, here) for one in each.pending(on)]
        people.append(Somebody(each, relation, each.age(on), items))
    title = (
        household.head.name
        if household and household.head
        else (str(household) if household else _written(dwelling))
    )
    key = str(household.uid) if household else f"d{dwelling.pk if dwelling else 0}"
    path = household.path if household else dwelling.entrance.building.unit.path if dwelling else ""
    return Sheet(home, key, title, here, path, people, last_visits([home]).get(home))


def item_of(known: Known, one: Pending, here: str) -> Item:
    """One thing to ask, as pages show it; ``here`` is the address of the home."""
    value = known.facts.get(one.element)
    token = token_of(known.person.pk, one.element, value)
    offered = said_in_words(one.element, one.offered)
    return Item(
        one, token, said_in_words(one.element, value), offered, here if one.element == "address" else ""
    )


def _written(dwelling: Dwelling | None) -> str:
    if dwelling is None:
        return ""
    building = dwelling.entrance.building
    return f"{building.compound.name if building.compound else ''}{building.name}{dwelling.entrance.name}{dwelling.room}"


def questions_for(by: Actor) -> QuerySet[Question]:
    """The questions about persons that an actor may see."""
    rows = Question.objects.filter(record_kind=RecordKind.PERSON)
    return rows if by.sees_all else rows.filter(record_id__in=policy.persons_for(by).values("pk"))


def visits_today(by: Actor, at: datetime) -> dict[str, int]:
    """How the visits of the actor's territory went today: by outcome, of everybody together."""
    rows = policy.visits_for(by).filter(at__date=timezone.localdate(at)).values_list("outcome", flat=True)
    counted = list(rows)
    return {outcome: counted.count(outcome) for outcome in Visit.Outcome.values}
