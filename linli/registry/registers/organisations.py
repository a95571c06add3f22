"""The list of organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Area,
    Choice,
    Column,
    Condition,
    Conditions,
    NumberRange,
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
from linli.registry.models import Organisation
from linli.registry.queries.days import organisations_on
from linli.registry.queries.places import own_units, place_words
from linli.registry.registers.filters import Freshness, filled, holds, outlines, unwritten, written
from linli.registry.rules.tables import titles

STATES = {code: words for code, words in Organisation.State.choices if code != Organisation.State.MERGED}
STATE_TONES = {"open": "done", "closed": "void"}
SMALL = tuple(code for code in titles("organisation_kinds") if code.startswith("small_"))
"""The nine kinds of small places (九小场所) that are looked at for fire."""
PLACE = Point("lon", "lat")


def of_kinds(label: Any, *kinds: str) -> Condition:
    """Organisations of one of some kinds."""
    return Condition(label, lambda at: Q(kind__in=kinds), lambda columns, at: columns.one_of("kind", kinds))


@register
class OrganisationRegister(Register):
    name = "organisations"
    title = _("组织")
    model = Organisation
    verb = "registry.view"
    export_verb = "registry.export"
    address = "registry:organisations"
    columns = (
        Column("name", _("名称"), link=True),
        Column("kind", _("类型"), choices=worded(titles("organisation_kinds"))),
        Column("uscc", _("统一社会信用代码"), kind="code"),
        Column("address", _("地址")),
        Column("place", _("所在网格"), value=lambda row: place_words(row.path)),
        Column("staff_count", _("从业人数"), kind="number", measure=_("人")),
        Column("confirmed_on", _("最近核实"), kind="date"),
        Column("opened_on", _("成立日期"), kind="date", shown=False),
        Column("closed_on", _("注销日期"), kind="date", shown=False),
        Column("state", _("状态"), choices=STATES, badge=STATE_TONES, shown=False),
    )
    filters = (
        Tree("unit", _("区域"), field="path", nodes=own_units),
        Conditions(
            "group", _("归类"),
            {
                "small": of_kinds(_("九小场所"), *SMALL),
                "firms": of_kinds(_("企业和个体工商户"), "enterprise", "individual_business"),
                "public": of_kinds(_("机关、学校和社会组织"), "government", "school", "social_organisation", "committee"),
            },
        ),
        Choice("kind", _("类型"), choices=worded(titles("organisation_kinds"))),
        NumberRange("staff", _("从业人数"), field="staff_count", bands=((0, 5), (5, 20), (20, 100), (100, None)), measure=_("人")),
        Conditions(
            "lacks", _("缺项"),
            {
                "uscc": unwritten(_("缺信用代码"), "uscc"),
                "contact": holds(_("缺联系人"), "contact", lacking=True),
                "phones": holds(_("缺电话"), "phones", lacking=True),
            },
            columns=(written("uscc"), filled("contact"), filled("phones")),
        ),
        Choice("state", _("状态"), then="state_then", choices=STATES),
        Freshness("confirmed_on", _("最近核实")),
        Area("drawn", _("地图圈定"), base=outlines, point=PLACE),
    )  # fmt: skip
    default = {"state": (Organisation.State.OPEN.value,)}
    search = Search(
        texts=("name", "uscc"),
        field="grams",
        function="registry_organisation_search",
        hint=_("名称、信用代码"),
    )
    sorts = (
        Sort("confirmed_on", _("最近核实")),
        Sort("staff_count", _("从业人数")),
        Sort("opened_on", _("成立日期")),
    )
    default_sort = "-confirmed_on"
    map = PLACE
    place = "unit"
    engine = "columns"
    scope_columns = ("path",)
    dated = True
    empty = _("您管辖范围内的企业、商铺、学校和社会组织会列在这里。导入一份部门数据，就有第一行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return (
            policy.organisations_for(actor)
            .exclude(state=Organisation.State.MERGED)
            .defer("grams", "phone_marks")
        )

    def on_day(self, actor: Actor, day: date) -> Past:
        """The organisations that were open on a day."""
        return organisations_on(self.rows_for(actor), day)

    def row_url(self, row: Organisation) -> str:
        return reverse("registry:organisation", args=[row.uid])

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        """``policy.organisations_for`` over columns."""
        if not actor.may("registry.view") or not actor.scope:
            return super().scope_mask(actor, columns)
        return columns.under("path", actor.scope) & ~columns.equals("state", Organisation.State.MERGED)
