"""The dispatch catalogue as a list page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties import policy, rules
from linli.duties.importers import CatalogueImporter
from linli.duties.models import CatalogueEntry
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


def status_of(row: CatalogueEntry) -> str:
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


def _asking(name: str, words: str) -> Condition:
    return Condition(words, q=lambda at: Q(condition__has_key=name))


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
        Conditions(
            "status",
            _("状态"),
            {
                "in_force": Condition(STATUS_WORDS["in_force"], q=_in_force),
                "planned": Condition(STATUS_WORDS["planned"], q=_planned),
                "ended": Condition(STATUS_WORDS["ended"], q=_ended),
            },
        ),
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
