"""组织 and 物: organisations with their premises and staff, and components of the city."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.registers.fields import BigramField, TracksChanges
from linli.registry.models.persons import NextUUID, Person
from linli.territory.models import Building, Unit


class Organisation(TracksChanges):
    """An enterprise, shop, school, social organisation or body: who is there, under which code, and whom to call.

    Name, code and address are public matters; the contact and the phones are a person's, and sealed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("在营")
        CLOSED = "closed", _("已注销")
        MERGED = "merged", _("已并入")

    uid = models.UUIDField(unique=True, db_default=NextUUID(), editable=False)
    name = models.CharField("名称", max_length=120)
    grams = BigramField(texts=("name", "uscc"))
    pinyin = models.CharField("拼音序", max_length=300, blank=True, default="")
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    kind = models.CharField("类型", max_length=24, default="other")
    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="楼栋"
    )  # fmt: skip
    address = models.CharField("地址", max_length=200, blank=True, default="")
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    path = models.CharField(max_length=200, blank=True, default="")
    contact = models.BinaryField("联系人", null=True)
    phones = models.BinaryField("联系电话", null=True)
    phone_marks = ArrayField(models.BinaryField(), default=list)
    key_id = models.UUIDField(null=True)
    staff_count = models.PositiveIntegerField("从业人数", null=True, blank=True)
    opened_on = models.DateField("成立日期", null=True, blank=True)
    closed_on = models.DateField("注销日期", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    confirmed_on = models.DateField("最近核实", null=True, blank=True)
    version = models.PositiveIntegerField(db_default=0)

    class Meta:
        verbose_name = "组织"
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(uscc="") & ~Q(state="merged"), name="organisation_uscc_once"
            )
        ]
        indexes = [
            models.Index(fields=["path"], name="organisation_path", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["grams"], name="organisation_grams", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A person who works in an organisation, as what. A person who is not in the register has a name only."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="staff", verbose_name="组织"
    )
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs", verbose_name="人员"
    )
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("职务", max_length=60, blank=True, default="")
    valid_from = models.DateField("自", null=True, blank=True)
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "从业人员"

    def __str__(self) -> str:
        return self.name


class Component(TracksChanges):
    """A public facility (部件) after GB/T 30428: what it is, whose, who looks after it, where, and in what state.

    ``code`` is its identity code: six digits of the division, four of the kind, six of a running number.
    """

    code = models.CharField("部件编码", max_length=20, unique=True)
    kind = models.CharField("部件类型", max_length=4)
    owner = models.CharField("权属单位", max_length=80, blank=True, default="")
    keeper = models.CharField("养护单位", max_length=80, blank=True, default="")
    keeper_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="养护单位（机构）"
    )  # fmt: skip
    state = models.CharField("状态", max_length=10, default="good")
    place = models.CharField("位置", max_length=200, blank=True, default="")
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    path = models.CharField(max_length=200, blank=True, default="")
    installed_on = models.DateField("安装日期", null=True, blank=True)
    confirmed_on = models.DateField("最近核实", null=True, blank=True)
    grams = BigramField(texts=("code", "place", "owner", "keeper"))
    version = models.PositiveIntegerField(db_default=0)

    class Meta:
        verbose_name = "部件"
        indexes = [
            models.Index(fields=["path"], name="component_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["kind", "state"], name="component_kind"),
            GinIndex(fields=["grams"], name="component_grams", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.code
