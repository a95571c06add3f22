"""The list of components."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Area,
    Choice,
    Column,
    DateRange,
    Point,
    Register,
    Search,
    Sort,
    Tree,
    register,
)
from linli.kernel.registers.register import Past
from linli.kernel.wording import worded
from linli.registry import policy
from linli.registry.models import Component
from linli.registry.queries.days import components_on
from linli.registry.queries.places import own_units, place_words
from linli.registry.registers.filters import Freshness, outlines
from linli.registry.rules.tables import titles

STATE_TONES = {
    "good": "done",
    "damaged": "overdue",
    "missing": "overdue",
    "abandoned": "risk",
    "removed": "void",
}
PLACE = Point("lon", "lat")


@register
class ComponentRegister(Register):
    name = "components"
    title = _("部件")
    model = Component
    verb = "registry.view"
    export_verb = "registry.export"
    address = "registry:components"
    columns = (
        Column("code", _("部件编码"), kind="code", link=True),
        Column("kind", _("部件类型"), choices=worded(titles("component_kinds"))),
        Column(
            "state",
            _("状态"),
            value=lambda row: getattr(row, "state_then", row.state),
            choices=worded(titles("component_states")),
            badge=STATE_TONES,
        ),
        Column("place", _("位置")),
        Column("unit", _("所在网格"), value=lambda row: place_words(row.path)),
        Column("keeper", _("养护单位")),
        Column("owner", _("权属单位"), shown=False),
        Column("installed_on", _("安装日期"), kind="date", shown=False),
        Column("confirmed_on", _("最近核实"), kind="date"),
    )
    filters = (
        Tree("unit", _("区域"), field="path", nodes=own_units),
        Choice("kind", _("部件类型"), choices=worded(titles("component_kinds"))),
        Choice("state", _("状态"), then="state_then", choices=worded(titles("component_states"))),
        Choice("keeper", _("养护单位")),
        Choice("owner", _("权属单位")),
        DateRange("installed_on", _("安装日期"), presets=("year",)),
        Freshness("confirmed_on", _("最近核实")),
        Area("drawn", _("地图圈定"), base=outlines, point=PLACE),
    )
    search = Search(
        texts=("code", "place", "owner", "keeper"), field="grams", function="registry_component_search",
        hint=_("编码、位置、权属和养护单位"),
    )  # fmt: skip
    sorts = (Sort("confirmed_on", _("最近核实")), Sort("installed_on", _("安装日期")))
    default_sort = "-confirmed_on"
    map = PLACE
    place = "unit"
    engine = "columns"
    scope_columns = ("path",)
    dated = True
    empty = _("您管辖范围内的公共设施会列在这里。导入部件普查表，就有第一行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.components_for(actor).defer("grams")

    def on_day(self, actor: Actor, day: date) -> Past:
        """The components as they stood on a day."""
        return components_on(self.rows_for(actor), day)

    def row_url(self, row: Component) -> str:
        return reverse("registry:component", args=[row.code])

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        """``policy.components_for`` over columns."""
        if not actor.may("registry.view") or not actor.scope:
            return super().scope_mask(actor, columns)
        return columns.under("path", actor.scope)
