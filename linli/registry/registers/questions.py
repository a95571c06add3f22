"""The list of what waits to be verified: what departments disagree about, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Choice, Column, DateRange, Register, Sort, Tree, register
from linli.kernel.wording import worded
from linli.registry.models import Person, Question
from linli.registry.queries.places import own_units, place_words
from linli.registry.queries.visits import questions_for
from linli.registry.rules.asking import PERSON
from linli.registry.rules.elements import elements

TITLES = {code: each.title for code, each in elements(PERSON).items()}
WHY_TONES = {"conflict": "risk", "missing": "open", "stale": "waiting"}
STATE_TONES = {"open": "open", "answered": "done", "refused": "void", "dropped": "void"}


@register
class QuestionRegister(Register):
    name = "questions"
    title = _("待核实问题")
    model = Question
    verb = "registry.view"
    export_verb = "registry.export"
    address = "registry:questions"
    columns = (
        Column("name", _("姓名"), value=lambda row: row.person_name),
        Column("element", _("数据项"), choices=worded(TITLES)),
        Column("why", _("原因"), choices=dict(Question.Why.choices), badge=WHY_TONES),
        Column("state", _("状态"), choices=dict(Question.State.choices), badge=STATE_TONES),
        Column("asked_by", _("提出单位"), value=lambda row: row.asked_by.name if row.asked_by else ""),
        Column("basis", _("依据")),
        Column("unit", _("所在网格"), value=lambda row: place_words(row.path)),
        Column("asked_at", _("提出时间"), kind="datetime"),
        Column("settled_at", _("核实时间"), kind="datetime", shown=False),
        Column("settled_by", _("核实人"), person=True, shown=False),
    )
    filters = (
        Choice("state", _("状态"), choices=dict(Question.State.choices)),
        Choice("why", _("原因"), choices=dict(Question.Why.choices)),
        Choice("element", _("数据项"), choices=worded(TITLES)),
        Choice("asked_by", _("提出单位"), field="asked_by__name"),
        Tree("unit", _("区域"), field="path", nodes=own_units),
        DateRange("asked_at", _("提出时间"), presets=("today", "7d", "30d")),
    )
    sorts = (Sort("asked_at", _("提出时间")),)
    default_sort = "-asked_at"
    empty = _("没有待核实的问题。部门数据与登记不一致时，问题会列在这里，走访时一并核实")

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        return questions_for(actor).select_related("asked_by")

    def join(self, rows: Sequence[Any]) -> None:
        names = dict(Person.objects.filter(pk__in=[row.record_id for row in rows]).values_list("pk", "name"))
        for row in rows:
            row.person_name = names.get(row.record_id, "")
