"""What happens to households: made, split, merged, another head; and marriage, which joins two persons in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.registry.commands.deeds import Deed
from linli.registry.commands.homes import Home
from linli.registry.commands.living import (
    Place,
    Spot,
    join,
    life_of,
    lives_at,
    make_home,
    not_head,
    reside,
    spot_of,
    spot_of_home,
    takes_part,
)
from linli.registry.commands.looking import subject_of
from linli.registry.models import Household, Person
from linli.registry.rules import life
from linli.registry.rules.households import RELATIVE, STRANGER, seen_from, spouse_by_sex, spouse_of
from linli.registry.rules.life import Refused


def home_subject(household: Household) -> Subject:
    """A household as the subject of an event."""
    return Subject("household", household.pk, str(household), household.path)


@transaction.atomic
def make_household(
    *, head_id: int, members: Mapping[int, str] | None = None, place: Place | None = None, number: str = "",
    origin: str = "community", by: Actor, at: datetime, on: date,
) -> Household:  # fmt: skip
    """A household of persons who belong to none yet, or leave theirs: the head, and members with their relations.

    It is where the head lives if no ``place`` is given; nobody moves by it.
    """
    deed = Deed("household_made", origin=origin, by=by, at=at, on=on)
    head = deed.person(head_id)
    takes_part(deed, head)
    home = make_home(deed, spot_of(place) if place else _spot(deed, head), head=head, number=number)
    for person_id, relation in (members or {}).items():
        _joins(deed, home, deed.person(person_id), relation)
    deed.settle()
    deed.close("registry.household_made", about=head, subject=home_subject(home.row))
    return home.row


@transaction.atomic
def marry(
    *, person_id: int, spouse_id: int, household_id: int | None = None, place: Place | None = None, number: str = "",
    origin: str = "civil_affairs", by: Actor, at: datetime, on: date,
) -> Household:  # fmt: skip
    """Two persons marry: one joins the household of the other (``household_id``), or both make a new one.

    In a household the incomer stands to the head as the spouse of the member. A new household has the first person as head,
    at ``place``, or where the first lives. Whoever joins lives there from the day on.
    """
    deed = Deed("married", origin=origin, by=by, at=at, on=on)
    one, other = deed.person(person_id), deed.person(spouse_id)
    life.may_marry(life_of(one), life_of(other), one.pk == other.pk)
    for each in (one, other):
        takes_part(deed, each)
    if household_id is not None:
        home = deed.household(household_id)
        staying = one if home.has(one.pk) else other
        relation = home.member(staying.pk).relation
        coming = other if staying is one else one
        join(deed, home, coming, spouse_of(relation, coming.sex))
        _live_in(deed, home, coming)
    else:
        spot = spot_of(place) if place else _spot(deed, one)
        home = make_home(deed, spot, head=one, number=number)
        join(deed, home, other, spouse_by_sex(other.sex))
        for each in (one, other):
            _live_in(deed, home, each)
    deed.settle()
    deed.close("registry.married", about=one, subject=subject_of(one))
    return home.row


@transaction.atomic
def split_household(
    *, household_id: int, head_id: int, others: Sequence[int] = (), relations: Mapping[int, str] | None = None,
    place: Place | None = None, number: str = "", origin: str = "police", by: Actor, at: datetime, on: date,
) -> Household:  # fmt: skip
    """Some members become a household of their own under a head among them; those who move with it live at ``place``.

    Relations to the new head follow from those to the old one where ``relations`` do not say them.
    """
    deed = Deed("household_split", origin=origin, by=by, at=at, on=on)
    old = deed.household(household_id)
    if len({head_id, *others}) >= len(old.current):
        raise Refused("分户后原户至少要留一人；全户搬家请办理变更住址，换户主请办理变更户主")
    as_what = {each.person_id: each.relation for each in old.current}
    head = deed.person(head_id)
    old.member(head_id)
    takes_part(deed, head)
    spot = spot_of(place) if place else spot_of_home(old)
    home = make_home(deed, spot, head=head, number=number)
    for person_id in others:
        person = deed.person(person_id)
        seen = seen_from(as_what[head_id], as_what[old.member(person_id).person_id], person.sex)
        _joins(deed, home, person, (relations or {}).get(person_id, seen))
    if place is not None:
        for each in home.current:
            _live_in(deed, home, each.person)
    deed.settle()
    deed.close("registry.household_split", about=head, subject=home_subject(old.row))
    return home.row


@transaction.atomic
def merge_households(
    *, household_id: int, other_id: int, relations: Mapping[int, str] | None = None, origin: str = "police",
    by: Actor, at: datetime, on: date,
) -> Household:  # fmt: skip
    """All members of another household join this one; the other ends. Where nobody says the relation it is 其他亲属."""
    deed = Deed("households_merged", origin=origin, by=by, at=at, on=on)
    if household_id == other_id:
        raise Refused("请选择两个不同的户")
    home, other = deed.household(household_id), deed.household(other_id)
    movers = [deed.person(each.person_id) for each in other.current]
    if not movers or not home.current:
        raise Refused("有一户没有成员，不必并户")
    for person in movers:
        given = (relations or {}).get(person.pk) or (
            STRANGER if other.member(person.pk).relation in ("98", STRANGER) else RELATIVE
        )
        _joins(deed, home, person, given)
    deed.settle()
    deed.close("registry.household_merged", about=movers[0], subject=home_subject(home.row))
    return home.row


@transaction.atomic
def set_head(
    *, household_id: int, person_id: int, relations: Mapping[int, str] | None = None, origin: str = "police",
    by: Actor, at: datetime, on: date,
) -> Household:  # fmt: skip
    """Another member is the head; relations are said anew from there, as ``relations`` say or as far as they follow."""
    deed = Deed("head_changed", origin=origin, by=by, at=at, on=on)
    home = deed.household(household_id)
    person = deed.person(person_id)
    takes_part(deed, person)
    if home.row.head_id == person_id:
        raise Refused("这个人已经是户主")
    home.headed_by(person_id, deed.put)
    for other_id, relation in (relations or {}).items():
        if other_id != person_id:
            deed.put(home.member(other_id), {"relation": not_head(relation)})
    deed.settle()
    deed.close("registry.head_changed", about=person, subject=home_subject(home.row))
    return home.row


def _joins(deed: Deed, home: Home, person: Person, relation: str) -> None:
    takes_part(deed, person)
    join(deed, home, person, not_head(relation))


def _spot(deed: Deed, person: Person) -> Spot:
    """Where a person lives."""
    lives = lives_at(deed, person)
    if lives is None:
        raise Refused("这个人没有登记现住地，请选择房屋或填写地址")
    return Spot(lives.dwelling_id, lives.address, lives.path)


def _live_in(deed: Deed, home: Home, person: Person) -> None:
    """The person lives where the household does, if the household lives anywhere and the person not there already."""
    spot = spot_of_home(home)
    lives = lives_at(deed, person)
    if (
        not spot.address
        or lives is not None
        and (lives.dwelling_id, lives.address) == (spot.dwelling_id, spot.address)
    ):
        return
    reside(deed, person, spot, "usual")
