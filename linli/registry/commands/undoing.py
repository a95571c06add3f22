"""Taking a deed back: every row it wrote is as it was before, unless something that came later stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.commands.cares import require_group
from linli.registry.commands.components import component_subject
from linli.registry.commands.deeds import Deed, Row
from linli.registry.commands.looking import subject_of
from linli.registry.commands.organisations import organisation_subject
from linli.registry.commands.switches import SwitchedOff
from linli.registry.models import (
    Change,
    Component,
    Household,
    Membership,
    Organisation,
    Person,
    Question,
    RawRow,
)
from linli.registry.queries.rows import NAMES, TABLES, contents_of, values_of
from linli.registry.rules.changes import FOLLOWING, Contents, RowChange, Values
from linli.registry.rules.elements import KINDS, codes_of
from linli.registry.rules.life import UNDONE, Refused, said_openly

FORGOTTEN = gettext_noop("其中有停用的限制字段，内容已按规定删除，不能撤销；请直接更正")


class NotUndoable(Refused):
    """The deed cannot be taken back; the text says what stands on it, and what to do."""


@transaction.atomic
def undo_change(*, change_id: int, by: Actor, at: datetime) -> Change:
    """Take back the deed that a change belongs to, for every person it was about; returns the change that says so of its record.

    Refuses (``NotUndoable``) what a file brought, what was taken back before, and what something later stands on.
    """
    policy.require(by, "registry.change")
    deed = Deed(UNDONE, origin="community", by=by, at=at, on=timezone.localdate(at))
    asked, group = _deed_of(deed, change_id)
    lead = group[0][0]
    deed.origin = lead.origin
    with door(policy.WHOLE):
        about = _about(deed, lead, [change for change, _ in group])
        rows = [row for _, contents in group for row in contents.rows]
        for row in sorted(rows, key=lambda each: each.before is None):
            _put_back(deed, row, group)
        _nothing_stands_on(deed, group)
        for household in deed.in_hand(Household):
            deed.put(household, {"size": _size(deed, household)})
    undoing = deed.close(
        "registry.undone", about=about, subject=_subject(about), after={"what": said(said_openly(lead.what))}
    )
    by_record = {each.record_id: each for each in undoing}
    with door(policy.UNDO):
        for change, _ in group:
            change.undone_by = by_record.get(change.record_id, undoing[0])
            change.save(update_fields=["undone_by"])
            _ask_again(change)
    return by_record.get(asked, undoing[0])


def _ask_again(change: Change) -> None:
    """Questions that were answered by a change that is taken back are open again."""
    answered = Question.objects.filter(
        record_kind=change.record_kind, record_id=change.record_id, state=Question.State.ANSWERED, settled_at=change.at,
        element__in=codes_of(change.record_kind, change.wrote),
    )  # fmt: skip
    answered.update(state=Question.State.OPEN, settled_at=None, settled_by="")


Group = Sequence[tuple[Change, Contents]]


def _deed_of(deed: Deed, change_id: int) -> tuple[int, Group]:
    """The record of a change, and all changes of its deed with what they keep, the leading one first."""
    found = Change.objects.select_for_update().filter(pk=change_id).first()
    if found is None:
        raise NotAllowed("没有这次变更，或它不在您的管辖范围内")
    asked, contents = found.record_id, contents_of(found, deed.opener)
    if contents.leads is not None:
        found = Change.objects.select_for_update().filter(pk=contents.leads).first()
        if found is None:
            raise NotUndoable("这次变更涉及其他辖区的人，请由现居住地社区或上级撤销")
        contents = contents_of(found, deed.opener)
    _require_undoable(found, contents)
    with door(policy.WHOLE):
        others = Change.objects.select_for_update().filter(pk__in=contents.others).order_by("pk")
        group = [(found, contents), *((each, contents_of(each, deed.opener)) for each in others)]
    if any(contents.forgotten for _, contents in group):
        raise NotUndoable(FORGOTTEN)
    return asked, group


def _require_undoable(change: Change, contents: Contents) -> None:
    if change.undone_by_id is not None:
        raise NotUndoable("这次变更已经撤销")
    if change.intake_id is not None:
        raise NotUndoable("这次变更来自部门数据导入：请在导入记录中整体撤销，或直接更正")
    if contents.forgotten:
        raise NotUndoable(FORGOTTEN)
    if change.what == UNDONE or not (contents.rows or contents.others):
        raise NotUndoable("这次变更不能撤销，请直接更正")


def _about(deed: Deed, lead: Change, group: Iterable[Change]) -> Model:
    """The record that the deed was about; all persons of the deed are taken in hand."""
    model = TABLES[lead.record_kind]
    records = model._default_manager.select_for_update().filter(pk__in=[change.record_id for change in group])
    by_id = {row.pk: deed.take(row) for row in records}
    if lead.record_id not in by_id:
        raise NotUndoable("这条记录已经不在，不能撤销")
    return by_id[lead.record_id]


def _put_back(deed: Deed, change: RowChange, group: Group) -> None:
    """One row as it was before; refuses where it is not any more what the deed made of it."""
    _require(deed, change)
    model = TABLES[change.table]
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk=change.id)
    row = rows.select_related("person").first() if model is Membership else rows.first()
    row = deed.take(row) if row is not None else None
    if isinstance(row, Household):
        deed.whole(row.pk)
    now = values_of(row, deed.opener) if row is not None else None
    if change.missed(now):
        _refuse(group)
    if row is None:
        row = model(pk=change.id)
        deed.rows[model, change.id] = Row(row, None)
        deed.put(row, change.before or {})
    elif change.before is None:
        deed.gone.append(row)
    else:
        after = change.after or {}
        deed.put(
            row,
            {
                k: v
                for k, v in change.before.items()
                if k not in FOLLOWING or now is not None and now[k] == after.get(k)
            },
        )


def _require(deed: Deed, change: RowChange) -> None:
    """What needs a verb or a switch of its own needs it to be taken back, too; a care group that followed a merge goes back unseen."""
    if change.table == "care" and not change.is_move:
        values: Values = {**(change.after or {}), **(change.before or {})}
        if "group" not in values:
            row = TABLES["care"]._default_manager.filter(pk=change.id).first()
            values = values_of(row, deed.opener) if row is not None else {}
        require_group(deed.by, values.get("group", ""))
    elif change.table == "trait" and change.before is not None:
        element = (change.before.get("element") or (change.after or {}).get("element")) or _element(change.id)
        if not policy.is_switched_on(element, deed.on):
            raise SwitchedOff("这个限制字段未启用或已到期，不能恢复它的内容")


def _element(trait_id: int) -> str:
    found = TABLES["trait"]._default_manager.filter(pk=trait_id).values_list("element", flat=True).first()
    return str(found or "")


def _nothing_stands_on(deed: Deed, group: Group) -> None:
    """Rows that would go are not referred to by rows that stay, nor are persons by files, questions or later changes."""
    going = {(type(row), row.pk) for row in deed.gone}
    kept = [change.pk for change, _ in group]
    for row in deed.gone:
        for relation in row._meta.related_objects:
            model, field = relation.related_model, relation.field.attname
            there = model._default_manager.filter(**{field: row.pk}).values_list("pk", flat=True)  # type: ignore[union-attr]
            if any((model, pk) not in going and not _lets_go(deed, model, pk, field) for pk in there):
                _refuse(group)
        kind = NAMES[type(row)]
        if kind in KINDS and _is_spoken_of(kind, row.pk, kept):
            _refuse(group)


def _lets_go(deed: Deed, model: type[Model], pk: int, field: str) -> bool:
    """Whether a row that stays does not refer to the going one any more, once it is put back: a household to its head."""
    held = deed.rows.get((model, pk))
    return (
        held is not None
        and held.before is not None
        and getattr(held.row, field) != held.before.get(field.removesuffix("_id"))
    )


def _is_spoken_of(kind: str, record_id: int, kept: Sequence[int]) -> bool:
    live = Change.objects.filter(record_kind=kind, record_id=record_id, undone_by=None).exclude(what=UNDONE)
    return (
        live.exclude(pk__in=kept).exists()
        or RawRow.objects.filter(record_kind=kind, record_id=record_id).exists()
        or Question.objects.filter(record_kind=kind, record_id=record_id).exists()
    )


def _size(deed: Deed, household: Household) -> int:
    """How many members a household has once the rows in hand are saved."""
    there = set(Membership.objects.filter(household=household, valid_to=None).values_list("pk", flat=True))
    for row in deed.in_hand(Membership):
        there.discard(row.pk)
        if row.household_id == household.pk and row.valid_to is None and row not in deed.gone:
            there.add(row.pk)
    return len(there)


def _refuse(group: Group) -> None:
    """Say what came later."""
    ids = [change.pk for change, _ in group]
    for change, _ in group:
        later = Change.objects.filter(
            record_kind=change.record_kind, record_id=change.record_id, pk__gt=change.pk, undone_by=None
        )
        found = later.exclude(what=UNDONE).exclude(pk__in=ids).order_by("pk").first()
        if found is not None:
            raise NotUndoable(
                "之后又办理了“%(what)s”（%(on)s），请先撤销那一次，或直接更正",
                what=said(said_openly(found.what)),
                on=found.on,
            )
    raise NotUndoable("之后又有变动，不能撤销；请直接更正")


def _subject(about: Model) -> Subject:
    if isinstance(about, Person):
        return subject_of(about)
    if isinstance(about, Organisation):
        return organisation_subject(about)
    assert isinstance(about, Component), "changes are of persons, organisations and components"
    return component_subject(about)
