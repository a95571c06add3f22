"""The page of a person: values with their sources, sealed ones masked; household, homes, care groups; on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.marks import mark
from linli.registry.models import Care, Component, Membership, Organisation, Person, Residence, Trait
from linli.registry.policy import care_groups_of, is_switched_on
from linli.registry.queries.history import Entry, Origin, as_of, sources_of, timeline
from linli.registry.queries.persons import HOME, Kin, address_of, birth_words, kin_of, then
from linli.registry.queries.places import place_words
from linli.registry.queries.sealed import Opener, masked_document, masked_phones
from linli.registry.rules.elements import elements, switched_elements
from linli.registry.rules.tables import titles


@dataclass(frozen=True)
class CareShown:
    """A care group of a person that the viewer may see."""

    title: str
    basis: str
    note: str
    since: date | None


@dataclass(frozen=True)
class Fact:
    """A value on the page of a person, with where it comes from."""

    label: str
    value: str
    known: Origin | None = None


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
class PersonShown:
    """A person as the page shows it: sealed values masked. ``values`` are the elements in words, on the day."""

    person: Person
    values: Mapping[str, str]
    state: str
    known: Mapping[str, Origin]
    membership: Membership | None
    kin: list[Kin]
    residences: list[HomeShown]
    cares: list[CareShown]
    traits: list[tuple[str, str]]
    timeline: list[Entry]
    hidden: int

    @property
    def document(self) -> str:
        """The number of the document, masked."""
        return self.values.get("document", "")

    @property
    def phones(self) -> str:
        """The phones, masked."""
        return self.values.get("phones", "")

    @property
    def is_sealed(self) -> bool:
        """Whether there is anything that may be asked to be shown."""
        return bool(self.document or self.phones)

    @property
    def document_kind(self) -> str:
        """What the document is called."""
        return titles("document_kinds").get(self.person.document_kind) or "证件号码"

    @property
    def state_words(self) -> str:
        """The state in words."""
        return str(Person.State(self.state).label)

    @property
    def place(self) -> str:
        """Where the person lives, in units."""
        return place_words(self.person.path)

    @property
    def groups(self) -> list[Group]:
        """The plain values, in groups, each with its source; what is switched off is not there."""
        person = self.person
        basic = [self._fact(code) for code in ("name", "former_name", "sex", "birth", "died_on")]
        belongs = [
            self._fact("population"),
            Fact("现住网格", self.place),
            Fact("户籍网格", place_words(person.registered_path)),
            Fact("最近核实", person.confirmed_on.isoformat() if person.confirmed_on else ""),
        ]
        return [
            Group("基本情况", [
                *(fact for fact in basic if fact.value or fact.label not in ("曾用名", "死亡日期")),
                *(Fact(label, value) for label, value in self.traits),
            ]),
            Group("人口登记", belongs),
            Group("教育和就业", [self._fact("education"), self._fact("work")]),
        ]  # fmt: skip

    def _fact(self, element: str) -> Fact:
        value = self.values.get(element, "")
        return Fact(elements("person")[element].title, value, self.known.get(element) if value else None)


def show_person(actor: Actor, person: Person, day: date, today: date) -> PersonShown | None:
    """Everything of a person on a day that the actor may see; None where there was no such record yet."""
    opener = Opener()
    values, state, traits = values_of(person, opener), str(person.state), _traits_now(person, opener)
    if day < today:
        was = as_of(person, day, by=actor, today=today)
        if was is None:
            return None
        values, state, traits = was.values, was.state, was.values
    membership = (
        Membership.objects.filter(then(day), person=person)
        .select_related("household")
        .order_by("-valid_from")
        .first()
    )
    kin = [] if membership is None else kin_of(membership.household_id, day)
    return PersonShown(
        person,
        values,
        state,
        sources_of(person, by=actor, today=today),
        membership,
        kin,
        homes_of(person, day),
        cares_of(actor, person, day, opener),
        traits_of(traits, today),
        timeline(person, by=actor, today=today),
        max(0, membership.household.size - len(kin)) if membership else 0,
    )


def values_of(person: Person, opener: Opener) -> dict[str, str]:
    """The elements of a person as they are, in words, sealed ones masked."""
    return {
        "name": person.name,
        "former_name": person.former_name,
        "sex": titles("sexes").get(person.sex, ""),
        "birth": birth_words(person),
        "died_on": person.died_on.isoformat() if person.died_on else "",
        "population": titles("populations").get(person.population, ""),
        "education": titles("educations").get(person.education, ""),
        "work": person.work,
        "document": masked_document(opener.document(person)),
        "phones": masked_phones(opener.phones(person)),
    }


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


def traits_of(values: Mapping[str, str], today: date) -> list[tuple[str, str]]:
    """The fields that are switched on today, with their values on whatever day; nothing of those that are off by now."""
    return [
        (element.title, values.get(code, ""))
        for code, element in switched_elements().items()
        if is_switched_on(code, today)
    ]


def _traits_now(person: Person, opener: Opener) -> dict[str, str]:
    rows = Trait.objects.filter(person=person)
    return {
        row.element: titles(elements("person")[row.element].table).get(opener.trait(row), "") for row in rows
    }


@dataclass(frozen=True)
class Behind:
    """What stands behind the values of an organisation or a component: where each comes from, and what happened."""

    known: Mapping[str, Origin]
    timeline: list[Entry]


def behind(actor: Actor, record: Organisation | Component, today: date) -> Behind:
    """The sources of the values of a record that is no person, and its way through time."""
    return Behind(sources_of(record, by=actor, today=today), timeline(record, by=actor, today=today))
