"""Applications at the gate, refusals and by-passes as list pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties import policy, states
from linli.duties.models import Application, Bypass, Refusal
from linli.duties.queries.gate import days_of, kept_minutes, place_words, standing_of
from linli.duties.rules import gate
from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
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
from linli.territory.queries.units import tree

STATE_WORDS = worded({state.code: state.label for state in states.STATES})
STATE_TONES = {
    "draft": "plain", "sent_back": "waiting", "applied": "open", "hearing": "open", "admitted": "info", "conditional": "info", "trial": "info",
    "published": "done", "review": "waiting", "refused": "void", "exited": "void", "withdrawn": "void", "dropped": "void",
}  # fmt: skip
REFUSAL_WORDS = worded({state.code: state.label for state in states.REFUSAL_STATES})
REFUSAL_TONES = {
    "sent": "open",
    "upheld": "done",
    "emergency": "urgent",
    "listed": "info",
    "taken_back": "void",
}
STANDINGS = {"late": _("已过期限"), "near": _("临近期限")}
STANDING_TONES = {"late": "overdue", "near": "risk"}
BYPASS_WORDS = {
    "running": _("直通中"),
    "waiting": _("待复核"),
    "late": _("逾期未复核"),
    "reviewed": _("已复核"),
}
BYPASS_TONES = {"running": "urgent", "waiting": "waiting", "late": "overdue", "reviewed": "done"}
SHOWN = {"county", "street", "community"}


def departments(actor: Actor) -> Mapping[str, str]:
    """The departments in force."""
    return {node.code: node.name for node in tree().nodes if node.kind == "department"}


def areas(actor: Actor) -> Sequence[Node]:
    """The units of the own territory that may refuse, and those above them."""
    nodes = tree().below(actor.scope) if actor.scope else tree().nodes
    return [Node(n.code, n.name, n.path) for n in nodes if n.level in SHOWN and n.kind != "department"]


def _late(at: datetime) -> Q:
    return Q(state__in=states.OPEN, due_at__lt=at)


def _near(at: datetime) -> Q:
    warn = gate.in_working_days(at, days_of("gate.warn", timezone.localdate(at)), calendar_for()).at
    return Q(state__in=states.OPEN, due_at__gte=at, due_at__lte=warn)


def bypass_status(row: Bypass) -> str:
    """Whether a by-pass runs, waits for its review, or was reviewed."""
    today = timezone.localdate()
    if row.reviewed_at is not None:
        return "reviewed"
    if row.ends_on >= today:
        return "running"
    return "late" if row.review_by < today else "waiting"


def _running(at: datetime) -> Q:
    return Q(reviewed_at=None, ends_on__gte=timezone.localdate(at))


def _over(at: datetime) -> Q:
    return Q(reviewed_at=None, ends_on__lt=timezone.localdate(at))


@register
class ApplicationRegister(Register):
    """Every application that concerns the actor."""

    name = "gate_applications"
    title = _("准入申请")
    model = Application
    verb = "duty.view"
    address = "duties:gate"
    columns = (
        Column("number", _("申请编号"), kind="code", link=True),
        Column("title", _("事项"), link=True),
        Column("department", _("申请部门"), source="department.name"),
        Column("kind", _("类别"), choices=worded(gate.MATTERS), shown=False),
        Column("state", _("状态"), choices=STATE_WORDS, badge=STATE_TONES),
        Column("due_at", _("决定期限"), kind="datetime"),
        Column(
            "standing",
            _("期限"),
            value=lambda row: standing_of(row, timezone.now()),
            choices=STANDINGS,
            badge=STANDING_TONES,
        ),
        Column(
            "minutes",
            _("每社区每年"),
            kind="number",
            measure=_("分钟"),
            value=lambda row: round(kept_minutes(row).likely),
        ),
        Column("starts_on", _("实施日期"), kind="date", shown=False),
        Column("ends_on", _("最后一日"), kind="date", shown=False),
        Column("places", _("涉及的单位"), value=lambda row: place_words(row.places), shown=False),
        Column("what", _("要社区做什么"), shown=False),
        Column("basis", _("依据"), shown=False),
        Column("money", _("费随事转"), kind="flag", shown=False),
        Column("power", _("权随事转"), kind="flag", shown=False),
        Column("people", _("人随事转"), kind="flag", shown=False),
        Column("decision", _("决定理由"), shown=False),
        Column("conditions", _("条件"), shown=False),
        Column("review_on", _("复核日期"), kind="date", shown=False),
        Column("line", _("清单条目"), kind="code", shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=STATE_WORDS),
        Conditions(
            "standing",
            _("期限"),
            {"late": Condition(STANDINGS["late"], q=_late), "near": Condition(STANDINGS["near"], q=_near)},
        ),
        Choice("department", _("申请部门"), field="department__code", choices=departments),
        Choice("kind", _("类别"), choices=worded(gate.MATTERS)),
        DateRange("starts_on", _("实施日期")),
        DateRange("review_on", _("复核日期")),
    )
    search = Search(texts=("number", "title", "what", "basis"))
    sorts = (Sort("number", _("申请编号")), Sort("due_at", _("决定期限")), Sort("starts_on", _("实施日期")))
    default_sort = "-number"
    empty = _("还没有准入申请。部门要交给社区的事，先在这里“申请准入”；没有经过准入的，社区可以拒收")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """A department its own, a community what it was asked about, the county all but drafts."""
        return policy.applications_for(actor)

    def row_url(self, row: Any) -> str:
        """The page of the application."""
        return reverse("duties:application", args=[row.number])


@register
class RefusalRegister(Register):
    """Every refusal that concerns the actor. It has no date by which anything is due, and no figure of whoever refused."""

    name = "gate_refusals"
    title = _("拒收")
    model = Refusal
    verb = "duty.view"
    address = "duties:refusals"
    columns = (
        Column("number", _("编号"), kind="code", link=True),
        Column("refused_at", _("拒收时间"), kind="datetime"),
        Column("title", _("交办的事"), link=True),
        Column("department", _("交办部门"), source="department.name"),
        Column("unit", _("拒收单位"), source="unit.name"),
        Column("ground", _("理由"), choices=worded(gate.GROUNDS), shown=False),
        Column("citation", _("引用")),
        Column("state", _("状态"), choices=REFUSAL_WORDS, badge=REFUSAL_TONES),
        Column("channel", _("来路"), choices=worded(gate.CHANNELS), shown=False),
        Column("line", _("引用条目"), kind="code", shown=False),
        Column("answer", _("答复"), shown=False),
        Column("answered_at", _("答复时间"), kind="datetime", shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=REFUSAL_WORDS),
        Choice("department", _("交办部门"), field="department__code", choices=departments),
        Tree("unit", _("拒收单位"), field="path", nodes=areas),
        Choice("ground", _("理由"), choices=worded(gate.GROUNDS)),
        Choice("channel", _("来路"), choices=worded(gate.CHANNELS)),
        DateRange("refused_at", _("拒收时间")),
    )
    search = Search(texts=("number", "title", "citation"))
    sorts = (Sort("refused_at", _("拒收时间")), Sort("department", _("交办部门"), field="department__code"))
    default_sort = "-refused_at"
    empty = _("没有拒收。遇到清单以外、没有经过准入的任务，请点“拒收一件任务”，写明谁交办、什么事")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """A place its own, a department those of its tasks, the county all."""
        return policy.refusals_for(actor)

    def row_url(self, row: Any) -> str:
        """The page of the refusal."""
        return reverse("duties:refusal", args=[row.number])


@register
class BypassRegister(Register):
    """Every by-pass that concerns the actor."""

    name = "gate_bypasses"
    title = _("应急直通")
    model = Bypass
    verb = "duty.view"
    address = "duties:bypasses"
    columns = (
        Column("number", _("编号"), kind="code", link=True),
        Column("title", _("事项"), link=True),
        Column("department", _("部门"), source="department.name"),
        Column("starts_on", _("起"), kind="date"),
        Column("ends_on", _("最后一日"), kind="date"),
        Column("status", _("状态"), value=bypass_status, choices=BYPASS_WORDS, badge=BYPASS_TONES),
        Column("review_by", _("复核期限"), kind="date"),
        Column("verdict", _("复核结论"), choices=worded(gate.VERDICTS)),
        Column("reason", _("应急的理由"), shown=False),
        Column("places", _("涉及的单位"), value=lambda row: place_words(row.places), shown=False),
        Column("opened_by", _("放行人"), person=True, shown=False),
        Column("review_words", _("复核说明"), shown=False),
    )
    filters = (
        Conditions(
            "status", _("状态"),
            {
                "running": Condition(BYPASS_WORDS["running"], q=_running),
                "waiting": Condition(BYPASS_WORDS["waiting"], q=lambda at: _over(at) & Q(review_by__gte=timezone.localdate(at))),
                "late": Condition(BYPASS_WORDS["late"], q=lambda at: _over(at) & Q(review_by__lt=timezone.localdate(at))),
                "reviewed": Condition(BYPASS_WORDS["reviewed"], q=lambda at: Q(reviewed_at__isnull=False)),
            },
        ),
        Choice("department", _("部门"), field="department__code", choices=departments),
        DateRange("starts_on", _("起")),
    )  # fmt: skip
    search = Search(texts=("number", "title", "reason"))
    sorts = (Sort("starts_on", _("起")), Sort("review_by", _("复核期限")))
    default_sort = "-starts_on"
    empty = _(
        "没有应急直通。险情、疫情这类等不及准入的事，请部门负责人点“应急放行”，写明理由和最后一日，事后复核"
    )

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """A department its own, a place those that concern it, the county all."""
        return policy.bypasses_for(actor)

    def row_url(self, row: Any) -> str:
        """The page of the by-pass."""
        return reverse("duties:bypass", args=[row.number])
