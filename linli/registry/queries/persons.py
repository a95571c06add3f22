"""Finding persons, and what lists and pages show of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import crypto
from linli.kernel.privacy.marks import mark
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.standing import Standing
from linli.registry.models import Household, Membership, Person, Residence
from linli.registry.policy import persons_for
from linli.registry.queries.places import door_said, door_words
from linli.registry.queries.sealed import Opener, masked_document, masked_phones
from linli.registry.rules.tables import titles

TAIL = re.compile(r"[0-9]{3}[0-9X]")
CITIZEN_ID = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
DOCUMENT = re.compile(r"[A-Z]{1,3}[0-9]{6,12}|[0-9]{8}|[0-9]{10}")
PHONE = re.compile(r"1[0-9]{10}|(0[0-9]{2,3}-?)?[0-9]{7,8}|[48]00[0-9]{7}")


def by_number(word: str) -> Sequence[int] | None:
    """The persons with a document or a phone, whole or by its last four; None for a word that is no such number.

    Past the policies where an index needs that: the caller reads the rows under them.
    """
    number = word.strip().upper()
    if TAIL.fullmatch(number):
        return [
            *_with_document(document_tail=crypto.blind("document tail", number)),
            *_with_phone("phone tail", number),
        ]
    found: list[int] | None = None
    if CITIZEN_ID.fullmatch(number) or DOCUMENT.fullmatch(number):
        marks = [crypto.blind("document", f"{kind}:{number}") for kind in titles("document_kinds")]
        found = _with_document(document_mark__in=marks)
    if PHONE.fullmatch(number):
        found = [*(found or ()), *_with_phone("phone", number)]
    return found


def _with_document(**wanted: Any) -> list[int]:
    return list(Person.objects.filter(**wanted).values_list("pk", flat=True))


def _with_phone(kind: str, number: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_person_by_phone(%s)", [crypto.blind(kind, number)])
        return [pk for (pk,) in cursor.fetchall()]


CARED_NOW = "SELECT person_id FROM registry_care WHERE mark = ANY(%s) AND valid_to IS NULL"
CARED_THEN = """
    SELECT person_id FROM registry_care c WHERE mark = ANY(%s) AND (valid_to IS NULL OR valid_to > %s) AND (
        valid_from IS NULL OR valid_from <= %s OR NOT EXISTS (
            SELECT FROM registry_care b WHERE b.person_id = c.person_id AND b.mark = c.mark AND b.valid_to <= c.valid_from))
"""


def in_care(groups: Iterable[str], day: date | None = None) -> list[int]:
    """The persons in any of some care groups today, or on a day, as far as the viewer may see their membership.

    The first time that is known of somebody reaches back, as with homes (``days.py``).
    """
    marks = [mark("care", group) for group in groups]
    if not marks:
        return []
    found = ids_found(CARED_NOW, [marks]) if day is None else ids_found(CARED_THEN, [marks, day, day])
    return [int(pk) for pk in found]


HOME = "dwelling__entrance__building__compound"
_BUILDING = "dwelling__entrance__building"
_LIVES: Standing[tuple[Any, ...]] = Standing(
    lambda ids: Residence.objects.filter(person__among=ids, valid_to__isnull=True).values_list(
        "person_id", "kind", "address",
        f"{_BUILDING}__compound__name", f"{_BUILDING}__name", "dwelling__entrance__name", "dwelling__room",
    ),
    [-1],
)  # fmt: skip

NEAREST = ("usual", "renting", "floating", "apart", "registered")
"""Where a person is found: the kinds of residence, the likeliest first."""


def join_persons(rows: Sequence[Person]) -> None:
    """Give the persons of a page what its columns show of other tables and of sealed values: masks and addresses."""
    opener = Opener()
    homes = _LIVES.ask([row.pk for row in rows]) if rows else []
    homes.sort(key=lambda home: NEAREST.index(home[1]), reverse=True)
    addresses = {person: told or door_said(*door) for person, _kind, told, *door in homes}
    for row in rows:
        shown: Any = row
        shown.masked_document = masked_document(opener.document(row))
        shown.masked_phones = masked_phones(opener.phones(row))
        shown.address = addresses.get(row.pk, "")


def address_of(home: Residence | Household) -> str:
    """An address as it was told, else in the words of its dwelling."""
    return home.address or (door_words(home.dwelling) if home.dwelling else "")


def then(day: date) -> Q:
    """What held on a day, of rows with ``valid_from`` and ``valid_to``."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    )


def person_for(actor: Actor, uid: UUID) -> Person | None:
    """The person of that identifier, where the actor may see it."""
    return persons_for(actor).filter(uid=uid).first()


@dataclass(frozen=True)
class Kin:
    """A member of a person's household."""

    person: Person
    relation: str

    @property
    def relation_words(self) -> str:
        """The relation to the head in words."""
        return titles("relations").get(self.relation, "")

    @property
    def sex(self) -> str:
        """The sex in words."""
        return titles("sexes").get(self.person.sex, "")


def birth_words(person: Person) -> str:
    """The date of birth as far as it is known."""
    if person.birth is None:
        return ""
    return person.birth.isoformat()[: {"day": 10, "month": 7, "year": 4}[person.birth_precision]]


def kin_of(household_id: int, day: date) -> list[Kin]:
    """The members of a household on a day whom the viewer may see."""
    rows: QuerySet[Membership] = Membership.objects.filter(then(day), household=household_id)
    return [
        Kin(row.person, row.relation)
        for row in rows.select_related("person").order_by("relation", "person__birth")
    ]
