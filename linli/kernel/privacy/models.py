"""Data keys, one for each subject or batch whose personal values are sealed; and what needs a second person."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DataKey(models.Model):
    """A wrapped key. Without its ``wrapped`` value everything sealed with it is forgotten.

    ``master`` is the fingerprint of the master key that wraps it; empty for those made before there were fingerprints.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=60)
    wrapped = models.BinaryField(null=True)
    master = models.CharField(max_length=16, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "数据密钥"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="data_key_destroyed_or_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.id}"


class IndexStamp(models.Model):
    """What the blind marks of this database are made with: a mark that only the right key with the right hash gives. The last one holds."""

    stamp = models.BinaryField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "盲索引的密钥印记"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{bytes(self.stamp).hex()[:8]} {self.since}"


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests by whether they hold."""

    def in_force(self, at: datetime) -> RequestQuerySet:
        """Those that were approved and have not ended."""
        return self.filter(state=Request.State.APPROVED, valid_until__gt=at)


class Request(models.Model):
    """What one person asks of a second: to look at many persons, to take many rows away, to look beyond the own scope.

    ``selection`` says what is meant in words, ``fingerprint`` what the answer is bound to (empty: whatever it is used for, up
    to ``count``, of which ``used`` are gone), ``payload`` what the asking room needs to do it, ``reach`` the path of the unit
    whose territory is asked for. ``scope`` is that of who asks.
    """

    class Kind(models.TextChoices):
        REVEAL = "reveal", _("批量查看")
        EXPORT = "export", _("导出个人信息")
        ACCESS = "access", _("越权紧急访问")

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("未同意")
        ENDED = "ended", _("已结束")

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    asked_by = models.BigIntegerField("申请人")
    asked_label = models.CharField("申请人", max_length=120)
    asked_post = models.BigIntegerField("岗位", null=True)
    unit = models.CharField("单位", max_length=32, blank=True, default="")
    scope = models.CharField("管辖路径", max_length=200, blank=True, default="")
    selection = models.TextField("范围")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    payload = models.JSONField(default=dict)
    reach = models.CharField("申请的范围", max_length=200, blank=True, default="")
    count = models.PositiveIntegerField("人数或条数", default=0)
    used = models.PositiveIntegerField("已用", default=0)
    purpose = models.CharField("用途", max_length=20)
    reason = models.TextField("理由")
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.BigIntegerField(null=True)
    decided_label = models.CharField("审批人", max_length=120, blank=True, default="")
    decided_at = models.DateTimeField("审批时间", null=True)
    answer = models.TextField("审批意见", blank=True, default="")
    valid_until = models.DateTimeField("有效至", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_by", "kind"], name="privacy_request_of"),
            models.Index(fields=["scope"], name="privacy_request_waits", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="privacy_request_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="privacy_request_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(valid_until__isnull=False),
                name="privacy_request_for_a_time",
            ),
            models.CheckConstraint(condition=Q(used__lte=F("count")), name="privacy_request_not_overdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Sign(models.Model):
    """Something about looks at persons that the security officer should ask about; once for each day.

    ``actor_id`` is empty where it is not about who looked (many at one person), the subject where it is not about whom.
    """

    class Kind(models.TextChoices):
        AGAIN = "again", _("反复查看同一人")
        CROWD = "crowd", _("多人查看同一人")
        OUTSIDE = "outside", _("查看辖区以外的人")
        NIGHT = "night", _("夜间查看")

    class State(models.TextChoices):
        OPEN = "open", _("待核实")
        DONE = "done", _("已核实")

    kind = models.CharField("提示", max_length=8, choices=Kind.choices)
    day = models.DateField("日期")
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField("查看人", max_length=120, blank=True, default="")
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField("被查看对象", max_length=120, blank=True, default="")
    count = models.PositiveIntegerField("次数")
    first_at = models.DateTimeField("最早")
    last_at = models.DateTimeField("最近")
    state = models.CharField("状态", max_length=4, choices=State.choices, default=State.OPEN)
    note = models.TextField("核实情况", blank=True, default="")
    looked_by = models.BigIntegerField(null=True)
    looked_label = models.CharField("核实人", max_length=120, blank=True, default="")
    looked_at = models.DateTimeField("核实时间", null=True)

    class Meta:
        verbose_name = "异常查看提示"
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "day", "actor_id", "subject_kind", "subject_id"],
                name="privacy_sign_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(looked_at__isnull=False), name="privacy_sign_looked_into"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"
