"""What the lead unit does: contact, measures, pause, more time, result."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.algorithms import worktime
from linli.cases import policy, rules
from linli.cases.commands import clock
from linli.cases.commands.move import MOVING, allowed, carry_out, facts_of, locked, subject_of
from linli.cases.models import Case, Contact, Extension, Pause
from linli.cases.queries.clocks import measure_of, norm_for, said_date
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.calendar.queries import calendar_for

WAYS = {"phone": "电话", "visit": "上门", "message": "短信", "meeting": "面谈"}


def _working(case_id: int, verb: str, by: Actor) -> Case:
    """A case that the actor's unit is handling, locked, for a step that does not change its state."""
    case = locked(case_id)
    policy.require(by, verb, case)
    if case.state not in {"handling", "paused", "deferred"}:
        raise rules.Refused("案件签收以后、反馈以前才能做这一步")
    if by.unit not in case.audience and not by.sees_all:
        raise rules.Refused("本案由其他单位办理")
    return case


@transaction.atomic
def contact(*, case_id: int, way: str, reached: bool, words: str, by: Actor, at: datetime) -> Contact:
    """Write down a contact with the reporter; the first one that reaches them stops the contact clock."""
    case = _working(case_id, "case.handle", by)
    row = Contact.objects.create(case=case, at=at, by=by.label, way=way, reached=reached, words=words)
    if reached and case.contacted_at is None:
        case.contacted_at = at
        clock.apply(case, ("stop contact",), at=at)
    case.version += 1
    case.save(update_fields=MOVING)
    after = {"way": WAYS[way], "reached": "已联系上" if reached else "未联系上"}
    record("case.contacted", subject=subject_of(case), by=by, at=at, after=after, note=words)
    return row


@transaction.atomic
def record_measure(*, case_id: int, words: str, by: Actor, at: datetime) -> Case:
    """Write down what was done, without an answer yet."""
    case = _working(case_id, "case.handle", by)
    if not words.strip():
        raise rules.Refused("请写明处置措施")
    record("case.measure_recorded", subject=subject_of(case), by=by, at=at, note=words)
    return case


