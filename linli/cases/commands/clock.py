"""Starting, stopping, pausing and moving the clocks of a case. Called by the other commands, inside their transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from linli.algorithms import worktime
from linli.cases import rules
from linli.cases.models import Case, Clock, Pause
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.queries import norm
from linli.kernel.norms.rules import NormValue

MEASURES = {"hour": "natural_hour", "day": "natural_day"}
"""Norms say plain hours and days; the work clock calls them natural."""


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


def new_clock(case: Case, kind: str, at: datetime, earlier: Clock | None = None) -> Clock:
    """A running clock by today's norm, not yet saved. ``earlier`` is the clock it takes the place of."""
    found = norm_for(case, f"cases.clock.{kind}", at)
    amount, measure = int(found.amount()), measure_of(found)
    due = worktime.add(at, amount, measure, calendar_for(case.place_path))
    return Clock(
        case=case, kind=kind, unit_id=case.lead_id, started_at=at, amount=amount, measure=measure, norm_id=found.id,
        norm_words=f"{found.title or found.key}({found.source})"[:200], due_at=due.at,
        first_due_at=earlier.first_due_at if earlier else due.at, provisional=due.provisional,
    )  # fmt: skip


def apply(case: Case, instructions: Iterable[str], *, at: datetime) -> None:
    """Carry out what a transition says of the clocks, and set the case's next date."""
    words = [line.split() for line in instructions]
    fresh_case = case.due_at is None and all(verb == "start" for verb, _ in words)
    running = {} if fresh_case else {clock.kind: clock for clock in case.clocks.filter(stopped_at=None)}
    begun: list[Clock] = []
    for verb, kind in words:
        clock = running.get(kind)
        if verb in {"stop", "drop", "restart"} and clock is not None:
            _stop(clock, at, dropped=verb != "stop")
            del running[kind]
        if verb in {"start", "restart"} and kind not in running:
            running[kind] = new_clock(case, kind, at, earlier=clock)
            begun.append(running[kind])
        if verb == "pause" and clock is not None:
            clock.paused_at = at
            clock.save(update_fields=["paused_at"])
        if verb == "resume" and clock is not None:
            resume(clock, at, case.place_path)
    Clock.objects.bulk_create(begun)
    set_dates(case, running.values())


def _stop(clock: Clock, at: datetime, *, dropped: bool) -> None:
    clock.stopped_at, clock.dropped = at, dropped
    if clock.paused_at is not None:
        clock.pauses.filter(ended_at=None).update(ended_at=at)
        clock.paused_at = None
    clock.save(update_fields=["stopped_at", "dropped", "paused_at"])


def resume(clock: Clock, at: datetime, place: str) -> None:
    """End the open pause and move the date by what it took."""
    clock.pauses.filter(ended_at=None).update(ended_at=at)
    clock.paused_at = None
    redate(clock, place)
    clock.save(update_fields=["paused_at", "due_at", "provisional"])


def redate(clock: Clock, place: str) -> None:
    """Work the date out anew from start, amount, extensions and pauses."""
    due = due_of(clock, list(clock.pauses.all()), place)
    clock.due_at, clock.provisional = due.at, due.provisional


def due_of(clock: Clock, pauses: Sequence[Pause], place: str) -> worktime.Due:
    """The date of a clock with its explanation."""
    still = [worktime.Pause(p.started_at, p.ended_at or p.ends_by, p.reason) for p in pauses]
    extensions = [clock.extended] if clock.extended else []
    return worktime.add(
        clock.started_at, clock.amount, worktime.Unit(clock.measure), calendar_for(place), still, extensions=extensions
    )


def set_dates(case: Case, running: Iterable[Clock]) -> None:
    """Write the case's own dates from its running clocks; the caller saves the case."""
    clocks = list(running)
    case.due_at = rules.next_due(clock.due_at for clock in clocks if clock.paused_at is None)
    for clock in clocks:
        setattr(case, f"{clock.kind}_due_at", clock.due_at)
