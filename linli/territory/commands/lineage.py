"""Splitting, merging, founding and abolishing units, so that an old code always leads to what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.commands.units import (
    ChangeRefused,
    NewUnit,
    build_unit,
    insert_units,
    locked,
    move_subtree,
    subject_of,
)
from linli.territory.models import LineageEvent, LineageLink, Unit, UnitSpan
from linli.territory.policy import require
from linli.territory.queries.units import TREE, root
from linli.territory.rules.changes import shape_problem
from linli.territory.rules.past import PastEvent

Arrows = Sequence[tuple[str, str]]
"""Which code went into which; an empty sequence says that it is not known."""


@transaction.atomic
def split(
    *, before: Sequence[Unit], after: Sequence[Unit | NewUnit], by: Actor, at: datetime, on: date | None = None,
    arrows: Arrows = (), words: str = "", source: str = "",
) -> LineageEvent:  # fmt: skip
    """Make more units of fewer. A unit named on both sides lives on with its code; the others of ``before`` end."""
    return _reorganise("split", before, after, by, at, on, arrows, words, source)


@transaction.atomic
def merge(
    *, before: Sequence[Unit], after: Sequence[Unit | NewUnit], by: Actor, at: datetime, on: date | None = None,
    arrows: Arrows = (), words: str = "", source: str = "",
) -> LineageEvent:  # fmt: skip
    """Make fewer units of more. Where one remains, what stood below the others is put below it."""
    return _reorganise("merge", before, after, by, at, on, arrows, words, source)


@transaction.atomic
def found(
    *, new: NewUnit, by: Actor, at: datetime, on: date | None = None, caretaker: Unit | None = None, words: str = "", source: str = "",
) -> LineageEvent:  # fmt: skip
    """Set up a unit on land that had none, for the time being looked after by another one if a caretaker is named."""
    if caretaker is None:
        return _reorganise("new", [], [new], by, at, on, (), words, source)
    arrows = [(caretaker.code, new.code), (caretaker.code, caretaker.code)]
    return _reorganise("caretaker", [caretaker], [caretaker, new], by, at, on, arrows, words, source)


def _reorganise(
    kind: str, before: Sequence[Unit], after: Sequence[Unit | NewUnit], by: Actor, at: datetime, on: date | None,
    arrows: Arrows, words: str, source: str,
) -> LineageEvent:  # fmt: skip
    today = timezone.localdate(at)
    on = on or today
    for unit in (*before, *(a.parent if isinstance(a, NewUnit) else a for a in after)):
        require(by, "territory.change", unit)
    reason = shape_problem(kind, [u.code for u in before], [u.code for u in after])
    if reason or on > today:
        raise ChangeRefused(reason or "生效日期不能晚于今天，请在生效当日或之后办理")
    old = [locked(unit) for unit in before]
    staying = {unit.code: locked(unit) for unit in after if isinstance(unit, Unit)}
    fresh = {unit.code: unit for unit in _set_up([u for u in after if isinstance(u, NewUnit)], on)}
    heirs = {**staying, **fresh}
    for unit in old:
        if unit.code not in heirs:
            end_unit(unit, on, today, next(iter(heirs.values())) if len(heirs) == 1 else None)
    event = record_lineage(kind, old, list(heirs.values()), arrows, on, words, source)
    values = {
        "kind": event.get_kind_display(), "before": "、".join(u.name for u in old) or "无",
        "after": "、".join(u.name for u in heirs.values()), "when": event.when,
    }  # fmt: skip
    subject = Subject("lineage", event.pk, values["after"], next(iter(heirs.values())).path)
    record("territory.reorganised", subject=subject, by=by, at=at, after=values, note=words)
    return event


def _set_up(new: Sequence[NewUnit], on: date) -> list[Unit]:
    taken = Unit.objects.filter(code__in=[n.code for n in new]).values_list("code", flat=True).first()
    if taken:
        raise ChangeRefused("代码 %(taken)s 已被使用；代码不能重复，撤销的单位也保留其代码", taken=taken)
    return insert_units([build_unit(n, on) for n in new])


def end_unit(unit: Unit, on: date, today: date, heir: Unit | None) -> None:
    """End a unit and its span on a day; what stands below it goes to the one heir, or must have gone before."""
    if on <= unit.valid_from:
        raise ChangeRefused(
            "“%(unit)s”自 %(day)s 起启用，撤销日期应晚于此日",
            unit=unit.name,
            day=f"{unit.valid_from:%Y-%m-%d}",
        )
    children = list(unit.children.filter(valid_to=None))
    if children and heir is None:
        raise ChangeRefused(
            "“%(unit)s”之下还有“%(child)s”等 %(count)s 个单位，请先划转或撤销它们",
            unit=unit.name,
            child=children[0].name,
            count=len(children),
        )
    for child in children:
        if heir is not None:
            move_subtree(child, heir, on, today)
    unit.valid_to = on
    unit.save(update_fields=["valid_to"])
    UnitSpan.objects.filter(unit=unit, valid_to=None).update(valid_to=on)


def record_lineage(
    kind: str,
    before: Sequence[Unit],
    after: Sequence[Unit],
    arrows: Arrows,
    on: date,
    words: str,
    source: str,
) -> LineageEvent:
    event = LineageEvent.objects.create(kind=kind, on_date=on, words=words, source=source)
    units = {unit.code: unit for unit in (*before, *after)}
    if arrows:
        links = [LineageLink(event=event, from_unit=units[a], to_unit=units[b]) for a, b in arrows]
    elif len(before) == 1 and after or len(after) == 1 and before:
        links = [LineageLink(event=event, from_unit=a, to_unit=b) for a in before for b in after]
    else:
        links = [LineageLink(event=event, from_unit=unit) for unit in before]
        links += [LineageLink(event=event, to_unit=unit) for unit in after]
    LineageLink.objects.bulk_create(links)
    return event


@transaction.atomic
def abolish(
    *, unit: Unit, by: Actor, at: datetime, on: date | None = None, words: str = "", source: str = ""
) -> Unit:
    """End a unit that nothing follows. Its code keeps resolving, to nothing. One event."""
    require(by, "territory.change", unit)
    unit, today = locked(unit), timezone.localdate(at)
    on = on or today
    if on > today:
        raise ChangeRefused("生效日期不能晚于今天，请在生效当日或之后办理")
    end_unit(unit, on, today, None)
    record_lineage("abolish", [unit], [], (), on, words, source)
    record(
        "territory.abolished",
        subject=subject_of(unit),
        by=by,
        at=at,
        after={"on": f"{on:%Y-%m-%d}"},
        note=words,
    )
    return unit


@transaction.atomic
def record_history(*, events: Sequence[PastEvent], by: Actor, at: datetime) -> int:
    """Write down reorganisations of the past that a source tells; units stay as they are. Read twice, it adds nothing.

    Returns how many were new. Codes that are not in the tree are kept in the words alone.
    """
    require(by, "territory.change")
    TREE.changed()
    known = set(LineageEvent.objects.filter(key__in=[e.key for e in events]).values_list("key", flat=True))
    fresh = [event for event in events if event.key not in known]
    for past in fresh:
        _write_past(past)
    if fresh:
        top = root()
        record(
            "territory.history_recorded", subject=subject_of(top), by=by, at=at, after={"count": len(fresh)}
        )
    return len(fresh)


def _write_past(past: PastEvent) -> None:
    event = LineageEvent.objects.create(
        kind=past.kind, on_date=past.on, date_words=past.date_words, before_words=past.before_words,
        after_words=past.after_words, words=past.words, source=past.source, key=past.key,
    )  # fmt: skip
    units = {u.code: u for u in Unit.objects.filter(code__in=[*past.before, *past.after])}
    links = [LineageLink(event=event, from_unit=units[c]) for c in past.before if c in units]
    links += [LineageLink(event=event, to_unit=units[c]) for c in past.after if c in units]
    LineageLink.objects.bulk_create(links)
