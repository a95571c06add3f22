"""Lists of self-reports and of suggestions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.algorithms.burden import KINDS
from linli.assessment import policy, states
from linli.assessment.models import SelfReport, Suggestion
from linli.assessment.rules import METERED, RECORDED, of_report, read_report
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Node,
    Register,
    Search,
    Sort,
    Tree,
    register,
)
from linli.kernel.wording import worded
from linli.territory.models import Unit
from linli.territory.queries.units import tree

STATE_WORDS = worded({state.code: state.label for state in states.STATES})
STATE_TONES = {states.WAITING: "waiting", states.ANSWERED: "done", states.WITHDRAWN: "void"}
TOPIC_WORDS = worded(states.TOPICS)
OUTCOME_WORDS = worded(states.OUTCOMES)
SHOWN = {"county", "street", "community"}
REPORTED = [kind for kind in METERED if kind not in RECORDED or kind in {"form", "unlisted", "certificate"}]


def areas(actor: Actor) -> Sequence[Node]:
    """The own territory down to communities."""
    return [
        Node(n.code, n.name, n.path)
        for n in tree().below(actor.scope)
        if n.level in SHOWN and n.kind != "department"
    ]


def _count(kind: str) -> Callable[[SelfReport], int | None]:
    """The likely figure of a kind, of all people of the community together."""

    def value(row: SelfReport) -> int | None:
        figure = of_report(read_report(row.figures)).get(kind)
        return None if figure is None else round(figure.likely)

    return value


@register
class ReportRegister(Register):
    """What communities told, as it holds."""

    name = "burden_reports"
    title = _("减负自报")
    model = SelfReport
    verb = "burden.view"
    address = "assessment:reports"
    personal = False
    columns = (
        Column("unit", _("社区"), source="unit.name", link=True),
        Column("year", _("年度"), kind="code"),
        *(
            Column(
                f"n_{kind}",
                _(KINDS[kind].name),
                kind="number",
                value=_count(kind),
                measure=_(KINDS[kind].unit),
            )
            for kind in REPORTED
        ),
        Column("number", _("版次"), kind="number", shown=False),
        Column("reported_at", _("填报时间"), kind="datetime", shown=False),
    )
    filters = (
        Choice("year", _("年度"), choices=None),
        Tree("area", _("区域"), field="path", nodes=areas),
        DateRange("reported_at", _("填报时间")),
    )
    search = Search(texts=("unit__name",))
    sorts = (Sort("year", _("年度")), Sort("unit", _("社区代码"), field="path"))
    default_sort = "unit"
    place = "area"
    empty = _("还没有自报。社区在“减负”里点“填自报”，五分钟填完")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.reports_for(actor)

    def row_url(self, row: Any) -> str:
        return reverse("assessment:report", args=[row.unit.code, row.year])


def departments(actor: Actor) -> Mapping[str, str]:
    """The departments that suggestions are about."""
    rows = Unit.objects.filter(pk__in=Suggestion.objects.values("about")).order_by("code")
    return dict(rows.values_list("code", "name"))


def _late(at: datetime) -> Q:
    return Q(state=states.WAITING, due_at__lt=at)


@register
class SuggestionRegister(Register):
    """Suggestions, without who made them."""

    name = "burden_suggestions"
    title = _("减负建议")
    model = Suggestion
    verb = "burden.view"
    address = "assessment:suggestions"
    personal = False
    columns = (
        Column("number", _("编号"), kind="code", link=True),
        Column("topic", _("关于"), choices=TOPIC_WORDS, link=True),
        Column("about", _("涉及部门"), source="about.name"),
        Column("state", _("状态"), choices=STATE_WORDS, badge=STATE_TONES),
        Column("said_at", _("提出时间"), kind="datetime"),
        Column("due_at", _("答复期限"), kind="datetime"),
        Column("outcome", _("结果"), choices=OUTCOME_WORDS),
        Column("answered_at", _("答复时间"), kind="datetime", shown=False),
        Column("published", _("公开的内容"), shown=False),
        Column("answer", _("答复"), shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=STATE_WORDS),
        Conditions("late", _("时限"), {"late": Condition(_("逾期未答复"), q=_late)}),
        Choice("topic", _("关于"), choices=TOPIC_WORDS),
        Choice("about", _("涉及部门"), field="about__code", choices=departments),
        Choice("outcome", _("结果"), choices=OUTCOME_WORDS),
        DateRange("said_at", _("提出时间")),
    )
    search = Search(texts=("number", "published", "answer"))
    sorts = (Sort("said_at", _("提出时间")), Sort("due_at", _("答复期限")))
    default_sort = "-said_at"
    empty = _("还没有减负建议。请点“提一条”，写明什么事让社区多做了无用功")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.suggestions_for(actor)

    def row_url(self, row: Any) -> str:
        return reverse("assessment:suggestion", args=[row.number])
