"""Lists of permitted forms and of returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Node,
    NumberRange,
    Register,
    Search,
    Sort,
    Tree,
    register,
)
from linli.kernel.wording import worded
from linli.returns import policy, states
from linli.returns.models import Form, Query, Return
from linli.returns.rules.periods import FREQUENCIES
from linli.territory.models import Unit
from linli.territory.queries.units import tree

STATE_WORDS = worded({state.code: state.label for state in states.STATES})
STATE_TONES = {
    states.FILLING: "waiting", states.STREET: "open", states.COUNTY: "open", states.DEPARTMENT: "open", states.ACCEPTED: "done",
    states.REFUSED: "void",
}  # fmt: skip
PERMITTED = {"now": _("准许中"), "soon": _("三十天内到期"), "over": _("已到期或停用")}
PERMITTED_TONES = {"now": "done", "soon": "risk", "over": "void"}
SOON = timedelta(days=30)
SHOWN = {"county", "street", "community"}


def standing_of(row: Form) -> str:
    """Whether a form may be sent today."""
    today = timezone.localdate()
    if not row.valid_from <= today < row.valid_to:
        return "over"
    return "soon" if row.valid_to - today <= SOON else "now"


def _now(at: datetime) -> Q:
    day = timezone.localdate(at)
    return Q(valid_from__lte=day, valid_to__gt=day)


def _soon(at: datetime) -> Q:
    return _now(at) & Q(valid_to__lte=timezone.localdate(at) + SOON)


def owners(actor: Actor) -> Mapping[str, str]:
    """The departments that have forms."""
    rows = Unit.objects.filter(pk__in=Form.objects.values("owner")).order_by("code")
    return dict(rows.values_list("code", "name"))


def areas(actor: Actor) -> Sequence[Node]:
    """The units of the own territory that fill forms, and those above them."""
    return [
        Node(n.code, n.name, n.path)
        for n in tree().below(actor.scope)
        if n.level in SHOWN and n.kind != "department"
    ]


@register
class FormRegister(Register):
    """What may be asked of communities; everything else may be refused."""

    name = "return_forms"
    title = _("准许报表")
    model = Form
    verb = "return.view"
    address = "returns:forms"
    columns = (
        Column("code", _("表号"), kind="code", link=True),
        Column("title", _("表名"), link=True),
        Column("owner", _("主管部门"), source="owner.name"),
        Column("level", _("由谁填报"), choices=worded(dict(Form.Level.choices))),
        Column("frequency", _("频次"), choices=worded(FREQUENCIES)),
        Column("due_days", _("期后几日内"), kind="number", measure=_("日")),
        Column("basis", _("制发依据")),
        Column("valid_to", _("有效至"), kind="date"),
        Column("standing", _("状态"), value=standing_of, choices=PERMITTED, badge=PERMITTED_TONES),
        Column("purpose", _("用途"), shown=False),
        Column("valid_from", _("准许自"), kind="date", shown=False),
    )
    filters = (
        Conditions(
            "standing", _("状态"),
            {
                "now": Condition(PERMITTED["now"], q=_now),
                "soon": Condition(PERMITTED["soon"], q=_soon),
                "over": Condition(PERMITTED["over"], q=lambda at: ~_now(at)),
            },
        ),
        Choice("owner", _("主管部门"), field="owner__code", choices=owners),
        Choice("level", _("由谁填报"), choices=worded(dict(Form.Level.choices))),
        Choice("frequency", _("频次"), choices=worded(FREQUENCIES)),
        DateRange("valid_to", _("有效至")),
    )  # fmt: skip
    search = Search(texts=("code", "title", "basis", "owner__name"))
    sorts = (Sort("code", _("表号")), Sort("valid_to", _("有效至")))
    default_sort = "code"
    empty = _("还没有准许的报表。没有列入的报表，社区可以不填；请点“准许一张报表”登记部门报批的表")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        rows = Form.objects.select_related("owner")
        return rows if actor.may("return.view") else rows.none()

    def row_url(self, row: Any) -> str:
        return reverse("returns:form", args=[row.code])


@register
class ReturnRegister(Register):
    """What units owe and have sent."""

    name = "returns"
    title = _("报表")
    model = Return
    verb = "return.view"
    address = "returns:returns"
    columns = (
        Column("title", _("报表"), source="round.form.title", link=True),
        Column("period", _("报告期"), source="round.period", kind="code"),
        Column("unit", _("填报单位"), source="unit.name"),
        Column("state", _("状态"), choices=STATE_WORDS, badge=STATE_TONES),
        Column("asked", _("待填"), kind="number", measure=_("项")),
        Column("due_on", _("最后一日"), source="round.due_on", kind="date"),
        Column("owner", _("主管部门"), source="round.form.owner.name"),
        Column("submitted_at", _("提交时间"), kind="datetime", shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=STATE_WORDS),
        Conditions(
            "due", _("时限"),
            {
                "late": Condition(_("已逾期未交"), q=lambda at: Q(state=states.FILLING, round__due_on__lt=timezone.localdate(at))),
                "week": Condition(_("七天内到期"), q=lambda at: Q(
                    state=states.FILLING, round__due_on__gte=timezone.localdate(at), round__due_on__lt=timezone.localdate(at) + timedelta(days=7),
                )),
            },
        ),
        Tree("area", _("填报单位"), field="path", nodes=areas),
        Choice("form", _("报表"), field="round__form__title"),
        Choice("period", _("报告期"), field="round__period"),
        Choice("owner", _("主管部门"), field="round__form__owner__code", choices=owners),
        DateRange("due_on", _("最后一日"), field="round__due_on"),
        NumberRange("asked", _("待填"), bands=((0, 1), (1, 6), (6, None)), measure=_("项")),
    )  # fmt: skip
    search = Search(texts=("round__form__title", "round__period", "unit__name"))
    sorts = (
        Sort("due_on", _("最后一日"), field="round__due_on"),
        Sort("submitted_at", _("提交时间")),
        Sort("asked", _("待填")),
    )
    default_sort = "due_on"
    place = "area"
    empty = _("还没有要填的报表。部门下发一期准许的报表后，系统会先填好已知的数字")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.returns_for(actor)

    def row_url(self, row: Any) -> str:
        return reverse("returns:return", args=[row.pk])


QUERY_STATES = worded(dict(Query.State.choices)) | {"over": _("已到期")}
QUERY_TONES = {"asked": "waiting", "approved": "done", "refused": "void", "ended": "void", "over": "void"}


def query_standing(row: Query) -> str:
    """The state of a query today: an approved one ends on its last day."""
    return "over" if row.state == Query.State.APPROVED and row.valid_to <= timezone.localdate() else row.state


@register
class QueryRegister(Register):
    """What departments ask of the registers instead of communities."""

    name = "return_queries"
    title = _("数据查询")
    model = Query
    verb = "return.view"
    address = "returns:queries"
    columns = (
        Column("code", _("编号"), kind="code", link=True),
        Column("title", _("名称"), link=True),
        Column("owner", _("查询部门"), source="owner.name"),
        Column("standing", _("状态"), value=query_standing, choices=QUERY_STATES, badge=QUERY_TONES),
        Column("valid_to", _("有效至"), kind="date"),
        Column("answers", _("已查询"), source="times", kind="number", measure=_("次")),
        Column("cells", _("免填数字"), source="spared", kind="number", measure=_("个")),
        Column("purpose", _("用途")),
        Column("basis", _("依据"), shown=False),
        Column("asked_at", _("申请时间"), kind="datetime", shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=worded(dict(Query.State.choices))),
        Choice("owner", _("查询部门"), field="owner__code", choices=lambda actor: dict(
            Unit.objects.filter(pk__in=Query.objects.values("owner")).order_by("code").values_list("code", "name")
        )),
        DateRange("valid_to", _("有效至")),
    )  # fmt: skip
    search = Search(texts=("code", "title", "purpose", "owner__name"))
    sorts = (Sort("asked_at", _("申请时间")), Sort("valid_to", _("有效至")))
    default_sort = "-asked_at"
    empty = _("还没有数据查询。部门要的数字系统里已有的，点“申请查询”，不必再向社区发表")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        rows = Query.objects.select_related("owner").annotate(
            times=Count("answers"), spared=Sum("answers__cells", default=0)
        )
        return rows if actor.may("return.view") else rows.none()

    def row_url(self, row: Any) -> str:
        return reverse("returns:query", args=[row.code])
