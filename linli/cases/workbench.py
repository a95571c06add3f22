"""What of the loop waits for an actor: by role, by deadline, each with its next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases import policy
from linli.cases.models import Case, CaseQuerySet
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task

SHOWN = 8
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Waiting:
    """One kind of waiting case: for whom, which, and what to do with it."""

    title: object
    step: object
    verb: str
    which: Callable[[Actor, datetime], Q]
    order: int


def _mine(state: str) -> Callable[[Actor, datetime], Q]:
    return lambda actor, at: Q(state=state, lead__code=actor.unit)


WAITING = (
    Waiting(gettext_lazy("待签收"), gettext_lazy("签收"), "case.sign", _mine("dispatched"), 10),
    Waiting(gettext_lazy("本单位处置中"), gettext_lazy("办理"), "case.handle", _mine("handling"), 20),
    Waiting(gettext_lazy("待受理"), gettext_lazy("受理"), "case.screen", lambda a, t: Q(state="received"), 10),
    Waiting(gettext_lazy("待派遣"), gettext_lazy("派遣"), "case.dispatch", lambda a, t: Q(state="filed"), 12),
    Waiting(gettext_lazy("异议待裁"), gettext_lazy("裁定"), "case.arbitrate", lambda a, t: Q(state="objected"), 10),
    Waiting(gettext_lazy("延期、缓办待决"), gettext_lazy("决定"), "case.extend_decide", lambda a, t: Q(extensions__decided_at=None, extensions__isnull=False), 14),
    Waiting(gettext_lazy("待核实"), gettext_lazy("核实"), "case.check", lambda a, t: Q(state="verifying", audience__contains=[a.unit]), 10),
    Waiting(gettext_lazy("待核查"), gettext_lazy("核查"), "case.check", lambda a, t: Q(state="checking") & ~Q(lead__code=a.unit), 16),
    Waiting(gettext_lazy("待回访"), gettext_lazy("回访"), "case.callback", lambda a, t: Q(state="calling"), 18),
    Waiting(gettext_lazy("已超期"), gettext_lazy("督办"), "case.supervise", lambda a, t: Q(state__in=("dispatched", "handling"), due_at__lt=t), 8),
)  # fmt: skip


def sections(actor: Actor, at: datetime) -> Sequence[Section]:
    """The lists of an actor; one query a list, limited, on the indexes of state and date."""
    return [_section(waiting, actor, at) for waiting in WAITING if actor.may(waiting.verb)]


def _section(waiting: Waiting, actor: Actor, at: datetime) -> Section:
    found: CaseQuerySet = policy.visible_to(actor).filter(waiting.which(actor, at))
    rows = found.select_related("category", "place").order_by("due_at", "received_at")[:SHOWN]
    return Section(
        str(waiting.title), [_task(case, str(waiting.step), at) for case in rows], found.count(), order=waiting.order,
        url=reverse("cases:list"),
    )  # fmt: skip


def _task(case: Case, step: str, at: datetime) -> Task:
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
    return Task(case.title, reverse("cases:case", args=[case.number]), note, case.due_at, tone, step)


SECTIONS = [sections]
