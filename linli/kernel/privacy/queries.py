"""Who may see which request or sign, and who looked at whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.kinds import KINDS
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.kernel.privacy import rules
from linli.kernel.privacy.models import Request, Sign


def requests_for(actor: Actor) -> QuerySet[Request]:
    """The requests that an actor may see: the own ones, those of the own territory with the verb to decide, all to oversee."""
    if actor.may("privacy.oversee"):
        return Request.objects.all()
    seen = Q(pk__in=[]) if actor.user_id is None else Q(asked_by=actor.user_id)
    if actor.may("privacy.approve") and actor.scope:
        seen |= Q(scope__startswith=actor.scope)
    return Request.objects.filter(seen)


def waiting_for(actor: Actor) -> list[Request]:
    """What waits for this actor's decision, the oldest first."""
    if not actor.may("privacy.approve"):
        return []
    rows = requests_for(actor).filter(state=Request.State.WAITING).order_by("asked_at")
    return [row for row in rows if decides(actor, row)]


def decides(actor: Actor, row: Request) -> bool:
    """Whether this actor is a second person who may decide the request."""
    return actor.may("privacy.approve") and rules.may_decide(
        approver=actor.user_id, asker=row.asked_by, scope=actor.scope, asked_in=row.scope, reach=row.reach
    )


def signs_for(actor: Actor) -> QuerySet[Sign]:
    """The signs of abuse that an actor may see: the security officer alone."""
    return Sign.objects.all() if actor.may("privacy.watch") else Sign.objects.none()


def looks() -> list[str]:
    """The events that say that somebody looked at something."""
    return [name for name, kind in KINDS.items() if kind.is_read]


@dataclass(frozen=True)
class Look:
    """One look at a person or case: when, who in which post, at what, what in words, and the purpose where one was asked."""

    at: datetime
    who: str
    subject: str
    words: str
    purpose: str
    note: str


def looks_at(kind: str, subject_id: int) -> list[Look]:
    """Who looked at this subject, when and why, the latest first; the caller has decided who may read it."""
    rows = Event.objects.filter(subject_kind=kind, subject_id=subject_id, name__in=looks()).order_by("-id")
    return [look_of(row) for row in rows]


def look_of(event: Event) -> Look:
    """An event as a look."""
    purpose = str(event.after.get("purpose", ""))
    return Look(event.at, event.actor_label, event.subject_label, sentence_of(event), purpose, event.note)


def label_of(kind: str, subject_id: int) -> str:
    """What the latest event calls a subject; empty where there is none."""
    row = (
        Event.objects.filter(subject_kind=kind, subject_id=subject_id)
        .order_by("-id")
        .only("subject_label")
        .first()
    )
    return row.subject_label if row else ""


def looks_behind(sign: Sign, span: timedelta) -> list[Look]:
    """The looks that a sign speaks of: of its person, at its subject, up to its last one."""
    rows = Event.objects.filter(name__in=looks(), at__lte=sign.last_at, at__gte=sign.last_at - span)
    if sign.actor_id is not None:
        rows = rows.filter(actor_id=sign.actor_id)
    if sign.subject_id is not None:
        rows = rows.filter(subject_kind=sign.subject_kind, subject_id=sign.subject_id)
    else:
        rows = rows.filter(at__gte=sign.first_at)
    return [look_of(row) for row in rows.order_by("-id")]
