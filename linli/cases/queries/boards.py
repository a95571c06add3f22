"""The lists behind the boards: what waits for screening, dispatch, ruling, call-back and supervision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case as When
from django.db.models import IntegerField, Q, Value
from django.db.models import When as If
from django.utils import timezone

from linli.algorithms import worktime
from linli.cases import policy, rules, states
from linli.cases.models import Case, CaseQuerySet, Extension, Objection, ParkedCall
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.queries import norm

URGENT_FIRST = When(
    If(urgency="critical", then=Value(0)),
    If(urgency="urgent", then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
PRECEDENTS = 5


def _rows(by: Actor) -> CaseQuerySet:
    return policy.visible_to(by).select_related("category", "place", "lead")


def to_screen(by: Actor) -> CaseQuerySet:
    """Cases to be accepted or sent elsewhere, the most urgent and oldest first."""
    return (
        _rows(by).filter(state__in=(states.RECEIVED, states.VERIFYING)).order_by(URGENT_FIRST, "received_at")
    )


def to_dispatch(by: Actor) -> CaseQuerySet:
    """Filed cases without a unit."""
    return _rows(by).filter(state=states.FILED).order_by(URGENT_FIRST, "filed_at")


def to_rule(by: Actor) -> CaseQuerySet:
    """Cases whose unit objects."""
    return _rows(by).filter(state=states.OBJECTED).order_by("due_at")


def to_extend(by: Actor) -> CaseQuerySet:
    """Cases whose unit asks for more time, the nearest date first."""
    asked = Extension.objects.filter(decided_at=None).values("case_id")
    return _rows(by).filter(pk__in=asked).order_by("resolve_due_at")


def to_call(by: Actor) -> CaseQuerySet:
    """Answered cases whose reporter is to be called, the longest waiting first."""
    return _rows(by).filter(state=states.CALLING).order_by("answered_at")


SUPERVISED = {"overdue": "已超期", "unhappy": "不满意重办", "risk": "将到期", "objected": "异议未决"}
"""The lists of the supervision board."""


def to_supervise(by: Actor, which: str, at: datetime) -> CaseQuerySet:
    """Overdue cases by how far they have risen; reopened ones; those whose date is near; objections not ruled on."""
    rows = _rows(by)
    if which == "unhappy":
        return rows.filter(state__in=states.OPEN_STATES, reopen_count__gt=0).order_by("due_at")
    if which == "risk":
        return rows.filter(state__in=states.WITH_UNIT, due_at__gte=at, due_at__lt=risk_until(at)).order_by(
            "due_at"
        )
    if which == "objected":
        return rows.filter(state=states.OBJECTED).order_by("due_at")
    return rows.overdue(at).order_by("-escalation", "due_at")


def risk_until(at: datetime) -> datetime:
    """The moment until which a date counts as near."""
    hours = int(norm("cases.at_risk.hours", on=timezone.localdate(at)).amount())
    return worktime.add(at, hours, worktime.Unit("working_hour"), calendar_for("")).at


def precedents_of(case: Case) -> Sequence[Objection]:
    """The latest rulings on the same category: what was decided before."""
    if case.category_id is None:
        return []
    ruled = Objection.objects.filter(category_id=case.category_id, ruled_at__isnull=False).exclude(case=case)
    return list(ruled.select_related("unit", "proposed", "entry").order_by("-ruled_at")[:PRECEDENTS])


def call_reasons(case: Case, at: datetime) -> list[str]:
    """Why the reporter of this case must be called; empty where an approval by the file is enough."""
    share = int(norm("cases.callback.share", on=timezone.localdate(at), place=case.place_path).amount())
    late = bool(case.answered_at and case.resolve_due_at and case.answered_at > case.resolve_due_at)
    return rules.call_back_because(
        kind=case.kind, reworked=case.rework_count, reopened=case.reopen_count, returned=case.return_count,
        supervised=case.supervised, late=late, sampled=rules.is_sampled(case.number, share),
    )  # fmt: skip


def calls_of(by: Actor, at: datetime) -> Sequence[ParkedCall]:
    """The calls that a person has put aside, or left on the screen, newest first."""
    own = Q(taken_by=by.user_id) if by.user_id is not None else Q(pk=None)
    return list(ParkedCall.objects.filter(own, expires_at__gt=at).order_by("-saved_at")[:12])


def received_today(by: Actor, at: datetime) -> int:
    """How many a person has taken down today."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Case.objects.filter(
        taken_by=by.user_id, received_at__gte=start, received_at__lt=start + timedelta(days=1)
    ).count()
