"""Days that differ from their weekday's habit, and the years whose holidays are announced."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.algorithms.worktime import DayKind


class Kind(models.TextChoices):
    """What a row says about its day."""

    WORKING = DayKind.WORKING.value, _("上班")
    REST = DayKind.REST.value, _("休息")
    HALF = DayKind.HALF.value, _("半天")


class Year(models.Model):
    """A year whose holidays are announced; every other year is provisional. ``shipped``: it came with the product."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.TextField("放假通知")
    shipped = models.BooleanField("随产品", default=False)
    at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = "已公布的年份"

    def __str__(self) -> str:
        return str(self.year)


class Day(models.Model):
    """One day. Of a year's notice (``notice`` is set, no place) or entered by the county for a place (a path prefix)."""

    date = models.DateField("日期")
    place = models.CharField("适用地方", max_length=200, blank=True, default="")
    kind = models.CharField("安排", max_length=10, choices=Kind)
    hours = models.JSONField("工作时段", default=list, blank=True)
    name = models.CharField("名称", max_length=60)
    source = models.TextField("依据", blank=True, default="")
    notice = models.ForeignKey(Year, on_delete=models.CASCADE, null=True, blank=True, related_name="days")

    class Meta:
        verbose_name = "日历中的一天"
        constraints = [
            models.UniqueConstraint(
                fields=["date", "place"], condition=Q(notice__isnull=True), name="day_local_once"
            ),
            models.UniqueConstraint(
                fields=["date"], condition=Q(notice__isnull=False), name="day_national_once"
            ),
            models.CheckConstraint(condition=~Q(kind="half") | ~Q(hours=[]), name="day_half_has_hours"),
            models.CheckConstraint(
                condition=Q(notice__isnull=True) | Q(place=""), name="day_notice_is_national"
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False) | ~Q(source=""), name="day_local_has_source"
            ),
        ]
        indexes = [models.Index(fields=["place", "date"], name="day_place_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}"

    @property
    def is_local(self) -> bool:
        """Whether the county entered it."""
        return self.notice_id is None
