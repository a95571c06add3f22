"""The clocks of a case as norms and the working calendar give them: nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from linli.algorithms import worktime
from linli.cases.models import Case, Clock, Pause
from linli.cases.rules import MORE_TIME_NORMS, Allowance
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.queries import norm
from linli.kernel.norms.rules import NormValue

MEASURES = {"hour": "natural_hour", "day": "natural_day"}
"""Norms say plain hours and days; the work clock calls them natural."""


WEEKDAYS = "一二三四五六日"


def full_date(moment: datetime) -> str:
    """A date in local time as sentences to people write it: 2026年11月22日 周日 14:30."""
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def said_date(moment: datetime | None) -> str:
    """A date in local time as events write it; empty for none."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def matter_of(case: Case) -> dict[str, str | Sequence[str]]:
    """What norms may depend on: kind, urgency, channel and the category with its ancestors, root first."""
    codes = [code for code in case.category.path.split("/") if code] if case.category else []
    return {"kind": case.kind, "urgency": case.urgency, "channel": case.channel, "category": codes}


def norm_for(case: Case, key: str, at: datetime) -> NormValue:
    """The norm of that key which holds for this case now."""
    return norm(key, on=timezone.localdate(at), place=case.place_path, match=matter_of(case))


def measure_of(found: NormValue) -> worktime.Unit:
    """The unit of a clock norm."""
    return worktime.Unit(MEASURES.get(found.unit, found.unit))


def running_resolve(case: Case) -> Clock | None:
    """The clock by which the case is to be resolved, running or standing still."""
    return case.clocks.filter(kind="resolve", stopped_at=None).first()


def more_time_for(kind: str, case: Case, running: Clock, at: datetime) -> Allowance:
    """How much more time the unit may ask for: an extension in the measure of the clock, a deferral in that of its norm."""
    cap = norm_for(case, MORE_TIME_NORMS[kind], at)
    if kind == "extend":
        return Allowance(kind, int(cap.amount()), running.extended, running.measure)
    return Allowance(kind, int(cap.amount()), 0, measure_of(cap))


def new_clock(case: Case, kind: str, at: datetime, earlier: Clock | None = None) -> Clock:
    """A running clock by today's norm, not yet saved. ``earlier`` is the clock it takes the place of."""
    found = norm_for(case, f"cases.clock.{kind}", at)
    amount, measure = int(found.amount()), measure_of(found)
    due = worktime.add(at, amount, measure, calendar_for(case.place_path))
    return Clock(
        case=case, kind=kind, unit_id=case.lead_id, started_at=at, amount=amount, measure=measure, norm_id=found.id,
        norm_words=f"{found.title or found.key}（{found.source}）"[:200], due_at=due.at,
        first_due_at=earlier.first_due_at if earlier else due.at, provisional=due.provisional,
    )  # fmt: skip


def due_of(clock: Clock, pauses: Sequence[Pause], place: str) -> worktime.Due:
    """The date of a clock with its explanation."""
    still = [worktime.Pause(p.started_at, p.ended_at or p.ends_by, p.reason) for p in pauses]
    extensions = [clock.extended] if clock.extended else []
    return worktime.add(
        clock.started_at,
        clock.amount,
        worktime.Unit(clock.measure),
        calendar_for(place),
        still,
        extensions=extensions,
    )
