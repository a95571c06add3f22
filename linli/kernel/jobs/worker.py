"""The worker process: carries events to their listeners and runs the jobs of the queue until it is told to stop."""

from __future__ import annotations

import logging
import threading
from typing import Any

import django
from django.db import Error, close_old_connections
from django.utils import timezone

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5


def carry_events(stop: threading.Event) -> None:
    """Seal and deliver events as they become final; a lost database connection is tried again."""
    from linli.kernel.audit.commands import seal_next  # noqa: PLC0415 - only after django.setup()
    from linli.kernel.jobs.job import defer, job_transaction  # noqa: PLC0415

    while not stop.is_set():
        try:
            close_old_connections()
            with job_transaction("事件传递"):
                sealed = seal_next(at=timezone.now(), defer=defer)
        except Error:
            log.exception("事件传递中断，稍后重试")
            sealed = 0
        if not sealed:
            stop.wait(IDLE_SECONDS)


def run(concurrency: int = 2) -> None:
    """Work until interrupted; jobs that were running at a kill -9 are put back by ``jobs.retry_stalled``."""
    django.setup()
    from procrastinate.contrib.django import app  # noqa: PLC0415

    stop = threading.Event()
    carrier = threading.Thread(target=carry_events, args=(stop,), name="carry-events", daemon=True)
    carrier.start()
    try:
        connector: Any = app.connector
        with app.replace_connector(connector.get_worker_connector()) as worker_app:
            worker_app.run_worker(concurrency=concurrency, fetch_job_polling_interval=1.0)
    finally:
        stop.set()
        carrier.join(timeout=5)
