"""Adding an amount of time to a moment, and measuring it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from linli.algorithms.worktime.calendar import HOUR, Calendar, OutsideCalendar
from linli.algorithms.worktime.explanation import Line, Run, explain
from linli.algorithms.worktime.scales import Scale, Unit, scale_of

Amount = int | Fraction | Decimal


@dataclass(frozen=True, slots=True)
class Pause:
    """Time during which a clock stands still. Without an end it lasts until its cap is used up."""

    start: datetime
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """The longest that all pauses of a clock may last together.

    A cap in days is counted as that many standard days of time, so that many short pauses cannot escape it.
    """

    amount: Amount
    unit: Unit


@dataclass(frozen=True)
class Due:
    """When a clock runs out. ``lines`` says why, and is worked out only when asked for."""

    at: datetime
    provisional: bool
    run: Run = field(repr=False)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The explanation, line by line."""
        return explain(self.run)


def add(
    start: datetime,
    amount: Amount,
    unit: Unit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    extensions: Sequence[Amount] = (),
    cap: Cap | None = None,
) -> Due:
    """The moment at which a clock started at ``start`` has run ``amount`` and its extensions.

    Raises ``ValueError`` for a negative amount, part of a day, a naive moment or an open pause without a cap, and
    ``OutsideCalendar`` where the calendar ends.
    """
    scale = scale_of(unit, calendar)
    begin = calendar.ticks(start)
    total = _positions(amount, scale) + sum(_positions(each, scale) for each in extensions)
    stops = _stops(pauses, cap, unit, calendar) if pauses else []
    base = scale.start(begin)
    target = base + total
    if total:
        for pause_start, pause_end in stops:
            low = max(base, scale.before(pause_start))
            if low < target:
                target += max(low, scale.before(pause_end)) - low
    due = scale.when(target) if total else begin
    run = Run(calendar, unit, amount, tuple(extensions), begin, due, _told(pauses, cap, unit, calendar, due))
    at = calendar.moment(due)
    return Due(at, unit.is_working and _provisional(calendar, begin, due), run)


def measure(
    start: datetime,
    end: datetime,
    unit: Unit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    cap: Cap | None = None,
) -> Fraction:
    """How much a clock started at ``start`` has run at ``end``, pauses left out; nothing where the end is not later.

    Hours are exact fractions, days whole: a day counts once it has ended.
    """
    scale = scale_of(unit, calendar)
    base = scale.start(calendar.ticks(start))
    upto = scale.reached(calendar.ticks(end))
    run = upto - base
    for pause_start, pause_end in _stops(pauses, cap, unit, calendar) if pauses else ():
        low = max(base, scale.before(pause_start))
        run -= max(0, min(upto, scale.before(pause_end)) - low)
    return Fraction(max(0, run), scale.per_unit)


def remaining(at: datetime, due: datetime, unit: Unit, calendar: Calendar) -> Fraction:
    """What is left until ``due``; negative is how long it is overdue."""
    if at <= due:
        return measure(at, due, unit, calendar)
    return -measure(due, at, unit, calendar)


def _positions(amount: Amount, scale: Scale) -> int:
    if amount < 0:
        raise ValueError(f"a clock cannot run {amount} units")
    if scale.per_unit == 1 and amount != int(amount):
        raise ValueError(f"{amount} is not a whole number of days")
    return amount * scale.per_unit if isinstance(amount, int) else round(Fraction(amount) * scale.per_unit)


def _stops(pauses: Sequence[Pause], cap: Cap | None, unit: Unit, calendar: Calendar) -> list[tuple[int, int]]:
    """Pauses in ticks, in order, joined where they overlap and cut where the cap is used up."""
    hours = scale_of(Unit.WORKING_HOUR if unit.is_working else Unit.NATURAL_HOUR, calendar)
    left = None if cap is None else _allowance(cap, calendar)
    stops: list[tuple[int, int]] = []
    for start, end in sorted(_ends(pauses, capped=cap is not None, calendar=calendar)):
        low = max(start, stops[-1][1]) if stops else start
        if end <= low:
            continue
        if left is not None:
            used = hours.before(end) - hours.before(low)
            if used > left:
                end = hours.when(hours.before(low) + left) if left else low
                used = left
            left -= used
        if end > low:
            stops.append((low, end))
    return stops


def _ends(pauses: Sequence[Pause], *, capped: bool, calendar: Calendar) -> list[tuple[int, int]]:
    horizon = len(calendar.spans) * 24 * HOUR - 1
    spans = []
    for pause in pauses:
        if pause.end is None and not capped:
            raise ValueError("a pause without an end needs a cap")
        spans.append(
            (calendar.ticks(pause.start), horizon if pause.end is None else calendar.ticks(pause.end))
        )
    return spans


def _allowance(cap: Cap, calendar: Calendar) -> int:
    per_unit = HOUR
    if cap.unit.is_day:
        per_unit = calendar.standard_day() if cap.unit.is_working else 24 * HOUR
    return round(Fraction(cap.amount) * per_unit)


def _told(
    pauses: Sequence[Pause], cap: Cap | None, unit: Unit, calendar: Calendar, due: int
) -> tuple[tuple[int, int, str, bool], ...]:
    """The pauses before the due moment as (start, end, reason, cut by the cap), for the explanation."""
    if not pauses:
        return ()
    asked = [
        (calendar.ticks(p.start), None if p.end is None else calendar.ticks(p.end), p.reason) for p in pauses
    ]
    told = []
    for start, end in _stops(pauses, cap, unit, calendar):
        if start > due:
            break
        source = max((each for each in asked if each[0] <= start), key=lambda each: (each[0], each[2]))
        told.append((start, end, source[2], source[1] is None or source[1] > end))
    return tuple(told)


def _provisional(calendar: Calendar, begin: int, due: int) -> bool:
    years = range(calendar.day(begin).year, calendar.day(due).year + 1)
    return any(year not in calendar.announced for year in years)


__all__ = ["Amount", "Cap", "Due", "OutsideCalendar", "Pause", "add", "measure", "remaining"]
