"""Sending what is waiting."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.jobs.job import job
from linli.kernel.notices import commands
from linli.kernel.notices.models import Delivery


@job(commands.DELIVER, title="外发通知", atomic=False)
def deliver(delivery_id: int) -> None:
    """Send one; a failure is written down and raised, so that the queue tries again."""
    row = commands.deliver(delivery_id=delivery_id, at=timezone.now())
    if row.state == Delivery.State.FAILED and row.tries < commands.MOST_TRIES:
        raise commands.NotSent(row.error)
