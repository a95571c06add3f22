"""Boundaries as dated rows, and what is wrong with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.territory.models.units import Unit, one_at_a_time


class Boundary(models.Model):
    """The outline of a unit, in CGCS2000 degrees as WKB, from one day to the day before another.

    The bytes that came in are kept beside it with their datum (坐标系), because a conversion is done once and may have
    to be explained. ``illustrative`` marks invented outlines: they must say so wherever they are drawn.
    """

    class Datum(models.TextChoices):
        CGCS2000 = "cgcs2000", "CGCS2000"
        WGS84 = "wgs84", "WGS84"
        GCJ02 = "gcj02", _("GCJ-02（高德、腾讯）")
        BD09 = "bd09", _("BD-09（百度）")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="boundaries", verbose_name="单位")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    shape = models.BinaryField("图形")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    area_m2 = models.FloatField("面积（平方米）")
    original = models.BinaryField("原始图形", null=True, blank=True)
    datum = models.CharField("原坐标系", max_length=10, choices=Datum.choices)
    source = models.CharField("来源", max_length=200)
    illustrative = models.BooleanField("示意", default=False)

    class Meta:
        verbose_name = "边界"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="boundary_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(west__lte=F("east"), south__lte=F("north")), name="boundary_box"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="boundary_has_area"),
            one_at_a_time("boundary_one_at_a_time", "unit_id", "valid_from", "valid_to"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.valid_from}"


class BoundaryFinding(models.Model):
    """One fault of the drawn boundaries, and the unit that has to settle it."""

    class Kind(models.TextChoices):
        GAP = "gap", _("空白")
        OVERLAP = "overlap", _("重叠")
        ENCLAVE = "enclave", _("插花地")
        EXCLAVE = "exclave", _("飞地")

    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="findings", verbose_name="责任单位")
    other = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及单位"
    )
    level = models.CharField("层级", max_length=12)
    area_m2 = models.FloatField("面积（平方米）")
    lon = models.FloatField()
    lat = models.FloatField()
    checked_on = models.DateField("检查日期")

    class Meta:
        verbose_name = "边界问题"
        indexes = [models.Index(fields=["unit", "kind"], name="finding_unit")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.area_m2:.0f} m²"
