"""Units: every level from the county down to the micro-grid, and the departments beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from django.db.models.manager import RelatedManager


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units by place in the tree and by time."""

    def in_force(self, day: date) -> UnitQuerySet:
        """Units that exist on a day."""
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def below(self, path: str) -> UnitQuerySet:
        """The unit of a path and everything under it."""
        return self.filter(path__startswith=path)


class Unit(models.Model):
    """A unit of the territory or a department of the county.

    ``path`` is the chain of codes from the root, each closed by a slash: ``520103/520103019/520103019001/``. A scope
    is a path; a row is inside a scope when its path starts with it.
    """

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=24)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=200, unique=True)
    pinyin = models.CharField("拼音序", max_length=200, blank=True, default="")
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)
    households = models.PositiveIntegerField("登记户数", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True, default="")

    objects = UnitQuerySet.as_manager()

    if TYPE_CHECKING:
        children: RelatedManager[Unit]

    class Meta:
        verbose_name = "单位"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="unit_ends_after_start"),
        ]
        indexes = [models.Index(fields=["path"], name="unit_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
