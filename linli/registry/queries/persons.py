"""Finding persons, and what lists and pages show of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import events_of, sentence_of
from linli.kernel.privacy import crypto
from linli.kernel.privacy.marks import mark
from linli.kernel.registers.engines.ids import ids_found
from linli.kernel.standing import Standing
from linli.registry.models import Care, Household, Membership, Person, Residence, Trait
from linli.registry.policy import care_groups_of, is_switched_on, persons_for
from linli.registry.queries.places import door_words, place_words
from linli.registry.queries.sealed import Opener, masked_document, masked_phones
from linli.registry.rules.elements import codes_of, elements
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


def in_care(groups: Iterable[str]) -> list[int]:
    """The persons in any of some care groups today, as far as the viewer may see their membership."""
    marks = [mark("care", group) for group in groups]
    sql = "SELECT person_id FROM registry_care WHERE mark = ANY(%s) AND valid_to IS NULL"
    return ids_found(sql, [marks]).tolist() if marks else []


HOME = "dwelling__entrance__building__compound"
_LIVES = Standing(
    lambda ids: Residence.objects.filter(person__among=ids, valid_to__isnull=True).select_related(HOME), [-1]
)

NEAREST = ("usual", "renting", "floating", "apart", "registered")
"""Where a person is found: the kinds of residence, the likeliest first."""


def join_persons(rows: Sequence[Person]) -> None:
    """Give the persons of a page what its columns show of other tables and of sealed values: masks and addresses."""
    opener = Opener()
    homes = _LIVES.ask([row.pk for row in rows]) if rows else []
    homes.sort(key=lambda home: NEAREST.index(home.kind), reverse=True)
    addresses = {home.person_id: address_of(home) for home in homes}
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


@dataclass(frozen=True)
class CareShown:
    """A care group of a person that the viewer may see."""

    title: str
    basis: str
    note: str
    since: date | None


@dataclass(frozen=True)
class Known:
    """Where a value comes from, and the day for which it was told."""

    source: str
    on: date


@dataclass(frozen=True)
class Fact:
    """A value on the page of a person, with where it comes from."""

    label: str
    value: str
    known: Known | None = None


@dataclass(frozen=True)
class Group:
    """Values that belong together."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class HomeShown:
    """A residence as the page shows it."""

    kind_words: str
    address: str
    building_id: int | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Told:
    """One line of a timeline."""

    at: datetime
    who: str
    what: str
    text: str


@dataclass(frozen=True)
class PersonShown:
    """A person as the page shows it: sealed values masked."""

    person: Person
    document: str
    phones: str
    known: dict[str, Known]
    membership: Membership | None
    kin: list[Kin]
    residences: list[HomeShown]
    cares: list[CareShown]
    traits: list[tuple[str, str]]
    timeline: list[Told]
    hidden: int

    @property
    def is_sealed(self) -> bool:
        """Whether there is anything that may be asked to be shown."""
        return bool(self.document or self.phones)

    @property
    def document_kind(self) -> str:
        """What the document is called."""
        return titles("document_kinds").get(self.person.document_kind) or "证件号码"

    @property
    def sex(self) -> str:
        """The sex in words."""
        return titles("sexes").get(self.person.sex, "")

    @property
    def place(self) -> str:
        """Where the person lives, in units."""
        return place_words(self.person.path)

    @property
    def groups(self) -> list[Group]:
        """The plain values, in groups, each with its source; what is switched off is not there."""
        person = self.person
        basic = [
            self._fact("name", person.name),
            self._fact("former_name", person.former_name),
            self._fact("sex", self.sex),
            self._fact("birth", birth_words(person)),
            *(Fact(label, value) for label, value in self.traits),
        ]
        if person.died_on:
            basic.append(self._fact("died_on", person.died_on.isoformat()))
        belongs = [
            self._fact("population", titles("populations").get(person.population, "")),
            Fact("现住网格", self.place),
            Fact("户籍网格", place_words(person.registered_path)),
            Fact("最近核实", person.confirmed_on.isoformat() if person.confirmed_on else ""),
        ]
        work = [
            self._fact("education", titles("educations").get(person.education, "")),
            self._fact("work", person.work),
        ]
        return [
            Group("基本情况", [fact for fact in basic if fact.value or fact.label != "曾用名"]),
            Group("人口登记", belongs),
            Group("教育和就业", work),
        ]

    def _fact(self, element: str, value: str) -> Fact:
        return Fact(elements("person")[element].title, value, self.known.get(element) if value else None)


