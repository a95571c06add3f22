"""One row for each stored file; the content lies in the store under a key that nobody can guess."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from linli.kernel.files.images import THUMBNAILS


class StoredFile(models.Model):
    """A photo or document of one subject (``case`` 4711). Rooms say who may see the files of their subjects."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_kind = models.CharField("所属", max_length=40)
    subject_id = models.BigIntegerField("所属编号")
    purpose = models.CharField("用途", max_length=40)
    name = models.CharField("名称", max_length=120)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    width = models.PositiveIntegerField("宽", null=True)
    height = models.PositiveIntegerField("高", null=True)
    cleared = models.BooleanField("附带信息已清除", default=True)
    key = models.CharField("存储位置", max_length=120, unique=True)
    uploaded_by = models.BigIntegerField("上传人", null=True)
    uploader_label = models.CharField("上传人名称", max_length=120)
    at = models.DateTimeField("上传时间")
    expires_on = models.DateField("到期删除", null=True, blank=True)

    class Meta:
        verbose_name = "文件"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="file_subject"),
            models.Index(fields=["expires_on"], name="file_expiry", condition=Q(expires_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.width is not None

    def thumbnail_key(self, size: int) -> str:
        """Where the small picture of that longest edge lies."""
        return f"{self.key}.{size}.webp"

    @property
    def keys(self) -> list[str]:
        """Every place in the store that belongs to this file."""
        return [self.key, *(self.thumbnail_key(size) for size in THUMBNAILS)] if self.is_image else [self.key]
