"""Compounds, buildings, entrances, dwellings, and the standard addresses that lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.registers.fields import BigramField
from linli.territory.models.units import Unit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Compound(models.Model):
    """A residential compound (小区) and who manages it."""

    class Management(models.TextChoices):
        PROPERTY = "property", _("物业管理")
        QUASI = "quasi", _("准物业")
        FALLBACK = "fallback", _("街道兜底")
        SELF_RUN = "self_run", _("居民自管")
        NONE = "none", _("无人管理")

    name = models.CharField("名称", max_length=80)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="compounds", verbose_name="社区（村）"
    )
    management = models.CharField("管理方式", max_length=10, choices=Management.choices)
    households = models.PositiveIntegerField("户数", null=True, blank=True)
    road = models.CharField("道路", max_length=60, blank=True, default="")
    number = models.CharField("门牌号", max_length=20, blank=True, default="")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    grams = BigramField(texts=("name", "road"))
    illustrative = models.BooleanField("示意", default=False)
    source = models.CharField("来源", max_length=200, blank=True, default="")

    if TYPE_CHECKING:
        buildings: RelatedManager[Building]

    class Meta:
        verbose_name = "小区"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="compound_name_once")]
        indexes = [GinIndex(fields=["grams"], name="compound_grams", fastupdate=False)]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building (楼栋): in a compound or by itself, always in one grid."""

    compound = models.ForeignKey(
        Compound,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="buildings",
        verbose_name="小区",
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="buildings", verbose_name="网格")
    name = models.CharField("楼栋", max_length=40)
    floors = models.PositiveSmallIntegerField("层数", null=True, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    illustrative = models.BooleanField("示意", default=False)

    if TYPE_CHECKING:
        entrances: RelatedManager[Entrance]

    class Meta:
        verbose_name = "楼栋"
        constraints = [models.UniqueConstraint(fields=["compound", "name"], name="building_name_once")]

    def __str__(self) -> str:
        return self.name


class Entrance(models.Model):
    """A stairwell (单元) of a building."""

    building = models.ForeignKey(
        Building, on_delete=models.CASCADE, related_name="entrances", verbose_name="楼栋"
    )
    name = models.CharField("单元", max_length=20)

    if TYPE_CHECKING:
        dwellings: RelatedManager[Dwelling]

    class Meta:
        verbose_name = "单元"
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="entrance_name_once")]

    def __str__(self) -> str:
        return self.name


class Dwelling(models.Model):
    """A home (房屋) behind an entrance. Who lives there is not known here."""

    entrance = models.ForeignKey(
        Entrance, on_delete=models.CASCADE, related_name="dwellings", verbose_name="单元"
    )
    room = models.CharField("房号", max_length=20)
    floor = models.SmallIntegerField("楼层", null=True, blank=True)

    class Meta:
        verbose_name = "房屋"
        constraints = [models.UniqueConstraint(fields=["entrance", "room"], name="dwelling_room_once")]

    def __str__(self) -> str:
        return self.room


class Address(models.Model):
    """A standard address: the one way to write a place, its point, and the grid it lies in.

    ``grams`` are the two-character pieces of the text, for search; ``unit`` is null where no grid covers the point.
    """

    text = models.CharField("标准地址", max_length=200)
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="addresses",
        verbose_name="楼栋",
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses", verbose_name="网格"
    )
    road = models.CharField("道路", max_length=60, blank=True, default="")
    lon = models.FloatField("经度")
    lat = models.FloatField("纬度")
    grams = BigramField(texts=("text",))
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)
    illustrative = models.BooleanField("示意", default=False)
    source = models.CharField("来源", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "标准地址"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="address_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["text"], condition=Q(valid_to__isnull=True), name="address_text_once"
            ),
        ]
        indexes = [
            GinIndex(fields=["grams"], name="address_grams", fastupdate=False),
            models.Index(fields=["road"], name="address_road"),
        ]

    def __str__(self) -> str:
        return self.text
