"""Notices to people, their deliveries by outside channels, and the county's own wording."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One notice to one person about one event; the same event is told once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    event_id = models.BigIntegerField()
    template = models.CharField("种类", max_length=60)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容")
    url = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = "通知"
        constraints = [
            models.UniqueConstraint(fields=["user", "event_id", "template"], name="notice_told_once")
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_inbox"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Channel(models.Model):
    """How the people of a unit are told besides the page: an Apprise address, sealed, since it holds a secret."""

    unit_code = models.CharField("单位", max_length=32)
    title = models.CharField("名称", max_length=40)
    kind = models.CharField("渠道", max_length=12)
    key_id = models.UUIDField()
    address = models.BinaryField()
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "通知渠道"

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One notice on its way through one channel; a failed one is tried again and then listed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENT = "sent", _("已发")
        FAILED = "failed", _("失败")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("原因", max_length=200, blank=True, default="")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "外发"
        indexes = [models.Index(fields=["-at"], name="delivery_failed", condition=Q(state="failed"))]

    def __str__(self) -> str:
        return f"{self.notice} {self.state}"


class Wording(models.Model):
    """The county's own words for a template, in place of the shipped ones."""

    template = models.CharField("种类", max_length=60, unique=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容")

    class Meta:
        verbose_name = "通知用语"

    def __str__(self) -> str:
        return self.template
