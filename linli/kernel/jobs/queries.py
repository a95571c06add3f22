"""Reading the queue: what waits, what failed, and what runs by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from linli.kernel.jobs.job import TITLES


@dataclass(frozen=True)
class Periodic:
    """A job that runs by itself: when, in words, and when it last did."""

    name: str
    title: str
    when: str
    last_at: datetime | None


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    return dict(ProcrastinateJob.objects.values_list("status").annotate(n=Count("id")))


def failed() -> QuerySet[Any]:
    """Jobs that gave up, the newest first."""
    return ProcrastinateJob.objects.filter(status="failed").order_by("-id")


def title_of(name: str) -> str:
    """What a job is called."""
    return gettext(TITLES.get(name, name))


def words_of(cron: str) -> str:
    """The turns of a job in words: every minute, each hour or each day; a cron line of another shape stays as it is."""
    minute, hour, *days = cron.split()
    if set(days) != {"*"} or not (minute.isdecimal() or minute == hour == "*"):
        return cron
    if hour == "*":
        return (
            gettext("每分钟") if minute == "*" else gettext("每小时的第 %(minute)s 分") % {"minute": minute}
        )
    return (
        gettext("每天 %(time)s") % {"time": f"{int(hour):02}:{int(minute):02}"} if hour.isdecimal() else cron
    )


def periodic() -> list[Periodic]:
    """Every periodic job with its last success."""
    tasks = app.periodic_registry.periodic_tasks.values()
    names = [periodic.task.name for periodic in tasks]
    done = ProcrastinateEvent.objects.filter(job__task_name__in=names, type="succeeded")
    last = dict(done.values_list("job__task_name").annotate(at=Max("at")))
    return [
        Periodic(p.task.name, title_of(p.task.name), words_of(p.cron), last.get(p.task.name)) for p in tasks
    ]
