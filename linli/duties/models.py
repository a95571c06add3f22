"""The category tree, the dispatch catalogue, the item catalogue, the lists, and the log of seals."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.duties import rules
from linli.territory.models import Unit


class Category(models.Model):
    """One node of the category tree, of any depth.

    ``path`` is the chain of codes, each closed by a slash. ``local`` says that the county made or changed the row: the
    loader of the shipped tree leaves it alone then.
    """

    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=120, unique=True)
    domain = models.CharField("类属", max_length=12)
    kinds = ArrayField(models.CharField(max_length=12), verbose_name="诉求类型", default=list)
    urgency = models.CharField("紧急程度", max_length=10, default="normal")
    synonyms = ArrayField(models.CharField(max_length=40), verbose_name="同义词", default=list)
    is_leaf = models.BooleanField("可选", default=True)
    active = models.BooleanField("启用", default=True)
    source = models.CharField("来源", max_length=200, blank=True, default="")
    local = models.BooleanField("本地维护", default=False)

    class Meta:
        verbose_name = "分类"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class CatalogueEntryQuerySet(models.QuerySet["CatalogueEntry"]):
    """Entries by time."""

    def in_force(self, day: date) -> CatalogueEntryQuerySet:
        """Entries that hold on a day."""
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class CatalogueEntry(models.Model):
    """One version of a line of the dispatch catalogue 派单目录: category and condition to lead, assisting units and basis.

    ``condition`` maps a name of ``rules.FACTS`` to the values of which one must hold; empty: always. ``lead`` and ``assist``
    are codes of departments, or ``community`` or ``street`` of the place. Versions of one ``code`` follow each other;
    ``valid_to`` is the first day on which a version no longer holds.
    """

    code = models.CharField("条目号", max_length=20)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="entries", verbose_name="分类"
    )
    condition = models.JSONField("条件", default=dict)
    lead = models.CharField("主办", max_length=32)
    assist = ArrayField(models.CharField(max_length=32), verbose_name="协办", default=list)
    must_be_department = models.BooleanField("须由部门办理", default=False)
    auto = models.BooleanField("可自动派遣", default=False)
    basis = models.TextField("依据", blank=True, default="")
    reason = models.TextField("说明", blank=True, default="")
    note = models.TextField("职责划分", blank=True, default="")
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True, default="")
    local = models.BooleanField("本地维护", default=False)

    objects = CatalogueEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "派单目录条目"
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="catalogue_entry_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="catalogue_entry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="catalogue_entry_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.reason}"


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
