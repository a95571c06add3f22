"""Data keys: one for each subject or batch whose personal values are sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class DataKey(models.Model):
    """A wrapped key. Without its ``wrapped`` value everything sealed with it is forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=60)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "数据密钥"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="data_key_destroyed_or_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.id}"
