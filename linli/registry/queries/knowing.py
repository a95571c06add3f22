"""What the register holds of a few persons, since when, and what is open about them: what a visit needs to know."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils import timezone

from linli.kernel.norms.queries import norm
from linli.kernel.privacy import crypto
from linli.registry.models import Membership, Person, Question, RecordKind, Residence
from linli.registry.queries.rows import values_of
from linli.registry.queries.sealed import Opener, masked_document, masked_phones
from linli.registry.rules.ages import age_on
from linli.registry.rules.asking import Held, Inquiry, Pending, Why, pending
from linli.registry.rules.changes import Values, elements_in
from linli.registry.rules.elements import codes_of, elements
from linli.registry.rules.sealed import document_parts, phones_in
from linli.registry.rules.tables import titles

SAID = """
    SELECT r.record_id, CASE WHEN r.verdict = 'same' THEN r.spoke ELSE r.wrote END, s.kind, i.file_date, i.created_at
    FROM registry_rawrow r JOIN registry_intake i ON i.id = r.intake_id JOIN registry_source s ON s.id = i.source_id
    WHERE r.record_kind = 'person' AND r.record_id = ANY(%s) AND i.state IN ('applying', 'failed', 'done')
    UNION ALL
    SELECT record_id, wrote, origin, "on", at FROM registry_change
    WHERE record_kind = 'person' AND record_id = ANY(%s) AND wrote <> 0 AND undone_by_id IS NULL AND intake_id IS NULL
    ORDER BY 5
"""
"""Who spoke of which elements of persons: files (a row that says the same confirms what it says) and persons; the latest last."""


@dataclass
class Known:
    """A person with the values of the elements, what is held of each and since when, and the questions about them."""

    person: Person
    membership: Membership | None
    residence: Residence | None
    facts: Values
    held: dict[str, Held] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    refused: dict[str, date] = field(default_factory=dict)

    def age(self, on: date) -> int | None:
        """Full years of age."""
        return age_on(self.person.birth, on) if self.person.birth else None

    def pending(self, on: date) -> list[Pending]:
        """What is to be asked on a day."""
        return pending(
            self.held, self.inquiries, age=self.age(on), is_member=self.membership is not None, on=on,
            refused=self.refused, rest_days=rest_days(on),
        )  # fmt: skip


def rest_days(on: date) -> int:
    """For how many days nobody is asked again for what was refused."""
    return int(norm("registry.visit.refused_value", on=on).amount())


def known_of(person_ids: Sequence[int], opener: Opener) -> dict[int, Known]:
    """What is known of persons, by id; who may not be seen is not there."""
    found: dict[int, Known] = {}
    members = {
        row.person_id: row
        for row in Membership.objects.filter(person__among=list(person_ids), valid_to=None).select_related(
            "household"
        )
    }
    lives: dict[int, Residence] = {}
    ties: dict[int, list[Residence]] = defaultdict(list)
    for row in Residence.objects.filter(person__among=list(person_ids), valid_to=None).order_by("pk"):
        ties[row.person_id].append(row)
        if row.kind != "registered":
            lives[row.person_id] = row
    for person in Person.objects.filter(pk__among=list(person_ids), state=Person.State.PRESENT):
        member = members.get(person.pk)
        rows = [("person", person), *(("residence", row) for row in ties[person.pk])]
        if member is not None:
            rows += [("membership", member), ("household", member.household)]
        facts = elements_in((name, values_of(row, opener)) for name, row in rows)
        found[person.pk] = Known(person, member, lives.get(person.pk), facts)
    _when(found)
    _open_about(found, opener)
    return found


def _when(known: dict[int, Known]) -> None:
    """Who said each value last; a value of which nothing says that was said when the person was last confirmed."""
    said: dict[int, dict[str, tuple[str, date]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SAID, [list(known), list(known)])
        for person_id, mask, source, on, _at in cursor.fetchall():
            for code in codes_of(RecordKind.PERSON, mask):
                before = said[person_id].get(code)
                if before is None or before[1] <= on:
                    said[person_id][code] = (source, on)
    for person_id, each in known.items():
        for code in elements(RecordKind.PERSON):
            source, day = said[person_id].get(code, ("", each.person.confirmed_on))
            each.held[code] = Held(each.facts.get(code), source, day)


def _open_about(known: dict[int, Known], opener: Opener) -> None:
    rows = Question.objects.filter(
        record_kind=RecordKind.PERSON,
        record_id__in=list(known),
        state__in=[Question.State.OPEN, Question.State.REFUSED],
    )
    for row in rows.select_related("asked_by", "intake__source").order_by("pk"):
        each = known[row.record_id]
        if row.state == Question.State.REFUSED and row.settled_at:
            each.refused[row.element] = timezone.localdate(row.settled_at)
        elif row.state == Question.State.OPEN:
            each.questions.append(row)
            each.inquiries.append(inquiry(row, opener))


def inquiry(row: Question, opener: Opener) -> Inquiry:
    """A question as the rules look at it."""
    return Inquiry(
        row.element, Why(row.why), timezone.localdate(row.asked_at), theirs(row, opener),
        row.asked_by.name if row.asked_by else "", row.intake.source.purpose if row.intake else "", row.basis,
    )  # fmt: skip


def theirs(row: Question, opener: Opener) -> str:
    """What the other side says; empty where nothing is sealed, and where the key was destroyed."""
    text = opener.text(bytes(row.sealed) if row.sealed else None, row.key_id, "question")
    return str(json.loads(text).get("theirs") or "") if text else ""


def token_of(person_id: int, element: str, value: str | None) -> str:
    """What an answer carries of the value it was based on: it tells nothing of the value to who holds the telephone."""
    return crypto.blind("visit", f"{person_id}:{element}:{value or ''}").hex()


def said_in_words(element: str, value: str | None) -> str:
    """A value as pages show it: codes in words, phones and documents masked."""
    if not value:
        return ""
    declared = elements(RecordKind.PERSON)[element]
    if declared.table:
        return titles(declared.table).get(value, value)
    if element == "phones":
        return masked_phones(list(phones_in(value)))
    if element == "document":
        return masked_document(document_parts(value)[1])
    return value
