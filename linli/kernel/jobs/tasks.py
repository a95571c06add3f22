"""Keeping the queue itself in order."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from procrastinate.jobs import Job, Status

from linli.kernel.jobs.job import QUEUE, job

STALLED_SECONDS = 30
"""A worker says every ten seconds that it lives."""


@job("jobs.retry_stalled", title="找回中断的任务", every="* * * * *")
def retry_stalled(timestamp: int) -> None:
    """Put back jobs whose worker died; a periodic one is written off, since its next turn comes by itself."""
    async_to_sync(_retry_stalled)()


async def _retry_stalled() -> None:
    for stuck in await QUEUE.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await _put_back(stuck)


async def _put_back(stuck: Job) -> None:
    if stuck.queueing_lock:
        await QUEUE.finish_job(stuck, Status.ABORTED, delete_job=False)
    else:
        await QUEUE.retry_job(stuck)
