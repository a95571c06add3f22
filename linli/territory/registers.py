"""The lists of the territory."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    Node,
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
from linli.territory.importers import AddressImporter, PlaceImporter
from linli.territory.models import Address, BoundaryFinding, Compound, UnitSpan
from linli.territory.policy import visible_to
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import kinds, of_level

KIND_WORDS = worded({kind.code: kind.title for kind in kinds().values()})
DRAWN_LEVELS = {"street": _("街道（镇）"), "community": _("社区（村）"), "grid": _("网格")}
FINDING_TONES = {"gap": "risk", "overlap": "overdue", "enclave": "info", "exclave": "info"}


def areas(actor: Actor) -> list[Node]:
    """The tree of units for filters, without departments, down to the communities."""
    levels = {*of_level("root"), *of_level("county"), *of_level("street"), *of_level("community")}
    return (
        [Node(n.code, n.name, n.path) for n in tree().nodes if n.kind in levels]
        if actor.may("territory.view")
        else []
    )


class TerritoryRegister(Register):
    """What the lists of the territory share: who may look."""

    verb = "territory.view"


class SpanRegister(TerritoryRegister):
    """Units as they are, or as they were on a day. A row is the time in which a unit had one name, one kind and one place."""

    model = UnitSpan
    dated = True

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        latest = Q(valid_to=None) | Q(valid_to=F("unit__valid_to"))
        return self.seen_by(actor).filter(latest).annotate(above=F("parent__name"))

    def on_day(self, actor: Actor, day: date) -> Past:
        """What there was on a day, each under the name and in the place that it had then."""
        then = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
        above = UnitSpan.objects.filter(then, unit=OuterRef("parent")).values("name")
        rows = self.seen_by(actor).filter(then)
        return Past(rows.annotate(above=Subquery(above[:1]), day=Value(day, DateField())))

    def seen_by(self, actor: Actor) -> QuerySet[Any]:
        """Every time of every unit that a person may see."""
        return UnitSpan.objects.filter(unit__in=visible_to(actor)).select_related("unit")

    def row_url(self, row: UnitSpan) -> str:
        url, day = reverse("territory:unit", args=[row.unit.code]), getattr(row, "day", None)
        return f"{url}?on={day}" if day else url


@register
class UnitRegister(SpanRegister):
    name = "units"
    title = _("单位")
    columns = (
        Column("name", _("名称"), link=True),
        Column("code", _("代码"), source="unit.code"),
        Column("kind", _("类型"), choices=KIND_WORDS),
        Column("parent", _("上级"), source="above"),
        Column("households", _("登记户数"), source="unit.households", kind="number", measure=_("户")),
        Column("valid_from", _("启用"), source="unit.valid_from", kind="date"),
        Column("valid_to", _("停用"), source="unit.valid_to", kind="date"),
        Column("source", _("来源"), source="unit.source", shown=False),
    )
    filters = (
        Choice("kind", _("类型"), choices=KIND_WORDS),
        Tree("area", _("区域"), field="path", nodes=areas),
        Conditions(
            "force",
            _("状态"),
            {
                "now": Condition(_("现行"), lambda at: Q(unit__valid_to__isnull=True)),
                "gone": Condition(_("已撤销"), lambda at: Q(unit__valid_to__isnull=False)),
            },
        ),
        NumberRange(
            "households",
            _("登记户数"),
            field="unit__households",
            bands=((None, 300), (300, 1500), (1500, 3000), (3000, None)),
        ),
    )
    search = Search(texts=("name", "unit__code", "unit__pinyin"))
    sorts = (
        Sort("code", _("代码"), field="unit__code"),
        Sort("pinyin", _("名称"), field="unit__pinyin"),
        Sort("households", _("登记户数"), field="unit__households"),
        Sort("path", _("隶属")),
    )
    default_sort = "path"
    empty = _("还没有单位。请由系统管理员在“单位与网格”页导入代码表")


@register
class GridRegister(SpanRegister):
    name = "grids"
    place = "area"
    title = _("网格")
    columns = (
        Column("name", _("网格"), link=True),
        Column("code", _("编码"), source="unit.code"),
        Column("kind", _("类型"), choices=KIND_WORDS),
        Column("parent", _("社区（村）"), source="above"),
        Column("households", _("登记户数"), source="unit.households", kind="number", measure=_("户")),
        Column("valid_from", _("启用"), source="unit.valid_from", kind="date"),
    )
    filters = (
        Choice(
            "kind",
            _("类型"),
            choices={code: KIND_WORDS[code] for code in (*of_level("grid"), *of_level("micro"))},
        ),
        Tree("area", _("区域"), field="path", nodes=areas),
        NumberRange(
            "households",
            _("登记户数"),
            field="unit__households",
            bands=((None, 200), (200, 300), (300, 400), (400, None)),
        ),
    )
    search = Search(texts=("name", "unit__code", "unit__pinyin"))
    sorts = (
        Sort("code", _("编码"), field="unit__code"),
        Sort("households", _("登记户数"), field="unit__households"),
    )
    default_sort = "code"
    empty = _("还没有网格。请由系统管理员在“单位与网格”页导入代码表和网格边界")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return super().rows_for(actor).filter(valid_to=None)

    def seen_by(self, actor: Actor) -> QuerySet[Any]:
        return super().seen_by(actor).filter(kind__in=(*of_level("grid"), *of_level("micro")))


@register
class CompoundRegister(TerritoryRegister):
    name = "compounds"
    place = "area"
    title = _("小区")
    model = Compound
    columns = (
        Column("name", _("小区"), link=True),
        Column("unit", _("社区（村）"), source="unit.name"),
        Column("management", _("管理方式"), choices=dict(Compound.Management.choices)),
        Column("households", _("户数"), kind="number", measure=_("户")),
        Column("road", _("道路")),
        Column("number", _("门牌号")),
        Column("illustrative", _("示意"), kind="flag", shown=False),
    )
    filters = (
        Choice("management", _("管理方式"), choices=dict(Compound.Management.choices)),
        Tree("area", _("区域"), field="unit__path", nodes=areas),
        NumberRange("households", _("户数"), bands=((None, 200), (200, 500), (500, 1000), (1000, None))),
    )
    search = Search(texts=("name", "road"), field="grams")
    sorts = (Sort("name", _("小区")), Sort("households", _("户数")))
    default_sort = "name"
    importer = PlaceImporter
    map = Point("lon", "lat")
    empty = _("还没有小区。点“导入”，用表格一次录入，样表可在那里下载")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return Compound.objects.filter(unit__in=visible_to(actor)).select_related("unit")

    def row_url(self, row: Compound) -> str:
        return reverse("territory:compound", args=[row.pk])


@register
class AddressRegister(TerritoryRegister):
    name = "addresses"
    title = _("标准地址")
    model = Address
    columns = (
        Column("text", _("标准地址")),
        Column("unit", _("网格"), source="unit.name"),
        Column("road", _("道路")),
        Column("lon", _("经度")),
        Column("lat", _("纬度")),
        Column("valid_from", _("启用"), kind="date"),
    )
    filters = (
        Tree("area", _("区域"), field="unit__path", nodes=areas),
        Conditions(
            "grid",
            _("网格"),
            {
                "yes": Condition(_("有网格"), lambda at: Q(unit__isnull=False)),
                "no": Condition(_("没有网格"), lambda at: Q(unit__isnull=True)),
            },
        ),
    )
    search = Search(texts=("text",), field="grams")
    sorts = (Sort("text", _("标准地址")),)
    default_sort = "text"
    importer = AddressImporter
    map = Point("lon", "lat")
    empty = _("还没有标准地址。点“导入”，用表格一次录入，样表可在那里下载")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        rows = Address.objects.filter(valid_to=None).select_related("unit")
        return rows if actor.may("territory.view") else rows.none()


@register
class FindingRegister(TerritoryRegister):
    name = "boundary_findings"
    title = _("边界问题")
    model = BoundaryFinding
    columns = (
        Column("kind", _("问题"), choices=dict(BoundaryFinding.Kind.choices), badge=FINDING_TONES),
        Column("unit", _("责任单位"), source="unit.name", link=True),
        Column("other", _("涉及单位"), source="other.name"),
        Column("level", _("层级"), choices=DRAWN_LEVELS),
        Column("area_m2", _("面积"), kind="number", measure=_("平方米")),
        Column("checked_on", _("检查日期"), kind="date"),
    )
    filters = (
        Choice("kind", _("问题"), choices=dict(BoundaryFinding.Kind.choices)),
        Choice("level", _("层级"), choices=DRAWN_LEVELS),
        Tree("area", _("责任单位"), field="unit__path", nodes=areas),
    )
    search = Search(texts=("unit__name", "other__name"))
    sorts = (Sort("area_m2", _("面积")), Sort("unit", _("责任单位"), field="unit__path"))
    default_sort = "-area_m2"
    map = Point("lon", "lat")
    empty = _("没有查到缝隙、重叠和飞地。导入或改动边界后，请在“单位与网格”页“检查边界”")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return BoundaryFinding.objects.filter(unit__in=visible_to(actor)).select_related("unit", "other")

    def row_url(self, row: BoundaryFinding) -> str:
        return reverse("territory:unit", args=[row.unit.code])
