"""What went out by the channels of the units and what did not; and what one was told oneself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts.queries import unit_name
from linli.kernel.audit.actor import Actor
from linli.kernel.notices.commands import KINDS
from linli.kernel.notices.models import Channel, Delivery, Notice
from linli.kernel.notices.wording import shipped, without_address
from linli.kernel.registers.kit import (
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    NumberRange,
    Register,
    Search,
    Sort,
    register,
)
from linli.kernel.wording import without_gaps, worded

STATES = {Delivery.State.FAILED: _("失败"), Delivery.State.WAITING: _("待发"), Delivery.State.SENT: _("已发")}
STATE_TONES = {
    Delivery.State.FAILED: "overdue",
    Delivery.State.WAITING: "waiting",
    Delivery.State.SENT: "done",
}
READ_WORDS = {False: _("未读"), True: _("已读")}
READ_TONES = {False: "open", True: "plain"}


def units_offered(actor: Actor) -> Mapping[str, str]:
    """The units that have or had a channel."""
    codes = Channel.objects.order_by("unit_code").values_list("unit_code", flat=True).distinct()
    return {code: unit_name(code) for code in codes}


def templates_offered(actor: Actor) -> Mapping[str, str]:
    """Every kind of notice by its title."""
    return {name: without_gaps(gettext(template.title)) for name, template in shipped().items()}


def unit_of(delivery: Any) -> str:
    """The unit whose channel a delivery goes by."""
    return unit_name(delivery.channel.unit_code) if delivery.channel else ""


@register
class DeliveryRegister(Register):
    """Notices on their way through outside channels; those that did not go through are shown first."""

    name = "deliveries"
    title = _("通知发送")
    model = Delivery
    verb = "notice.manage"
    address = "notices:sending"
    columns = (
        Column("at", _("时间"), kind="datetime"),
        Column("notice", _("通知"), source="notice.title", link=True),
        Column("state", _("状态"), choices=STATES, badge=STATE_TONES),
        Column("unit", _("单位"), value=unit_of),
        Column("channel", _("渠道"), source="channel.title"),
        Column("kind", _("渠道类型"), source="channel.kind", choices=worded(KINDS), shown=False),
        Column("tries", _("次数"), kind="number"),
        Column("error", _("原因")),
    )
    filters = (
        Choice("state", _("状态"), choices=STATES),
        Choice("unit", _("单位"), field="channel__unit_code", choices=units_offered),
        Choice("kind", _("渠道类型"), field="channel__kind", choices=worded(KINDS)),
        Choice("notice", _("通知"), field="notice__template", choices=templates_offered),
        DateRange("at", _("时间")),
        NumberRange("tries", _("次数"), bands=((0, 1), (1, 3), (3, None))),
    )
    default = {"state": (Delivery.State.FAILED.value,)}
    search = Search(texts=("notice__title", "error"), hint=_("案件编号、标题、原因"))
    sorts = (Sort("at", _("时间")), Sort("tries", _("次数")))
    default_sort = "-at"
    empty = _("没有要看的发送。外部渠道发送失败后，列在这里，打开一条可以重发")

    def rows_for(self, actor: Actor) -> QuerySet[Delivery]:
        found = Delivery.objects.select_related("notice", "channel")
        return found if actor.may(self.verb) else found.none()

    def row_url(self, row: Any) -> str:
        return reverse("notices:delivery", args=[row.pk])


@register
class NoticeRegister(Register):
    """What one was told oneself; nobody sees another's."""

    name = "notices"
    title = _("我的消息")
    model = Notice
    verb = ""
    columns = (
        Column("at", _("时间"), kind="datetime"),
        Column("title", _("标题"), link=True),
        Column("body", _("内容"), value=lambda notice: without_address(notice.body, notice.url)),
        Column(
            "read", _("已读"), value=lambda notice: bool(notice.read_at), choices=READ_WORDS, badge=READ_TONES
        ),
        Column("read_at", _("阅读时间"), kind="datetime", shown=False),
    )
    filters = (
        Conditions(
            "read",
            _("已读"),
            {
                "no": Condition(READ_WORDS[False], lambda at: Q(read_at__isnull=True)),
                "yes": Condition(READ_WORDS[True], lambda at: Q(read_at__isnull=False)),
            },
        ),
        Choice("notice", _("通知"), field="template", choices=templates_offered),
        DateRange("at", _("时间")),
    )
    search = Search(texts=("title", "body"))
    sorts = (Sort("at", _("时间")),)
    default_sort = "-at"
    empty = _("还没有消息。案件有新进展后，会在这里告诉您")

    def rows_for(self, actor: Actor) -> QuerySet[Notice]:
        return Notice.objects.filter(user=actor.user_id) if actor.user_id else Notice.objects.none()

    def row_url(self, row: Any) -> str:
        return reverse("notices:open", args=[row.pk])
