"""The list of households."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Area,
    Choice,
    Column,
    Condition,
    NumberRange,
    Register,
    Sort,
    Tree,
    register,
)
from linli.kernel.registers.register import Past
from linli.registry import policy
from linli.registry.models import Household
from linli.registry.queries.buildings import households_in
from linli.registry.queries.days import households_on
from linli.registry.queries.households import HouseholdSearch
from linli.registry.queries.persons import HOME, address_of
from linli.registry.queries.places import own_units, place_words
from linli.registry.registers.filters import gaps, holds, outlines

STATE_TONES = {"present": "done", "ended": "void"}


def sized(label: Any, size: int) -> Condition:
    """Households of just so many members."""
    wanted = AnyOf(frozenset({size * 1000}))
    return Condition(
        label, lambda at: Q(size=size), lambda columns, at: columns.snapshot.mask({"people": wanted})
    )


@register
class HouseholdRegister(Register):
    name = "households"
    title = _("家庭户")
    model = Household
    verb = "registry.view"
    export_verb = "registry.export"
    address = "registry:households"
    columns = (
        Column("head", _("户主"), source="head.name", link=True, person=True),
        Column("number", _("户号"), kind="code", link=True),
        Column(
            "size",
            _("人数"),
            kind="number",
            measure=_("人"),
            value=lambda row: getattr(row, "size_then", row.size),
        ),
        Column("address", _("地址"), value=address_of),
        Column("place", _("所在网格"), value=lambda row: place_words(getattr(row, "path_then", row.path))),
        Column("state", _("状态"), choices=dict(Household.State.choices), badge=STATE_TONES, shown=False),
    )
    filters = (
        Tree("unit", _("区域"), field="path", then="path_then", nodes=own_units),
        NumberRange("people", _("人数"), field="size", then="size_then", bands=((1, 2), (2, 3), (3, 4), (4, 6), (6, None)), measure=_("人")),
        gaps("lacks", _("缺项"), {
            "head": holds(_("没有户主"), "head", lacking=True),
            "dwelling": holds(_("没有对上房屋"), "dwelling", lacking=True),
            "members": sized(_("没有成员"), 0),
        }, "head", "dwelling"),
        Choice("state", _("状态"), then="state_then", choices=dict(Household.State.choices)),
        Area("drawn", _("地图圈定"), base=outlines, find=households_in),
    )  # fmt: skip
    default = {"state": (Household.State.PRESENT.value,)}
    search = HouseholdSearch(hint=_("户主姓名、户号"))
    sorts = (Sort("size", _("人数")),)
    place = "unit"
    engine = "columns"
    scope_columns = ("path",)
    dated = True
    empty = _("您管辖范围内的家庭户会列在这里。导入带户号的部门数据后，就有第一行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return (
            policy.households_for(actor)
            .select_related("head", HOME)
            .defer("head__grams", "head__phone_marks")
        )

    def on_day(self, actor: Actor, day: date) -> Past:
        """The households of a day, with as many members as they had, where they were."""
        return households_on(self.rows_for(actor), day)

    def row_url(self, row: Household) -> str:
        url, day = reverse("registry:household", args=[row.uid]), getattr(row, "day", None)
        return f"{url}?on={day}" if day else url

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        """``policy.households_for`` over columns."""
        if not actor.may("registry.view") or not actor.scope:
            return super().scope_mask(actor, columns)
        return columns.under("path", actor.scope)
