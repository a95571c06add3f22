"""What the lead unit does: contact, measures, pause, result."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.algorithms import worktime
from linli.cases import policy, rules
from linli.cases.commands import clock
from linli.cases.commands.move import MOVING, allowed, carry_out, facts_of, locked, subject_of
from linli.cases.models import Case, Contact, Pause
from linli.cases.queries.clocks import measure_of, norm_for, said_date
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.calendar.queries import calendar_for

WAYS = {"phone": "电话", "visit": "上门", "message": "短信", "meeting": "面谈"}


def working_on(case_id: int, verb: str, by: Actor) -> Case:
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
    case = working_on(case_id, "case.handle", by)
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
    case = working_on(case_id, "case.handle", by)
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
def submit(*, case_id: int, result: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Give the result: what is on the spot goes to a check, what was asked for to a call-back."""
    case = locked(case_id, version=version)
    facts = facts_of(case)
    verb = "submit" if rules.needs_site_check(facts.domain, facts.has_contact) else "submit_to_callback"
    transition = allowed(case, verb, by=by, note=result)
    rules.is_lead(facts, by.unit)
    case.result, case.answered_at = result, at
    return carry_out(case, transition, by=by, at=at, note=result)
