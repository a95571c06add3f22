"""What the worker does for the loop, every minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from linli.cases.commands.escalation import PASSES
from linli.kernel.jobs.job import job, job_transaction

Find = Callable[[datetime, int], list[int]]
Step = Callable[[int, datetime], int]


class SomeFailed(RuntimeError):
    """A pass went through all its rows, but not every one could be done; the job shows as failed with their ids."""


@job("cases.watch_clocks", title="时限监督:临期提醒、超期升级、暂停到期", every="* * * * *", atomic=False)
def watch_clocks(timestamp: int) -> None:
    """Each row in a transaction of its own: one that fails holds up no other, and is named."""
    failed = [words for find, step in PASSES for words in go_through(find, step, timezone.now())]
    if failed:
        raise SomeFailed("; ".join(failed))


def go_through(find: Find, step: Step, at: datetime) -> list[str]:
    """Do a step for every row that is found, batch after batch until none is left; returns what failed."""
    failed: list[str] = []
    last = 0
    while ids := _batch(find, at, last):
        for row_id in ids:
            try:
                with job_transaction("时限监督"):
                    step(row_id, at)
            except Exception as error:  # noqa: BLE001 - named below, and the next row must not wait for it
                failed.append(f"{step.__name__} {row_id}: {error}")
        last = ids[-1]
    return failed


def _batch(find: Find, at: datetime, last: int) -> list[int]:
    with job_transaction("时限监督"):
        return find(at, last)
