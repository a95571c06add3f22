"""Putting failed jobs back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.policy import require
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record


class NotFailed(Refusal, ValueError):
    """Only a job that gave up can be put back."""


@transaction.atomic
def run_again(*, job_id: int, by: Actor, at: datetime) -> None:
    """Put a failed job back into the queue with a fresh count of tries."""
    require(by, "job.view")
    job = ProcrastinateJob.objects.filter(pk=job_id, status="failed").first()
    if job is None:
        raise NotFailed("这个任务不是失败状态")
    app.configure_task(job.task_name).defer(**job.args)
    subject = Subject("job", job_id, job.task_name)
    record("job.run_again", subject=subject, by=by, at=at, after={"task": job.task_name})
