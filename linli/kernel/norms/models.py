"""Norms as dated rows, and the token by which processes learn that they changed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Whether a row came with the product or was entered by the county."""

    SHIPPED = "shipped", _("随产品")
    LOCAL = "local", _("本地")


class NormQuerySet(models.QuerySet["Norm"]):
    """Norms by line and time. A *line* is everything with the same key, place and match."""

    def line(self, key: str, place: str, match: dict[str, str]) -> NormQuerySet:
        """Every row of one line, the oldest first."""
        return self.filter(key=key, place=place, match=match).order_by("valid_from", "id")

    def in_force(self, day: date) -> NormQuerySet:
        """Rows whose span covers a day."""
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Norm(models.Model):
    """One norm from one day to another (both included), for a place and a kind of matter.

    ``place`` is a code path prefix (``520103/520103001/``), empty for everywhere. ``match`` narrows the row to
    matters (``{"urgency": "urgent"}``). Either ``value`` or ``formula`` is set. A row with an end that a person gave
    lies over the open one below it, which comes back after it. ``closed_at`` is set when a person closed the row;
    ``valid_to_before`` is the end it had until then.
    """

    key = models.CharField("键", max_length=120)
    title = models.CharField("名称", max_length=160)
    room = models.CharField("所属", max_length=40)
    place = models.CharField("适用地方", max_length=200, blank=True, default="")
    match = models.JSONField("适用情形", default=dict, blank=True)
    value = models.JSONField("取值", null=True, blank=True)
    formula = models.CharField("公式", max_length=400, blank=True, default="")
    unit = models.CharField("单位", max_length=60, blank=True, default="")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    source = models.TextField("依据")
    note = models.TextField("说明", blank=True, default="")
    origin = models.CharField("来源", max_length=10, choices=Origin, default=Origin.LOCAL)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaces"
    )
    closed_at = models.DateTimeField("截止操作时间", null=True, blank=True)
    valid_to_before = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField("录入时间")

    objects = NormQuerySet.as_manager()

    class Meta:
        verbose_name = "规范"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="norm_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(formula="") | Q(value__isnull=True), name="norm_value_or_formula"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="norm_has_source"),
            models.UniqueConstraint(
                fields=["key", "place", "match", "valid_from"], name="norm_line_start_once"
            ),
        ]
        indexes = [models.Index(fields=["room", "key"], name="norm_room_key")]

    def __str__(self) -> str:
        return f"{self.title}({self.key})"


class Token(models.Model):
    """A value that changes with every change of a table, so that each process knows when to read it again."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.UUIDField(default=uuid4)

    class Meta:
        verbose_name = "版本标记"

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
