"""Saved views, a person's own columns, imports, and the notes of removed rows."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.algorithms.text.sentences import said
from linli.kernel.audit.models import CurrentTransaction
from linli.kernel.privacy.purposes import purposes


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views by who may use them."""

    def usable_by(self, user_id: int, paths: list[str]) -> SavedViewQuerySet:
        """A person's own views, and those shared with one of the units on the ``paths_above`` the person's own."""
        return self.filter(Q(owner_id=user_id) | Q(shared_with__among=paths))


def paths_above(scope: str) -> list[str]:
    """A path and those of every unit above it."""
    steps = scope.split("/")[:-1]
    return ["/".join(steps[: place + 1]) + "/" for place in range(len(steps))]


class SavedView(models.Model):
    """A selection kept under a name. ``shared_with`` is the path of the unit that may use it too; empty is private."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="所有人"
    )
    register = models.CharField("名册", max_length=60)
    name = models.CharField("名称", max_length=40)
    query = models.TextField("条件", blank=True, default="")
    shared_with = models.CharField("共享范围", max_length=200, blank=True, default="", db_index=True)
    is_default = models.BooleanField("打开时使用", default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "视图"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "register", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["owner", "register"], condition=Q(is_default=True), name="saved_view_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnPreference(models.Model):
    """The columns and the row height that a person chose for a register."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="人员"
    )
    register = models.CharField("名册", max_length=60)
    columns = models.JSONField("列", default=list)
    density = models.CharField("行高", max_length=10, default="normal")

    class Meta:
        verbose_name = "列设置"
        constraints = [models.UniqueConstraint(fields=["user", "register"], name="column_preference_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.columns}"


class ImportRun(models.Model):
    """One file on its way into a register.

    The file, the preview and the rejected rows may hold personal data: they are sealed under a key of the run, destroyed
    at ``expires_at``. ``position`` counts the rows that were written, so an interrupted run goes on where it stopped.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("待检查")
        EXAMINED = "examined", _("待确认")
        APPLYING = "applying", _("写入中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已放弃")
        FAILED = "failed", _("未完成")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField("名册", max_length=60)
    file_name = models.CharField("文件", max_length=200)
    digest = models.CharField("文件指纹", max_length=64)
    key_id = models.UUIDField()
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    total = models.PositiveIntegerField("总行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("修改", default=0)
    same = models.PositiveIntegerField("相同", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    position = models.PositiveIntegerField("已写入", default=0)
    preview = models.BinaryField(null=True)
    rejects = models.BinaryField(null=True)
    problem = models.TextField("问题", blank=True, default="")
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导入人"
    )
    by_post = models.BigIntegerField("岗位", null=True)
    created_at = models.DateTimeField("上传时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("保存至")

    class Meta:
        verbose_name = "导入"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["register", "-created_at"], name="import_run_register")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "cancelled", "failed"]) | Q(finished_at__isnull=False),
                name="import_run_ends_with_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """The uploaded file, sealed; in the database so that web and worker both have it, and only until it expires."""

    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, related_name="file", primary_key=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = "导入文件"

    def __str__(self) -> str:
        return str(self.run_id)


class Export(models.Model):
    """One file with personal data that somebody asked for: what of which list, what for, and until when it is kept.

    The file is made at once, or after the request to a second person (``request_id``, of ``privacy``) was approved; it lies
    sealed in ``ExportFile`` under ``key_id``, destroyed at ``expires_at``. ``query`` is the selection as the address of the
    list has it.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        MAKING = "making", _("生成中")
        READY = "ready", _("可下载")
        REFUSED = "refused", _("未同意")
        FAILED = "failed", _("未完成")
        GONE = "gone", _("已到期销毁")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=60)
    title = models.CharField("名册", max_length=80)
    query = models.TextField(blank=True, default="")
    conditions = models.TextField("条件")
    rows = models.PositiveIntegerField("条数", default=0)
    purpose = models.CharField("用途", max_length=20)
    request_id = models.BigIntegerField(null=True, unique=True)
    state = models.CharField("状态", max_length=8, choices=State.choices)
    problem = models.TextField("问题", blank=True, default="")
    key_id = models.UUIDField(null=True)
    file_name = models.CharField("文件", max_length=200, blank=True, default="")
    size = models.PositiveIntegerField("大小（字节）", default=0)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导出人"
    )
    by_post = models.BigIntegerField("岗位", null=True)
    by_label = models.CharField("导出人", max_length=120)
    asked_at = models.DateTimeField("申请时间")
    made_at = models.DateTimeField("生成时间", null=True)
    expires_at = models.DateTimeField("保存至", null=True)

    class Meta:
        verbose_name = "导出的文件"
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["by_user", "-asked_at"], name="export_of"),
            models.Index(fields=["expires_at"], name="export_ends", condition=Q(state="ready")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(key_id__isnull=False, expires_at__isnull=False),
                name="export_ready_is_sealed_for_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name or self.title

    @property
    def purpose_words(self) -> str:
        """What it is taken for, in words."""
        return said(purposes()[self.purpose])


class ExportFile(models.Model):
    """The content of an export, sealed; only until it expires, and only for who made it."""

    export = models.OneToOneField(Export, on_delete=models.CASCADE, related_name="file", primary_key=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = "导出的文件内容"

    def __str__(self) -> str:
        return str(self.export_id)


class ExportDownload(models.Model):
    """Each time an export was taken."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="downloads")
    at = models.DateTimeField("时间")
    by_label = models.CharField("下载人", max_length=120)

    class Meta:
        verbose_name = "下载记录"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.by_label} {self.at:%Y-%m-%d %H:%M}"


class RemovedRow(models.Model):
    """A row that was deleted from a table whose columns are held in memory; written by the table's trigger."""

    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    changed_tx = models.BigIntegerField(db_default=CurrentTransaction())
    removed_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        verbose_name = "删除记录"
        indexes = [models.Index(fields=["table", "changed_tx"], name="removed_row_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
