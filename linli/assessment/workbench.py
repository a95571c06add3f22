"""What of the burden waits for an actor: the yearly self-report of the own communities, suggestions to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.assessment import states
from linli.assessment.models import SelfReport, Suggestion
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Section, Task
from linli.kernel.norms.queries import norm
from linli.territory.queries.units import tree

SHOWN = 5
SOON = timedelta(days=3)


def reports(actor: Actor, at: datetime) -> Sequence[Section]:
    """Communities of the own territory that have not told the year, from the month on in which it is asked."""
    today = timezone.localdate(at)
    if (
        not actor.may("burden.report")
        or not actor.scope
        or today.month < int(norm("assessment.report.month", on=today).amount())
    ):
        return []
    units = [node for node in tree().below(actor.scope) if node.level == "community"]
    told = set(
        SelfReport.objects.standing()
        .filter(year=today.year, path__startswith=actor.scope)
        .values_list("unit_id", flat=True)
    )
    missing = [node for node in units if node.id not in told]
    if not missing:
        return []
    tasks = [
        Task(
            _("%(year)d年减负自报") % {"year": today.year}, reverse("assessment:report_fill", args=[node.code, today.year]), node.name,
            step=_("填自报"),
        )
        for node in missing[:SHOWN]
    ]  # fmt: skip
    return [Section(_("减负自报还没填"), tasks, len(missing), reverse("assessment:reports"), order=70)]


def suggestions(actor: Actor, at: datetime) -> Sequence[Section]:
    """Suggestions that wait for their answer, by date."""
    if not actor.may("burden.keep"):
        return []
    rows = Suggestion.objects.filter(state=states.WAITING).select_related("about").order_by("due_at")
    tasks = [
        Task(
            _("减负建议：%(topic)s") % {"topic": said(states.TOPICS[row.topic])}, reverse("assessment:suggestion", args=[row.number]),
            row.about.name if row.about else "", row.due_at, _tone(row, at), _("答复"),
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip
    if not tasks:
        return []
    url = f"{reverse('assessment:suggestions')}?state={states.WAITING}"
    return [Section(_("减负建议待答复"), tasks, rows.count(), url, order=45)]


def _tone(row: Suggestion, at: datetime) -> str:
    return "overdue" if row.due_at < at else "risk" if row.due_at < at + SOON else ""


SECTIONS = [reports, suggestions]
