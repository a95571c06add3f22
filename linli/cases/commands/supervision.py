"""Supervision that never skips: reminders, orders, notices, and the rise of what is overdue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.move import locked, subject_of
from linli.cases.models import Case, Supervision
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.territory.queries.units import Node


@transaction.atomic
def supervise(
    *,
    case_id: int,
    step: str,
    unit: Node,
    words: str,
    by: Actor,
    at: datetime,
    answer_by: datetime | None = None,
) -> Supervision:
    """Send a reminder (催办), an order (督办单) or a written notice (通报) to a unit."""
    case = locked(case_id)
    policy.require(by, "case.supervise", case)
    if step not in rules.SUPERVISION_STEPS:
        raise rules.Refused("请选择督办方式")
    if not words.strip():
        raise rules.Refused("请写明督办要求")
    row = Supervision.objects.create(
        case=case, step=step, unit_id=unit.id, at=at, by=by.label, words=words, answer_by=answer_by
    )
    case.supervised = True
    case.version += 1
    case.save(update_fields=["supervised", "version"])
    after = {"step": rules.SUPERVISION_STEPS[step], "unit": unit.name, "unit_code": unit.code}
    record("case.supervised", subject=subject_of(case), by=by, at=at, after=after, note=words)
    return row


@transaction.atomic
def answer_supervision(*, supervision_id: int, answer: str, by: Actor, at: datetime) -> Supervision:
    """The unit says what it has done about it."""
    row = Supervision.objects.select_for_update(of=("self",)).select_related("unit").get(pk=supervision_id)
    case = locked(row.case_id)
    policy.require(by, "case.handle", case)
    if row.unit.code != by.unit:
        raise rules.Refused("这份督办不是发给本单位的")
    row.answered_at, row.answer = at, answer
    row.save(update_fields=["answered_at", "answer"])
    record(
        "case.supervision_answered",
        subject=subject_of(case),
        by=by,
        at=at,
        after={"unit": row.unit.name},
        note=answer,
    )
    return row


@transaction.atomic
def exclude(*, case_id: int, reason: str, by: Actor, at: datetime) -> Case:
    """Leave a case out of the rates, with a reason that is published with them (剔除)."""
    case = locked(case_id)
    policy.require(by, "case.supervise", case)
    if not reason.strip():
        raise rules.Refused("请写明剔除原因")
    case.excluded_reason = reason[:60]
    case.version += 1
    case.save(update_fields=["excluded_reason", "version"])
    record("case.excluded", subject=subject_of(case), by=by, at=at, after={"reason": reason})
    return case
