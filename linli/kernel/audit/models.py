"""Events, the seals that chain them, and the cursor that carries them to their listeners."""

from __future__ import annotations

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class CurrentTransaction(Func):
    """The id of the running transaction: what has a smaller id than the oldest running one is final."""

    function = "pg_current_xact_id"
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Event(models.Model):
    """One change or one look, written in the transaction that made it. No foreign keys: live rows may go."""

    tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=120)
    scope = models.CharField(max_length=200, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    personal = models.BinaryField(null=True)
    key_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = "事件"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["tx", "id"], name="event_tx"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(
                fields=["actor_id", "id"], name="event_actor", condition=models.Q(actor_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_label}"


class Seal(models.Model):
    """The hash that chains one event to the one before it."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField()
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "链接"

    def __str__(self) -> str:
        return f"{self.position} {bytes(self.digest).hex()[:16]}"


class Head(models.Model):
    """The end of the chain; the one row is locked while a batch is sealed, so two sealers never fork it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    digest = models.BinaryField(default=b"")
    tx = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "链头"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="head_is_one_row")]

    def __str__(self) -> str:
        return f"head {self.position}"
