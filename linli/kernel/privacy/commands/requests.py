"""What one person does not decide alone: asked for with a purpose and a reason, decided by a second person, for a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy import rules
from linli.kernel.privacy.limits import limits
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes

APPROVES = "privacy.approve"


class ReasonNeeded(Refusal, ValueError):
    """Something is missing without which a second person cannot decide."""


class NotDecidable(Refusal, ValueError):
    """The request was decided, ended or has passed."""


class NotYours(Refusal, PermissionDenied):
    """The actor may not decide or end this request."""


@transaction.atomic
def ask(
    *,
    kind: str,
    selection: str,
    count: int,
    purpose: str,
    reason: str,
    by: Actor,
    at: datetime,
    fingerprint: str = "",
    payload: Mapping[str, Any] | None = None,
    reach: str = "",
) -> Request:
    """Ask a second person for something: to look at many, to take many away, or to look beyond the own scope (``reach``).

    ``selection`` says in words what is meant; ``fingerprint`` binds the answer to exactly that; ``payload`` is what the
    asking room needs to do it later.
    """
    if by.user_id is None:
        raise NotYours("请先登录")
    if purpose not in purposes():
        raise ReasonNeeded("请选择用途")
    if not reason.strip():
        raise ReasonNeeded("请写明理由，例：核对汛期转移人员名单")
    row = Request.objects.create(
        kind=kind, asked_by=by.user_id, asked_label=by.label[:120], asked_post=by.post_id, unit=by.unit, scope=by.scope,
        selection=selection, fingerprint=fingerprint, payload=dict(payload or {}), reach=reach, count=count, purpose=purpose,
        reason=reason.strip(), asked_at=at,
    )  # fmt: skip
    after = {"kind": row.get_kind_display(), "count": count, "purpose": purposes()[purpose]}
    record("privacy.request_made", subject=subject_of(row), by=by, at=at, after=after, note=row.reason)
    return row


@transaction.atomic
def decide(*, request_id: int, approve: bool, answer: str, by: Actor, at: datetime) -> Request:
    """Say yes or no; what is approved holds for the hours of its norm from now on. A no says why."""
    row = _locked(request_id)
    if not by.may(APPROVES) or not rules.may_decide(
        approver=by.user_id, asker=row.asked_by, scope=by.scope, asked_in=row.scope, reach=row.reach
    ):
        raise NotYours("这项申请须由管辖范围包含双方的另一名审批人决定；本人的申请不能自己审批")
    if row.state != Request.State.WAITING:
        raise NotDecidable("这项申请已经处理过")
    if not approve and not answer.strip():
        raise ReasonNeeded("请写明不同意的理由")
    row.state = Request.State.APPROVED if approve else Request.State.REFUSED
    row.decided_by, row.decided_label, row.decided_at = by.user_id, by.label[:120], at
    row.answer = answer.strip()
    if approve:
        row.valid_until = at + timedelta(hours=_hours(row.kind, at))
    row.save()
    name = "privacy.request_approved" if approve else "privacy.request_refused"
    after = {"kind": row.get_kind_display(), "asked_by": row.asked_label, "until": _said(row.valid_until)}
    record(name, subject=subject_of(row), by=by, at=at, after=after, note=row.answer)
    return row


def _hours(kind: str, at: datetime) -> int:
    held = limits(timezone.localdate(at))
    return {
        Request.Kind.REVEAL.value: held.reveal_hours,
        Request.Kind.EXPORT.value: held.export_hours,
        Request.Kind.ACCESS.value: held.access_hours,
    }[kind]


def _said(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%m月%d日 %H:%M}" if at else ""


@transaction.atomic
def end(*, request_id: int, by: Actor, at: datetime) -> Request:
    """Take a request back, or end what was approved before its time: who asked may, and who approved."""
    row = _locked(request_id)
    if by.user_id is None or by.user_id not in (row.asked_by, row.decided_by):
        raise NotYours("只有申请人和审批人可以结束这项申请")
    if row.state not in (Request.State.WAITING, Request.State.APPROVED):
        raise NotDecidable("这项申请已经结束")
    row.state, row.ended_at = Request.State.ENDED, at
    row.save(update_fields=["state", "ended_at"])
    record(
        "privacy.request_ended", subject=subject_of(row), by=by, at=at, after={"kind": row.get_kind_display()}
    )
    return row


def use(*, kind: str, fingerprint: str, count: int, by: Actor, at: datetime) -> Request | None:
    """Use an approval of one's own for so many persons or rows: one for exactly this selection, else one for any.

    None where there is none in force with so much left. It is the caller who records what was done with it.
    """
    if by.user_id is None:
        return None
    rows = Request.objects.select_for_update().in_force(at).filter(asked_by=by.user_id, kind=kind)
    fitting = rows.filter(fingerprint__in={fingerprint, ""}, count__gte=F("used") + count)
    row = fitting.order_by("-fingerprint", "valid_until").first()
    if row is not None:
        row.used += count
        row.save(update_fields=["used"])
    return row


def _locked(request_id: int) -> Request:
    return Request.objects.select_for_update().get(pk=request_id)


def subject_of(row: Request) -> Subject:
    """A request as the audit calls it."""
    return Subject("privacy_request", row.pk, f"{row.get_kind_display()}申请 {row.pk}", row.scope)
