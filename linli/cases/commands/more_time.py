"""More time for a case: asked for by its unit, granted or refused by who decides. An extension (延期) moves the date, a
deferral (缓办) puts the case off; both are one kind of row and go one way.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.algorithms import worktime
from linli.cases import policy, rules
from linli.cases.commands import clock
from linli.cases.commands.handling import working_on
from linli.cases.commands.move import MOVING, allowed, carry_out, facts_of, locked, subject_of
from linli.cases.models import Case, Clock, Extension, Pause
from linli.cases.queries.clocks import measure_of, more_time_for, norm_for, running_resolve, said_date
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.calendar.queries import calendar_for


@transaction.atomic
def request_extension(*, case_id: int, amount: int, reason: str, by: Actor, at: datetime) -> Extension:
    """Ask for more time, before the date and not beyond what the norm allows."""
    return _ask("extend", case_id, amount, reason, by, at)


@transaction.atomic
def request_deferral(*, case_id: int, amount: int, reason: str, by: Actor, at: datetime) -> Extension:
    """Ask to put a case off that cannot be done now, for so long at most as the norm allows."""
    return _ask("defer", case_id, amount, reason, by, at)


def _ask(kind: str, case_id: int, amount: int, reason: str, by: Actor, at: datetime) -> Extension:
    case = working_on(case_id, "case.extend_request", by)
    rules.is_lead(facts_of(case), by.unit)
    running = running_resolve(case)
    if running is None:
        raise rules.Refused("本案没有正在计时的办结时限")
    rules.may_ask_for_time(kind, case.state, at, running.due_at)
    if not reason.strip():
        raise rules.Refused("请写明申请的理由")
    allowance = more_time_for(kind, case, running, at)
    rules.within(allowance, amount)
    if case.extensions.filter(decided_at=None).exists():
        raise rules.Refused("已有一份延期或缓办申请等待决定")
    assert case.lead is not None, "only a lead asks for more time"
    row = Extension.objects.create(
        case=case, unit=case.lead, kind=kind, asked_at=at, asked_by=by.label, amount=amount,
        measure=allowance.measure, reason=reason,
    )  # fmt: skip
    after = {"amount": amount, "measure": worktime.UNIT_ZH[worktime.Unit(allowance.measure)]}
    record(rules.ASKED_EVENTS[kind], subject=subject_of(case), by=by, at=at, after=after, note=reason)
    return row


@transaction.atomic
def decide_extension(
    *, extension_id: int, granted: bool, decision: str, by: Actor, at: datetime
) -> Extension:
    """Grant or refuse what was asked for. Who asked in time is not harmed by a late decision."""
    case_id = Extension.objects.values_list("case_id", flat=True).get(pk=extension_id)
    case = locked(case_id)
    policy.require(by, "case.extend_decide", case)
    row = Extension.objects.select_for_update().get(pk=extension_id)
    if row.decided_at is not None:
        raise rules.Refused("这份申请已经决定")
    row.decided_at, row.decided_by, row.granted, row.decision = at, by.label, granted, decision
    row.save()
    if row.kind == "defer" and granted:
        transition = allowed(case, "defer", by=by, note=decision)
        ends_by = _put_off(case, row.amount, worktime.Unit(row.measure), row.reason, at)
        carry_out(case, transition, by=by, at=at, note=decision, after={"ends_by": said_date(ends_by)})
        return row
    running = running_resolve(case)
    if granted and running is not None:
        _extend(case, running, row.amount)
    clock.set_dates(case, case.clocks.filter(stopped_at=None))
    case.version += 1
    case.save(update_fields=MOVING)
    after = {"granted": "准许" if granted else "不准许", "due": said_date(case.resolve_due_at)}
    record(rules.DECIDED_EVENTS[row.kind], subject=subject_of(case), by=by, at=at, after=after, note=decision)
    return row


def _extend(case: Case, running: Clock, amount: int) -> None:
    running.extended += amount
    clock.redate(running, case.place_path)
    running.warned_at = running.late_at = None
    running.save(update_fields=["extended", "due_at", "provisional", "warned_at", "late_at"])


def _put_off(case: Case, amount: int, measure: worktime.Unit, reason: str, at: datetime) -> datetime:
    """Let the resolve clock stand still for so long; a pause that runs ends here. Returns the latest moment of it."""
    ends_by = worktime.add(at, amount, measure, calendar_for(case.place_path)).at
    running = running_resolve(case)
    if running is not None:
        running.pauses.filter(ended_at=None).update(ended_at=at)
        Pause.objects.create(clock=running, started_at=at, ends_by=ends_by, reason=reason[:200])
    return ends_by


@transaction.atomic
def defer(*, case_id: int, note: str, by: Actor, at: datetime) -> Case:
    """Put a case off that cannot be done now (缓办) without being asked; it does not count as due meanwhile."""
    case = locked(case_id)
    transition = allowed(case, "defer", by=by, note=note)
    if case.extensions.filter(kind="defer", decided_at=None).exists():
        raise rules.Refused("承办单位已申请缓办，请决定这份申请")
    cap = norm_for(case, "cases.defer.cap", at)
    ends_by = _put_off(case, int(cap.amount()), measure_of(cap), note, at)
    return carry_out(case, transition, by=by, at=at, note=note, after={"ends_by": said_date(ends_by)})


@transaction.atomic
def undefer(*, case_id: int, by: Actor, at: datetime, note: str = "") -> Case:
    """Take a deferred case up again."""
    case = locked(case_id)
    transition = allowed(case, "undefer", by=by)
    return carry_out(case, transition, by=by, at=at, note=note, after={"due": said_date(case.resolve_due_at)})
