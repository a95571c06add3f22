"""When each step of an invented case happens: the loop played forward until today, by chance but by its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from linli.algorithms import worktime


@dataclass(frozen=True)
class Step:
    """One arrow of the table of states, taken at a moment."""

    verb: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Course:
    """What kind of way a case takes: who screens it, whether it is checked on the spot, and what goes wrong."""

    automatic: bool
    site_check: bool
    has_contact: bool
    sign_hours: float
    resolve_share: float
    ending: str
    returned: bool
    paused: bool
    unhappy: bool


ENDINGS = (("dispatched", 0.93), ("explained", 0.04), ("voided", 0.015), ("referred", 0.015))
LATE = 0.07
RETURNED, PAUSED, UNHAPPY, STILL_UNHAPPY, REWORKED, UNCLEAR = 0.05, 0.04, 0.12, 0.4, 0.04, 0.15


def choose(rng: Random, *, automatic: bool, site_check: bool, has_contact: bool) -> Course:
    """Draw a way."""
    late = rng.random() < LATE
    share = rng.uniform(1.05, 1.9) if late else min(0.97, rng.betavariate(2.2, 2.6))
    ending = "dispatched" if automatic else rng.choices([e for e, _ in ENDINGS], [w for _, w in ENDINGS])[0]
    return Course(
        automatic, site_check, has_contact, rng.expovariate(1 / 0.8), share, ending,
        rng.random() < RETURNED, rng.random() < PAUSED, rng.random() < UNHAPPY,
    )  # fmt: skip


def office(moment: datetime, hours: float, calendar: worktime.Calendar) -> datetime:
    """The moment that many working hours later: people work when the office is open."""
    minutes = max(1, round(hours * 60))
    from_minutes = worktime.add(moment, minutes // 60 + 1, worktime.Unit.WORKING_HOUR, calendar).at
    return from_minutes - timedelta(minutes=60 - minutes % 60)


def minutes(rng: Random, low: float, high: float) -> timedelta:
    """A stretch of minutes and seconds."""
    return timedelta(seconds=rng.uniform(low * 60, high * 60))
