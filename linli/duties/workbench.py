"""What of the gate waits for an actor: opinions, decisions, reviews, answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.duties import states
from linli.duties.models import Application, Bypass, Opinion, Refusal
from linli.duties.queries.gate import standing_of
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task

SHOWN = 8
TONES = {"late": "overdue", "near": "risk", "": ""}


def opinions(actor: Actor, at: datetime) -> Sequence[Section]:
    """The applications that the own unit is asked about."""
    if not actor.may("duty.opine") or not actor.unit:
        return []
    rows = Opinion.objects.filter(unit__code=actor.unit, stance="", application__state=states.HEARING)
    tasks = [
        Task(
            row.application.title, reverse("duties:opinion", args=[row.application.number]), row.application.department.name,
            row.application.heard_by, "overdue" if row.application.heard_by and row.application.heard_by < at else "", _("表态"),
        )
        for row in rows.select_related("application__department").order_by("application__heard_by")[:SHOWN]
    ]  # fmt: skip
    return _section(
        _("等您单位表态的准入申请"), tasks, rows.count(), reverse("duties:gate") + "?state=hearing", 42
    )


def decisions(actor: Actor, at: datetime) -> Sequence[Section]:
    """What the county office has to do: hear, decide, publish, review, answer."""
    if not actor.may("duty.gate"):
        return []
    waiting = (*states.OPEN, states.ADMITTED, states.CONDITIONAL, states.REVIEW)
    rows = (
        Application.objects.filter(state__in=waiting)
        .select_related("department")
        .order_by("due_at", "number")
    )
    tasks = [
        Task(
            row.title, reverse("duties:application", args=[row.number]), row.department.name, row.due_at,
            TONES[standing_of(row, at)], str(STEPS[row.state]), None if row.due_at else row.decided_at,
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip
    found = _section(_("要办的准入申请"), tasks, rows.count(), reverse("duties:gate"), 20)
    sent = (
        Refusal.objects.filter(state=states.SENT).select_related("unit", "department").order_by("refused_at")
    )
    answers = [
        Task(
            row.title, reverse("duties:refusal", args=[row.number]), f"{row.unit.name} · {row.department.name}", step=_("答复"),
            since=row.refused_at,
        )
        for row in sent[:SHOWN]
    ]  # fmt: skip
    return [
        *found, *_section(_("等答复的拒收"), answers, sent.count(), reverse("duties:refusals") + "?state=sent", 21), *_reviews(at),
    ]  # fmt: skip


STEPS = {
    states.APPLIED: gettext_lazy("征求意见"), states.HEARING: gettext_lazy("决定"), states.ADMITTED: gettext_lazy("公布"), states.CONDITIONAL: gettext_lazy("公布"), states.REVIEW: gettext_lazy("复核"),
}  # fmt: skip


def _reviews(at: datetime) -> list[Section]:
    over = Bypass.objects.filter(reviewed_at=None, ends_on__lt=timezone.localdate(at)).select_related(
        "department"
    )
    tasks = [
        Task(
            row.title, reverse("duties:bypass", args=[row.number]), row.department.name,
            timezone.make_aware(datetime.combine(row.review_by, time(18))), "overdue" if row.review_by < timezone.localdate(at) else "", _("复核"),
        )
        for row in over.order_by("review_by")[:SHOWN]
    ]  # fmt: skip
    return _section(_("要复核的应急直通"), tasks, over.count(), reverse("duties:bypasses"), 22)


def applications(actor: Actor, at: datetime) -> Sequence[Section]:
    """The own department's applications that wait for it."""
    if not actor.may("duty.apply"):
        return []
    rows = Application.objects.filter(
        department__code=actor.unit, state__in=(states.DRAFT, states.SENT_BACK)
    ).order_by("starts_on")
    tasks = [
        Task(
            row.title,
            reverse("duties:application", args=[row.number]),
            row.number,
            step=_("提交"),
            since=row.made_at,
        )
        for row in rows[:SHOWN]
    ]
    return _section(_("没有提交的准入申请"), tasks, rows.count(), reverse("duties:gate"), 44)


def _section(title: Any, tasks: Sequence[Task], count: int, url: str, order: int) -> list[Section]:
    return [Section(str(title), tasks, count, url, order)] if tasks else []


SECTIONS = [opinions, decisions, applications]
