"""Writing an event: always inside the transaction of the change it records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.audit import kinds
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.standing import put

REQUEST_ID: ContextVar[UUID | None] = ContextVar("request_id", default=None)


class OutsideTransaction(RuntimeError):
    """An event was about to be written outside the transaction of its change."""


@dataclass(frozen=True)
class Subject:
    """What an event is about: a kind (``case``), its row id, and the label people know it by."""

    kind: str
    id: int | None
    label: str
    scope: str = ""


@dataclass(frozen=True)
class Entry:
    """One event to be written; see :class:`linli.kernel.audit.models.Event` for the fields."""

    name: str
    subject: Subject
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    personal: bytes | None = None
    key_id: UUID | None = None


def record(
    name: str,
    *,
    subject: Subject,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    personal: bytes | None = None,
    key_id: UUID | None = None,
) -> Event:
    """Write one event. Values in ``before``/``after`` must not be personal: those go, sealed, into ``personal``."""
    entry = Entry(name, subject, before or {}, after or {}, note, personal, key_id)
    return record_all([entry], by=by, at=at)[0]


def record_all(entries: Iterable[Entry], *, by: Actor, at: datetime) -> list[Event]:
    """Write several events of one change with one statement."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("events are written in the transaction of their change")
    request_id = REQUEST_ID.get()
    rows = [
        Event(
            name=kinds.get(entry.name).name,
            at=at,
            actor_id=by.user_id,
            post_id=by.post_id,
            actor_label=by.label[:120],
            subject_kind=entry.subject.kind,
            subject_id=entry.subject.id,
            subject_label=entry.subject.label[:120],
            scope=entry.subject.scope,
            before=dict(entry.before),
            after=dict(entry.after),
            note=entry.note,
            personal=entry.personal,
            key_id=entry.key_id,
            request_id=request_id,
        )
        for entry in entries
    ]
    return put(rows)
