"""What happens to persons: birth, death, moving in, moving out and moving. One command, one event; each can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.deeds import Deed
from linli.registry.commands.living import (
    Place,
    Spot,
    belong,
    end_ties,
    follow,
    join,
    leave,
    lives_at,
    reside,
    spot_of,
    spot_of_home,
    takes_part,
    ties,
)
from linli.registry.commands.looking import subject_of
from linli.registry.commands.persons import new_person
from linli.registry.models import Household, Person, Residence
from linli.registry.queries.places import place_words
from linli.registry.queries.rows import day_said
from linli.registry.rules.households import STRANGER, child_of
from linli.registry.rules.life import LIVING, REGISTERED, Refused


@transaction.atomic
def birth(
    *, household_id: int, values: Mapping[str, str], parent_id: int | None = None, relation: str = "", registered: bool = True,
    origin: str = "community", by: Actor, at: datetime, on: date,
) -> Person:  # fmt: skip
    """A child born on a day into a household: lives, and is registered if ``registered``, where the parent does.

    ``parent_id`` is a member, the head if not given; ``relation`` follows from the parent's if not given. ``values`` are
    elements (``name``, ``sex``, ``document`` ...); the birth is the day itself.
    """
    deed = Deed("born", origin=origin, by=by, at=at, on=on)
    home = deed.household(household_id)
    parent_id = parent_id or home.row.head_id
    if parent_id is None:
        raise Refused("这一户没有户主，请选择父亲或母亲")
    parent, as_what = deed.person(parent_id), home.member(parent_id).relation
    child = new_person(deed, {**values, "birth": on.isoformat()})
    join(deed, home, child, relation or child_of(as_what, child.sex))
    lives = lives_at(deed, parent)
    reside(deed, child, _spot(lives) if lives else spot_of_home(home), lives.kind if lives else "usual")
    stands = next((row for row in ties(deed, parent) if row.kind == REGISTERED), None)
    if registered and stands is not None:
        reside(deed, child, _spot(stands), REGISTERED)
    deed.settle()
    deed.close("registry.born", about=child, subject=subject_of(child))
    return child


@transaction.atomic
def death(*, person_id: int, origin: str = "civil_affairs", by: Actor, at: datetime, on: date) -> Person:
    """A person died: household and residences end on that day; the household has another head where the head died."""
    deed = Deed("died", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    deed.put(person, {"state": Person.State.DEAD, "died_on": day_said(on)})
    leave(deed, person)
    end_ties(deed, person, (REGISTERED, *LIVING))
    deed.settle()
    deed.close("registry.died", about=person, subject=subject_of(person), after={"on": str(on)})
    return person


@transaction.atomic
def move_out(*, person_id: int, origin: str = "community", by: Actor, at: datetime, on: date) -> Person:
    """A person leaves the district with the registration, if it was here: the record stays with its last community.

    Who lives elsewhere but stays registered here has moved (``move``), not moved out.
    """
    deed = Deed("moved_out", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    deed.put(person, {"state": Person.State.LEFT, "left_on": day_said(on)})
    leave(deed, person)
    end_ties(deed, person, (REGISTERED, *LIVING))
    deed.settle()
    deed.close("registry.moved_out", about=person, subject=subject_of(person), after={"on": str(on)})
    return person


@transaction.atomic
def move_in(
    *, person_id: int | None = None, document: bytes | None = None, place: Place, kind: str = "usual",
    household_id: int | None = None, relation: str = STRANGER, alone: bool = False, registered: Place | None = None,
    origin: str = "community", by: Actor, at: datetime, on: date,
) -> Person:  # fmt: skip
    """A person who is in the register comes to live in the actor's territory: back into the district, or from another unit.

    The household is ``household_id``, or with ``alone`` a new one of the own; else that of before.
    Whom the actor does not see is found by the mark of the whole ``document``, which asks for ``registry.transfer``.
    """
    deed = Deed("moved_in", origin=origin, by=by, at=at, on=on)
    spot = spot_of(place)
    policy.require(by, "registry.change", spot.path)
    if document is not None:
        person = deed.person_by_document(document)
    elif person_id is not None:
        person = deed.person(person_id)
    else:
        raise Refused("请选择人员，或填写证件号码")
    if person.state == Person.State.LEFT:
        deed.put(person, {"state": Person.State.PRESENT, "left_on": None})
    takes_part(deed, person)
    _settle_at(deed, person, spot, kind)
    belong(deed, person, spot, household_id=household_id, relation=relation, alone=alone)
    if registered is not None:
        reside(deed, person, spot_of(registered), REGISTERED)
    deed.settle()
    deed.close(
        "registry.moved_in",
        about=person,
        subject=subject_of(person),
        after={"address": place_words(spot.path)},
    )
    return person


@transaction.atomic
def move(
    *, person_id: int, place: Place, kind: str = "usual", household_id: int | None = None, relation: str = STRANGER,
    alone: bool = False, origin: str = "community", by: Actor, at: datetime, on: date,
) -> Person:  # fmt: skip
    """A person lives elsewhere from a day on: in ``household_id``, in a household of the own (``alone``), or in that of before.

    A place outside the district is for those who stay registered here. Into another unit's territory a person who is not
    registered in the own one moves only by the verb ``registry.transfer``.
    """
    deed = Deed("moved", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    spot = spot_of(place)
    if not spot.path and not person.registered_path:
        raise Refused("户籍不在本区的人搬出本区，请办理迁出")
    _settle_at(deed, person, spot, kind)
    belong(deed, person, spot, household_id=household_id, relation=relation, alone=alone)
    deed.settle()
    deed.close("registry.moved", about=person, subject=subject_of(person))
    return person


@transaction.atomic
def register_at(
    *, person_id: int, place: Place | None, origin: str = "police", by: Actor, at: datetime, on: date
) -> Person:
    """The household register has a person at another place from a day on; None: no longer in any that is known."""
    deed = Deed("moved", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    if place is not None:
        reside(deed, person, spot_of(place), REGISTERED)
    else:
        end_ties(deed, person, (REGISTERED,))
        follow(deed, person, {"registered_path": ""})
    deed.settle()
    deed.close("registry.moved", about=person, subject=subject_of(person))
    return person


@transaction.atomic
def move_household(
    *,
    household_id: int,
    place: Place,
    kind: str = "usual",
    origin: str = "community",
    by: Actor,
    at: datetime,
    on: date,
) -> Household:
    """A whole household moves: every member who lives where the household lived, and the household itself."""
    deed = Deed("moved", origin=origin, by=by, at=at, on=on)
    home = deed.household(household_id)
    spot = spot_of(place)
    policy.require(by, "registry.change", spot.path)
    old = home.row.dwelling_id
    movers = [deed.person(each.person_id) for each in home.current]
    for person in movers:
        takes_part(deed, person)
        lives = lives_at(deed, person)
        if lives is None or lives.dwelling_id == old:
            reside(deed, person, spot, kind)
    deed.put(home.row, {"dwelling": spot.dwelling_id, "address": spot.address, "path": spot.path})
    if not movers:
        raise Refused("这一户没有成员")
    about = next((each for each in movers if each.pk == home.row.head_id), movers[0])
    deed.settle()
    deed.close("registry.moved", about=about, subject=subject_of(about))
    return home.row


def _settle_at(deed: Deed, person: Person, spot: Spot, kind: str) -> None:
    """The person lives there from the day on."""
    if kind not in LIVING:
        raise Refused("请选择现住地的居住方式")
    reside(deed, person, spot, kind)


def _spot(row: Residence) -> Spot:
    """The place of a residence."""
    return Spot(row.dwelling_id, row.address, row.path)
