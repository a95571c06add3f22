"""Who works a grid: several people (一格多员), one leader."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.territory.models.units import Unit, one_at_a_time


class GridMemberQuerySet(models.QuerySet["GridMember"]):
    """Members by time."""

    def serving_on(self, day: date) -> GridMemberQuerySet:
        """Members who serve on a day; ``ends_on`` is the first day they no longer do."""
        return self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class GridMember(models.Model):
    """A person who serves in a grid, from one day to the day before another. Name and phone are public by rule."""

    class Role(models.TextChoices):
        LEADER = "leader", _("网格长")
        WORKER = "worker", _("网格员")
        PART_TIME = "part_time", _("兼职网格员")
        MICRO = "micro", _("微网格员")
        POLICE = "police", _("社区民警")
        URBAN = "urban", _("城管队员")
        HOUSING = "housing", _("房管人员")
        MARKET = "market", _("市场监管人员")
        LAWYER = "lawyer", _("律师")

    grid = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members", verbose_name="网格")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="人员"
    )
    role = models.CharField("身份", max_length=10, choices=Role.choices)
    is_leader = models.BooleanField("网格长", default=False)
    public_phone = models.CharField("公开电话", max_length=30)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True)

    objects = GridMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "网格成员"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="member_ends_after_start",
            ),
            one_at_a_time("grid_one_leader", "grid_id", "starts_on", "ends_on", condition=Q(is_leader=True)),
            models.UniqueConstraint(
                fields=["grid", "user"], condition=Q(ends_on__isnull=True), name="member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
