"""Reading the queue: what waits, what failed, and what runs by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext, gettext_lazy
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


STATES = {
    "failed": gettext_lazy("失败"),
    "todo": gettext_lazy("排队"),
    "doing": gettext_lazy("运行中"),
    "succeeded": gettext_lazy("完成"),
    "cancelled": gettext_lazy("取消"),
    "aborted": gettext_lazy("中止"),
}
TONES = {
    "failed": "overdue",
    "todo": "waiting",
    "doing": "open",
    "succeeded": "done",
    "cancelled": "void",
    "aborted": "void",
}

STEPS = {
    "deferred": gettext_lazy("排队"),
    "scheduled": gettext_lazy("到时排队"),
    "started": gettext_lazy("开始运行"),
    "deferred_for_retry": gettext_lazy("没有做成，稍后再试"),
    "failed": gettext_lazy("没有做成，不再尝试"),
    "succeeded": gettext_lazy("完成"),
    "cancelled": gettext_lazy("取消"),
    "abort_requested": gettext_lazy("要求中止"),
    "aborted": gettext_lazy("中止"),
}
"""What becomes of a job, one after the other."""


def everything() -> QuerySet[Any]:
    """Every job of the queue, those that have ended as well."""
    return ProcrastinateJob.objects.all()


def last_changes(ids: Sequence[int]) -> dict[int, datetime]:
    """When something last became of each job."""
    events = ProcrastinateEvent.objects.filter(job_id__in=ids).order_by()
    return dict(events.values_list("job_id").annotate(at=Max("at")))


def steps_of(job_id: int) -> list[tuple[str, datetime | None]]:
    """What became of one job, in words and in order."""
    events = ProcrastinateEvent.objects.filter(job_id=job_id).order_by("id").values_list("type", "at")
    return [(str(STEPS[step]), at) for step, at in events]


def title_of(name: str) -> str:
    """What a job is called."""
    return gettext(TITLES.get(name, name))


def titles() -> dict[str, str]:
    """What each kind of job is called, by its name."""
    return {name: title_of(name) for name in sorted(TITLES)}


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
