"""The gate 准入: applications of departments, opinions of communities and streets, refusals, by-passes."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.algorithms.burden import OFTEN
from linli.duties import states
from linli.duties.models.catalogue import Category
from linli.duties.rules import gate
from linli.territory.models import Unit


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications by time."""

    def in_force(self, day: date) -> ApplicationQuerySet:
        """Those whose matter may be asked of communities on a day."""
        rows = self.filter(state__in=states.IN_FORCE, starts_on__lte=day, ends_on__gte=day)
        return rows.exclude(state=states.TRIAL, trial_until__lt=day)


class Application(models.Model):
    """An application 准入申请 of a department to hand a matter to communities.

    ``places`` are paths of units: every community below one of them is concerned. ``brings`` says how many of each kind of burden
    (``algorithms.burden.KINDS``) come each time, or stand there; ``headings`` are the columns of a form that comes with it, ``known`` of which
    the system fills. ``burden`` is the estimate as it was when the application was sent in: minutes a year and community, line by line.
    ``starts_on`` and ``ends_on`` are the first and the last day of the matter.
    """

    number = models.CharField("申请编号", max_length=20, unique=True)
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="申请部门")
    title = models.CharField("事项名称", max_length=100)
    kind = models.CharField("类别", max_length=12, choices=list(gate.MATTERS.items()), default="task")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派单分类"
    )
    what = models.TextField("要社区做什么")
    basis = models.TextField("依据")
    places = ArrayField(models.CharField(max_length=200), verbose_name="涉及的单位", default=list)
    starts_on = models.DateField("实施日期")
    ends_on = models.DateField("最后一日")
    often = models.CharField("频次", max_length=10, choices=list(OFTEN.items()), default="month")
    trial_until = models.DateField("试点到", null=True, blank=True)
    trial_words = models.CharField("试点看什么", max_length=300, blank=True, default="")
    power = models.BooleanField("权随事转", default=False)
    power_words = models.CharField("权", max_length=200, blank=True, default="")
    money = models.BooleanField("费随事转", default=False)
    money_words = models.CharField("费", max_length=200, blank=True, default="")
    people = models.BooleanField("人随事转", default=False)
    people_words = models.CharField("人", max_length=200, blank=True, default="")
    materials = models.TextField("材料", blank=True, default="")
    alternatives = models.TextField("考虑过的其他办法")
    headings = ArrayField(models.CharField(max_length=60), verbose_name="表格的栏目", default=list)
    known = models.PositiveSmallIntegerField("系统已知的栏目", default=0)
    brings = models.JSONField("带来的工作量", default=dict)
    burden = models.JSONField("负担估算", default=dict)

    state = models.CharField(
        "状态", max_length=12, choices=[(s.code, s.label) for s in states.STATES], default=states.DRAFT
    )
    made_at = models.DateTimeField("起草时间")
    applied_at = models.DateTimeField("申请时间", null=True)
    due_at = models.DateTimeField("决定期限", null=True)
    heard_by = models.DateTimeField("意见期限", null=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    decision = models.TextField("决定理由", blank=True, default="")
    conditions = models.TextField("条件", blank=True, default="")
    published_at = models.DateTimeField("公布时间", null=True)
    review_on = models.DateField("复核日期", null=True)
    ended_on = models.DateField("结束日期", null=True)
    end_reason = models.TextField("结束理由", blank=True, default="")
    missing = ArrayField(models.CharField(max_length=8), verbose_name="没有到位", default=list)
    line = models.CharField("清单条目", max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "准入申请"
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="application_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="application_waiting"),
            models.Index(fields=["department", "state"], name="application_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def is_in_force(self, day: date) -> bool:
        """Whether its matter may be asked on a day: ``in_force`` for one row."""
        last = self.trial_until if self.state == states.TRIAL and self.trial_until else self.ends_on
        return self.state in states.IN_FORCE and self.starts_on <= day <= last


class Opinion(models.Model):
    """What a community or street says of an application that concerns it; silent until ``stance`` is given.

    ``missing`` names what of power, money and people the unit says did not come after the matter was admitted.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="opinions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    path = models.CharField(max_length=200)
    asked_at = models.DateTimeField("征求时间")
    stance = models.CharField(
        "意见", max_length=10, choices=list(gate.STANCES.items()), blank=True, default=""
    )
    words = models.CharField("说明", max_length=300, blank=True, default="")
    given_at = models.DateTimeField("表态时间", null=True)
    missing = ArrayField(models.CharField(max_length=8), verbose_name="没有到位", default=list)
    missing_words = models.CharField("没有到位的说明", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "准入意见"
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["application", "unit"], name="opinion_of_a_unit_once")]
        indexes = [models.Index(fields=["path"], name="opinion_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.application.number} {self.unit}"


class BypassQuerySet(models.QuerySet["Bypass"]):
    """By-passes by time."""

    def in_force(self, day: date) -> BypassQuerySet:
        """Those that let a matter through on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Bypass(models.Model):
    """An emergency by-pass 应急直通: a matter let through at once, with a reason and a last day, and reviewed afterwards.

    It ends by itself: nothing has to be done on its last day.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="部门")
    title = models.CharField("事项", max_length=100)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派单分类"
    )
    places = ArrayField(models.CharField(max_length=200), verbose_name="涉及的单位", default=list)
    reason = models.TextField("应急的理由")
    starts_on = models.DateField("起")
    ends_on = models.DateField("最后一日")
    opened_at = models.DateTimeField("放行时间")
    opened_by = models.CharField("放行人", max_length=120)
    review_by = models.DateField("复核期限")
    reviewed_at = models.DateTimeField("复核时间", null=True)
    verdict = models.CharField(
        "复核结论", max_length=12, choices=list(gate.VERDICTS.items()), blank=True, default=""
    )
    review_words = models.TextField("复核说明", blank=True, default="")

    objects = BypassQuerySet.as_manager()

    class Meta:
        verbose_name = "应急直通"
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="bypass_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Refusal(models.Model):
    """A task outside the lists that a community refused 拒收. It has no clock and counts against nobody but who sent the task.

    ``about`` is the number of the case or the key of the return that was refused, empty for what came outside every system. ``line`` is the
    number of the entry cited, empty where none names the task; ``citation`` keeps the words as they were.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="拒收单位")
    path = models.CharField(max_length=200)
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="交办部门")
    channel = models.CharField("来路", max_length=10, choices=list(gate.CHANNELS.items()))
    about = models.CharField("对象", max_length=40, blank=True, default="")
    title = models.CharField("交办的事", max_length=200)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分类"
    )
    ground = models.CharField("理由", max_length=12, choices=list(gate.GROUNDS.items()))
    line = models.CharField("引用条目", max_length=20, blank=True, default="")
    citation = models.TextField("引用")
    refused_at = models.DateTimeField("拒收时间")
    state = models.CharField(
        "状态", max_length=12, choices=[(s.code, s.label) for s in states.REFUSAL_STATES], default=states.SENT
    )
    answer = models.TextField("答复", blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True)
    bypass = models.ForeignKey(
        Bypass, on_delete=models.SET_NULL, null=True, blank=True, related_name="refusals"
    )

    class Meta:
        verbose_name = "拒收"
        ordering = ["-refused_at"]
        indexes = [
            models.Index(fields=["path"], name="refusal_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["department", "refused_at"], name="refusal_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
