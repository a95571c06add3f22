"""Every change to norms made by people. The defaults that come with the product are loaded in ``importers``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.kernel.accounts.policy import require
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms import checks, rules, words
from linli.kernel.norms.formula import parse
from linli.kernel.norms.models import Norm, Origin
from linli.kernel.norms.queries import NORMS
from linli.kernel.norms.rules import NormRefused


@dataclass(frozen=True)
class Change:
    """What a person wants a norm to be from a day on; ``valid_to`` only where it is for a time."""

    key: str
    valid_from: date
    source: str
    value: Any = None
    formula: str = ""
    place: str = ""
    match: Mapping[str, str] | None = None
    unit: str | None = None
    valid_to: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Effect:
    """What a change would do: the new row, the row that it closes or lies over, and words of caution."""

    row: Norm
    before: Norm | None
    closes: bool
    cautions: tuple[str, ...]


def subject_of(row: Norm) -> Subject:
    """A norm as the subject of an event."""
    return Subject("norm", row.pk, row.title, row.place)


def shown(row: Norm) -> dict[str, Any]:
    """A row as it is kept in events."""
    return {
        "key": row.key, "title": row.title, "place": row.place, "match": row.match,
        "value": row.formula or row.value, "words": words.with_unit(row.value, row.formula, row.unit), "unit": row.unit, "source": row.source,
        "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }  # fmt: skip


def effect_of(change: Change, *, at: datetime) -> Effect:
    """What the change would do, without doing it; raises ``NormRefused``. Rows that are read are locked by the caller."""
    known = list(Norm.objects.filter(key=change.key).order_by("valid_from", "id"))
    if not known:
        raise NormRefused("没有名为“%(key)s”的规范，请从列表中选择一条再改", key=change.key)
    match = dict(change.match or {})
    line = [row for row in known if row.place == change.place and row.match == match]
    if any(row.valid_from == change.valid_from for row in line):
        raise NormRefused("同一天起已有一条，请换一个生效日期，或先撤回那一条")
    model = (line or known)[-1]
    rules.check_change(
        source=change.source, value=change.value, formula=change.formula, valid_from=change.valid_from,
        valid_to=change.valid_to, unit=model.unit if change.unit is None else change.unit,
        known_units=frozenset(row.unit for row in known), known_values=[row.value for row in known if row.value is not None],
        known_names=frozenset().union(*(parse(row.formula).names for row in known if row.formula)),
    )  # fmt: skip
    _check_value(change)
    before = next((row for row in reversed(line) if _covers(row, change.valid_from)), None)
    later = next((row for row in line if row.valid_from > change.valid_from), None)
    row = Norm(
        key=change.key, title=model.title, room=model.room, place=change.place, match=match,
        value=None if change.formula else change.value, formula=change.formula.strip(),
        unit=model.unit if change.unit is None else change.unit, valid_from=change.valid_from,
        valid_to=change.valid_to or (rules.day_before(later.valid_from) if later else None),
        source=change.source.strip(), note=change.note.strip(), origin=Origin.LOCAL, created_at=at,
    )  # fmt: skip
    closes = before is not None and change.valid_to is None
    return Effect(
        row,
        before,
        closes,
        rules.cautions(change.valid_from, timezone.localdate(at), later.valid_from if later else None),
    )


def _check_value(change: Change) -> None:
    try:
        checks.check(change.key, change.value)
    except ValueError as wrong:
        raise NormRefused(str(wrong)) from wrong


def _covers(row: Norm, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


@transaction.atomic
def set_norm(*, change: Change, by: Actor, at: datetime) -> Norm:
    """Open a new row from a day on and close the one before it; a change for a time lies over it instead."""
    require(by, "norm.change")
    list(Norm.objects.select_for_update().filter(key=change.key).values_list("pk"))
    effect = effect_of(change, at=at)
    row, before = effect.row, effect.before
    row.save()
    earlier = shown(before) if before else {}
    if before is not None and effect.closes:
        before.valid_to_before, before.valid_to = before.valid_to, rules.day_before(row.valid_from)
        before.replaced_by, before.closed_at = row, at
        before.save(update_fields=["valid_to_before", "valid_to", "replaced_by", "closed_at"])
    NORMS.changed()
    record(
        "norm.changed", subject=subject_of(row), by=by, at=at, before=earlier, after=shown(row), note=row.note
    )
    return row


@transaction.atomic
def end_norm(*, norm: Norm, last_day: date, source: str, by: Actor, at: datetime) -> Norm:
    """Let a row end on a day, with nothing after it: a wider place or the lack of a norm takes over."""
    require(by, "norm.change")
    row = Norm.objects.select_for_update().get(pk=norm.pk)
    if not source.strip():
        raise NormRefused("请写明依据（文件名称和文号）")
    if last_day < row.valid_from:
        raise NormRefused("截止日期不能早于生效日期 %(day)s", day=row.valid_from)
    if row.valid_to is not None and row.valid_to <= last_day:
        raise NormRefused("这一条已执行到 %(day)s 为止", day=row.valid_to)
    before = shown(row)
    row.valid_to, row.closed_at = last_day, at
    row.save(update_fields=["valid_to", "closed_at"])
    NORMS.changed()
    record(
        "norm.ended",
        subject=subject_of(row),
        by=by,
        at=at,
        before=before,
        after=shown(row),
        note=source.strip(),
    )
    return row


@transaction.atomic
def withdraw_norm(*, norm: Norm, by: Actor, at: datetime) -> None:
    """Take a local row back that is not yet in force or was entered today; the row before it is open again."""
    require(by, "norm.change")
    row = Norm.objects.select_for_update().get(pk=norm.pk)
    if not rules.may_withdraw(
        is_local=row.origin == Origin.LOCAL, valid_from=row.valid_from,
        set_on=timezone.localdate(row.created_at), today=timezone.localdate(at),
    ):  # fmt: skip
        raise NormRefused("已经生效的规范不能撤回；请从某一天起改为新的取值")
    for before in Norm.objects.select_for_update().filter(replaced_by=row):
        before.valid_to, before.valid_to_before, before.replaced_by, before.closed_at = (
            before.valid_to_before,
            None,
            None,
            None,
        )
        before.save(update_fields=["valid_to", "valid_to_before", "replaced_by", "closed_at"])
    after, subject = shown(row), subject_of(row)
    row.delete()
    NORMS.changed()
    record(
        "norm.withdrawn",
        subject=subject,
        by=by,
        at=at,
        before=after,
        after={"title": after["title"], "valid_from": after["valid_from"]},
    )
