"""The worker process."""

from __future__ import annotations

import click

from linli.kernel.jobs import worker as jobs
from linli.kernel.privacy.indexes import WrongIndexKey


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="同时进行的任务数 / jobs at a time")
def worker(concurrency: int) -> None:
    """传递事件、执行任务，直到中断 / carries events and runs jobs until interrupted."""
    try:
        jobs.run(concurrency=concurrency)
    except WrongIndexKey as refusal:
        raise click.ClickException(str(refusal)) from None
