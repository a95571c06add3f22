"""What a resident sees of the own household, through the declared door, and what must be masked even there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from linli.algorithms.text.mask import mask_name, mask_phone
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.models import Household, Invitation, Person
from linli.registry.queries.knowing import Known, known_of, said_in_words
from linli.registry.queries.places import community_words
from linli.registry.queries.sealed import Opener
from linli.registry.queries.visits import Item, item_of, members_of
from linli.registry.rules.asking import Held, Pending, Why, asked_on
from linli.registry.rules.elements import elements
from linli.registry.rules.tables import titles

SENT_ABOUT = "own household code"
TOLD = ("name", "former_name", "sex", "birth", "document", "registered_address", "household_number")
"""What is shown besides what is asked; who sees a mistake there tells the community."""


def invitation_of(code: str, at: datetime, *, lock: bool = False) -> Invitation | None:
    """The invitation of a code that is in force; None alike for every code that is not one. Inside the door."""
    wanted = "".join(sign for sign in code.upper() if sign.isalnum())
    rows = Invitation.objects.filter(
        mark=crypto.blind("invitation", wanted), ended_at=None, expires_at__gt=at
    )
    rows = rows.filter(household__state=Household.State.PRESENT).select_related(
        "household__head", "household__dwelling"
    )
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def own_members(household_id: int) -> list[int]:
    """The members of the household."""
    return members_of(Household.objects.get(pk=household_id), None)


@dataclass(frozen=True)
class Door:
    """What is told before the second code: of which community it is, and to which telephones the code can go."""

    community: str
    phones: list[tuple[int, str]]


def door_of(code: str, at: datetime) -> Door | None:
    """To which telephones of the household the second code can go: names and numbers masked."""
    with door(policy.OWN_HOUSEHOLD):
        row = invitation_of(code, at)
        if row is None:
            return None
        opener = Opener()
        people = Person.objects.filter(pk__in=own_members(row.household_id)).order_by("pk")
        numbers = [(each, opener.phones(each)) for each in people]
        phones = [
            (each.pk, f"{mask_name(each.name)} {mask_phone(known[0])}") for each, known in numbers if known
        ]
        return Door(community_words(row.path), phones)


@dataclass(frozen=True)
class Line:
    """A value of a resident's own record: what it is called, the value as it may be shown, who told it and when."""

    title: str
    value: str
    source: str
    on: date | None


@dataclass(frozen=True)
class Own:
    """A member of the household: what is asked, what is fresh and may be mended, and everything that is kept, with its source."""

    person: Person
    relation: str
    asked: list[Item]
    fresh: list[Item]
    told: list[Line]


@dataclass(frozen=True)
class OwnHousehold:
    """The household of an invitation as its people see it."""

    household: Household
    community: str
    people: list[Own]
    count: int


def own_household(code: str, at: datetime, on: date) -> OwnHousehold | None:
    """What is kept of the household of a code; documents and telephones masked, care groups left out."""
    with door(policy.OWN_HOUSEHOLD):
        row = invitation_of(code, at)
        if row is None:
            return None
        ids = members_of(row.household, None)
        known = known_of(ids, Opener())
        people = [_own(known[pk], row.household, on) for pk in ids if pk in known]
        return OwnHousehold(
            row.household, community_words(row.path), people, sum(len(each.asked) for each in people)
        )


def _own(known: Known, household: Household, on: date) -> Own:
    pending = known.pending(on)
    gaps = {each.element for each in pending}
    asked = asked_on(on)
    fresh = [
        Pending(code, Why.STALE, known.held.get(code, Held()), each.purpose, each.basis, each.may_refuse)
        for code, each in asked.items()
        if code not in gaps
        and known.facts.get(code)
        and each.applies(known.age(on), known.membership is not None)
    ]
    told = [code for code in dict.fromkeys((*TOLD, *asked)) if known.facts.get(code)]
    return Own(
        known.person,
        titles("relations").get(known.membership.relation, "") if known.membership else "",
        [item_of(known, each, household.address) for each in pending],
        [item_of(known, each, household.address) for each in fresh],
        [_line(known, code) for code in told],
    )


def _line(known: Known, code: str) -> Line:
    held = known.held.get(code, Held())
    source = titles("source_kinds").get(held.source_kind, "")
    return Line(elements("person")[code].title, said_in_words(code, known.facts.get(code)), source, held.on)


def own_code_to_send(invitation_id: int) -> tuple[str, str] | None:
    """Telephone and one-time code that are still to be sent; for the job that sends them."""
    row = Invitation.objects.filter(pk=invitation_id, sent_at=None, sealed__isnull=False).first()
    if row is None or row.key_id is None or row.sealed is None:
        return None
    who = Person.objects.filter(pk=row.person_id or 0).first()
    phones = Opener().phones(who) if who else []
    return (phones[0], open_key(row.key_id).unseal(bytes(row.sealed), SENT_ABOUT)) if phones else None
