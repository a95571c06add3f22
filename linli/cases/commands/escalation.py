"""What the clock does by itself: warn before a date, rise step by step after it, end a pause at its cap. No case is skipped."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from linli.algorithms import worktime
from linli.cases import rules
from linli.cases.commands.handling import resume
from linli.cases.commands.more_time import undefer
from linli.cases.commands.move import locked, subject_of
from linli.cases.models import Case, Clock, Pause, Supervision
from linli.cases.queries.clocks import MEASURES, full_date, measure_of, norm_for, said_date
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.calendar.queries import calendar_for
from linli.territory.queries.units import Node, tree

WATCH = Actor.system("时限监督")
STEP = 200
READ = 2000
"""Rows done in one go, and rows read at once where most are only looked at."""

HORIZON = timedelta(days=20)
"""No warning is given earlier than this before a date, whatever the norm's share comes to."""

LOOKED_AT = (
    "case", "started_at", "due_at", "case__place_path", "case__kind", "case__urgency", "case__channel", "case__category__path",
)  # fmt: skip
"""What tells whether a date is near: every minute it is read of every running clock."""

Known = dict[tuple[Any, ...], tuple[worktime.Calendar, int, int]]
"""Calendar, share and hours of the cases of a place and a matter."""


def near_their_date(at: datetime, last: int) -> list[int]:
    """The next running clocks, after a clock's id, that must be warned of; the many others are looked at, and left."""
    running = Clock.objects.filter(
        stopped_at=None, paused_at=None, warned_at=None, due_at__gt=at, due_at__lte=at + HORIZON
    )
    rows = running.filter(pk__gt=last).select_related("case__category").only(*LOOKED_AT).order_by("pk")
    known: Known = {}
    near = (row.pk for row in rows.iterator(chunk_size=READ) if is_at_risk(row, row.case, at, known))
    return list(islice(near, STEP))


@transaction.atomic
def warn(clock_id: int, at: datetime) -> int:
    """Say of a running clock, once, that its date is near."""
    row = (
        Clock.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case__category")
        .filter(pk=clock_id)
        .first()
    )
    if row is None or row.stopped_at or row.paused_at or row.warned_at or not is_at_risk(row, row.case, at):
        return 0
    row.warned_at = at
    row.save(update_fields=["warned_at"])
    after = {"clock": rules.CLOCKS[row.kind], "due": said_date(row.due_at)}
    record("case.at_risk", subject=subject_of(row.case), by=WATCH, at=at, after=after)
    return 1


def is_at_risk(row: Clock, case: Case, at: datetime, known: Known | None = None) -> bool:
    """Whether less than the norm's share of the time, or fewer than its working hours, are left.

    ``known`` keeps what the cases of a place and a matter share while many are looked at.
    """
    known = {} if known is None else known
    key = (case.place_path, case.kind, case.urgency, case.channel, case.category_id)
    if key not in known:
        share, hours = (norm_for(case, f"cases.at_risk.{name}", at).amount() for name in ("share", "hours"))
        known[key] = calendar_for(case.place_path), int(share), int(hours)
    calendar, share, hours = known[key]
    left = worktime.remaining(at, row.due_at, worktime.Unit.WORKING_HOUR, calendar)
    whole = worktime.measure(row.started_at, row.due_at, worktime.Unit.WORKING_HOUR, calendar)
    return left * 100 <= whole * share or (left <= hours and whole > 2 * hours)


def just_late(at: datetime, last: int) -> list[int]:
    """The next running clocks, after a clock's id, that have run out without being said so."""
    late = Clock.objects.filter(stopped_at=None, paused_at=None, late_at=None, due_at__lte=at, pk__gt=last)
    return list(late.order_by("pk").values_list("pk", flat=True)[:STEP])


@transaction.atomic
def say_late(clock_id: int, at: datetime) -> int:
    """Say of a running clock, once, that its date has passed."""
    row = Clock.objects.select_for_update(of=("self",)).select_related("case").get(pk=clock_id)
    if row.stopped_at or row.paused_at or row.late_at or row.due_at > at:
        return 0
    row.late_at = at
    row.save(update_fields=["late_at"])
    after = {"clock": rules.CLOCKS[row.kind], "due": said_date(row.due_at)}
    record("case.overdue", subject=subject_of(row.case), by=WATCH, at=at, after=after)
    return 1


