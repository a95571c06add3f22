"""The category tree and the dispatch catalogue."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


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
