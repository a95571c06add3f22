"""Declaring a job: a name, how it is retried, one transaction, and the system as the one who looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import close_old_connections, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context

RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)


def job(
    name: str,
    *,
    title: str,
    every: str = "",
    retry: RetryStrategy | None = RETRY,
    atomic: bool = True,
    queue: str = "default",
) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a job. ``every`` is a cron line for periodic ones, which take a ``timestamp`` they may ignore.

    A periodic job is not tried again: its next turn comes by itself, and two in the queue would fight for one place.

    The function gets ids only. With ``atomic`` it runs in one transaction that sees every row; a long job passes
    ``atomic=False`` and opens its own with ``job_transaction``.
    """

    def wrap(function: Callable[..., Any]) -> Any:
        TITLES[name] = title

        @wraps(function)
        def run(**kwargs: Any) -> Any:
            close_old_connections()
            if not atomic:
                return function(**kwargs)
            with job_transaction(title):
                return function(**kwargs)

        again = False if every else retry or False
        declare = app.task(name=name, retry=again, queue=queue, queueing_lock=name if every else None)
        task = declare(run)
        repeat: Any = app.periodic(cron=every) if every else None
        return repeat(task) if every else task

    return wrap


TITLES: dict[str, str] = {}
"""What each job is called on the jobs page."""


class job_transaction:
    """One transaction of a job; the system sees every row in it."""

    def __init__(self, title: str) -> None:
        self.actor = Actor.system(title)
        self.atomic = transaction.atomic()

    def __enter__(self) -> Actor:
        self.atomic.__enter__()
        context.set_viewer(self.actor)
        return self.actor

    def __exit__(self, *exception: Any) -> None:
        self.atomic.__exit__(*exception)


def defer(task: str, event_ids: list[int], delay_seconds: int) -> None:
    """Put a listener's job into the queue, in the running transaction."""
    after = {"seconds": delay_seconds} if delay_seconds else None
    app.configure_task(task, schedule_in=after).defer(event_ids=list[JSONValue](event_ids))


def enqueue(task: str, **ids: int) -> None:
    """Put a job into the queue by its name, in the running transaction; for commands, which know no tasks."""
    app.configure_task(task).defer(**ids)
