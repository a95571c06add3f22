"""Forgetting on time: the rows of files whose retention ended, and the values of fields that are no longer switched on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import forget
from linli.kernel.privacy.models import DataKey
from linli.registry.commands.sealing import register_key
from linli.registry.models import Change, Intake, IntakePart, Question, RawRow, RecordKind, Switch, Trait
from linli.registry.queries.rows import contents_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import mask_of


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


def switched_off(at: datetime) -> set[str]:
    """The fields of persons that a county had switched on, and that are off today."""
    today = timezone.localdate(at)
    on = Switch.objects.filter(valid_from__lte=today, valid_to__gt=today).values("element")
    return set(Switch.objects.exclude(element__in=on).values_list("element", flat=True))


def _ended(element: Any) -> Subquery:
    """The day on which the last switch of a field ended."""
    last = Switch.objects.filter(element=element).values("element").annotate(last=Max("valid_to"))
    return Subquery(last.values("last"))


def traits_switched_off(at: datetime, keep: timedelta) -> QuerySet[Trait]:
    """The values of fields that are off today; ``ended`` is the day on which the last switch ended."""
    rows = Trait.objects.filter(element__in=switched_off(at)).annotate(ended=_ended(OuterRef("element")))
    return rows.order_by("pk")


def changes_with_switched_off(at: datetime, keep: timedelta) -> QuerySet[Change]:
    """The changes of persons that still say what a field that is off today was."""
    mask = mask_of(RecordKind.PERSON, switched_off(at))
    if not mask:
        return Change.objects.none()
    rows = Change.objects.filter(record_kind=RecordKind.PERSON, sealed__isnull=False)
    return rows.annotate(told=F("wrote").bitand(mask)).exclude(told=0).order_by("pk")


def forget_in_changes(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Seal the changes anew without the values of fields that are off; what else they say stays. Whose key is gone says nothing any more."""
    off, opener, key = switched_off(at), Opener(), register_key()
    kept = ~mask_of(RecordKind.PERSON, off)
    rows = list(Change.objects.select_for_update().filter(pk__in=ids))
    for row in rows:
        row.wrote &= kept
        if opener.text(bytes(row.sealed or b""), row.key_id, "change"):
            row.sealed = key.seal(contents_of(row, opener).without(off).dumps(), "change")
            row.key_id = key.id
    Change.objects.bulk_update(rows, ["wrote", "sealed", "key_id"])
    return len(rows)


def questions_switched_off(at: datetime, keep: timedelta) -> QuerySet[Question]:
    """The questions about fields that are off today and still say what the other side gave."""
    rows = Question.objects.filter(
        record_kind=RecordKind.PERSON, element__in=switched_off(at), sealed__isnull=False
    )
    return rows.annotate(ended=_ended(OuterRef("element"))).order_by("pk")


def forget_questions(ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Nobody is asked any more, and what was given is forgotten."""
    rows = Question.objects.filter(pk__in=ids)
    rows.filter(state=Question.State.OPEN).update(state=Question.State.DROPPED, settled_at=at)
    return rows.update(sealed=None)
