"""The lists of the loop: cases, and what has a list of its own on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.cases import policy, rules, states
from linli.cases.importers import CaseImporter
from linli.cases.models import Callback, Case, Extension, Objection, Proposal, Supervision
from linli.cases.queries.ending import ended_before
from linli.cases.queries.measures import Hidden, MeasureFilter
from linli.cases.queries.rates import COUNTED
from linli.cases.queries.waiting import WaitingFilter
from linli.duties.queries import categories
from linli.duties.queries.categories import CategoryTree, join_categories
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    MISSING_CODE,
    Ask,
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Flag,
    Load,
    Node,
    NumberRange,
    Point,
    Register,
    Search,
    Sort,
    Tree,
    as_number,
    midnight,
    register,
)
from linli.kernel.wording import worded
from linli.territory.queries.units import Tree as Units
from linli.territory.queries.units import join_units, tree

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns

STATE_WORDS = worded({state.code: state.label for state in states.STATES})
STATE_TONES = {
    "received": "waiting", "verifying": "waiting", "filed": "waiting", "dispatched": "waiting", "objected": "info",
    "handling": "open", "paused": "paused", "deferred": "paused", "checking": "open", "calling": "open",
    "closed": "done", "explained": "done", "referred": "done", "voided": "void", "merged": "void",
}  # fmt: skip
STAGE_STATES = {
    stage: frozenset(state.code for state in states.STATES if state.stage == stage)
    for stage in dict.fromkeys(state.stage for state in states.STATES)
}
SATISFIED = {5: _("很满意"), 4: _("满意"), 3: _("基本满意"), 2: _("不满意"), 1: _("很不满意")}
DAY = timedelta(days=1)


ANY_NUMBER = "20260101-000000"


@cache
def case_address() -> tuple[str, str]:
    """What stands before and after the number in the address of a case's page: a list has fifty of them."""
    before, _number, after = reverse("cases:case", args=[ANY_NUMBER]).partition(ANY_NUMBER)
    return before, after


def areas(actor: Actor) -> list[Node]:
    """Streets and communities for filters, below the county; grids where their community is chosen."""
    return areas_of(tree())


def matters(actor: Actor) -> list[Node]:
    """The category tree for filters."""
    return matters_of(categories())


def holders(actor: Actor) -> Mapping[str, str]:
    """The units that may have a case: departments first, then streets and communities."""
    return holders_of(tree())


@lru_cache(maxsize=2)
def areas_of(units: Units) -> list[Node]:
    """``areas`` of one state of the units: made once, because every page of the list asks for it."""
    levels = {"root", "county", "street", "community"}
    grids = {"group", "grid", "micro"}
    return [
        Node(n.code, n.name, n.path, folded=n.level in grids)
        for n in units.nodes
        if n.kind != "department" and n.level in levels | grids
    ]


@lru_cache(maxsize=2)
def matters_of(known: CategoryTree) -> list[Node]:
    """``matters`` of one state of the categories."""
    return [Node(row.code, row.name, row.path) for row in known.all]


@lru_cache(maxsize=2)
def holders_of(units: Units) -> Mapping[str, str]:
    """``holders`` of one state of the units."""
    levels = {"street", "community"}
    nodes = sorted(units.nodes, key=lambda n: (n.kind != "department", n.path))
    return {n.code: n.name for n in nodes if n.kind == "department" or n.level in levels}


def among(codes: frozenset[str]) -> Condition:
    """A condition on the state: one of a set."""
    return Condition("", lambda at: Q(state__in=codes), lambda columns, at: columns.one_of("state", codes))


def stage(name: str, codes: frozenset[str]) -> Condition:
    """Cases in a stage."""
    return Condition(_(name), among(codes).q, among(codes).mask)


class Stages(Conditions):
    """The seven stages: sets of states, so that counting the states counts them."""

    def __init__(self, name: str, label: Any) -> None:
        self.states = {str(n): codes for n, codes in enumerate(STAGE_STATES.values(), 1)}
        named = {str(n): stage(words, codes) for n, (words, codes) in enumerate(STAGE_STATES.items(), 1)}
        super().__init__(name, label, named)

    def column_counts(self, columns: Any, within: Any, ask: Ask) -> dict[str, int]:
        """One pass over the states."""
        found = columns.counts("state", within)
        return {value: sum(found.get(code, 0) for code in codes) for value, codes in self.states.items()}


