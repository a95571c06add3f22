"""Taking a whole import back: what it added goes, what it changed is as before; what somebody did since is left alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy import crypto
from linli.kernel.privacy.commands import OpenKey, open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.commands.bulk import sort_key
from linli.registry.commands.intakes.applying import counted
from linli.registry.commands.intakes.arriving import FileRefused, locked, own, subject_of
from linli.registry.commands.rows import put
from linli.registry.commands.sealing import register_key, sealed_document, sealed_phones, sealed_trait
from linli.registry.models import Change, Household, Intake, Pair, Person, Question, RawRow, RecordKind, Trait
from linli.registry.queries.rows import TABLES, contents_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import switched_elements
from linli.registry.rules.life import UNDONE
from linli.registry.rules.rows import MAYBE_KNOWN
from linli.registry.rules.sealed import document_parts, phones_in

SINCE = """
    SELECT c.record_id FROM registry_rawrow r JOIN registry_change c
        ON c.record_kind = r.record_kind AND c.record_id = r.record_id AND c.undone_by_id IS NULL
        AND c.intake_id IS DISTINCT FROM r.intake_id AND c.at > %(at)s
    WHERE r.intake_id = %(intake)s AND r.wrote <> 0
    UNION
    SELECT r.record_id FROM registry_rawrow r
    JOIN registry_rawrow o ON o.record_kind = r.record_kind AND o.record_id = r.record_id AND o.intake_id <> r.intake_id
    JOIN registry_intake i ON i.id = o.intake_id AND i.state IN ('applying', 'done') AND i.created_at > %(at)s
    WHERE r.intake_id = %(intake)s AND r.wrote <> 0
