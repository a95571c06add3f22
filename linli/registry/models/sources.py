"""Where values come from: sources, the files taken in, their rows, what they changed, and what remains open."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.registry.models.persons import Person, RandomUUID
from linli.territory.models import Unit


class RecordKind(models.TextChoices):
    """The kinds of records that values belong to."""

    PERSON = "person", _("人员")
    ORGANISATION = "organisation", _("组织")
    COMPONENT = "component", _("部件")


class Source(models.Model):
    """A department's file that comes again and again: whose it is, and on which basis it may be taken in, until when."""

    title = models.CharField("名称", max_length=80)
    kind = models.CharField("来源类别", max_length=20)
    record_kind = models.CharField("内容", max_length=12, choices=RecordKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="提供单位")
    basis = models.CharField("法律依据", max_length=300)
    purpose = models.CharField("用途", max_length=200)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "数据来源"
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="source_title_once"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="source_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title


class Layout(models.Model):
    """How a source's file is laid out, confirmed once: which column is which element. ``columns`` is ``[[path, element], ...]``."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="layouts", verbose_name="数据来源"
    )
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField("列与数据项")
    confirmed_by = models.CharField("确认人", max_length=120)
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = "表样"
        constraints = [models.UniqueConstraint(fields=["source", "fingerprint"], name="layout_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.fingerprint[:8]}"


class Intake(models.Model):
    """One file taken in, from its arrival to its end; its values are sealed under a key of its own until it expires.

    ``speaks`` names the elements that the file has columns for. ``position`` is how many rows are written; a run that was
    cut off goes on there.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传")
        READ = "read", _("待确认列")
        EXAMINING = "examining", _("比对中")
        EXAMINED = "examined", _("待确认导入")
        APPLYING = "applying", _("写入中")
        DONE = "done", _("已导入")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")
        CANCELLED = "cancelled", _("已放弃")
        FAILED = "failed", _("未完成")

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="intakes", verbose_name="数据来源"
    )
    file_name = models.CharField("文件", max_length=200)
    digest = models.CharField(max_length=64)
    key_id = models.UUIDField()
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    stage = models.CharField(max_length=40, blank=True, default="")
    layout = models.JSONField("列与数据项", default=dict)
    speaks = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    position = models.PositiveIntegerField("已处理", default=0)
    counts = models.JSONField("结果", default=dict)
    quality = models.JSONField("质量", default=dict)
    problem = models.CharField("原因", max_length=400, blank=True, default="")
    file_date = models.DateField("数据截至")
    by_user_id = models.BigIntegerField("导入人")
    by_post = models.BigIntegerField(null=True)
    by_label = models.CharField("导入人", max_length=120)
    created_at = models.DateTimeField("上传时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("原始数据保留到")

    class Meta:
        verbose_name = "部门数据导入"
        indexes = [models.Index(fields=["-created_at"], name="intake_created")]

    def __str__(self) -> str:
        return self.file_name


class IntakePart(models.Model):
    """A piece of a file's bytes, sealed."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = "导入文件"
        constraints = [models.UniqueConstraint(fields=["intake", "number"], name="intake_part_once")]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.number}"


class RawRow(models.Model):
    """One row of a file: what it said (sealed, until its retention ends), what became of it, and what it gave to which record.

    The sealed value is ``{"raw": [cells], "clean": {element: value}}``. ``spoke`` are the elements for which the row has a
    value, ``wrote`` those whose value the record took from it: this is the lineage, and it stays when the sealed text goes.
    """

    class Verdict(models.TextChoices):
        NEW = "new", _("新增")
        SAME = "same", _("一致")
        CHANGED = "changed", _("更新")
        CONFLICT = "conflict", _("冲突")
        REVIEW = "review", _("待核对")
        REJECTED = "rejected", _("退回")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows", db_index=False)
    sheet = models.PositiveSmallIntegerField("工作表", default=1)
    number = models.PositiveIntegerField("行号")
    sealed = models.BinaryField(null=True)
    record_kind = models.CharField(max_length=12, choices=RecordKind.choices)
    record_id = models.BigIntegerField(null=True)
    verdict = models.CharField("结果", max_length=8, choices=Verdict.choices)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    spoke = models.BigIntegerField(default=0)
    wrote = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "导入行"
        constraints = [
            models.UniqueConstraint(fields=["intake", "sheet", "number"], name="raw_row_once"),
        ]
        indexes = [models.Index(fields=["record_id"], name="raw_row_record")]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.sheet}:{self.number}"


class Change(models.Model):
    """What was changed in a record, by a file or by a person: the elements, the values before and after, sealed.

    Read backwards from today's record these rows give it as it was on any day. ``origin`` is the kind of source
    (``visit``, ``self``, ``police`` ...). ``undone_by`` names the change that took this one back. A change that is about a care
    group alone has the group's ``mark``, and is seen by who sees the group; ``wrote`` never says that there was one.
    """

    record_kind = models.CharField(max_length=12, choices=RecordKind.choices)
    record_id = models.BigIntegerField()
    what = models.CharField("事项", max_length=30)
    origin = models.CharField("来源类别", max_length=20)
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="导入"
    )
    by_user_id = models.BigIntegerField(null=True)
    by_label = models.CharField("记录人", max_length=120)
    at = models.DateTimeField("记录时间")
    on = models.DateField("发生日期")
    wrote = models.BigIntegerField(default=0)
    sealed = models.BinaryField(null=True)
    key_id = models.UUIDField()
    undone_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undoes"
    )
    path = models.CharField(max_length=200, blank=True, default="")
    mark = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "变更"
        indexes = [
            models.Index(fields=["record_kind", "record_id", "-at"], name="change_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.record_kind} {self.record_id}"


class Question(models.Model):
    """Something about a record that is missing, stale or in conflict, and waits for somebody to ask.

    For a conflict the sealed value is ``{"ours": value, "theirs": value}``.
    """

    class Why(models.TextChoices):
        MISSING = "missing", _("缺少")
        STALE = "stale", _("过期")
        CONFLICT = "conflict", _("不一致")

    class State(models.TextChoices):
        OPEN = "open", _("待核实")
        ANSWERED = "answered", _("已核实")
        REFUSED = "refused", _("拒绝提供")
        DROPPED = "dropped", _("已撤销")

    record_kind = models.CharField(max_length=12, choices=RecordKind.choices)
    record_id = models.BigIntegerField()
    element = models.CharField("数据项", max_length=40)
    why = models.CharField("原因", max_length=10, choices=Why.choices)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出单位"
    )
    basis = models.CharField("依据", max_length=300, blank=True, default="")
    intake = models.ForeignKey(
        Intake, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    sealed = models.BinaryField(null=True)
    key_id = models.UUIDField(null=True)
    path = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField("提出时间")
    settled_at = models.DateTimeField("核实时间", null=True)
    settled_by = models.CharField("核实人", max_length=120, blank=True, default="")

    class Meta:
        verbose_name = "待核实问题"
        constraints = [
            models.UniqueConstraint(
                fields=["record_kind", "record_id", "element", "why"],
                condition=Q(state="open"),
                name="question_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.why}"


class Pair(models.Model):
    """Two records, or a record and a row, that may be the same: for a person to look at and decide.

    ``grounds`` are the comparisons with their level and weight in bits. Risky ones need a second person. Those of a file are
    foreseen until all its rows are written: others than its sender see the pair, and not the file.
    """

    class State(models.TextChoices):
        FORESEEN = "foreseen", _("导入后核对")
        OPEN = "open", _("待核对")
        PROPOSED = "proposed", _("待复核")
        SAME = "same", _("同一人")
        DIFFERENT = "different", _("不是同一人")
        UNDONE = "undone", _("已撤销")

    left = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name="已有记录")
    right = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="另一记录"
    )
    row = models.ForeignKey(
        RawRow, on_delete=models.CASCADE, null=True, blank=True, related_name="pairs", verbose_name="导入行"
    )
    weight = models.FloatField("权重")
    probability = models.FloatField("可能性")
    grounds = models.JSONField("依据", default=list)
    risky = models.BooleanField("须复核", default=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    first_by = models.CharField("核对人", max_length=120, blank=True, default="")
    first_user_id = models.BigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    second_by = models.CharField("复核人", max_length=120, blank=True, default="")
    second_at = models.DateTimeField(null=True)
    change = models.ForeignKey(
        Change, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="变更"
    )
    path = models.CharField(max_length=200, blank=True, default="")
    found_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = "疑似同一人"
        constraints = [
            models.CheckConstraint(
                condition=Q(right__isnull=False, row__isnull=True) | Q(right__isnull=True, row__isnull=False),
                name="pair_has_one_other_side",
            ),
        ]
        indexes = [models.Index(fields=["state", "-weight"], name="pair_state")]

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id or self.row_id}"
