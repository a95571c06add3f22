"""Looking at personal values in clear: for a purpose, written down, and beyond a norm only if a second person agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.record import Entry, Subject, record_all
from linli.kernel.privacy import rules
from linli.kernel.privacy.commands.requests import use
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes

HOUR = timedelta(hours=1)

REVEALS: list[str] = ["privacy.revealed"]
"""The events that say that somebody looked at a person in clear."""


class PurposeRequired(Refusal, ValueError):
    """A value was to be revealed without one of the declared purposes."""


class ApprovalNeeded(Refusal, ValueError):
    """More persons than one decides alone: ``count`` of them, ``fingerprint`` for the request to a second person."""

    def __init__(self, count: int, fingerprint: str) -> None:
        super().__init__(
            "一次或一小时内查看的人数超过规定，须先提交批量查看申请，由另一名审批人同意后再查看（本次 %(count)s 人）",
            count=count,
        )
        self.count, self.fingerprint = count, fingerprint


def declare_reveal(event: str) -> str:
    """An event of a room that says the same as ``privacy.revealed``: it counts, and it shows in who looked at whom."""
    if event not in REVEALS:
        REVEALS.append(event)
    return event


def fingerprint_of(subjects: Iterable[Subject]) -> str:
    """What binds an approval to exactly these persons, in whatever order."""
    text = "\n".join(sorted(f"{each.kind} {each.id}" for each in subjects))
    return hashlib.sha256(text.encode()).hexdigest()


def log_reveal(
    *,
    subject: Subject,
    field: str,
    purpose: str,
    by: Actor,
    at: datetime,
    note: str = "",
    event: str = "privacy.revealed",
) -> None:
    """Write down that someone looked at a personal value, and what for; see ``log_reveals``."""
    log_reveals(subjects=[subject], field=field, purpose=purpose, by=by, at=at, note=note, event=event)


def log_reveals(
    *,
    subjects: Sequence[Subject],
    field: str,
    purpose: str,
    by: Actor,
    at: datetime,
    note: str = "",
    event: str = "privacy.revealed",
) -> Request | None:
    """Write down, in the running transaction, that someone looks at these persons' ``field`` (in words), one event each.

    Refuses without a declared purpose (``PurposeRequired``). Too many at once, or more different persons within the hour than
    the norm allows, need an approval in force (``ApprovalNeeded`` without one); the approval that was used is returned.
    """
    if purpose not in purposes():
        raise PurposeRequired("请选择查看用途")
    used = _approval(subjects, by, at)
    after = {"field": field, "purpose": purposes()[purpose]}
    if used is not None:
        after["request"] = str(used.pk)
    record_all((Entry(event, subject, after=after, note=note) for subject in subjects), by=by, at=at)
    return used


def _approval(subjects: Sequence[Subject], by: Actor, at: datetime) -> Request | None:
    """The approval without which this is too much; None where none is needed."""
    if by.user_id is None:
        return None
    held = limits(timezone.localdate(at), by.role)
    seen = set(
        Event.objects.filter(
            actor_id=by.user_id, name__in=REVEALS, at__gt=at - HOUR, after__request__isnull=True
        )
        .values_list("subject_kind", "subject_id")
        .distinct()
    )
    wanted = {(each.kind, each.id) for each in subjects}
    if not rules.starts_more(
        lately=len(seen),
        new=len(wanted - seen),
        at_once=len(wanted),
        most_at_once=held.reveal_at_once,
        per_hour=held.reveal_per_hour,
    ):
        return None
    fingerprint = fingerprint_of(subjects)
    used = use(kind=Request.Kind.REVEAL, fingerprint=fingerprint, count=len(wanted), by=by, at=at)
    if used is None:
        raise ApprovalNeeded(len(wanted), fingerprint)
    return used
