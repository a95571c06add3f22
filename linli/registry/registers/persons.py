"""The list of persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Area, Choice, Column, Register, Search, Sort, Tree, register
from linli.kernel.registers.register import Past
from linli.kernel.wording import worded
from linli.registry import policy
from linli.registry.models import Person
from linli.registry.queries.buildings import people_in
from linli.registry.queries.days import persons_on
from linli.registry.queries.persons import birth_words, by_number, join_persons
from linli.registry.queries.places import all_units, own_units, place_words
from linli.registry.registers.filters import (
    Age,
    CareGroup,
    Freshness,
    LivesAs,
    either,
    gaps,
    holds,
    outlines,
    unfilled,
)
from linli.registry.rules.ages import age_on
from linli.registry.rules.tables import titles

STATES = {code: words for code, words in Person.State.choices if code != Person.State.MERGED}
STATE_TONES = {"present": "done", "left": "void", "dead": "void"}
BANDS = ((0, 3), (3, 6), (6, 18), (18, 35), (35, 60), (60, 70), (70, 80), (80, None))
"""Nursery, kindergarten, under age, young, of working age (to 60), and the ages from which help is given."""

LACKS = {
    "document": holds(_("缺证件号码"), "document", lacking=True),
    "phones": holds(_("缺电话"), "phones", lacking=True),
    "birth": holds(_("缺出生日期"), "birth", lacking=True),
    "education": unfilled(_("缺文化程度"), "education", "education"),
    "place": unfilled(_("不知现住哪个网格"), "path", "path"),
}


def age_of(row: Person) -> int | None:
    """Full years today, or on the day of the list."""
    day = getattr(row, "day", None) or timezone.localdate()
    return age_on(row.birth, day) if row.birth and row.state != Person.State.DEAD else None


def place_of(row: Person) -> str:
    """Where the person lives: on the day of the list, if it is of one."""
    return place_words(getattr(row, "path_then", row.path))


@register
class PersonRegister(Register):
    name = "persons"
    title = _("人员")
    model = Person
    verb = "registry.view"
    export_verb = "registry.export"
    address = "registry:people"
    columns = (
        Column("name", _("姓名"), link=True, person=True),
        Column("sex", _("性别"), choices=worded(titles("sexes"))),
        Column("age", _("年龄"), kind="number", value=age_of, measure=_("岁")),
        Column("document", _("证件号码"), source="masked_document", kind="code", masked=True),
        Column("phones", _("联系电话"), source="masked_phones", kind="code", masked=True),
        Column("place", _("现住网格"), value=place_of),
        Column("address", _("现住址")),
        Column("population", _("人口类别"), choices=worded(titles("populations"))),
        Column("confirmed_on", _("最近核实"), kind="date"),
        Column("birth", _("出生日期"), value=birth_words, kind="code", shown=False),
        Column(
            "registered_place", _("户籍网格"), value=lambda row: place_words(row.registered_path), shown=False
        ),
        Column("document_kind", _("证件类型"), choices=worded(titles("document_kinds")), shown=False),
        Column("education", _("文化程度"), choices=worded(titles("educations")), shown=False),
        Column("work", _("工作单位"), shown=False),
        Column("former_name", _("曾用名"), person=True, shown=False),
        Column("state", _("状态"), choices=STATES, badge=STATE_TONES, shown=False),
    )
    filters = (
        Tree("unit", _("现住"), field="path", then="path_then", nodes=own_units),
        Choice("population", _("人口类别"), choices=worded(titles("populations"))),
        Choice("sex", _("性别"), choices=worded(titles("sexes"))),
        Age("age", _("年龄"), field="birth", bands=BANDS, measure=_("岁")),
        Tree("registered", _("户籍"), field="registered_path", nodes=all_units),
        LivesAs("residence", _("居住方式")),
        Choice("education", _("文化程度"), choices=worded(titles("educations"))),
        Choice("document_kind", _("证件类型"), choices=worded(titles("document_kinds"))),
        Choice("state", _("状态"), then="state_then", choices=STATES),
        gaps("has", _("已有"), {
            "document": holds(_("有证件号码"), "document"), "phones": holds(_("有电话"), "phones"),
        }, "document", "phones"),
        gaps("lacks", _("缺项"), {**LACKS, "any": either(_("缺任一项"), *LACKS.values())}, "document", "phones", "birth"),
        Freshness("confirmed_on", _("最近核实")),
        CareGroup("care", _("关爱对象")),
        Area("drawn", _("地图圈定"), base=outlines, find=people_in),
    )  # fmt: skip
    default = {"state": (Person.State.PRESENT.value,)}
    search = Search(
        names=("name", "former_name"), field="grams", function="registry_person_search", exact=by_number,
        hint=_("姓名、证件或电话"),
    )  # fmt: skip
    sorts = (Sort("confirmed_on", _("最近核实")), Sort("birth", _("出生日期")))
    default_sort = "-confirmed_on"
    place = "unit"
    engine = "columns"
    scope_columns = ("path", "registered_path")
    dated = True
    empty = _("您管辖范围内的居民会列在这里。导入一份部门数据，或登记一个人，就有第一行")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return policy.persons_for(actor).exclude(state=Person.State.MERGED).defer("grams", "phone_marks")

    def on_day(self, actor: Actor, day: date) -> Past:
        """Who was on the register on a day, at the place of that day."""
        return persons_on(self.rows_for(actor), day)

    def join(self, rows: Sequence[Any]) -> None:
        join_persons(rows)

    def row_url(self, row: Person) -> str:
        return reverse("registry:person", args=[row.uid])

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        """``policy.persons_for`` over columns."""
        if not actor.may("registry.view") or not actor.scope:
            return super().scope_mask(actor, columns)
        return (
            columns.under("path", actor.scope) | columns.under("registered_path", actor.scope)
        ) & ~columns.equals("state", Person.State.MERGED)
