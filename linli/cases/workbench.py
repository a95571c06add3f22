"""What of the loop waits for an actor: by role, by deadline, each with its next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.cases import policy
from linli.cases.models import Case, CaseQuerySet
from linli.cases.queries.waiting import Waiting, kinds_for
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task

SHOWN = 8
SOON = timedelta(hours=24)


def sections(actor: Actor, at: datetime) -> Sequence[Section]:
    """The lists of an actor; one query a list, limited, on the indexes of state and date. Each opens the same rows as a register."""
    return [_section(waiting, actor, at) for waiting in kinds_for(actor)]


def _section(waiting: Waiting, actor: Actor, at: datetime) -> Section:
    found: CaseQuerySet = policy.visible_to(actor).filter(waiting.test(actor).q(at))
    rows = found.select_related("category", "place").order_by("due_at", waiting.since, "received_at")[:SHOWN]
    return Section(
        str(waiting.title), [_task(case, waiting, at) for case in rows], found.count(), order=waiting.order,
        url=f"{reverse('cases:list')}?waiting={waiting.code}",
    )  # fmt: skip


def _task(case: Case, waiting: Waiting, at: datetime) -> Task:
    tone = (
        "overdue"
        if case.due_at and case.due_at < at
        else "risk"
        if case.due_at and case.due_at < at + SOON
        else ""
    )
    note = " · ".join(
        part
        for part in (
            case.category.name if case.category else _("未分类"),
            case.place.name if case.place else "",
        )
        if part
    )
    since = None if case.due_at else getattr(case, waiting.since) or case.received_at
    url = reverse("cases:case", args=[case.number])
    return Task(case.title, url, note, case.due_at, tone, str(waiting.step), since)


SECTIONS = [sections]
