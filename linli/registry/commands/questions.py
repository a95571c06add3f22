"""What others found to be otherwise than the register says, put as a question for the next visit."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.registry.commands.looking import subject_of
from linli.registry.commands.sealing import register_key
from linli.registry.models import Component, Organisation, Person, Question, RecordKind
from linli.registry.policy import components_for, organisations_for, persons_for, require
from linli.registry.rules.elements import open_titles
from linli.registry.rules.values import read_values
from linli.territory.models import Unit


@transaction.atomic
def ask_about(
    *, kind: str, record_id: int, element: str, theirs: str, unit: Unit, basis: str, by: Actor, at: datetime
) -> Question:
    """Put what somebody says of a record beside what the register says, for whoever visits next. One event, which does not tell the value.

    ``theirs`` is read as the cells of a file are (``NotReadable``); empty where only the doubt is known. An older doubt about the same
    element makes way. Refuses who may not see the record (``DoesNotExist``) or not look at registers (``NotAllowed``).
    """
    require(by, "registry.view")
    subject, path = _subject(kind, record_id, by)
    said = read_values(kind, {element: theirs}, on=timezone.localdate(at))[element] if theirs else None
    open_now = Question.objects.filter(
        record_kind=kind, record_id=record_id, element=element, state=Question.State.OPEN, why=Question.Why.CONFLICT
    )  # fmt: skip
    open_now.update(state=Question.State.DROPPED, settled_at=at, settled_by=by.label[:120])
    key = register_key()
    row = Question.objects.create(
        record_kind=kind, record_id=record_id, element=element, why=Question.Why.CONFLICT, asked_by=unit, basis=basis[:300],
        sealed=key.seal(json.dumps({"theirs": said}, ensure_ascii=False), "question"), key_id=key.id, path=path, asked_at=at,
    )  # fmt: skip
    after = {"elements": "、".join(open_titles(kind, [element])), "unit": unit.name}
    record("registry.doubted", subject=subject, by=by, at=at, after=after)
    return row


@transaction.atomic
def drop_question(*, question_id: int, by: Actor, at: datetime) -> None:
    """Take a doubt back that nobody has answered yet; one that was answered stays answered. Whoever took it back says so in an event of its own."""
    rows = Question.objects.filter(pk=question_id, state=Question.State.OPEN)
    rows.update(state=Question.State.DROPPED, settled_at=at, settled_by=by.label[:120])


def _subject(kind: str, record_id: int, by: Actor) -> tuple[Subject, str]:
    """The record as the audit calls it, and where it is."""
    match kind:
        case RecordKind.PERSON:
            person: Person = persons_for(by).get(pk=record_id)
            return subject_of(person), person.path
        case RecordKind.ORGANISATION:
            organisation: Organisation = organisations_for(by).get(pk=record_id)
            return Subject("organisation", record_id, organisation.name, organisation.path), organisation.path
    component: Component = components_for(by).get(pk=record_id)
    return Subject("component", record_id, str(component), component.path), component.path
