"""Looking at somebody: a page opened, a sealed value shown for a purpose, a person found beyond the own territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.algorithms.text.mask import mask_name
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.commands import log_reveal
from linli.kernel.privacy.context import door
from linli.registry.commands.sealing import document_mark
from linli.registry.models import Organisation, Person
from linli.registry.policy import FIND, in_scope, organisations_for, persons_for, require
from linli.registry.queries.places import community_words
from linli.registry.queries.sealed import Opener
from linli.registry.rules.tables import titles

PERSON_FIELDS = "证件号码、电话"
ORGANISATION_FIELDS = "联系人、电话"


def subject_of(person: Person) -> Subject:
    """A person as the audit calls one: by the surname, so that the log tells of nobody."""
    return Subject("person", person.pk, mask_name(person.name), person.path or person.registered_path)


@transaction.atomic
def see_person(*, person: Person, by: Actor, at: datetime) -> None:
    """Write down that somebody opened a person's page."""
    record("registry.person_seen", subject=subject_of(person), by=by, at=at)


@dataclass(frozen=True)
class Revealed:
    """Sealed values in clear, for this one answer: what they are called, and the values."""

    values: list[tuple[str, str]]


@transaction.atomic
def reveal_person(*, person_id: int, purpose: str, by: Actor, at: datetime) -> Revealed:
    """Document and phones of a person in clear, for a declared purpose; who looked and what for is written down first.

    Refuses who may not reveal (``NotAllowed``), without a purpose (``PurposeRequired``), and beyond the norm without a second
    person (``ApprovalNeeded``).
    """
    require(by, "registry.reveal")
    person = persons_for(by).get(pk=person_id)
    log_reveal(subject=subject_of(person), field=PERSON_FIELDS, purpose=purpose, by=by, at=at)
    opener = Opener()
    kind = titles("document_kinds").get(person.document_kind, "证件号码")
    values = [(kind, opener.document(person)), *(("电话", phone) for phone in opener.phones(person))]
    return Revealed([(label, value) for label, value in values if value])


@transaction.atomic
def reveal_organisation(*, organisation_id: int, purpose: str, by: Actor, at: datetime) -> Revealed:
    """Contact and phones of an organisation in clear; refuses as ``reveal_person`` does."""
    require(by, "registry.reveal")
    row: Organisation = organisations_for(by).get(pk=organisation_id)
    subject = Subject("organisation", row.pk, row.name, row.path)
    log_reveal(subject=subject, field=ORGANISATION_FIELDS, purpose=purpose, by=by, at=at)
    opener = Opener()
    values = [
        ("联系人", opener.contact(row)),
        *(("电话", phone) for phone in opener.organisation_phones(row)),
    ]
    return Revealed([(label, value) for label, value in values if value])


@dataclass(frozen=True)
class Found:
    """What is told of a person found by a document: whom to ask, and nothing more. ``uid`` only where the page may be opened.

    ``document`` is the mark by which ``life.move_in`` brings the person into the actor's territory, where the actor may do so
    and the person is somewhere else, and alive.
    """

    name: str
    community: str
    state: str
    uid: UUID | None = None
    document: bytes | None = None


@transaction.atomic
def find_person(*, number: str, why: str, by: Actor, at: datetime) -> Found | None:
    """The person with a document, wherever in the district; the look is written down, found or not."""
    require(by, "registry.find")
    with door(FIND):
        marks = [document_mark(kind, number) for kind in titles("document_kinds")]
        held = Person.objects.filter(document_mark__in=marks).exclude(state=Person.State.MERGED)
        person = held.first()
        subject = subject_of(person) if person else Subject("person", None, "未找到")
        record("registry.person_found", subject=subject, by=by, at=at, note=why)
    if person is None:
        return None
    open_to = in_scope(by, person.path, person.registered_path)
    community = community_words(person.path) or community_words(person.registered_path)
    told = mask_name(person.name), community, str(person.get_state_display())
    if open_to:
        return Found(*told, uid=person.uid)
    comes = by.may("registry.transfer") and person.state in (Person.State.PRESENT, Person.State.LEFT)
    return Found(*told, document=bytes(person.document_mark) if comes and person.document_mark else None)
