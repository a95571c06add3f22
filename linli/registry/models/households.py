"""户: households, who belonged to them when, and where persons live or are registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.registers.fields import TracksChanges
from linli.registry.models.persons import NextUUID, Person
from linli.territory.models import Dwelling

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Household(TracksChanges):
    """People who live or are registered together. ``number`` is the one of the household register, where there is one."""

    class State(models.TextChoices):
        PRESENT = "present", _("在册")
        ENDED = "ended", _("已注销")

    uid = models.UUIDField(unique=True, db_default=NextUUID(), editable=False)
    number = models.CharField("户号", max_length=40, blank=True, default="")
    head = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="户主"
    )
    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, null=True, blank=True, related_name="households", verbose_name="房屋"
    )  # fmt: skip
    address = models.CharField("地址", max_length=200, blank=True, default="")
    size = models.PositiveSmallIntegerField("人数", db_default=0)
    path = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PRESENT)
    version = models.PositiveIntegerField(db_default=0)

    if TYPE_CHECKING:
        memberships: RelatedManager[Membership]

    class Meta:
        verbose_name = "家庭户"
        indexes = [
            models.Index(fields=["path"], name="household_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["number"], name="household_number", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.number or f"家庭户 {self.pk}"


class Membership(models.Model):
    """That a person belongs to a household, as what, from one day to the day before another."""

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="memberships", verbose_name="家庭户"
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="memberships", verbose_name="人员", db_index=False
    )
    relation = models.CharField("与户主关系", max_length=2, default="99")
    valid_from = models.DateField("自", null=True, blank=True)
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "家庭成员"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True), name="member_of_one_household"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "valid_to"], name="membership_of_person"),
            models.Index(fields=["valid_from"], name="membership_begun"),
            models.Index(fields=["valid_to"], name="membership_ended", condition=Q(valid_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} / {self.household_id}"


class Residence(models.Model):
    """How a person is tied to a dwelling, or to an address whose dwelling is not known, from one day to before another.

    ``path`` is that of the grid of the dwelling; empty outside the district.
    """

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="residences", verbose_name="人员", db_index=False
    )
    dwelling = models.ForeignKey(
        Dwelling, on_delete=models.PROTECT, null=True, blank=True, related_name="residences", verbose_name="房屋"
    )  # fmt: skip
    kind = models.CharField("居住方式", max_length=10)
    address = models.CharField("地址", max_length=200, blank=True, default="")
    path = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateField("自", null=True, blank=True)
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "居住"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(valid_to__isnull=True), name="residence_of_a_kind_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="residence_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "valid_to"], name="residence_of_person"),
            models.Index(fields=["valid_from"], name="residence_begun"),
            models.Index(fields=["valid_to"], name="residence_ended", condition=Q(valid_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