def birth_words(person: Person) -> str:
    """The date of birth as far as it is known."""
    if person.birth is None:
        return ""
    return person.birth.isoformat()[: {"day": 10, "month": 7, "year": 4}[person.birth_precision]]


def show_person(actor: Actor, person: Person, day: date) -> PersonShown:
    """Everything of a person on a day that the actor may see; one reads a past day by its dated rows."""
    opener = Opener()
    membership = (
        Membership.objects.filter(then(day), person=person)
        .select_related("household")
        .order_by("-valid_from")
        .first()
    )
    kin = [] if membership is None else kin_of(membership.household_id, day)
    return PersonShown(
        person,
        masked_document(opener.document(person)),
        masked_phones(opener.phones(person)),
        known_of(person.pk),
        membership,
        kin,
        homes_of(person, day),
        cares_of(actor, person, day, opener),
        traits_of(person, day, opener),
        timeline_of(person.pk),
        max(0, membership.household.size - len(kin)) if membership else 0,
    )


def homes_of(person: Person, day: date) -> list[HomeShown]:
    """Where a person lived up to a day, what holds first."""
    rows = Residence.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day), person=person)
    found = [
        HomeShown(
            titles("residence_kinds").get(row.kind, row.kind),
            address_of(row),
            row.dwelling.entrance.building_id if row.dwelling else None,
            row.valid_from,
            row.valid_to if row.valid_to and row.valid_to <= day else None,
        )
        for row in rows.select_related(HOME)
    ]
    found.sort(key=lambda home: home.valid_from or date.min, reverse=True)
    return sorted(found, key=lambda home: home.valid_to is not None)


WRITERS = """
    SELECT r.wrote, s.kind, i.file_date, i.created_at FROM registry_rawrow r
    JOIN registry_intake i ON i.id = r.intake_id JOIN registry_source s ON s.id = i.source_id
    WHERE r.record_kind = 'person' AND r.record_id = %s AND r.wrote <> 0 AND i.state = 'done'
    UNION ALL
    SELECT wrote, origin, "on", at FROM registry_change
    WHERE record_kind = 'person' AND record_id = %s AND wrote <> 0 AND undone_by_id IS NULL AND intake_id IS NULL
    ORDER BY 4
"""


def known_of(person_id: int) -> dict[str, Known]:
    """Who told each value last, and for which day."""
    found: dict[str, Known] = {}
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [person_id, person_id])
        for wrote, source, on, _at in cursor.fetchall():
            known = Known(titles("source_kinds").get(source, source), on)
            found |= dict.fromkeys(codes_of("person", wrote), known)
    return found


def timeline_of(person_id: int) -> list[Told]:
    """What happened to a person's record, the latest first; looks are left out."""
    return [
        Told(event.at, event.actor_label, sentence_of(event), event.note)
        for event in reversed(events_of("person", person_id))
    ]


def kin_of(household_id: int, day: date) -> list[Kin]:
    """The members of a household on a day whom the viewer may see."""
    rows: QuerySet[Membership] = Membership.objects.filter(then(day), household=household_id)
    return [
        Kin(row.person, row.relation)
        for row in rows.select_related("person").order_by("relation", "person__birth")
    ]


def cares_of(actor: Actor, person: Person, day: date, opener: Opener) -> list[CareShown]:
    """The care groups of a person that the actor's verbs open."""
    groups = care_groups_of(actor)
    if not groups:
        return []
    open_to = {mark("care", group) for group in groups}
    found = []
    for row in Care.objects.filter(then(day), person=person, mark__in=open_to):
        said = opener.care(row)
        title = titles("care_groups").get(said.get("group", ""), "")
        found.append(CareShown(title, said.get("basis", ""), said.get("note", ""), row.valid_from))
    return found


def traits_of(person: Person, day: date, opener: Opener) -> list[tuple[str, str]]:
    """The values of fields that are switched on, with what they are called; nothing of those that are off."""
    found = []
    for code, element in elements("person").items():
        if element.access != "switched" or not is_switched_on(code, day):
            continue
        row = Trait.objects.filter(person=person, element=code).first()
        value = opener.trait(row) if row else ""
        found.append((element.title, titles(element.table).get(value, "")))
    return found