DUE = {"overdue": (None, 0 * DAY), "risk": (0 * DAY, DAY), "week": (0 * DAY, 7 * DAY)}
"""From when to when, counted from now, the next date of a case lies; from None: ever since."""


def dated(label: Any, after: timedelta | None, before: timedelta) -> Condition:
    """Cases with a unit whose next date lies between now + ``after`` and now + ``before``."""

    def q(at: datetime) -> Q:
        found = Q(state__in=states.WITH_UNIT, due_at__lt=at + before)
        return found if after is None else found & Q(due_at__gte=at + after)

    def mask(columns: Any, at: datetime) -> Any:
        first = None if after is None else at + after
        return columns.between("due_at", first, at + before, within=columns.one_of("state", states.WITH_UNIT))

    return Condition(label, q, mask)


class Due(Conditions):
    """When the next date is: asked of the cases with a unit, which are few, picked out once for all choices."""

    def column_counts(self, columns: Any, within: Any, ask: Ask) -> dict[str, int]:
        """The dates of those few against each choice."""
        dates = columns["due_at"][np.flatnonzero(within & columns.one_of("state", states.WITH_UNIT))]
        dates = dates[dates != MISSING_CODE]
        low = {name: as_number(ask.at + after) for name, (after, _before) in DUE.items() if after is not None}
        return {
            name: int(
                np.count_nonzero(
                    (dates < as_number(ask.at + before)) & (dates >= low.get(name, MISSING_CODE))
                )
            )
            for name, (_after, before) in DUE.items()
        }


