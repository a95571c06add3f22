"""Setting up units and changing their name, kind and place; every change keeps the span before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from pypinyin import lazy_pinyin

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts.commands import rescope_posts
from linli.kernel.accounts.models import Post
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.territory.models import Unit, UnitSpan
from linli.territory.policy import require
from linli.territory.queries.units import TREE
from linli.territory.rules import changes
from linli.territory.rules.kinds import kind as kind_of
from linli.territory.rules.kinds import misplaced


class ChangeRefused(Refusal):
    """The change cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class NewUnit:
    """A unit to be set up: under which parent, with which code, name and kind, and how many households are known."""

    code: str
    name: str
    kind: str
    parent: Unit | None
    households: int | None = None
    source: str = ""


def subject_of(unit: Unit) -> Subject:
    """A unit as the subject of an event."""
    return Subject("unit", unit.pk, unit.name, unit.path)


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None, by: Actor, at: datetime, on: date | None = None,
    households: int | None = None, source: str = "", public_phone: str = "",
) -> Unit:  # fmt: skip
    """Set up a unit or a department from a day on (today by default). One event."""
    require(by, "territory.change", parent)
    TREE.changed()  # also the lock: one change of the tree at a time
    unit = build_unit(NewUnit(code, name, kind, parent, households, source), on or timezone.localdate(at))
    unit.public_phone = public_phone
    if Unit.objects.filter(code=code).exists():
        raise ChangeRefused("代码 %(code)s 已被使用；代码不能重复，撤销的单位也保留其代码", code=code)
    insert_units([unit])
    after = {"code": code, "name": name, "kind": kind_of(kind).title}
    record("territory.unit_created", subject=subject_of(unit), by=by, at=at, after=after)
    return unit


def build_unit(new: NewUnit, on: date) -> Unit:
    """The row of a new unit, not yet saved; refuses a unit where its kind cannot stand."""
    reason = misplaced(new.kind, new.parent.kind if new.parent else None)
    if reason:
        raise ChangeRefused(reason)
    path = (new.parent.path if new.parent else "") + new.code + "/"
    return Unit(
        code=new.code, name=new.name, kind=new.kind, parent=new.parent, path=path, pinyin=pinyin_of(new.name),
        valid_from=on, households=new.households, source=new.source,
    )  # fmt: skip


def pinyin_of(name: str) -> str:
    """The stored sort key of a name: the database's locale has no pinyin order."""
    return " ".join(lazy_pinyin(name))[:200]


def insert_units(units: Sequence[Unit]) -> list[Unit]:
    """Save new units of one level with their first spans; parents must have been saved before."""
    saved = Unit.objects.bulk_create(units, batch_size=2000)
    UnitSpan.objects.bulk_create([span_of(unit) for unit in saved], batch_size=2000)
    return saved


def span_of(unit: Unit) -> UnitSpan:
    """The span that begins with a unit's current values."""
    return UnitSpan(
        unit=unit, name=unit.name, kind=unit.kind, parent_id=unit.parent_id, path=unit.path,
        valid_from=unit.valid_from, valid_to=unit.valid_to,
    )  # fmt: skip


def locked(unit: Unit) -> Unit:
    """The unit's row, locked; refuses one that is abolished."""
    TREE.changed()
    fresh = Unit.objects.select_for_update().get(pk=unit.pk)
    if fresh.valid_to is not None:
        raise ChangeRefused(
            "“%(unit)s”已于 %(day)s 撤销，不能再变更", unit=fresh.name, day=f"{fresh.valid_to:%Y-%m-%d}"
        )
    return fresh


def keep_spans(units: Sequence[Unit], on: date, today: date) -> None:
    """Close the open spans of units that have just changed on a day, and open new ones with their current values."""
    spans = {s.unit_id: s for s in UnitSpan.objects.filter(unit__in=units, valid_to=None).select_for_update()}
    ended, fresh, rewritten = [], [], []
    for unit in units:
        old = spans[unit.pk]
        plan = changes.plan_span(old.valid_from, on, today)
        if isinstance(plan, str):
            raise ChangeRefused(f"“{old.name}”:{plan}")
        new = span_of(unit)
        if plan.start_new:
            old.valid_to, new.valid_from = plan.end_on, on
            ended.append(old)
            fresh.append(new)
        else:
            new.pk, new.valid_from = old.pk, old.valid_from
            rewritten.append(new)
    UnitSpan.objects.bulk_update(ended, ["valid_to"], batch_size=1000)
    UnitSpan.objects.bulk_update(rewritten, ["name", "kind", "parent", "path"], batch_size=1000)
    UnitSpan.objects.bulk_create(fresh, batch_size=2000)


