"""What of the forms waits for an actor: to be filled, looked through, received, decided; each with its last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task
from linli.returns import policy, states
from linli.returns.models import Query, Return
from linli.returns.queries.corrections import open_corrections

SHOWN = 6
SOON = timedelta(days=3)


def sections(actor: Actor, at: datetime) -> Sequence[Section]:
    """The returns that wait for this person's next step, and queries that wait for a word."""
    found = []
    if actor.may("return.fill"):
        found.append(
            _section(
                _("要填的报表"),
                _("去填"),
                Q(state=states.FILLING, unit__code=actor.unit),
                actor,
                at,
                states.FILLING,
            )
        )
        found.append(_corrections(actor, at))
    if actor.may("return.review"):
        found.append(
            _section(_("待街道审核的报表"), _("审核"), Q(state=states.STREET), actor, at, states.STREET)
        )
    if actor.may("return.keep"):
        found.append(
            _section(_("待区县审核的报表"), _("审核"), Q(state=states.COUNTY), actor, at, states.COUNTY)
        )
        found.append(_queries(at))
    if actor.may("return.ask"):
        own = Q(state=states.DEPARTMENT, round__form__owner__code=actor.unit)
        found.append(_section(_("待接收的报表"), _("接收"), own, actor, at, states.DEPARTMENT))
    return [each for each in found if each.count]


def _section(title: str, step: str, test: Q, actor: Actor, at: datetime, state: str) -> Section:
    rows = policy.returns_for(actor).filter(test).order_by("round__due_on", "pk")
    tasks = [_task(row, step, at) for row in rows[:SHOWN]]
    return Section(title, tasks, rows.count(), url=f"{reverse('returns:returns')}?state={state}", order=40)


def _task(row: Return, step: str, at: datetime) -> Task:
    today, due = timezone.localdate(at), row.round.due_on
    waits = row.state == states.FILLING
    tone = "" if not waits else "overdue" if due < today else "risk" if due <= today + SOON else ""
    left = _("还要填%(n)s处") % {"n": row.asked} if row.asked else _("都已填好，看一遍就能提交")
    note = " · ".join([row.round.period, row.unit.name, *([left] if waits else [])])
    last = timezone.make_aware(datetime.combine(due, time(23, 59)))
    return Task(row.round.form.title, reverse("returns:return", args=[row.pk]), note, last if waits else None, tone, step, None if waits else row.submitted_at)  # fmt: skip


def _corrections(actor: Actor, at: datetime) -> Section:
    """Figures that the own unit corrected in a form and that its registers do not say yet: each leads to the records."""
    rows = open_corrections(actor.unit, at)
    tasks = [
        Task(
            _("%(figure)s：登记为 %(now)s，报表写 %(said)s") % {"figure": _(each.element.title), "now": each.now, "said": each.said},
            each.url, f"{each.row.round.form.title} {each.row.round.period} · {each.reason}", step=_("改登记"), since=each.row.submitted_at,
        )
        for each in rows
    ]  # fmt: skip
    return Section(_("报表里更正过的数字，登记还没改"), tasks, len(rows), order=45)


def _queries(at: datetime) -> Section:
    rows = Query.objects.filter(state=Query.State.ASKED).select_related("owner").order_by("asked_at")
    tasks = [
        Task(row.title, reverse("returns:query", args=[row.code]), row.owner.name, step=_("审批"), since=row.asked_at) for row in rows[:SHOWN]
    ]  # fmt: skip
    return Section(
        _("待审批的数据查询"), tasks, rows.count(), url=f"{reverse('returns:queries')}?state=asked", order=41
    )


SECTIONS = [sections]