"""
"""Records that the import wrote and that somebody, or a later file, has spoken of since."""

REMOVE = (
    "DELETE FROM registry_care WHERE person_id = ANY(%s)",
    "DELETE FROM registry_trait WHERE person_id = ANY(%s)",
    "DELETE FROM registry_residence WHERE person_id = ANY(%s)",
    "UPDATE registry_household SET head_id = NULL WHERE head_id = ANY(%s)",
    "DELETE FROM registry_membership WHERE person_id = ANY(%s)",
    "DELETE FROM registry_pair WHERE left_id = ANY(%s)",
    "DELETE FROM registry_person WHERE id = ANY(%s)",
)
MADE = {"residence": "registry_residence", "membership": "registry_membership", "care": "registry_care"}


@transaction.atomic
def undo_intake(*, intake_id: UUID, by: Actor, at: datetime) -> Intake:
    """Take back what a file wrote. Records that were changed since keep their values, and are counted as ``kept``."""
    intake = locked(intake_id, Intake.State.DONE, Intake.State.FAILED)
    own(intake, by)
    with door(policy.TAKE_IN):
        with connection.cursor() as cursor:
            cursor.execute(SINCE, {"at": intake.created_at, "intake": intake.pk})
            kept = {row for (row,) in cursor.fetchall()}
        written = RawRow.objects.filter(intake=intake).exclude(wrote=0)
        added = list(written.filter(verdict=RawRow.Verdict.NEW).values_list("record_id", flat=True))
        gone = [each for each in added if each is not None and each not in kept]
        changes = [
            change
            for change in Change.objects.filter(intake=intake, undone_by=None)
            if change.record_id not in kept
        ]
        if intake.source.record_kind == RecordKind.PERSON:
            _restore(changes, by, at)
            _remove(gone)
        else:
            _restore_whole(changes, by, at)
            _remove_whole(gone, intake.source.record_kind)
        Question.objects.filter(intake=intake, state=Question.State.OPEN).update(state=Question.State.DROPPED)
        waiting = Pair.objects.filter(row__intake=intake, state__in=(Pair.State.FORESEEN, Pair.State.OPEN))
        waiting.update(state=Pair.State.UNDONE)
        RawRow.objects.filter(intake=intake, record_id__in=gone).update(record_id=None, wrote=0)
        RawRow.objects.filter(intake=intake).exclude(record_id__in=kept).update(wrote=0)
    intake.state, intake.finished_at = Intake.State.UNDONE, at
    intake.counts = {**intake.counts, "kept": len(kept)}
    intake.save(update_fields=["state", "finished_at", "counts"])
    record(
        "registry.import_undone", subject=subject_of(intake), by=by, at=at, after={"file": intake.file_name}
    )
    return intake


@transaction.atomic
def undo_settled(*, row_id: int, by: Actor, at: datetime) -> Intake:
    """Take back what was said of one row that waited (``settle_row``): it waits again, and what it wrote is as before."""
    row = RawRow.objects.select_for_update().get(pk=row_id)
    intake = locked(row.intake_id, Intake.State.DONE)
    own(intake, by)
    if row.verdict == RawRow.Verdict.REVIEW or f"name:{MAYBE_KNOWN}" not in row.reasons:
        raise FileRefused("这一行还没有核对，没有什么可撤销")
    with door(policy.TAKE_IN):
        about = {"record_kind": row.record_kind, "record_id": row.record_id}
        spoken = Change.objects.filter(**about, undone_by=None).exclude(what=UNDONE).order_by("pk")
        written = spoken.filter(intake=intake)[:1] if row.wrote else spoken.none()
        later = RawRow.objects.filter(**about, pk__gt=row.pk).exclude(wrote=0)
        if (
            spoken.exclude(pk__in=[change.pk for change in written])
            .filter(at__gte=intake.created_at)
            .exists()
            or later.exists()
        ):
            raise FileRefused("之后又有变动，不能单独撤销这一行；请直接更正")
        if row.verdict == RawRow.Verdict.NEW and row.record_id is not None:
            _remove_whole([row.record_id], row.record_kind)
        else:
            _restore_whole(list(written), by, at)
        Question.objects.filter(**about, intake=intake, state=Question.State.OPEN).update(
            state=Question.State.DROPPED
        )
        row.verdict, row.record_id, row.wrote = RawRow.Verdict.REVIEW, None, 0
        row.save(update_fields=["verdict", "record_id", "wrote"])
        intake.counts = {**intake.counts, **counted(intake)}
    intake.save(update_fields=["counts"])
    after = {"file": intake.file_name, "row": row.number, "decision": "撤销核对"}
    record("registry.row_settled", subject=subject_of(intake), by=by, at=at, after=after)
    return intake


REMOVE_WHOLE = {
    RecordKind.ORGANISATION: (
        "DELETE FROM registry_staff WHERE organisation_id = ANY(%s)",
        "DELETE FROM registry_organisation WHERE id = ANY(%s)",
    ),
    RecordKind.COMPONENT: ("DELETE FROM registry_component WHERE id = ANY(%s)",),
}


def _remove_whole(records: list[int], kind: str) -> None:
    """Organisations or components that the import added."""
    with connection.cursor() as cursor:
        for statement in REMOVE_WHOLE[RecordKind(kind)]:
            cursor.execute(statement, [records])


def _restore_whole(changes: Sequence[Change], by: Actor, at: datetime) -> None:
    """Put rows back as the changes keep them."""
    key, opener = register_key(), Opener()
    for change in changes:
        for kept in contents_of(change, opener).rows:
            row: Any = TABLES[kept.table]._default_manager.select_for_update().get(pk=kept.id)
            put(row, kept.before or {}, key)
            row.version += 1
            row.save()
            _undone(change, row.path, key, by, at)


def _undone(change: Change, path: str, key: OpenKey, by: Actor, at: datetime) -> None:
    """A change of its own says that a change was taken back."""
    change.undone_by = Change.objects.create(
        record_kind=change.record_kind, record_id=change.record_id, what=UNDONE, origin=change.origin, by_user_id=by.user_id,
        by_label=by.label, at=at, on=change.on, sealed=None, key_id=key.id, path=path,
    )  # fmt: skip
    change.save(update_fields=["undone_by"])


def _remove(persons: list[int]) -> None:
    """Persons whom the import added, with all that belongs to them, and the households that are empty then."""
    if not persons:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT household_id FROM registry_membership WHERE person_id = ANY(%s)", [persons]
        )
        households = [row for (row,) in cursor.fetchall()]
        for statement in REMOVE:
            cursor.execute(statement, [persons])
    _tidy(households)


def _tidy(households: list[int]) -> None:
    """Sizes as they are, and no household without anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE registry_household h SET size = (
                SELECT count(*) FROM registry_membership m WHERE m.household_id = h.id AND m.valid_to IS NULL
            ) WHERE h.id = ANY(%s)
            """,
            [households],
        )
    empty = Household.objects.filter(pk__in=households, size=0, memberships=None)
    empty.delete()


def _restore(changes: Sequence[Change], by: Actor, at: datetime) -> None:
    """Put the values back that were there before, and say in a change of its own that it was done."""
    key, keys = register_key(), dict[UUID, OpenKey]()
    persons = Person.objects.in_bulk([change.record_id for change in changes])
    for change in changes:
        opened = keys.get(change.key_id) or keys.setdefault(change.key_id, open_key(change.key_id))
        told = json.loads(crypto.unseal(opened.secret, bytes(change.sealed or b""), about=b"change"))
        person = persons[change.record_id]
        for code, value in told["before"].items():
            (_trait_back if code in switched_elements() else _put_back)(person, code, value, key)
        person.path, person.registered_path = told["paths"][0] or "", told["paths"][1] or ""
        person.state, person.version = told["state"], person.version + 1
        person.save()
        _rows_back(told)
        _undone(change, person.path, key, by, at)


def _put_back(person: Person, code: str, value: Any, key: OpenKey) -> None:
    if code in {"name", "former_name", "education", "work"}:
        setattr(person, code, value or "")
        person.pinyin = sort_key(person.name)
    elif code == "sex":
        person.sex = value or "0"
    elif code == "population":
        person.population = value or "unknown"
    elif code == "birth":
        person.birth = _first_day(value) if value else None
        person.birth_precision = {4: "year", 7: "month"}.get(len(value or ""), "day")
    elif code == "died_on":
        person.died_on = date.fromisoformat(value) if value else None
    elif code == "document":
        kind, number = document_parts(value or "")
        sealed = sealed_document(kind, number, key)
        person.document_kind = kind
        person.document, person.document_mark, person.document_tail = (
            sealed.document,
            sealed.mark,
            sealed.tail,
        )
    elif code == "phones":
        phones = sealed_phones(phones_in(value or ""), key)
        person.phones, person.phone_marks = phones.phones, phones.marks


def _trait_back(person: Person, code: str, value: str | None, key: OpenKey) -> None:
    """A field as it was; of one that is off by now nothing is kept."""
    rows = Trait.objects.filter(person=person, element=code)
    if value and policy.is_switched_on(code, timezone.localdate()):
        rows.update(sealed=sealed_trait(value, key), key_id=key.id)
    else:
        rows.delete()


def _first_day(value: str) -> date:
    return date.fromisoformat(value + {4: "-01-01", 7: "-01"}.get(len(value), ""))


def _rows_back(told: dict[str, Any]) -> None:
    """What was made goes, what was closed is open again."""
    with connection.cursor() as cursor:
        for table, rows in told["made"].items():
            if rows:
                if table == "membership":
                    cursor.execute("SELECT household_id FROM registry_membership WHERE id = ANY(%s)", [rows])
                    households = [row for (row,) in cursor.fetchall()]
                cursor.execute(f"DELETE FROM {MADE[table]} WHERE id = ANY(%s)", [rows])
                if table == "membership":
                    _tidy(households)
        if told["closed"]["residence"]:
            cursor.execute(
                "UPDATE registry_residence SET valid_to = NULL WHERE id = ANY(%s)",
                [told["closed"]["residence"]],
            )