@transaction.atomic
def rename(*, unit: Unit, name: str, by: Actor, at: datetime, on: date | None = None, note: str = "") -> Unit:
    """Give a unit another name from a day on; its code stays. One event."""
    require(by, "territory.change", unit)
    unit, today = locked(unit), timezone.localdate(at)
    before, unit.name, unit.pinyin = unit.name, name, pinyin_of(name)
    unit.save(update_fields=["name", "pinyin"])
    keep_spans([unit], on or today, today)
    rescope_posts(unit_code=unit.code, unit_name=unit.name, scope=unit.path, by=by, at=at)
    after = {"name": name, "on": f"{on or today:%Y-%m-%d}"}
    record(
        "territory.unit_renamed",
        subject=subject_of(unit),
        by=by,
        at=at,
        before={"name": before},
        after=after,
        note=note,
    )
    return unit


@transaction.atomic
def change_kind(
    *, unit: Unit, kind: str, by: Actor, at: datetime, on: date | None = None, note: str = ""
) -> Unit:
    """Make a unit another kind from a day on (S2: a street office becomes a new-type community). One event."""
    require(by, "territory.change", unit)
    unit, today = locked(unit), timezone.localdate(at)
    reason = misplaced(kind, unit.parent.kind if unit.parent else None) or next(
        (r for child in unit.children.filter(valid_to=None) if (r := misplaced(child.kind, kind))), ""
    )
    if reason:
        raise ChangeRefused(reason)
    before, unit.kind = unit.kind, kind
    unit.save(update_fields=["kind"])
    keep_spans([unit], on or today, today)
    after = {"kind": kind_of(kind).title, "on": f"{on or today:%Y-%m-%d}"}
    before_values = {"kind": kind_of(before).title}
    record(
        "territory.kind_changed",
        subject=subject_of(unit),
        by=by,
        at=at,
        before=before_values,
        after=after,
        note=note,
    )
    return unit


@transaction.atomic
def move(
    *, unit: Unit, parent: Unit, by: Actor, at: datetime, on: date | None = None, note: str = ""
) -> Unit:
    """Put a unit, with all below it, under another parent from a day on. One event, ``territory.unit_moved``.

    Paths of the whole subtree and the scopes of posts in it follow at once; rooms that copied paths follow the event.
    """
    require(by, "territory.change", unit)
    require(by, "territory.change", parent)
    unit, today = locked(unit), timezone.localdate(at)
    parent = Unit.objects.get(pk=parent.pk)
    before_path, before_parent = unit.path, unit.parent
    move_subtree(unit, parent, on or today, today)
    _rescope(before_path, unit.path, by, at)
    after = {
        "parent": parent.name,
        "path": unit.path,
        "before_path": before_path,
        "on": f"{on or today:%Y-%m-%d}",
    }
    before = {"parent": before_parent.name if before_parent else "", "path": before_path}
    record(
        "territory.unit_moved", subject=subject_of(unit), by=by, at=at, before=before, after=after, note=note
    )
    return unit


def move_subtree(unit: Unit, parent: Unit, on: date, today: date) -> None:
    """Re-path a locked unit and all below it, keeping their spans."""
    reason = misplaced(unit.kind, parent.kind)
    if reason:
        raise ChangeRefused(reason)
    if parent.path.startswith(unit.path):
        raise ChangeRefused("“%(unit)s”不能划入它自己的下级单位", unit=unit.name)
    if parent.valid_to is not None:
        raise ChangeRefused("“%(parent)s”已撤销，不能划入", parent=parent.name)
    old, new = unit.path, f"{parent.path}{unit.code}/"
    family = list(Unit.objects.filter(path__startswith=old).select_for_update())
    for member in family:
        member.path = changes.new_path(member.path, old, new)
        if member.pk == unit.pk:
            member.parent = parent
    Unit.objects.bulk_update(family, ["path", "parent"], batch_size=1000)
    keep_spans([m for m in family if m.valid_to is None], on, today)
    unit.parent, unit.path = parent, new


def _rescope(old: str, new: str, by: Actor, at: datetime) -> None:
    posts = (
        Post.objects.filter(scope__startswith=old)
        .order_by()
        .values_list("unit_code", "unit_name", "scope")
        .distinct()
    )
    for code, name, scope in list(posts):
        rescope_posts(unit_code=code, unit_name=name, scope=changes.new_path(scope, old, new), by=by, at=at)


FACTS = {
    "households": "登记户数",
    "public_phone": "公开电话",
    "supervision_phone": "监督电话",
    "extent": "范围",
}


@transaction.atomic
def set_facts(*, unit: Unit, by: Actor, at: datetime, **facts: int | str | None) -> Unit:
    """Set what is known of a unit beside its name and place: households, phones, extent in words. One event."""
    require(by, "territory.change", unit)
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"not facts of a unit: {unknown}")
    unit = locked(unit)
    before = {name: getattr(unit, name) for name in facts}
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(facts))
    after = {**facts, "fields": "、".join(FACTS[name] for name in facts)}
    record("territory.unit_facts_set", subject=subject_of(unit), by=by, at=at, before=before, after=after)
    return unit
