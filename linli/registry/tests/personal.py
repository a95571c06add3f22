"""Rows of the registry's personal tables, for the attack test: persons of every place, and what belongs to them."""

from __future__ import annotations

from datetime import date
from itertools import product

from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.marks import mark
from linli.kernel.privacy.tests.protocol import rows_of
from linli.registry.models import (
    Care,
    Change,
    Component,
    Household,
    Intake,
    IntakePart,
    Invitation,
    Membership,
    Organisation,
    Pair,
    Person,
    Question,
    RawRow,
    Residence,
    Source,
    Staff,
    Trait,
    Visit,
)
from linli.registry.rules.tables import titles
from linli.territory.models import Unit
from tests.cast import MONDAY, Cast

PLACES = ("520103", "520103019", "520103019001", "520103019002", "520103019001001", "")


def paths(cast: Cast) -> list[str]:
    """The paths of every level, and none."""
    return [cast.unit(code).path if code else "" for code in PLACES]


@rows_of(
    "registry.Person", "registry.Household", "registry.Membership", "registry.Residence", "registry.Care", "registry.Trait",
    "registry.Organisation", "registry.Staff", "registry.IntakePart", "registry.RawRow", "registry.Change", "registry.Question",
    "registry.Pair", "registry.Visit", "registry.Invitation",
)  # fmt: skip
def of_registry(cast: Cast) -> None:
    """Persons living and registered in every pair of places; a row of every other table for each."""
    key = make_key(subject="registry")
    sealed = key.seal("密", "care")
    persons = Person.objects.bulk_create(
        Person(name=f"人{n}", path=path, registered_path=registered)
        for n, (path, registered) in enumerate(product(paths(cast), paths(cast)))
    )
    households = Household.objects.bulk_create(Household(path=person.path, head=person) for person in persons)
    Membership.objects.bulk_create(
        Membership(household=household, person=person)
        for household, person in zip(households, persons, strict=True)
    )
    Residence.objects.bulk_create(
        Residence(person=person, kind="usual", path=person.path) for person in persons
    )
    Care.objects.bulk_create(
        Care(person=person, mark=mark("care", group), sealed=sealed, key_id=key.id)
        for person, group in product(persons[:12], titles("care_groups"))
    )
    Trait.objects.bulk_create(
        Trait(person=person, element="ethnic", sealed=sealed, key_id=key.id) for person in persons
    )
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"店{n}", path=path) for n, path in enumerate(paths(cast))
    )
    Staff.objects.bulk_create(Staff(organisation=each, name="甲") for each in organisations)
    components = Component.objects.bulk_create(
        Component(code=f"52010301010000{n:02d}", kind="0101", path=path) for n, path in enumerate(paths(cast))
    )
    _files(cast, key.id, sealed, persons, organisations, components)
    Pair.objects.bulk_create(
        Pair(left=one, right=other, weight=1, probability=0.5, found_at=MONDAY)
        for one, other in zip(persons, reversed(persons), strict=True)
        if one != other
    )
    Visit.objects.bulk_create(
        Visit(key=f"{n}", household=household, outcome="met", path=household.path, by_label="甲", at=MONDAY)
        for n, household in enumerate(households)
    )
    Invitation.objects.bulk_create(
        Invitation(
            mark=f"{n:016d}".encode(), household=household, path=household.path, made_by="甲", made_at=MONDAY, expires_at=MONDAY
        )
        for n, household in enumerate(households)
    )  # fmt: skip


def _files(cast: Cast, key_id: object, sealed: bytes, persons: list[Person], organisations: list[Organisation], components: list[Component]) -> None:  # fmt: skip
    source = Source.objects.create(
        title="名单", kind="police", record_kind="person", unit=Unit.objects.get(code="D01"), basis="条例", purpose="核对",
        valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1),
    )  # fmt: skip
    records = [
        *(("person", each) for each in persons),
        *(("organisation", each) for each in organisations),
        *(("component", each) for each in components),
    ]
    for who, speaks in (("operator", 0), ("clerk", 0), ("clerk", 1 << 16)):
        intake = Intake.objects.create(
            source=source, file_name=who, digest=f"{who}{speaks}", speaks=speaks, key_id=key_id, file_date=date(2026, 11, 1), by_user_id=cast.users[who].pk,
            by_label=who, created_at=MONDAY, expires_at=MONDAY,
        )  # fmt: skip
        IntakePart.objects.create(intake=intake, number=0, sealed=sealed)
        RawRow.objects.bulk_create(
            RawRow(
                intake=intake, number=n, record_kind=kind, record_id=each.pk, verdict="same", sealed=sealed
            )
            for n, (kind, each) in enumerate(records)
        )
    Change.objects.bulk_create(
        Change(
            record_kind=kind, record_id=each.pk, what="corrected", origin="visit", by_label="甲", at=MONDAY, on=MONDAY.date(),
            sealed=sealed, key_id=key_id, path=each.path, mark=about,
        )
        for kind, each in records
        for about in ("", *(mark("care", group) for group in titles("care_groups") if kind == "person"))
    )  # fmt: skip
    Question.objects.bulk_create(
        Question(
            record_kind=kind, record_id=each.pk, element="phones", why="missing", path=each.path, asked_at=MONDAY, sealed=sealed,
            key_id=key_id,
        )
        for kind, each in records
    )  # fmt: skip