def overdue(at: datetime, last: int) -> list[int]:
    """The next overdue cases, after an id, of which a step is due."""
    late = Case.objects.overdue(at).filter(pk__gt=last)
    rows = late.select_related("category", "lead").defer("grams").order_by("pk")
    due = (case.pk for case in rows.iterator(chunk_size=STEP) if step_is_due(case, at))
    return list(islice(due, STEP))


@transaction.atomic
def escalate(case_id: int, at: datetime) -> int:
    """Let an overdue case rise the steps that are due; returns how many were taken."""
    case = locked(case_id)
    if case.due_at is None or case.due_at >= at or case.lead is None:
        return 0
    due = [step for step, when in ladder(case, at)[case.escalation :] if when <= at]
    for step, tell in zip(due, hearers(case, len(due)), strict=True):
        _take_step(case, step, at, tell)
    if due:
        case.supervised = case.supervised or case.escalation > 1
        case.version += 1
        case.save(update_fields=["escalation", "supervised", "version"])
    return len(due)


def step_is_due(case: Case, at: datetime) -> bool:
    """Whether the next step of an overdue case has come."""
    if case.lead is None:
        return False
    return any(when <= at for _step, when in ladder(case, at)[case.escalation :])


def ladder(case: Case, at: datetime) -> list[tuple[str, datetime]]:
    """The steps of supervision of an overdue case and when each is due, counted from the date that passed."""
    assert case.due_at is not None
    calendar = calendar_for(case.place_path)
    table = norm_for(case, "cases.supervision.ladder", at).value
    return [
        (
            row["step"],
            worktime.add(
                case.due_at,
                int(row["after"]),
                worktime.Unit(MEASURES.get(row["unit"], row["unit"])),
                calendar,
            ).at,
        )
        for row in table
    ]


def rises_to(case: Case, step: int) -> Node | None:
    """Who hears of a step: the lead itself first, then one level up the tree a step, at last the root. Never nobody."""
    if case.lead is None:
        return None
    path = rules.next_step(case.lead.path, step)
    found = tree().ancestors(path)
    return found[-1] if found else None


def hearers(case: Case, steps: int) -> list[list[str]]:
    """Who hears of each of the next steps, taken at once: the lead and the unit that it rises to, each told once, at the last."""
    told: set[str] = set()
    found: list[list[str]] = []
    for step in reversed(range(case.escalation, case.escalation + steps)):
        units = {unit.code for unit in (case.lead, rises_to(case, step)) if unit}
        found.append(sorted(units - told))
        told |= units
    return found[::-1]


def _take_step(case: Case, step: str, at: datetime, tell: list[str]) -> None:
    assert case.lead is not None and case.due_at is not None, "only a case with a unit is late"
    unit = rises_to(case, case.escalation)
    case.escalation += 1
    words = f"本案{rules.SUPERVISION_STEPS[step]}：已超过时限 {full_date(case.due_at)}，请立即办理并回复"
    within = norm_for(case, "cases.supervision.reply_within", at)
    answer_by = worktime.add(at, int(within.amount()), measure_of(within), calendar_for(case.place_path)).at
    Supervision.objects.create(
        case=case, step=step, unit=case.lead, at=at, by=WATCH.label, words=words, answer_by=answer_by
    )
    after = {
        "step": case.escalation,
        "unit": unit.name if unit else "",
        "unit_code": unit.code if unit else "",
        "tell": tell,
    }
    record("case.escalated", subject=subject_of(case), by=WATCH, at=at, after=after, note=words)


def paused_too_long(at: datetime, last: int) -> list[int]:
    """The next cases, after an id, whose pause has reached its cap."""
    over = Pause.objects.filter(
        ended_at=None, ends_by__lte=at, clock__stopped_at=None, clock__case_id__gt=last
    )
    return list(over.order_by("clock__case_id").values_list("clock__case_id", flat=True)[:STEP])


@transaction.atomic
def end_pause(case_id: int, at: datetime) -> int:
    """Let the clock of a case run again."""
    state = Case.objects.values_list("state", flat=True).get(pk=case_id)
    if state == "paused":
        resume(case_id=case_id, by=WATCH, at=at, note="暂停已到上限，恢复计时")
    elif state == "deferred":
        undefer(case_id=case_id, by=WATCH, at=at, note="缓办期满，恢复办理")
    else:
        return 0
    return 1


PASSES = ((paused_too_long, end_pause), (near_their_date, warn), (just_late, say_late), (overdue, escalate))
"""What is looked for, a batch at a time by rising id, and what is done with each."""
