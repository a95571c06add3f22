"""Every norm with its source and its days, as a list that can be narrowed and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.norms import queries
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.norms.places import place_name
from linli.kernel.norms.words import room_words, with_unit
from linli.kernel.registers.filters.base import MISSING
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Register,
    Search,
    Sort,
    register,
)

STATES = {"now": _("现行"), "ahead": _("待生效"), "past": _("已失效")}
STATE_TONES = {"now": "done", "ahead": "plain", "past": "void"}
ORIGINS = {Origin.SHIPPED: _("随产品"), Origin.LOCAL: _("本地")}


def state_of(row: Norm) -> str:
    """Whether a norm holds today."""
    today = timezone.localdate()
    if row.valid_from > today:
        return "ahead"
    return "past" if row.valid_to and row.valid_to < today else "now"


def _in_force(at: datetime) -> Q:
    day = timezone.localdate(at)
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def rooms_offered(actor: Actor) -> Mapping[str, str]:
    """The parts of the product that have norms."""
    return {code: room_words(code) for code, _count in queries.rooms()}


def places_offered(actor: Actor) -> Mapping[str, str]:
    """The places that some norm is for, and everywhere."""
    found = Norm.objects.exclude(place="").order_by("place").values_list("place", flat=True).distinct()
    return {MISSING: place_name(""), **{path: place_name(path) for path in found}}


@register
class NormRegister(Register):
    """Every row of every norm; those in force are shown first."""

    name = "norms"
    title = _("规范清单")
    model = Norm
    verb = ""
    address = "norms:all"
    columns = (
        Column("title", _("规范"), link=True),
        Column("value", _("取值"), value=lambda norm: with_unit(norm.value, norm.formula, norm.unit)),
        Column("room", _("所属"), value=lambda norm: room_words(norm.room)),
        Column("place", _("适用地方"), value=lambda norm: place_name(norm.place), shown=False),
        Column("state", _("状态"), value=state_of, choices=STATES, badge=STATE_TONES),
        Column("valid_from", _("生效日期"), kind="date"),
        Column("valid_to", _("失效日期"), kind="date", shown=False),
        Column("source", _("依据")),
        Column("origin", _("来源"), choices=ORIGINS, shown=False),
        Column("note", _("说明"), shown=False),
    )
    filters = (
        Conditions(
            "state",
            _("状态"),
            {
                "now": Condition(STATES["now"], _in_force),
                "ahead": Condition(STATES["ahead"], lambda at: Q(valid_from__gt=timezone.localdate(at))),
                "past": Condition(
                    STATES["past"],
                    lambda at: Q(valid_to__lt=timezone.localdate(at), valid_from__lte=timezone.localdate(at)),
                ),
            },
        ),
        Choice("room", _("所属"), choices=rooms_offered),
        Choice("place", _("适用地方"), choices=places_offered),
        Choice("origin", _("来源"), choices=ORIGINS),
        DateRange("valid_from", _("生效日期")),
    )
    default = {"state": ("now",)}
    search = Search(texts=("title", "source"), hint=_("名称或依据"))
    sorts = (Sort("room", _("所属")), Sort("valid_from", _("生效日期")))
    default_sort = "room"
    empty = _("没有这样的规范。请去掉一些条件，看看已失效和待生效的")

    def rows_for(self, actor: Actor) -> QuerySet[Norm]:
        return Norm.objects.all() if actor.user_id else Norm.objects.none()

    def row_url(self, row: Any) -> str:
        return reverse("norms:detail", args=[row.pk])
