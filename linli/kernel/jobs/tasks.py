"""Keeping the queue itself in order."""

from __future__ import annotations

import asyncio
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from linli.kernel.jobs.job import job

STALLED_SECONDS = 60


@job("jobs.retry_stalled", title="找回中断的任务", every="* * * * *", atomic=False)
def retry_stalled(timestamp: int) -> None:
    """Put back jobs whose worker died; a periodic one is written off, since its next turn comes by itself."""
    asyncio.run(_retry_stalled())


async def _retry_stalled() -> None:
    stalled: Any = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
    for stuck in stalled:
        if stuck.queueing_lock:
            await app.job_manager.finish_job(stuck, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(stuck)
