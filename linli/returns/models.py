"""Permitted forms, their templates, rounds in which they are filled, and the returns of each unit."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.returns import states
from linli.returns.rules.periods import FREQUENCIES, Period
from linli.territory.models import Unit


class FormQuerySet(models.QuerySet["Form"]):
    """Forms by time."""

    def permitted(self, day: date) -> FormQuerySet:
        """Forms that may be sent on a day."""
        return self.filter(valid_from__lte=day, valid_to__gt=day)


class Form(models.Model):
    """A permitted form 准许报表: what is not in this register may not be sent to communities.

    ``valid_to`` is its sunset, the first day on which it may no longer be sent; a form without one cannot be. ``level`` is the kind of unit that fills
    it; ``due_days`` the days after the end of a period by which it is due. ``exact`` is the basis on which its department gets small counts of sensitive
    groups as they are; without one they leave the territory as "fewer than". ``admission`` is the number of the application or by-pass with which it passed
    the gate 准入; empty for the old stock 存量 of before the gate was opened.
    """

    class Level(models.TextChoices):
        COMMUNITY = "community", "社区（村）"
        STREET = "street", "街道（镇）"

    code = models.CharField("表号", max_length=20, unique=True)
    title = models.CharField("表名", max_length=100)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="主管部门")
    basis = models.CharField("制发依据", max_length=300)
    purpose = models.CharField("用途", max_length=200)
    level = models.CharField("由谁填报", max_length=10, choices=Level.choices, default=Level.COMMUNITY)
    frequency = models.CharField("频次", max_length=10, choices=list(FREQUENCIES.items()), default="month")
    due_days = models.PositiveSmallIntegerField("期后几日内报送", default=10)
    valid_from = models.DateField("准许自")
    valid_to = models.DateField("有效至")
    exact = models.CharField("小数报确数的依据", max_length=200, blank=True, default="")
    admission = models.CharField("准入编号", max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(default=0)

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = "准许报表"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="form_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Template(models.Model):
    """The workbook of a form, sealed (many a template is last year's form), with what is filled into which of its cells.

    ``layout`` is what was found to be filled, ``bindings`` says with what: place (``C5``, or ``A2#填报单位`` for a label) to the code of an element,
    empty for what is asked. ``checks`` are formulas between cells, as ``C5 + C6 = C8``.

    Of a list (one row per record) ``layout`` has the ``body`` of its rows and its ``columns`` too; ``listing`` says whose ``rows`` it has (a figure of
    the dictionary: the selection of its records) and what fills its ``columns`` (``{"C": "person.document@parted"}``).
    """

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="templates")
    number = models.PositiveSmallIntegerField("版次")
    file_name = models.CharField("文件名", max_length=120)
    content = models.BinaryField("模板")
    key_id = models.UUIDField(null=True)
    sheet = models.CharField("工作表", max_length=60)
    layout = models.JSONField(default=dict)
    bindings = models.JSONField("填报关系", default=dict)
    checks = models.JSONField("审核公式", default=list)
    listing = models.JSONField("名单", default=dict)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "报表模板"
        ordering = ["form", "-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="template_number_once")]

    def __str__(self) -> str:
        return f"{self.form.code} v{self.number}"

    @property
    def is_list(self) -> bool:
        """Whether it has one row per record."""
        return "columns" in self.layout


class Term(models.Model):
    """A heading that somebody has said the meaning of: the next form that asks under it is bound by itself."""

    words = models.CharField("表头", max_length=120, unique=True)
    element = models.CharField("数据项", max_length=60)
    learned_at = models.DateTimeField()

    class Meta:
        verbose_name = "表头对照"

    def __str__(self) -> str:
        return self.words


class Round(models.Model):
    """One period of a form, asked of all units of its level: filled as of its ``last`` day (``queries.figures``)."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="rounds")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    period = models.CharField("报告期", max_length=20)
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField("最后一日")
    opened_at = models.DateTimeField("下发时间")

    class Meta:
        verbose_name = "报表一期"
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(fields=["form", "period"], name="form_period_once")]

    def __str__(self) -> str:
        return f"{self.form.title} {self.period}"

    @property
    def span(self) -> Period:
        """The period with its days."""
        return Period(self.first, self.last, self.period)


class ReturnQuerySet(models.QuerySet["Return"]):
    """Returns with what they hang on."""

    def whole(self) -> ReturnQuerySet:
        """With form, department, template and unit; without the bytes of the template, which are read once for all (``workbooks``)."""
        rows = self.select_related("round__form__owner", "round__template", "unit")
        return rows.defer("round__template__content")


class Return(models.Model):
    """What one unit owes in a round. ``known`` and ``given`` are its cells: what the system filled and from where, what people said and why.

    ``known``: place to value, element and query; ``given``: place to value, reason and who. A given value stands before a known one.
    Of a list this is what stands around its rows, which lie sealed under ``key_id``; ``mark`` is the blind mark of the care group that they are of.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="填报单位")
    path = models.CharField(max_length=200)
    state = models.CharField(
        "状态", max_length=12, choices=[(s.code, s.label) for s in states.STATES], default=states.FILLING
    )
    known = models.JSONField(default=dict)
    given = models.JSONField(default=dict)
    asked = models.PositiveIntegerField("待填项", default=0)
    filled_at = models.DateTimeField("系统填报时间")
    submitted_at = models.DateTimeField("提交时间", null=True)
    person = models.CharField("填表人", max_length=120, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    key_id = models.UUIDField(null=True)
    mark = models.CharField(max_length=32, blank=True, default="")

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "报表"
        ordering = ["round", "path"]
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="return_of_a_unit_once")]
        indexes = [models.Index(fields=["path"], name="return_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.round} {self.unit}"


class Departure(models.Model):
    """A return as it left its unit 报出: what its places said then, and the fingerprint of the workbook with them. It is never changed.

    A list keeps the words around its rows here, and its rows in ``DepartedRows``.
    """

    row = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="departures", verbose_name="报表")
    at = models.DateTimeField("报出时间")
    by_label = models.CharField("报出人", max_length=120)
    values = models.JSONField("各处所填", default=dict)
    fingerprint = models.CharField("指纹", max_length=64)

    class Meta:
        verbose_name = "报出"
        ordering = ["row", "-at"]

    def __str__(self) -> str:
        return f"{self.row} {self.at:%Y-%m-%d}"


class DepartedRows(models.Model):
    """The rows of a list as they left, sealed together under the key of the return: a list of column letter to value, one for each row.

    They stand behind the same wall as the rows themselves, and go when these go.
    """

    departure = models.OneToOneField(
        Departure, on_delete=models.CASCADE, related_name="rows", verbose_name="报出"
    )
    row = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="departed", verbose_name="报表")
    count = models.PositiveIntegerField("行数")
    sealed = models.BinaryField("各行内容")

    class Meta:
        verbose_name = "报出时的花名册"

    def __str__(self) -> str:
        return f"{self.row_id} {self.count}"


class QueryQuerySet(models.QuerySet["Query"]):
    """Queries by time."""

    def in_force(self, day: date) -> QueryQuerySet:
        """Queries that may be answered on a day."""
        return self.filter(state=Query.State.APPROVED, valid_to__gt=day)


class Query(models.Model):
    """A department's query 数据查询: it asks the registers instead of sending a form. ``figures`` are codes of the dictionary, counted for each unit of ``level``.

    Or it asks for a list: ``rows`` is then the figure whose records are listed, ``columns`` what is told of each (``person.phones``).
    It has a purpose, a basis and a last day, like a form. ``exact`` as of a form.
    """

    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        APPROVED = "approved", "可查询"
        REFUSED = "refused", "未同意"
        ENDED = "ended", "已停用"

    code = models.CharField("编号", max_length=20, unique=True)
    title = models.CharField("名称", max_length=100)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="查询部门")
    figures = ArrayField(models.CharField(max_length=60), verbose_name="查询的数据项", default=list)
    rows = models.CharField("名单", max_length=60, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=60), verbose_name="栏目", default=list)
    level = models.CharField(
        "按哪一级列出", max_length=10, choices=Form.Level.choices, default=Form.Level.COMMUNITY
    )
    basis = models.CharField("依据", max_length=300)
    purpose = models.CharField("用途", max_length=200)
    exact = models.CharField("小数报确数的依据", max_length=200, blank=True, default="")
    valid_to = models.DateField("有效至")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.CharField("申请人", max_length=120)
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.CharField("审批人", max_length=120, blank=True, default="")
    decided_at = models.DateTimeField("审批时间", null=True)
    note = models.CharField("审批意见", max_length=300, blank=True, default="")

    objects = QueryQuerySet.as_manager()

    class Meta:
        verbose_name = "数据查询"
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_list(self) -> bool:
        """Whether it asks for records one by one, not for counts."""
        return bool(self.rows)


class QueryAnswer(models.Model):
    """One answer to a query 查询记录: how many cells it gave for how many units, which nobody was asked for. It keeps no figure."""

    query = models.ForeignKey(
        Query, on_delete=models.PROTECT, related_name="answers", verbose_name="数据查询"
    )
    at = models.DateTimeField("查询时间")
    by_label = models.CharField("查询人", max_length=120)
    units = models.PositiveIntegerField("单位数")
    cells = models.PositiveIntegerField("数字个数")

    class Meta:
        verbose_name = "查询记录"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.query} {self.at:%Y-%m-%d}"


class Line(models.Model):
    """One row of a list in a return, sealed under the key of the return: which record it is about, what the system filled and what people said.

    The sealed value is ``{"id": record, "about": whom a question is about or None, "known": {place: value}, "given": {place: {"value", "who", "reason", "question"}}}``;
    a place is the letter of a column. ``open`` is how many of its cells nobody has filled yet.
    """

    row = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines", verbose_name="报表")
    number = models.PositiveIntegerField("序号")
    open = models.PositiveSmallIntegerField("待填项", default=0)
    sealed = models.BinaryField("一行内容")

    class Meta:
        verbose_name = "花名册的一行"
        ordering = ["row", "number"]
        constraints = [models.UniqueConstraint(fields=["row", "number"], name="line_number_once")]

    def __str__(self) -> str:
        return f"{self.row_id} {self.number}"
