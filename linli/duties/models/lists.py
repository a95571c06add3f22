"""The item catalogue, the lists, and the log of seals."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.duties import rules
from linli.duties.models.catalogue import Category
from linli.territory.models import Unit


class LineQuerySet(models.QuerySet[Any]):
    """Items and lines of lists by time."""

    def in_force(self, day: date) -> LineQuerySet:
        """What holds on a day."""
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class DatedLine(models.Model):
    """What an item and a line of a list have in common: one dated version under a number.

    ``lead`` is the code of a department, ``community`` or ``street``. A ``category`` ties the line to the dispatch catalogue. Versions of one ``code``
    follow each other; ``valid_to`` is the first day on which a version no longer holds.
    """

    code = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=120)
    lead = models.CharField("主责", max_length=32, blank=True, default="")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派单分类"
    )
    basis = models.TextField("依据", blank=True, default="")
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True, default="")
    local = models.BooleanField("本地维护", default=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="%(class)s_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="%(class)s_one_open"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class WorkItem(DatedLine):
    """A version of an item 事项 of the three-level catalogue: area, heading, item.

    ``given_by`` is the department whose duty it is where that is handed down, empty for the duty of who leads; then ``power``, ``money`` and
    ``people`` say what comes with it, and their words how. ``form`` is the number of the permitted form that it may use.
    """

    area = models.CharField("方面", max_length=20)
    heading = models.CharField("大项", max_length=40)
    assist = ArrayField(models.CharField(max_length=32), verbose_name="协办", default=list)
    given_by = models.CharField("交办部门", max_length=32, blank=True, default="")
    power = models.BooleanField("权随事转", default=False)
    power_words = models.CharField("权", max_length=200, blank=True, default="")
    money = models.BooleanField("费随事转", default=False)
    money_words = models.CharField("费", max_length=200, blank=True, default="")
    people = models.BooleanField("人随事转", default=False)
    people_words = models.CharField("人", max_length=200, blank=True, default="")
    procedure = models.TextField("流程", blank=True, default="")
    materials = models.TextField("材料", blank=True, default="")
    clock = models.CharField("时限", max_length=100, blank=True, default="")
    form = models.CharField("可用报表", max_length=20, blank=True, default="")

    class Meta(DatedLine.Meta):
        verbose_name = "事项"


class ListEntry(DatedLine):
    """A version of a line of a list 清单; ``kind`` is one of ``rules.LISTS``. Of a matter done together the two shares say who does what."""

    kind = models.CharField("清单", max_length=20, choices=list(rules.LISTS.items()))
    place_share = models.TextField("街道社区职责", blank=True, default="")
    lead_share = models.TextField("部门职责", blank=True, default="")
    note = models.TextField("说明", blank=True, default="")

    class Meta(DatedLine.Meta):
        verbose_name = "清单条目"


class SealUse(models.Model):
    """One use of a community's seal 用印: when, which seal, what for, on which paper, by whom. It is never changed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="用印单位")
    path = models.CharField(max_length=200)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="+", verbose_name="使用范围")
    used_on = models.DateField("用印日期")
    purpose = models.CharField("用途", max_length=200)
    document = models.CharField("文件", max_length=200)
    used_by = models.CharField("经办人", max_length=120)

    class Meta:
        verbose_name = "用印"
        ordering = ["-used_on", "-id"]
        indexes = [models.Index(fields=["path"], name="seal_use_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.used_on} {self.document}"
