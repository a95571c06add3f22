"""Break-glass: for a time, and with a second person's yes, a person looks into a territory that is not the own.

The only door: ``ActingPost`` asks here, in each request of the session that opened it, whether the approval still holds.
The scope becomes the one that was asked for, of the verbs of the post those stay that only show something; every event
carries the number of the request, and every page that is opened is written down.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import datetime

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy.commands.requests import subject_of
from linli.kernel.privacy.context import declare_door
from linli.kernel.privacy.models import Request

DOOR = declare_door(
    "越权紧急访问", "经第二人审批，限时查看申请的辖区；逐次记录，通知区（县）领导，到时自动关闭"
)

SESSION_KEY = "privacy_access"


def opened(actor: Actor, request_id: int | None, at: datetime) -> Request | None:
    """The approval that the session has opened, while it holds; the database knows the actor as the one who looks."""
    if request_id is None or actor.user_id is None:
        return None
    rows = Request.objects.in_force(at).filter(kind=Request.Kind.ACCESS, asked_by=actor.user_id)
    return rows.filter(pk=request_id, asked_post=actor.post_id).first()


def widened(actor: Actor, row: Request, looks: Set[str]) -> Actor:
    """The actor in the territory that was asked for, with only those verbs that are ``looks``; whatever is recorded says under
    which request."""
    return replace(
        actor, scope=row.reach, verbs=actor.verbs & looks, label=f"{actor.label}［紧急访问 {row.pk}］"
    )


def log_page(row: Request, path: str, *, by: Actor, at: datetime) -> None:
    """Write down one page that was opened under an access."""
    record("privacy.access_read", subject=subject_of(row), by=by, at=at, after={"path": path[:200]})


def begin(row: Request, where: str, *, by: Actor, at: datetime) -> None:
    """Write down that a session opens the access."""
    record("privacy.access_opened", subject=subject_of(row), by=by, at=at, after={"where": where})
