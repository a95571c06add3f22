"""Counting takes longer than a page: the worker counts the running year and quarter each night, and those just over."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from linli.assessment.commands import count
from linli.assessment.rules import Period, period_named, periods_of
from linli.kernel.audit.actor import Actor
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked

COUNTER = Actor.system("减负计量")
LATE_DAYS = 45
"""For so long after its end a period is still counted: records come in late."""


@job("assessment.count", title="统计减负计量", every="40 2 * * *", atomic=False, alone=True)
def count_running(timestamp: int) -> None:
    """Each period in a transaction of its own."""
    for period in due_periods(timezone.localdate()):
        leave_off_if_asked()
        with job_transaction("减负计量"):
            count(period=period, by=COUNTER, at=timezone.now())


@job("assessment.count_now", title="重新统计减负计量")
def count_now(period: str) -> None:
    """One period, because somebody asked."""
    found = period_named(period)
    if found is not None:
        count(period=found, by=COUNTER, at=timezone.now())


def due_periods(today: date) -> list[Period]:
    """The periods that run on a day or were over lately."""
    found = [*periods_of(today), *periods_of(today - timedelta(days=LATE_DAYS))]
    return list({period.name: period for period in found}.values())
