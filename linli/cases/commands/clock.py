"""Starting, stopping, pausing and moving the clocks of a case. Called by the other commands, inside their transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linli.cases import rules
from linli.cases.models import Case, Clock
from linli.cases.queries.clocks import due_of, new_clock
from linli.kernel.standing import put


def apply(case: Case, instructions: Iterable[str], *, at: datetime) -> None:
    """Carry out what a transition says of the clocks, and set the case's next date.

    Where nobody can be called there is no clock for calling.
    """
    words = [line.split() for line in instructions if case.has_contact or not line.endswith(" contact")]
    fresh_case = case.due_at is None and all(verb == "start" for verb, _ in words)
    running = {} if fresh_case else {clock.kind: clock for clock in case.clocks.filter(stopped_at=None)}
    begun: list[Clock] = []
    for verb, kind in words:
        clock = running.get(kind)
        if verb in {"stop", "drop", "restart"} and clock is not None:
            _stop(clock, at, dropped=verb != "stop")
            del running[kind]
        if verb == "drop":
            setattr(case, f"{kind}_due_at", None)
        if verb in {"start", "restart"} and kind not in running:
            running[kind] = new_clock(case, kind, at, earlier=clock)
            begun.append(running[kind])
        if verb == "pause" and clock is not None:
            clock.paused_at = at
            clock.save(update_fields=["paused_at"])
        if verb == "resume" and clock is not None:
            resume(clock, at, case.place_path)
    put(begun)
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


def set_dates(case: Case, running: Iterable[Clock]) -> None:
    """Write the case's own dates from its running clocks; the caller saves the case.

    A later date is a new one: should it pass too, the case rises from the first step again.
    """
    clocks = list(running)
    due_at = rules.next_due(clock.due_at for clock in clocks if clock.paused_at is None)
    if due_at is not None and (case.due_at is None or due_at > case.due_at):
        case.escalation = 0
    case.due_at = due_at
    for clock in clocks:
        setattr(case, f"{clock.kind}_due_at", clock.due_at)
