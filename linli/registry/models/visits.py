"""Visits of homes, the codes by which residents look after their own household, and how fresh what is known is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.registry.models.households import Household
from linli.registry.models.persons import RandomUUID
from linli.territory.models import Dwelling


class Visit(models.Model):
    """That somebody called at a home, and what came of it: counts, no values, no place but the home itself.

    ``key`` was made on the telephone: the same key of the same person is the same visit. ``left`` are the answers that met
    a record that had changed meanwhile, as ``[[person id, element], ...]``.
    """

    class Outcome(models.TextChoices):
        MET = "met", _("已核实")
        NOT_HOME = "not_home", _("不在家")
        REFUSED = "refused", _("拒绝走访")

    key = models.CharField(max_length=40)
    household = models.ForeignKey(
        Household,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name="家庭户",
    )
    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="房屋"
    )
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    asked = models.PositiveSmallIntegerField("询问项数", default=0)
    answered = models.PositiveSmallIntegerField("更新项数", default=0)
    confirmed = models.PositiveSmallIntegerField("确认无误项数", default=0)
    refused = models.PositiveSmallIntegerField("不愿提供项数", default=0)
    left = models.JSONField("不一致", default=list)
    path = models.CharField(max_length=200, blank=True, default="")
    by_user_id = models.BigIntegerField(null=True)
    by_label = models.CharField("走访人", max_length=120)
    at = models.DateTimeField("走访时间")

    class Meta:
        verbose_name = "入户走访"
        constraints = [
            models.CheckConstraint(
                condition=Q(household__isnull=False, dwelling__isnull=True)
                | Q(household__isnull=True, dwelling__isnull=False),
                name="visit_of_one_home",
            ),
            models.UniqueConstraint(fields=["by_user_id", "key"], name="visit_key_once"),
        ]
        indexes = [
            models.Index(
                fields=["path", "-at"], name="visit_path", opclasses=["text_pattern_ops", "timestamptz_ops"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.household_id or self.dwelling_id} {self.outcome}"


class Invitation(models.Model):
    """A code by which one household looks after its own record, until a day and for a few tries.

    Of the code itself only the blind mark is kept. ``sealed`` is the one-time code on its way to a telephone that is known
    of the household (of ``person_id``); whoever has both sees the household.
    """

    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    mark = models.BinaryField(unique=True)
    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="invitations", verbose_name="家庭户"
    )
    path = models.CharField(max_length=200, blank=True, default="")
    made_by = models.CharField("发出人", max_length=120)
    made_at = models.DateTimeField("发出时间")
    expires_at = models.DateTimeField("有效至")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    opened_at = models.DateTimeField("首次打开", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("输错次数", default=0)
    person_id = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    key_id = models.UUIDField(null=True)
    code_expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "自助登记码"

    def __str__(self) -> str:
        return f"{self.household_id} {self.expires_at:%Y-%m-%d}"


class Freshness(models.Model):
    """How many people of a grid an element is asked of, of how many it is known, and of how many it is fresh, on a day."""

    path = models.CharField(max_length=200)
    element = models.CharField("数据项", max_length=40)
    asked = models.PositiveIntegerField("应有")
    known = models.PositiveIntegerField("已有")
    fresh = models.PositiveIntegerField("有效")
    measured_on = models.DateField("统计日期")

    class Meta:
        verbose_name = "数据时效"
        constraints = [models.UniqueConstraint(fields=["path", "element"], name="freshness_once")]

    def __str__(self) -> str:
        return f"{self.path} {self.element}"