@transaction.atomic
def pause(*, case_id: int, reason: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Stop the resolve clock while the resident or a third party must act; at most as long as the norm allows."""
    case = locked(case_id, version=version)
    transition = allowed(case, "pause", by=by, note=reason)
    earlier = Pause.objects.filter(clock__case=case).count()
    limit = int(norm_for(case, "cases.pause.limit", at).amount())
    rules.may_pause(facts_of(case, pause_count=earlier), by.unit, limit)
    cap = norm_for(case, "cases.pause.cap", at)
    ends_by = worktime.add(at, int(cap.amount()), measure_of(cap), calendar_for(case.place_path)).at
    running = case.clocks.filter(kind="resolve", stopped_at=None).first()
    if running is None:
        raise rules.Refused("本案没有正在计时的办结时限")
    Pause.objects.create(clock=running, started_at=at, ends_by=ends_by, reason=reason[:200])
    return carry_out(case, transition, by=by, at=at, note=reason, after={"ends_by": said_date(ends_by)})


@transaction.atomic
def resume(*, case_id: int, by: Actor, at: datetime, note: str = "") -> Case:
    """Let the clock run again; the date moves by what the pause took."""
    case = locked(case_id)
    transition = allowed(case, "resume", by=by)
    if not by.sees_all:
        rules.is_lead(facts_of(case), by.unit)
    return carry_out(case, transition, by=by, at=at, note=note, after={"due": said_date(case.resolve_due_at)})


@transaction.atomic
def request_extension(*, case_id: int, amount: int, reason: str, by: Actor, at: datetime) -> Extension:
    """Ask for more time, before the date and not beyond what the norm allows."""
    case = _working(case_id, "case.extend_request", by)
    rules.is_lead(facts_of(case), by.unit)
    running = case.clocks.filter(kind="resolve", stopped_at=None).first()
    if running is None:
        raise rules.Refused("本案没有正在计时的办结时限")
    rules.may_extend(at, running.due_at)
    if not reason.strip():
        raise rules.Refused("请写明申请延期的理由")
    cap = norm_for(case, "cases.extension.max", at)
    if not 0 < amount <= int(cap.amount()) - running.extended:
        raise rules.Refused(
            "延期合计不得超过 %(most)s 个工作日，已延 %(done)s 个",
            most=int(cap.amount()),
            done=running.extended,
        )
    if case.extensions.filter(decided_at=None).exists():
        raise rules.Refused("已有一份延期申请等待决定")
    assert case.lead is not None, "only a lead asks for more time"
    row = Extension.objects.create(
        case=case,
        unit=case.lead,
        asked_at=at,
        asked_by=by.label,
        amount=amount,
        measure=running.measure,
        reason=reason,
    )
    after = {"amount": amount, "measure": worktime.UNIT_ZH[worktime.Unit(running.measure)]}
    record("case.extension_requested", subject=subject_of(case), by=by, at=at, after=after, note=reason)
    return row


@transaction.atomic
def decide_extension(
    *, extension_id: int, granted: bool, decision: str, by: Actor, at: datetime
) -> Extension:
    """Grant or refuse more time. Who asked in time is not harmed by a late decision."""
    case_id = Extension.objects.values_list("case_id", flat=True).get(pk=extension_id)
    case = locked(case_id)
    policy.require(by, "case.extend_decide", case)
    row = Extension.objects.select_for_update().get(pk=extension_id)
    if row.decided_at is not None:
        raise rules.Refused("这份延期申请已经决定")
    row.decided_at, row.decided_by, row.granted, row.decision = at, by.label, granted, decision
    row.save()
    running = case.clocks.filter(kind="resolve", stopped_at=None).first()
    if granted and running is not None:
        running.extended += row.amount
        clock.redate(running, case.place_path)
        running.warned_at = running.late_at = None
        running.save(update_fields=["extended", "due_at", "provisional", "warned_at", "late_at"])
    clock.set_dates(case, case.clocks.filter(stopped_at=None))
    case.version += 1
    case.save(update_fields=MOVING)
    after = {"granted": "准许" if granted else "不准许", "due": said_date(case.resolve_due_at)}
    record("case.extension_decided", subject=subject_of(case), by=by, at=at, after=after, note=decision)
    return row


@transaction.atomic
def defer(*, case_id: int, note: str, by: Actor, at: datetime) -> Case:
    """Put a case off that cannot be done now (缓办); it does not count as due meanwhile."""
    case = locked(case_id)
    transition = allowed(case, "defer", by=by, note=note)
    running = case.clocks.filter(kind="resolve", stopped_at=None, paused_at=None).first()
    if running is not None:
        cap = norm_for(case, "cases.defer.cap", at)
        ends_by = worktime.add(at, int(cap.amount()), measure_of(cap), calendar_for(case.place_path)).at
        Pause.objects.create(clock=running, started_at=at, ends_by=ends_by, reason=note[:200])
    return carry_out(case, transition, by=by, at=at, note=note)


@transaction.atomic
def undefer(*, case_id: int, by: Actor, at: datetime, note: str = "") -> Case:
    """Take a deferred case up again."""
    case = locked(case_id)
    transition = allowed(case, "undefer", by=by)
    return carry_out(case, transition, by=by, at=at, note=note, after={"due": said_date(case.resolve_due_at)})


@transaction.atomic
def submit(*, case_id: int, result: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Give the result: what is on the spot goes to a check, what was asked for to a call-back."""
    case = locked(case_id, version=version)
    facts = facts_of(case)
    verb = "submit" if rules.needs_site_check(facts.domain, facts.has_contact) else "submit_to_callback"
    transition = allowed(case, verb, by=by, note=result)
    rules.is_lead(facts, by.unit)
    case.result, case.answered_at = result, at
    return carry_out(case, transition, by=by, at=at, note=result)