class OpenOn(Hidden):
    """Cases that had come by the end of a day and were not ended by then, whatever became of them since."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, {})

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(value for value in dict.fromkeys(values) if _day_after(value))

    def _after(self, value: str) -> datetime:
        """The end of a day that was found to be one."""
        moment = midnight(_day_after(value))
        assert moment is not None
        return moment

    def condition(self, value: str, ask: Ask) -> Q:
        after = self._after(value)
        open_ = Q(received_at__lt=after) & (Q(closed_at__isnull=True) | Q(closed_at__gte=after))
        return open_ & ~Q(pk__among=ended_before(after))

    def condition_mask(self, value: str, columns: Columns, ask: Ask) -> Any:
        single = replace(columns, folds={})
        come, ended = (
            columns.snapshot.mask({name: single.codes_between(name, None, _day_after(value))})
            for name in ("received_at", "closed_at")
        )
        again = columns.snapshot.holding(ended_before(self._after(value)))
        return come & ~ended & ~again


def _day_after(value: str) -> date | None:
    """The day after one that is written as in an address; None where it is no day."""
    try:
        return date.fromisoformat(value) + DAY
    except (ValueError, OverflowError):
        return None


@register
class CaseRegister(Register):
    name = "cases"
    title = _("案件")
    model = Case
    verb = "case.view"
    export_verb = "case.export"
    columns = (
        Column("number", _("编号"), kind="code", link=True),
        Column("title", _("标题"), link=True),
        Column("state", _("状态"), choices=STATE_WORDS, badge=STATE_TONES),
        Column("kind", _("类型"), choices=worded(rules.KINDS), shown=False),
        Column("category", _("分类"), source="category.name"),
        Column("lead", _("主办单位"), source="lead.name"),
        Column("place", _("所在网格"), source="place.name", shown=False),
        Column("received_at", _("受理时间"), kind="datetime"),
        Column("due_at", _("下一时限"), kind="datetime"),
        Column("channel", _("渠道"), choices=worded(rules.CHANNELS), shown=False),
        Column("urgency", _("紧急程度"), choices=worded(rules.URGENCIES), shown=False),
        Column("place_text", _("地点"), shown=False),
        Column("resolve_due_at", _("办结时限"), kind="datetime", shown=False),
        Column("closed_at", _("结案时间"), kind="datetime", shown=False),
        Column("satisfied", _("满意度"), choices=SATISFIED, shown=False),
        Column("supervised", _("督办"), kind="flag", shown=False),
        Column("return_count", _("退单"), kind="number", measure=_("次"), shown=False),
        Column("reopen_count", _("重办"), kind="number", measure=_("次"), shown=False),
        Column("excluded_reason", _("考核剔除"), shown=False),
        Column("result", _("办理结果"), shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=STATE_WORDS),
        Due(
            "due",
            _("时限"),
            {
                "overdue": dated(_("已逾期"), *DUE["overdue"]),
                "risk": dated(_("一天内到期"), *DUE["risk"]),
                "week": dated(_("七天内到期"), *DUE["week"]),
            },
            columns=(Load("due_at", "due_at", "moment"),),
        ),
        Tree("area", _("区域"), field="place_path", nodes=areas),
        Choice("lead", _("主办单位"), field="lead__code", choices=holders),
        Tree("category", _("分类"), field="category__path", nodes=matters),
        Choice("channel", _("渠道"), choices=worded(rules.CHANNELS)),
        Choice("kind", _("诉求类型"), choices=worded(rules.KINDS)),
        Choice("urgency", _("紧急程度"), choices=worded(rules.URGENCIES)),
        Stages("stage", _("阶段")),
        DateRange("received_at", _("受理时间")),
        DateRange("closed_at", _("结案时间")),
        Choice("satisfied", _("满意度"), choices=SATISFIED),
        Flag("supervised", _("督办")),
        NumberRange("reopen_count", _("重办次数"), bands=((0, 1), (1, 2), (2, None))),
        MeasureFilter(COUNTED),
        WaitingFilter(),
        OpenOn("open_on", _("当日末未结")),
    )
    importer = CaseImporter
    search = Search(
        texts=("number", "title", "text", "place_text"), field="grams", function="cases_case_search"
    )
    sorts = (
        Sort("received_at", _("受理时间")),
        Sort("due_at", _("下一时限")),
        Sort("resolve_due_at", _("办结时限")),
        Sort("closed_at", _("结案时间")),
    )
    default_sort = "-received_at"
    map = Point("lon", "lat")
    engine = "columns"
    scope_columns = ("audience", "taken_by", "place_path")
    place = "area"
    empty = _("您的岗位能看到的案件会列在这里。登记一件诉求，或导入表格，就有第一行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.visible_to(actor).defer("grams")

    def join(self, rows: Sequence[Any]) -> None:
        """Category, unit and place are in memory."""
        join_units(rows, "lead", "place")
        join_categories(rows)

    def row_url(self, row: Case) -> str:
        before, after = case_address()
        return f"{before}{row.number}{after}"

    def url(self, query: str = "") -> str:
        address = reverse("cases:list")
        return f"{address}?{query}" if query else address

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        """``policy.visible_to`` over columns."""
        found = super().scope_mask(actor, columns)
        if not actor.may("case.view"):
            return found
        if actor.unit:
            found = found | columns.having("audience", actor.unit)
        if actor.user_id is not None:
            found = found | columns.equals("taken_by", str(actor.user_id))
        if actor.scope:
            inside = columns.under("place_path", actor.scope)
            if not any(actor.may(verb) for verb in policy.SEES_TIPOFFS):
                inside = inside & ~columns.equals("kind", policy.TIPOFF)
            found = found | inside
        return found


class OfCases(Register):
    """What the lists of things that belong to a case share: they are seen with the case."""

    verb = "case.view"
    export_verb = "case.export"

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.filter(policy.reach(actor, "case__"))  # type: ignore[attr-defined]
        return rows.select_related("case", "case__category", *self.joined)

    joined: tuple[str, ...] = ("unit",)

    def row_url(self, row: Any) -> str:
        return reverse("cases:case", args=[row.case.number])


NUMBER = Column("number", _("案件"), source="case.number", link=True)
TITLE = Column("title", _("标题"), source="case.title")
MATTER = Tree("category", _("分类"), field="case__category__path", nodes=matters)
UNIT = Choice("unit", _("单位"), field="unit__code", choices=holders)
TEXTS = ("case__number", "case__title")


@register
class ObjectionRegister(OfCases):
    name = "objections"
    title = _("派单异议与裁定")
    model = Objection
    columns = (
        NUMBER,
        TITLE,
        Column("category", _("分类"), source="category.name"),
        Column("unit", _("提出单位"), source="unit.name"),
        Column("reason", _("理由")),
        Column("proposed", _("建议单位"), source="proposed.name"),
        Column(
            "upheld",
            _("裁定"),
            choices={True: _("成立"), False: _("不成立")},
            badge={True: "success", False: "secondary"},
        ),
        Column("ruling", _("裁定理由")),
        Column("raised_at", _("提出时间"), kind="datetime"),
        Column("ruled_at", _("裁定时间"), kind="datetime", shown=False),
        Column("entry", _("目录条目"), source="entry.code", shown=False),
    )
    filters = (
        DateRange("raised_at", _("提出时间")),
        Conditions(
            "ruled",
            _("裁定"),
            {
                "open": Condition(_("待裁定"), lambda at: Q(ruled_at=None)),
                "upheld": Condition(_("成立"), lambda at: Q(upheld=True)),
                "overruled": Condition(_("不成立"), lambda at: Q(upheld=False)),
            },
        ),
        UNIT,
        Choice("proposed", _("建议单位"), field="proposed__code", choices=holders),
        Tree("category", _("分类"), field="category__path", nodes=matters),
    )
    default = {"raised_at": ("30d",)}
    required = ("raised_at",)
    search = Search(texts=(*TEXTS, "reason", "ruling"))
    sorts = (Sort("raised_at", _("提出时间")), Sort("ruled_at", _("裁定时间")))
    default_sort = "-raised_at"
    empty = _(
        "这段时间没有单位对派遣提出异议。单位在收件中退单后，异议和裁定会列在这里；要看别的日子，在“提出时间”里另选一段"
    )
    joined = ("unit", "proposed", "category", "entry")


@register
class SupervisionRegister(OfCases):
    name = "supervisions"
    title = _("督办记录")
    model = Supervision
    columns = (
        NUMBER,
        TITLE,
        Column(
            "step",
            _("方式"),
            choices=worded(rules.SUPERVISION_STEPS),
            badge={"remind": "info", "order": "warning", "notice": "danger"},
        ),
        Column("unit", _("对象"), source="unit.name"),
        Column("words", _("要求")),
        Column("at", _("发出时间"), kind="datetime"),
        Column("answer_by", _("回复期限"), kind="datetime"),
        Column("answered_at", _("回复时间"), kind="datetime"),
        Column("answer", _("回复")),
        Column("by", _("发出人"), person=True, shown=False),
    )
    filters = (
        Choice("step", _("方式"), choices=worded(rules.SUPERVISION_STEPS)),
        Conditions(
            "answered",
            _("回复"),
            {
                "yes": Condition(_("已回复"), lambda at: Q(answered_at__isnull=False)),
                "no": Condition(_("未回复"), lambda at: Q(answered_at=None)),
                "late": Condition(
                    _("逾期"),
                    lambda at: Q(answered_at=None, answer_by__lt=at) | Q(answered_at__gt=F("answer_by")),
                ),
            },
        ),
        UNIT,
        MATTER,
        DateRange("at", _("发出时间")),
    )
    search = Search(texts=(*TEXTS, "words", "answer"))
    sorts = (Sort("at", _("发出时间")), Sort("answer_by", _("回复期限")))
    default_sort = "-at"
    empty = _("还没有发出督办。超期的案件会自动逐级督办，也可在案件页上“督办”")


@register
class ExtensionRegister(OfCases):
    name = "extensions"
    title = _("延期和缓办申请")
    model = Extension
    columns = (
        NUMBER,
        TITLE,
        Column("unit", _("申请单位"), source="unit.name"),
        Column("kind", _("申请"), choices=worded(rules.MORE_TIME)),
        Column("amount", _("时长"), kind="number"),
        Column("measure", _("计量"), choices=worded(rules.MEASURES)),
        Column("reason", _("理由")),
        Column(
            "granted",
            _("决定"),
            choices={True: _("准许"), False: _("不准许")},
            badge={True: "success", False: "secondary"},
        ),
        Column("decision", _("决定理由")),
        Column("asked_at", _("申请时间"), kind="datetime"),
        Column("decided_at", _("决定时间"), kind="datetime", shown=False),
    )
    filters = (
        Conditions(
            "decided",
            _("决定"),
            {
                "open": Condition(_("待决定"), lambda at: Q(decided_at=None)),
                "yes": Condition(_("准许"), lambda at: Q(granted=True)),
                "no": Condition(_("不准许"), lambda at: Q(granted=False)),
            },
        ),
        UNIT,
        MATTER,
        DateRange("asked_at", _("申请时间")),
    )
    search = Search(texts=(*TEXTS, "reason", "decision"))
    sorts = (Sort("asked_at", _("申请时间")), Sort("amount", _("时长")))
    default_sort = "-asked_at"
    empty = _("还没有单位申请延期或缓办。单位在案件页上“申请延期”后，申请和决定会列在这里")


@register
class CallbackRegister(OfCases):
    name = "callbacks"
    title = _("回访与评价")
    model = Callback
    columns = (
        NUMBER,
        TITLE,
        Column("lead", _("主办单位"), source="case.lead.name"),
        Column("by_reporter", _("来源"), choices={True: _("诉求人自评"), False: _("回访")}),
        Column("reached", _("联系上"), kind="flag"),
        Column(
            "resolved",
            _("解决"),
            choices={True: _("已解决"), False: _("未解决")},
            badge={True: "success", False: "danger"},
        ),
        Column("satisfied", _("满意度"), choices=SATISFIED),
        Column("reasons", _("原因")),
        Column("words", _("意见"), shown=False),
        Column("at", _("时间"), kind="datetime"),
    )
    filters = (
        DateRange("at", _("时间"), presets=("today", "7d", "30d", "month")),
        Flag("reached", _("联系上")),
        Flag("resolved", _("解决"), yes=_("已解决"), no=_("未解决")),
        Choice("satisfied", _("满意度"), choices=SATISFIED),
        Flag("by_reporter", _("来源"), yes=_("诉求人自评"), no=_("回访")),
        Choice("reasons", _("原因")),
        Choice("lead", _("主办单位"), field="case__lead__code", choices=holders),
        MATTER,
    )
    default = {"at": ("30d",)}
    required = ("at",)
    search = Search(texts=(*TEXTS, "words"))
    sorts = (Sort("at", _("时间")), Sort("satisfied", _("满意度")))
    default_sort = "-at"
    empty = _(
        "这段时间没有回访。单位反馈结果后，案件会进入“回访”，回访的结果列在这里；要看别的日子，在“时间”里另选一段"
    )
    joined = ("case__lead",)


@register
class ProposalRegister(OfCases):
    name = "proposals"
    title = _("建议提案")
    model = Proposal
    address = "cases:proposals"
    columns = (
        Column("number", _("案号"), link=True),
        Column("session", _("届次")),
        Column("form", _("种类"), choices=worded(rules.PROPOSAL_FORMS)),
        Column("title", _("案由"), source="case.title", link=True),
        Column("received_on", _("收到日期"), kind="date"),
        Column("state", _("状态"), source="case.state", choices=STATE_WORDS, badge=STATE_TONES),
        Column("lead", _("主办单位"), source="case.lead.name"),
        Column("due", _("办结时限"), source="case.resolve_due_at", kind="datetime"),
        Column("outcome", _("办理结果"), source="outcome_words"),
        Column("rating", _("评价"), choices=worded(rules.PROPOSAL_RATINGS)),
        Column("joint", _("联名人数"), kind="number", shown=False),
        Column("letter_number", _("复函文号"), shown=False),
    )
    filters = (
        Choice("form", _("种类"), choices=worded(rules.PROPOSAL_FORMS)),
        Choice("session", _("届次")),
        Choice("state", _("状态"), field="case__state", choices=STATE_WORDS),
        Choice("lead", _("主办单位"), field="case__lead__code", choices=holders),
        MATTER,
        Choice("outcome", _("办理结果"), choices=worded(rules.PROPOSAL_OUTCOMES)),
        Choice("rating", _("评价"), choices=worded(rules.PROPOSAL_RATINGS)),
        DateRange("received_on", _("收到日期")),
    )
    search = Search(texts=(*TEXTS, "number", "session", "letter"))
    sorts = (Sort("received_on", _("收到日期")), Sort("due", _("办结时限"), field="case__resolve_due_at"))
    default_sort = "-received_on"
    empty = _("还没有收到建议提案。收到后在“建议提案”页上登记，就会列在这里")
    joined = ("case__lead",)

    def row_url(self, row: Proposal) -> str:
        return reverse("cases:proposal", args=[row.pk])
