"""Forgetting on time: the rows of files whose retention ended, and the values of fields that are no longer switched on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import forget
from linli.kernel.privacy.models import DataKey
from linli.registry.models import Intake, IntakePart, RawRow, Switch, Trait


def expired_files(at: datetime, keep: timedelta) -> QuerySet[Intake]:
    """The files whose rows are kept long enough, and can still be read."""
    whole = DataKey.objects.filter(destroyed_at=None).values("pk")
    return Intake.objects.filter(created_at__lt=at - keep, key_id__in=whole).order_by("created_at", "pk")


def forget_files(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Destroy the keys of files and what lies sealed under them; which row gave which value to which record stays."""
    for key_id in Intake.objects.filter(pk__in=ids).values_list("key_id", flat=True):
        forget(key_id=key_id, by=by, at=at)
    RawRow.objects.filter(intake__in=ids).update(sealed=None)
    IntakePart.objects.filter(intake__in=ids).delete()
    return len(ids)


def traits_switched_off(at: datetime, keep: timedelta) -> QuerySet[Trait]:
    """The values of fields that are off today; ``ended`` is the day on which the last switch ended."""
    today = timezone.localdate(at)
    on = Switch.objects.filter(valid_from__lte=today, valid_to__gt=today).values("element")
    last = Switch.objects.filter(element=OuterRef("element")).values("element").annotate(last=Max("valid_to"))
    rows = Trait.objects.annotate(ended=Subquery(last.values("last")))
    return rows.exclude(element__in=on).order_by("pk")
