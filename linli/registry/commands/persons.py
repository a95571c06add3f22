"""Taking a person into the register, and mending what is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from linli.algorithms.text.sentences import listed, said
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands.deeds import ChangedMeanwhile, Deed
from linli.registry.commands.living import (
    Place,
    belong,
    confirm,
    follow,
    lives_at,
    reside,
    spot_of,
    takes_part,
    ties,
)
from linli.registry.commands.looking import subject_of
from linli.registry.models import Person
from linli.registry.queries.rows import values_of
from linli.registry.rules.changes import PERSON_ELEMENTS, Values
from linli.registry.rules.elements import elements, open_titles
from linli.registry.rules.households import STRANGER
from linli.registry.rules.life import LIVING, REGISTERED, Refused
from linli.registry.rules.sealed import document_parts, document_said
from linli.registry.rules.values import NotReadable, agrees_with_document, read_values

PLACES = {"address", "registered_address", "residence_kind"}
OF_DOCUMENT = {"document", "document_kind", "birth", "sex"}
OF_HOME = {"household_number", "relation"}


@transaction.atomic
def add_person(
    *, values: Mapping[str, str], place: Place | None = None, kind: str = "usual", registered: Place | None = None,
    household_id: int | None = None, relation: str = STRANGER, alone: bool = False, origin: str, by: Actor, at: datetime, on: date,
) -> Person:  # fmt: skip
    """A new person with the values of elements (``name`` is needed), living at ``place`` and registered at ``registered``.

    With ``household_id`` the person joins that household, with ``alone`` is a new one. One of the places must lie in the actor's territory.
    """
    policy.require(by, "registry.change")
    deed = Deed("added", origin=origin, by=by, at=at, on=on)
    person = new_person(deed, values)
    for where, how in ((place, kind), (registered, REGISTERED)):
        if where is not None:
            reside(deed, person, spot_of(where), how)
    if not policy.in_scope(by, person.path, person.registered_path):
        raise NotAllowed("请选择本辖区内的现住地或户籍地")
    if (where := place or registered) is not None:
        belong(deed, person, spot_of(where), household_id=household_id, relation=relation, alone=alone)
    deed.settle()
    deed.close("registry.person_added", about=person, subject=subject_of(person))
    return person


def new_person(deed: Deed, values: Mapping[str, str]) -> Person:
    """The row of a new person in hand."""
    read = read_values("person", values, on=deed.on)
    if not read.get("name"):
        raise NotReadable("请填写姓名")
    wrong = read.keys() & (PLACES | OF_HOME)
    if wrong:
        raise NotReadable("住址、户号请在登记住址和家庭户时填写")
    agrees_with_document(read)
    return deed.make(Person(), {**read, "confirmed_on": deed.on.isoformat()})


@transaction.atomic
def correct(
    *, person_id: int, values: Mapping[str, str], origin: str, by: Actor, at: datetime, on: date, version: int | None = None
) -> Person:  # fmt: skip
    """Mend values of a person; "" empties one. ``origin`` says who says so (``visit``, ``self``, ``community`` ...).

    An address is mended where no home is known for it; otherwise the person has moved, which is an event of its own.
    ``version`` is what the form was made from.
    """
    deed = Deed("corrected", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    if version is not None and version != person.version:
        raise ChangedMeanwhile("这条记录刚刚被他人改过，请查看最新内容后再更正")
    read = read_values("person", values, on=on)
    mend(deed, person, read)
    deed.settle()
    deed.close(
        "registry.person_changed",
        about=person,
        subject=subject_of(person),
        after={"elements": titles_of("person", values)},
    )
    return person


def titles_of(kind: str, codes: Iterable[str]) -> str:
    """Elements in words, as events say them."""
    return listed(open_titles(kind, codes))


@transaction.atomic
def change_name(
    *, person_id: int, name: str, origin: str = "police", by: Actor, at: datetime, on: date
) -> Person:
    """Give a person a new name; the old one is kept as the former name."""
    deed = Deed("renamed", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    read = read_values("person", {"name": name}, on=on)
    if not read["name"] or read["name"] == person.name:
        raise NotReadable("请填写新的姓名")
    deed.put(person, {"name": read["name"], "former_name": person.name})
    after = {"elements": titles_of("person", ["name"])}
    deed.close("registry.person_changed", about=person, subject=subject_of(person), after=after)
    return person


@transaction.atomic
def change_document(
    *,
    person_id: int,
    number: str,
    document_kind: str = "",
    origin: str = "police",
    by: Actor,
    at: datetime,
    on: date,
) -> Person:
    """Give a person another document; a citizen id must agree with birth and sex."""
    deed = Deed("document_changed", origin=origin, by=by, at=at, on=on)
    person = deed.person(person_id)
    takes_part(deed, person)
    mend(
        deed,
        person,
        read_values(
            "person",
            {"document": number, **({"document_kind": document_kind} if document_kind else {})},
            on=on,
        ),
    )
    after = {"elements": titles_of("person", ["document"])}
    deed.close("registry.person_changed", about=person, subject=subject_of(person), after=after)
    return person


def mend(deed: Deed, person: Person, read: Values) -> None:
    """Set read values of a person in hand, of the homes and of the household; refuses what contradicts the document."""
    if "name" in read and not read["name"]:
        raise NotReadable("姓名不能为空")
    own = {code: value for code, value in read.items() if code in PERSON_ELEMENTS}
    held = values_of(person, deed.opener)
    if own.get("document_kind") and held["document"] and "document" not in own:
        own["document"] = document_said(own["document_kind"], document_parts(held["document"])[1])
    if own.keys() & OF_DOCUMENT:  # an old contradiction is no reason not to mend something else
        agrees_with_document({**held, **own})
    deed.put(person, own)
    confirm(deed, person)
    _mend_places(deed, person, read)
    _mend_home(deed, person, read)


def _mend_places(deed: Deed, person: Person, read: Values) -> None:
    told = {code: value for code, value in read.items() if code in PLACES}
    for code, kinds in (("address", LIVING), ("registered_address", (REGISTERED,))):
        if code not in told:
            continue
        row = next((each for each in ties(deed, person) if each.kind in kinds), None)
        if row is None or row.dwelling_id is not None or not told[code]:
            raise Refused(
                "%(title)s已对应到房屋或尚未登记，请办理变更住址", title=said(elements("person")[code].title)
            )
        deed.put(row, {"address": told[code]})
    if told.get("residence_kind"):
        row = lives_at(deed, person)
        if row is None or told["residence_kind"] == REGISTERED:
            raise Refused("还没有登记现住地，请办理变更住址")
        deed.put(row, {"kind": told["residence_kind"]})
        follow(deed, person, {})


def _mend_home(deed: Deed, person: Person, read: Values) -> None:
    if not read.keys() & OF_HOME:
        return
    home = deed.home_of(person)
    if home is None:
        raise Refused("这个人还没有登记家庭户")
    if "household_number" in read:
        deed.put(home.row, {"number": read["household_number"]})
    if read.get("relation"):
        row = home.member(person.pk)
        if (home.row.head_id == person.pk) != (read["relation"] in ("01", "02")):
            raise Refused("户主的变更请办理变更户主")
        deed.put(row, {"relation": read["relation"]})
