"""What was counted, what communities reported themselves, what people suggested, and what was confirmed of the rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.assessment import states
from linli.territory.models import Unit


class Count(models.Model):
    """How much of one kind the system's own records hold of a unit in a period: the meter reads these rows, so that a page takes no counting.

    ``owner`` is the department that asks, where the records name one. ``kind`` is a code of ``algorithms.burden.KINDS``.
    """

    period = models.CharField("期间", max_length=6)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    path = models.CharField(max_length=200)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="部门"
    )
    kind = models.CharField("项目", max_length=16)
    number = models.PositiveIntegerField("数量")
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "负担计数"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit", "owner", "kind"], nulls_distinct=False, name="burden_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.path} {self.kind} {self.number}"


class SelfReportQuerySet(models.QuerySet["SelfReport"]):
    """Self-reports as they hold."""

    def standing(self) -> SelfReportQuerySet:
        """Of each unit and year the last one that was not taken back."""
        return self.filter(replaced=False, withdrawn_at=None)


class SelfReport(models.Model):
    """One version of a yearly self-report 自报 of a community: numbers only, of the community and of one person in each role, never of a named one.

    ``figures`` maps the keys of ``rules.keys()`` to ``{"low", "likely", "high"}``. A correction is a new version; one that is taken back lets the
    version before it hold again.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="社区")
    path = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("版次")
    figures = models.JSONField("数字", default=dict)
    reported_at = models.DateTimeField("填报时间")
    reported_by = models.CharField("填报人", max_length=120, blank=True, default="")
    replaced = models.BooleanField("已更正", default=False)
    withdrawn_at = models.DateTimeField("收回时间", null=True)

    objects = SelfReportQuerySet.as_manager()

    class Meta:
        verbose_name = "减负自报"
        ordering = ["-year", "path", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="burden_report_number_once"),
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(replaced=False, withdrawn_at=None),
                name="burden_report_one_holds",
            ),
        ]
        indexes = [models.Index(fields=["path"], name="burden_report_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"


class Suggestion(models.Model):
    """A complaint or suggestion about burden. ``author`` is the account of who wrote it, for themselves alone; empty where nobody signed in.

    The public sees the topic and the dates at once, and with the answer ``published``: the text as the county lets it be read, without names.
    """

    number = models.CharField("编号", max_length=16, unique=True)
    topic = models.CharField("关于", max_length=12, choices=list(states.TOPICS.items()))
    about = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="涉及部门"
    )
    text = models.TextField("内容")
    author = models.BigIntegerField("提出人账号", null=True)
    said_at = models.DateTimeField("提出时间")
    due_at = models.DateTimeField("答复期限")
    state = models.CharField(
        "状态", max_length=10, choices=[(s.code, s.label) for s in states.STATES], default=states.WAITING
    )
    outcome = models.CharField(
        "结果", max_length=10, choices=list(states.OUTCOMES.items()), blank=True, default=""
    )
    published = models.TextField("公开的内容", blank=True, default="")
    answer = models.TextField("答复", blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_for = models.CharField("答复单位", max_length=80, blank=True, default="")

    class Meta:
        verbose_name = "减负建议"
        ordering = ["-said_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=states.ANSWERED)
                | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(outcome="")),
                name="burden_suggestion_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Confirmation(models.Model):
    """What somebody confirmed of one rule for government apps: the last one holds, until its time is over."""

    rule = models.CharField("规定", max_length=20)
    state = models.CharField("结论", max_length=10)
    note = models.CharField("说明", max_length=300)
    confirmed_at = models.DateTimeField("确认时间")
    confirmed_by = models.CharField("确认人", max_length=120)

    class Meta:
        verbose_name = "自查确认"
        ordering = ["-confirmed_at"]

    def __str__(self) -> str:
        return f"{self.rule} {self.state}"
