"""The dispatch catalogue, the item catalogue, the lists and the log of seals as list pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties import policy, rules
from linli.duties.importers import CatalogueImporter, ItemImporter, ListImporter
from linli.duties.models import CatalogueEntry, ListEntry, SealUse, WorkItem
from linli.duties.queries import categories, lead_choices, lead_words
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Flag,
    Node,
    Register,
    Search,
    Sort,
    Tree,
    register,
)
from linli.kernel.wording import worded

STATUS_WORDS = {"in_force": _("现行"), "planned": _("待启用"), "ended": _("已停用")}
STATUS_TONES = {"in_force": "success", "planned": "info", "ended": "secondary"}


def status_of(row: CatalogueEntry | WorkItem | ListEntry) -> str:
    """Whether a version holds today."""
    today = timezone.localdate()
    if row.valid_from > today:
        return "planned"
    return "in_force" if row.valid_to is None or today < row.valid_to else "ended"


def _in_force(at: datetime) -> Q:
    day = timezone.localdate(at)
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _planned(at: datetime) -> Q:
    return Q(valid_from__gt=timezone.localdate(at))


def _ended(at: datetime) -> Q:
    day = timezone.localdate(at)
    return Q(valid_from__lte=day, valid_to__lte=day)


STATUS = Conditions(
    "status",
    _("状态"),
    {
        "in_force": Condition(STATUS_WORDS["in_force"], q=_in_force),
        "planned": Condition(STATUS_WORDS["planned"], q=_planned),
        "ended": Condition(STATUS_WORDS["ended"], q=_ended),
    },
)


def _asking(name: str, words: str) -> Condition:
    return Condition(words, q=lambda at: Q(condition__has_key=name))


def _bare(name: str) -> Callable[[datetime], Q]:
    """Items that a department handed down without it."""
    return lambda at: Q(lead__in=PLACE, **{name: False}) & ~Q(given_by="")


def nodes(actor: Actor) -> Sequence[Node]:
    """The category tree for the filter."""
    return [Node(row.code, row.name, row.path) for row in categories().all]


def leads(actor: Actor) -> Mapping[str, str]:
    """Who may lead."""
    return lead_choices()


@register
class CatalogueRegister(Register):
    """Every version of every entry."""

    name = "catalogue"
    title = _("派单目录")
    model = CatalogueEntry
    verb = "duty.view"
    columns = (
        Column("code", _("条目号"), link=True),
        Column("category", _("分类"), source="category.name"),
        Column("category_code", _("分类代码"), source="category.code", shown=False),
        Column("condition", _("条件"), value=lambda row: rules.say_condition(row.condition)),
        Column("lead", _("主办"), value=lambda row: lead_words([row.lead])[0]),
        Column("assist", _("协办"), value=lambda row: "、".join(lead_words(row.assist)), shown=False),
        Column("must_be_department", _("须由部门办理"), kind="flag"),
        Column("auto", _("可自动派遣"), kind="flag"),
        Column("reason", _("说明")),
        Column("basis", _("依据"), shown=False),
        Column("note", _("职责划分"), shown=False),
        Column("valid_from", _("启用日期"), kind="date"),
        Column("valid_to", _("停用日期"), kind="date", shown=False),
        Column("status", _("状态"), value=status_of, choices=STATUS_WORDS, badge=STATUS_TONES, shown=False),
        Column("source", _("来源"), shown=False),
    )
    filters = (
        STATUS,
        Tree("category", _("分类"), field="category__path", nodes=nodes),
        Choice("lead", _("主办"), choices=leads),
        Choice("assist", _("协办"), choices=leads),
        Flag("must_be_department", _("须由部门办理")),
        Flag("auto", _("可自动派遣")),
        Conditions(
            "asks",
            _("条件"),
            {name: _asking(name, words) for name, words in worded(rules.FACT_WORDS).items()}
            | {"nothing": Condition(_("无条件"), q=lambda at: Q(condition={}))},
        ),
        DateRange("valid_from", _("启用日期")),
    )
    search = Search(texts=("code", "reason", "basis", "category__name"))
    sorts = (
        Sort("code", _("条目号")),
        Sort("category", _("分类"), field="category__path"),
        Sort("valid_from", _("启用日期")),
    )
    default_sort = "code"
    empty = _("派单目录还没有条目。请在“清单”页“新增派单条目”，或用表格导入")
    importer = CatalogueImporter

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """All of them with the verb."""
        return policy.visible_to(actor)

    def row_url(self, row: Any) -> str:
        """The page of the entry, with all its versions."""
        return reverse("duties:entry", args=[row.code])


def _said(code: str) -> str:
    return lead_words([code])[0] if code else ""


def _coming(name: str) -> Callable[[WorkItem], bool | None]:
    """Whether it came with an item that was handed down; nothing of any other."""
    return lambda row: getattr(row, name) if row.given_by else None


PLACE = list(rules.PLACE_LEADS)


@register
class ItemRegister(Register):
    """Every version of every item."""

    name = "work_items"
    title = _("事项清单")
    model = WorkItem
    verb = "duty.view"
    address = "duties:items"
    columns = (
        Column("code", _("编号"), link=True),
        Column("name", _("事项"), link=True),
        Column("area", _("方面")),
        Column("heading", _("大项")),
        Column("lead", _("主办"), value=lambda row: _said(row.lead)),
        Column("assist", _("协办"), value=lambda row: "、".join(lead_words(row.assist)), shown=False),
        Column("given_by", _("交办部门"), value=lambda row: _said(row.given_by)),
        Column("power", _("权随事转"), kind="flag", value=_coming("power")),
        Column("power_words", _("权"), shown=False),
        Column("money", _("费随事转"), kind="flag", value=_coming("money")),
        Column("money_words", _("费"), shown=False),
        Column("people", _("人随事转"), kind="flag", value=_coming("people")),
        Column("people_words", _("人"), shown=False),
        Column("basis", _("依据"), shown=False),
        Column("procedure", _("流程"), shown=False),
        Column("materials", _("材料"), shown=False),
        Column("clock", _("时限")),
        Column("form", _("可用报表"), shown=False),
        Column("category_code", _("派单分类代码"), source="category.code", shown=False),
        Column("valid_from", _("启用日期"), kind="date", shown=False),
        Column("valid_to", _("停用日期"), kind="date", shown=False),
        Column("status", _("状态"), value=status_of, choices=STATUS_WORDS, badge=STATUS_TONES, shown=False),
        Column("source", _("来源"), shown=False),
    )
    filters = (
        STATUS,
        Choice("area", _("方面"), choices=None),
        Choice("heading", _("大项"), choices=None),
        Conditions(
            "by",
            _("由谁主办"),
            {
                "place": Condition(_("社区、街道"), q=lambda at: Q(lead__in=PLACE)),
                "department": Condition(_("部门"), q=lambda at: ~Q(lead__in=PLACE)),
            },
        ),
        Choice("lead", _("主办"), choices=leads),
        Choice("given_by", _("交办部门"), choices=leads),
        Conditions(
            "lacks",
            _("没有随事下放"),
            {name: Condition(words, q=_bare(name)) for name, words in worded(rules.RESOURCES).items()},
        ),
        Tree("category", _("派单分类"), field="category__path", nodes=nodes),
        DateRange("valid_from", _("启用日期")),
    )
    default = {"status": ("in_force",)}
    search = Search(texts=("code", "name", "heading", "basis"))
    sorts = (
        Sort("code", _("编号")),
        Sort("lead", _("主办")),
        Sort("valid_from", _("启用日期")),
    )
    default_sort = "code"
    empty = _("还没有事项。请“新增事项”，或用表格、Word 文件导入")
    importer = ItemImporter

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """All of them with the verb."""
        return policy.items_visible_to(actor)

    def row_url(self, row: Any) -> str:
        """The page of the item, with all its versions."""
        return reverse("duties:item", args=[row.code])


@register
class ListRegister(Register):
    """Every version of every line of the lists."""

    name = "duty_lists"
    title = _("各类清单")
    model = ListEntry
    verb = "duty.view"
    address = "duties:lists"
    columns = (
        Column("code", _("编号"), link=True),
        Column("name", _("名称"), link=True),
        Column("kind", _("清单"), choices=worded(rules.LISTS)),
        Column("lead", _("主责部门"), value=lambda row: _said(row.lead)),
        Column("place_share", _("街道社区职责"), shown=False),
        Column("lead_share", _("部门职责"), shown=False),
        Column("basis", _("依据"), shown=False),
        Column("note", _("说明")),
        Column("category_code", _("派单分类代码"), source="category.code", shown=False),
        Column("valid_from", _("启用日期"), kind="date", shown=False),
        Column("valid_to", _("停用日期"), kind="date", shown=False),
        Column("status", _("状态"), value=status_of, choices=STATUS_WORDS, badge=STATUS_TONES, shown=False),
        Column("source", _("来源"), shown=False),
    )
    filters = (
        Choice("kind", _("清单"), choices=worded(rules.LISTS)),
        STATUS,
        Choice("lead", _("主责部门"), choices=leads),
        Tree("category", _("派单分类"), field="category__path", nodes=nodes),
        DateRange("valid_from", _("启用日期")),
    )
    default = {"status": ("in_force",)}
    search = Search(texts=("code", "name", "basis", "note"))
    sorts = (
        Sort("kind", _("清单")),
        Sort("code", _("编号")),
        Sort("valid_from", _("启用日期")),
    )
    default_sort = "code"
    empty = _("还没有清单条目。请“新增条目”，或用表格、Word 文件导入")
    importer = ListImporter

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """All of them with the verb."""
        return policy.lists_visible_to(actor)

    def row_url(self, row: Any) -> str:
        """The page of the line, with all its versions."""
        return reverse("duties:line", args=[row.code])


@register
class SealRegister(Register):
    """Every use of a seal within one's own place."""

    name = "seal_uses"
    title = _("用印登记")
    model = SealUse
    verb = "duty.view"
    address = "duties:seals"
    columns = (
        Column("used_on", _("用印日期"), kind="date"),
        Column("unit", _("用印单位"), source="unit.name"),
        Column("document", _("文件")),
        Column("purpose", _("用途")),
        Column("entry", _("使用范围"), source="entry.name"),
        Column("used_by", _("经办人"), person=True),
    )
    filters = (
        DateRange("used_on", _("用印日期")),
        Choice("entry", _("使用范围"), field="entry__name", choices=None),
        Choice("unit", _("用印单位"), field="unit__name", choices=None),
    )
    search = Search(texts=("document", "purpose"))
    sorts = (Sort("used_on", _("用印日期")),)
    default_sort = "-used_on"
    empty = _("还没有用印记录。盖章时请点“登记用印”，写明用途和文件")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """Those of the own place."""
        return policy.seals_visible_to(actor)
