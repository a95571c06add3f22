"""Declaring a job: a name, how it is retried, one transaction, and the system as the one who looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import close_old_connections, transaction
from procrastinate import RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue, TimeDeltaParams

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context

STOP = threading.Event()
"""Set when this process is asked to end; a job that goes over many rows looks at it between two of them."""

QUEUE = JobManager(DjangoConnector())
"""The queue through Django's own connection: what is put into it is kept or undone with the running transaction.

The library's app has another connection while a worker runs, one that knows nothing of our transactions.
"""


class LeftOff(Exception):
    """A job stopped between two rows because the process ends; what it did is kept, and it goes on at the next start."""


class Retry(RetryStrategy):
    """A job that failed is tried again, later each time; one that left off goes on as soon as there is a worker."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again."""
        if isinstance(exception, LeftOff):
            return RetryDecision(retry_in={"seconds": 0})
        return super().get_retry_decision(exception=exception, job=job)


RETRY = Retry(max_attempts=6, exponential_wait=4)


def job(
    name: str,
    *,
    title: str,
    every: str = "",
    retry: RetryStrategy | None = RETRY,
    atomic: bool = True,
    alone: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a job. ``every`` is a cron line for periodic ones, which take a ``timestamp`` they may ignore.

    A periodic job is not tried again: its next turn comes by itself, and two in the queue would fight for one place.

    The function gets ids only. With ``atomic`` it runs in one transaction that sees every row; a long job passes
    ``atomic=False``, opens its own with ``job_transaction`` and calls ``leave_off_if_asked`` between two of them.
    ``alone`` lets the next turn wait until this one has ended.
    """

    def wrap(function: Callable[..., Any]) -> Any:
        TITLES[name] = title

        @wraps(function)
        def run(**kwargs: Any) -> Any:
            close_old_connections()
            try:
                if not atomic:
                    return function(**kwargs)
                with job_transaction(title):
                    return function(**kwargs)
            except LeftOff:
                if not every:
                    raise

        again = False if every else retry or False
        declare = app.task(
            name=name, retry=again, queueing_lock=name if every else None, lock=name if alone else None
        )
        task = declare(run)
        repeat: Any = app.periodic(cron=every) if every else None
        return repeat(task) if every else task

    return wrap


TITLES: dict[str, str] = {}
"""What each job is called on the jobs page."""


@contextmanager
def job_transaction(title: str) -> Iterator[Actor]:
    """One transaction of a job; the system sees every row in it."""
    actor = Actor.system(title)
    with transaction.atomic():
        context.set_viewer(actor)
        yield actor


def leave_off_if_asked() -> None:
    """Between two rows of a long job: end it here if the process is to stop."""
    if STOP.is_set():
        raise LeftOff


def defer(task: str, event_ids: list[int], delay_seconds: int) -> None:
    """Put a listener's job into the queue, in the running transaction."""
    after: TimeDeltaParams | None = {"seconds": delay_seconds} if delay_seconds else None
    ids = list[JSONValue](event_ids)
    configure_task(name=task, job_manager=QUEUE, schedule_in=after).defer(event_ids=ids)


def enqueue(task: str, **ids: JSONValue) -> None:
    """Put a job into the queue by its name, in the running transaction; for commands, which know no tasks."""
    configure_task(name=task, job_manager=QUEUE).defer(**ids)
