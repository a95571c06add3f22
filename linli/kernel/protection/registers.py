"""Lists for those who watch over personal data: who looked at whom, signs of abuse, files that left."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import sentence_of
from linli.kernel.privacy import queries
from linli.kernel.privacy.commands.revealing import REVEALS
from linli.kernel.privacy.models import Sign
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
from linli.kernel.registers.models import Export


@register
class LookRegister(Register):
    """Who looked at whom, within a period; never in order of persons."""

    name = "looks"
    title = _("谁看过谁")
    model = Event
    verb = "privacy.oversee"
    address = "protection:looks"
    columns = (
        Column("at", _("时间"), kind="datetime"),
        Column("actor", _("查看人"), source="actor_label", person=True),
        Column("subject", _("对象"), source="subject_label", link=True),
        Column("words", _("事项"), value=sentence_of),
        Column("note", _("说明")),
    )
    filters = (
        DateRange("at", _("时间"), presets=("today", "7d", "30d", "month")),
        Conditions(
            "clear",
            _("查看方式"),
            {
                "clear": Condition(_("查看完整信息"), lambda at: Q(name__in=REVEALS)),
                "access": Condition(_("紧急访问期间"), lambda at: Q(name="privacy.access_read")),
                "export": Condition(_("导出和下载"), lambda at: Q(name__startswith="register.")),
            },
        ),
    )
    default = {"at": ("7d",)}
    required = ("at",)
    search = Search(texts=("actor_label", "subject_label", "note"), hint=_("查看人、对象、说明"))
    sorts = (Sort("at", _("时间")),)
    default_sort = "-at"
    empty = _("这段时间没有人查看过个人信息。请换一段时间再看")

    def rows_for(self, actor: Actor) -> QuerySet[Event]:
        rows = Event.objects.filter(name__in=queries.looks()).defer("personal", "key_id")
        return rows if actor.may(self.verb) else rows.none()

    def row_url(self, row: Event) -> str:
        if row.subject_id is None:
            return ""
        return reverse("protection:looks_at", args=[row.subject_kind, row.subject_id])


SIGN_TONES = {Sign.State.OPEN: "open", Sign.State.DONE: "done"}


@register
class SignRegister(Register):
    """Signs of abuse to be worked off, in the order of time alone."""

    name = "signs"
    title = _("异常查看提示")
    model = Sign
    verb = "privacy.watch"
    export_verb = ""
    address = "protection:signs"
    columns = (
        Column("last_at", _("时间"), kind="datetime"),
        Column("kind", _("提示"), choices=dict(Sign.Kind.choices), link=True),
        Column("actor", _("查看人"), source="actor_label", person=True),
        Column("subject", _("被查看对象"), source="subject_label"),
        Column("state", _("状态"), choices=dict(Sign.State.choices), badge=SIGN_TONES),
        Column("note", _("核实情况")),
    )
    filters = (
        Choice("state", _("状态"), choices=dict(Sign.State.choices)),
        Choice("kind", _("提示"), choices=dict(Sign.Kind.choices)),
        DateRange("day", _("日期"), presets=("7d", "30d", "year")),
    )
    default = {"state": ("open",)}
    sorts = (Sort("last_at", _("时间")),)
    default_sort = "-last_at"
    empty = _("没有待核实的提示。有异常查看后，会列在这里")

    def rows_for(self, actor: Actor) -> QuerySet[Sign]:
        return queries.signs_for(actor)

    def row_url(self, row: Sign) -> str:
        return reverse("protection:sign", args=[row.pk])


EXPORT_TONES = {
    Export.State.ASKED: "waiting",
    Export.State.MAKING: "waiting",
    Export.State.READY: "done",
    Export.State.REFUSED: "void",
    Export.State.FAILED: "overdue",
    Export.State.GONE: "plain",
}


@register
class ExportRegister(Register):
    """Files with personal data that were made: by whom, what for, and who took them when."""

    name = "exports"
    title = _("导出的个人信息")
    model = Export
    verb = "privacy.oversee"
    address = "protection:exports"
    columns = (
        Column("asked_at", _("时间"), kind="datetime"),
        Column("title", _("名册"), link=True),
        Column("person", _("导出人"), source="by_label", person=True),
        Column("rows", _("条数"), kind="number"),
        Column("purpose", _("用途"), value=lambda row: row.purpose_words),
        Column("state", _("状态"), choices=dict(Export.State.choices), badge=EXPORT_TONES),
        Column("expires_at", _("保存至"), kind="datetime"),
    )
    filters = (
        Choice("state", _("状态"), choices=dict(Export.State.choices)),
        DateRange("asked_at", _("时间"), presets=("7d", "30d", "year")),
    )
    sorts = (Sort("asked_at", _("时间")),)
    default_sort = "-asked_at"
    empty = _("还没有人导出过个人信息。有人导出后，会列在这里")

    def rows_for(self, actor: Actor) -> QuerySet[Export]:
        return Export.objects.all() if actor.may(self.verb) else Export.objects.none()

    def row_url(self, row: Export) -> str:
        return reverse("registers:export", args=[row.pk])
