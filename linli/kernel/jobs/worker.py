"""The worker process: carries events to their listeners and runs the jobs of the queue until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from typing import Any

import django
from django.db import Error, close_old_connections, connection
from django.utils import timezone
from procrastinate import App

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5
BREATH_SECONDS = 0.2
"""Between two batches of events: sealed one by one they cost twenty times as much, and nobody waits for a seal."""

DATABASE_SECONDS = 1.0
"""Between two looks whether the database answers."""


class Interrupted(RuntimeError):
    """The worker ended without being asked to, because the database went away; whoever started it starts it again."""


def carry_events(stop: threading.Event) -> None:
    """Seal and deliver events as they become final; a lost database connection is tried again."""
    from linli.kernel.audit.commands import BATCH, seal_next  # noqa: PLC0415 - only after django.setup()
    from linli.kernel.jobs.job import defer, job_transaction  # noqa: PLC0415

    while not stop.is_set():
        try:
            close_old_connections()
            with job_transaction("事件传递"):
                sealed = seal_next(at=timezone.now(), defer=defer)
        except Error:
            log.exception("事件传递中断，稍后重试")
            sealed = 0
        if sealed < BATCH:
            stop.wait(BREATH_SECONDS if sealed else IDLE_SECONDS)


def wait_for_database(stop: threading.Event) -> None:
    """Begin only when the database answers: it may still be recovering from its own end."""
    while not stop.is_set():
        try:
            connection.ensure_connection()
            connection.close()
            return
        except Error:
            log.warning("数据库尚未就绪，稍后重试")
            stop.wait(DATABASE_SECONDS)


async def work(app: App, stop: threading.Event, concurrency: int) -> None:
    """Run jobs until a signal: then no new one is begun, long ones leave off, and this returns when all have ended."""
    loop = asyncio.get_running_loop()
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=concurrency, fetch_job_polling_interval=1.0, install_signal_handlers=False
            )
        )

        def end() -> None:
            if not stop.is_set():
                stop.set()
                working.cancel()

        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, end)
        try:
            await working
        except asyncio.CancelledError:
            pass


def run(concurrency: int = 2) -> None:
    """Work until told to stop. Jobs that were running at a kill -9 are put back by ``jobs.retry_stalled``.

    Raises ``WrongIndexKey`` before anything is done where the database was marked with another key, and ``Interrupted`` where the database went away: jobs whose end could not be written down are given up with this
    worker, and put back too.
    """
    django.setup()
    from procrastinate.contrib.django import app  # noqa: PLC0415

    from linli.kernel.jobs.job import STOP, job_transaction  # noqa: PLC0415
    from linli.kernel.privacy.commands import require_right_key  # noqa: PLC0415

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: STOP.set())
    wait_for_database(STOP)
    if not STOP.is_set():
        with job_transaction("启动后台进程"):
            require_right_key()
    carrier = threading.Thread(target=carry_events, args=(STOP,), name="carry-events", daemon=True)
    carrier.start()
    asked = False
    try:
        connector: Any = app.connector
        with app.replace_connector(connector.get_worker_connector()) as worker_app:
            if not STOP.is_set():
                asyncio.run(work(worker_app, STOP, concurrency))
        asked = STOP.is_set()
    finally:
        STOP.set()
        carrier.join(timeout=5)
    if not asked:
        raise Interrupted("数据库连接中断，后台进程退出")
