"""Units: every level from the county down to the micro-grid, the departments beside them, and their history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from linli.territory.rules.kinds import kind, kinds

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


def one_at_a_time(
    name: str, key: str, start: str, end: str, condition: Q | None = None
) -> ExclusionConstraint:
    """No two rows of the same ``key`` whose days overlap. The key is written as a range, so no extension is needed."""
    whole = Func(F(key), F(key), Value("[]"), function="int8range", output_field=IntegerRangeField())
    days = Func(F(start), F(end), function="daterange", output_field=DateRangeField())
    overlap = RangeOperators.OVERLAPS
    return ExclusionConstraint(
        name=name, expressions=[(whole, overlap), (days, overlap)], condition=condition
    )


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units by place in the tree and by time."""

    def in_force(self, day: date) -> UnitQuerySet:
        """Units that exist on a day."""
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def below(self, path: str) -> UnitQuerySet:
        """The unit of a path and everything under it."""
        return self.filter(path__startswith=path)

    def of_kinds(self, *codes: str) -> UnitQuerySet:
        """Units of one of the kinds."""
        return self.filter(kind__in=codes)


class Unit(models.Model):
    """A unit of the territory or a department of the county.

    ``path`` is the chain of codes from the root, each closed by a slash: ``520103/520103019/520103019001/``. A scope
    is a path; a row is inside a scope when its path starts with it.
    """

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=24)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=200, unique=True)
    pinyin = models.CharField("拼音序", max_length=200, blank=True, default="")
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)
    households = models.PositiveIntegerField("登记户数", null=True, blank=True)
    public_phone = models.CharField("公开电话", max_length=30, blank=True, default="")
    supervision_phone = models.CharField("监督电话", max_length=30, blank=True, default="")
    extent = models.CharField("范围", max_length=300, blank=True, default="")
    source = models.CharField("来源", max_length=200, blank=True, default="")

    objects = UnitQuerySet.as_manager()

    if TYPE_CHECKING:
        children: RelatedManager[Unit]

    class Meta:
        verbose_name = "单位"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["path"], name="unit_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_title(self) -> str:
        """What the kind is called."""
        return kind(self.kind).title


def kind_choices() -> list[tuple[str, str]]:
    """The kinds for forms and filters, from the root down."""
    return [(k.code, k.title) for k in kinds().values()]


class UnitSpan(models.Model):
    """What a unit was called, what it was and under whom it stood, from one day to the day before another."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="spans", verbose_name="单位")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=24)
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=200)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "单位沿革"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="span_ends_after_start",
            ),
            one_at_a_time("span_one_at_a_time", "unit_id", "valid_from", "valid_to"),
        ]
        indexes = [models.Index(fields=["path"], name="span_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"

    @property
    def kind_title(self) -> str:
        """What the kind was called."""
        return kind(self.kind).title


class LineageEvent(models.Model):
    """One reorganisation: which units went in and which came out.

    A source may give words instead of a date, and words (``18个街道办事处,名称原文未载``) instead of units. ``key`` marks
    an event read from a file, so that reading it again adds nothing.
    """

    class Kind(models.TextChoices):
        SPLIT = "split", _("拆分")
        MERGE = "merge", _("合并")
        NEW = "new", _("新设")
        CARETAKER = "caretaker", _("新设并由他单位暂管")
        KIND_CHANGE = "kind_change", _("改变类型")
        ABOLISH = "abolish", _("撤销")
        MOVE = "move", _("划转")

    kind = models.CharField("类型", max_length=16, choices=Kind.choices)
    on_date = models.DateField("日期", null=True, blank=True)
    date_words = models.CharField("日期原文", max_length=60, blank=True, default="")
    before_words = models.CharField("原单位原文", max_length=200, blank=True, default="")
    after_words = models.CharField("现单位原文", max_length=200, blank=True, default="")
    words = models.CharField("说明", max_length=400, blank=True, default="")
    key = models.CharField("来源键", max_length=80, blank=True, default="")
    source = models.CharField("来源", max_length=200, blank=True, default="")

    if TYPE_CHECKING:
        links: RelatedManager[LineageLink]

    class Meta:
        verbose_name = "沿革事件"
        constraints = [
            models.CheckConstraint(
                condition=Q(on_date__isnull=False) | ~Q(date_words=""), name="lineage_says_when"
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="lineage_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.when}"

    @property
    def when(self) -> str:
        """The date, or the source's words for it."""
        return f"{self.on_date:%Y-%m-%d}" if self.on_date else self.date_words


class LineageLink(models.Model):
    """One arrow of a reorganisation: from a unit that was, to a unit that is. One end may be missing (new, abolished)."""

    event = models.ForeignKey(
        LineageEvent, on_delete=models.CASCADE, related_name="links", verbose_name="事件"
    )
    from_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lineage_out",
        verbose_name="原单位",
    )
    to_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lineage_in",
        verbose_name="现单位",
    )

    class Meta:
        verbose_name = "沿革关系"
        constraints = [
            models.CheckConstraint(
                condition=Q(from_unit__isnull=False) | Q(to_unit__isnull=False), name="lineage_link_has_end"
            ),
            models.UniqueConstraint(
                fields=["event", "from_unit", "to_unit"], nulls_distinct=False, name="lineage_link_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit} → {self.to_unit}"
