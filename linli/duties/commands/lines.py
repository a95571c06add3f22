"""Changing items and lists: a change is a new dated version, so that what was refused in an old year can still be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.algorithms.text.sentences import listed, said
from linli.duties import policy, rules
from linli.duties.commands import versions
from linli.duties.commands.refused import Refused
from linli.duties.models import Category, ListEntry, WorkItem
from linli.duties.queries.lines import LINES, AnyLine, in_words, kind_of, kind_words
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.numbering import next_number
from linli.territory.models import Unit

LOCAL = "B"
"""Numbers of lines that the county adds: B for 本地."""


@dataclass(frozen=True)
class ItemDraft:
    """What an item should say from a day on; the fields are those of ``WorkItem``, ``category`` is a code or empty."""

    name: str
    area: str
    heading: str
    lead: str
    valid_from: date
    assist: Sequence[str] = ()
    given_by: str = ""
    power: bool = False
    power_words: str = ""
    money: bool = False
    money_words: str = ""
    people: bool = False
    people_words: str = ""
    basis: str = ""
    procedure: str = ""
    materials: str = ""
    clock: str = ""
    form: str = ""
    category: str = ""
    source: str = ""


@dataclass(frozen=True)
class ListDraft:
    """What a line of a list should say from a day on; the fields are those of ``ListEntry``, ``category`` is a code or empty."""

    kind: str
    name: str
    valid_from: date
    lead: str = ""
    place_share: str = ""
    lead_share: str = ""
    basis: str = ""
    note: str = ""
    category: str = ""
    source: str = ""


LineDraft = ItemDraft | ListDraft
LineModel = type[WorkItem] | type[ListEntry]


def model_of(draft: LineDraft) -> LineModel:
    """The table that a draft is for."""
    return WorkItem if isinstance(draft, ItemDraft) else ListEntry


def subject_of(row: AnyLine) -> Subject:
    """A line as the subject of an event."""
    return Subject(
        "work_item" if isinstance(row, WorkItem) else "list_entry", row.pk, f"{row.code} {row.name}"
    )


def shown(row: AnyLine) -> dict[str, Any]:
    """A version as it is kept in events."""
    return {
        "list": kind_words(kind_of(row)), "code": row.code, "name": row.name, "valid_from": f"{row.valid_from:%Y-%m-%d}",
        "valid_to": f"{row.valid_to:%Y-%m-%d}" if row.valid_to else None, "words": in_words(row),
    }  # fmt: skip


@transaction.atomic
def add_line(*, draft: LineDraft, by: Actor, at: datetime, code: str = "") -> AnyLine:
    """Add an item or a line of a list, under a number of its own or the next free one of the county. One event."""
    policy.require(by, "duty.change")
    model = model_of(draft)
    code = code.strip() or next_number(model, LOCAL, digits=4, field="code")
    if model.objects.filter(code=code).exists():
        raise Refused("编号“%(code)s”已被使用，请换一个，或改版原条目", code=code)
    row = _build(code, draft)
    row.save(force_insert=True)
    LINES.changed()
    record("duty.line_added", subject=subject_of(row), by=by, at=at, after=shown(row))
    return row


@transaction.atomic
def change_line(*, code: str, draft: LineDraft, by: Actor, at: datetime) -> AnyLine:
    """Give a line a new version from a day on; the version before ends there. One event."""
    policy.require(by, "duty.change")
    latest = _latest(model_of(draft), code)
    before = shown(latest)
    row = _succeed(latest, draft)
    LINES.changed()
    record("duty.line_changed", subject=subject_of(row), by=by, at=at, before=before, after=shown(row))
    return row


@transaction.atomic
def end_line(*, model: LineModel, code: str, on: date, reason: str, by: Actor, at: datetime) -> AnyLine:
    """Let a line end: from ``on`` it no longer holds; one that ends already may only end earlier. One event."""
    policy.require(by, "duty.change")
    row = _latest(model, code)
    if row.valid_to is not None and on >= row.valid_to:
        raise Refused("第 %(code)s 条已定于 %(day)s 停用", code=code, day=f"{row.valid_to:%Y-%m-%d}")
    if on < max(row.valid_from, timezone.localdate(at)):
        raise Refused("停用日期不能早于今天，也不能早于启用日期：此前按它拒绝或办理的事要能说明依据")
    if not reason.strip():
        raise Refused("请写明停用的理由")
    before = shown(row)
    row.valid_to, row.local = on, True
    row.save(update_fields=["valid_to", "local"])
    LINES.changed()
    record(
        "duty.line_ended", subject=subject_of(row), by=by, at=at, before=before, after=shown(row), note=reason.strip()
    )  # fmt: skip
    return row


@transaction.atomic
def reopen_line(*, model: LineModel, code: str, by: Actor, at: datetime) -> AnyLine:
    """Take back an end that has not come yet, or came today. One event, as a change."""
    policy.require(by, "duty.change")
    row = _latest(model, code)
    before = shown(row)
    versions.reopen(row, timezone.localdate(at))
    LINES.changed()
    record("duty.line_changed", subject=subject_of(row), by=by, at=at, before=before, after=shown(row))
    return row


@transaction.atomic
def withdraw_line(*, model: LineModel, code: str, by: Actor, at: datetime) -> None:
    """Take back a version of the county that has not begun yet. One event."""
    policy.require(by, "duty.change")
    row = _latest(model, code)
    before, subject = shown(row), subject_of(row)
    versions.withdraw(row, _versions(model, code), timezone.localdate(at))
    LINES.changed()
    record("duty.line_withdrawn", subject=subject, by=by, at=at, before=before, after=before)


@transaction.atomic
def import_lines(*, drafts: Mapping[str, LineDraft], by: Actor, at: datetime, source: str) -> int:
    """Add or re-issue many lines from a file, by number. One event for all. Returns how many."""
    policy.require(by, "duty.change")
    for code, draft in drafts.items():
        latest = _versions(model_of(draft), code).first()
        if latest is None:
            _build(code, draft).save(force_insert=True)
        else:
            _succeed(latest, draft)
    LINES.changed()
    after = {"count": len(drafts), "codes": list(drafts), "source": source}
    record("duty.lines_imported", subject=Subject("duty_lists", None, "清单"), by=by, at=at, after=after)
    return len(drafts)


def check_line(draft: LineDraft) -> Category | None:
    """The category of a draft that could be saved, if it names one; raises ``Refused``."""
    category = Category.objects.filter(code=draft.category).first() if draft.category else None
    if draft.category and category is None:
        raise Refused("没有代码为“%(code)s”的分类，请从分类树中选择", code=draft.category)
    if not draft.name.strip():
        raise Refused("请填写名称")
    codes = {draft.lead}
    if isinstance(draft, ItemDraft):
        _check_item(draft)
        codes |= {*draft.assist, draft.given_by}
    elif draft.kind not in rules.LISTS:
        raise Refused("请选择清单：%(lists)s", lists=listed(map(said, rules.LISTS.values())))
    missing = sorted(codes - {*rules.PLACE_LEADS, *_departments(), ""})
    if missing:
        raise Refused("没有代码为“%(names)s”的部门，请从列表中选择", names=listed(missing))
    return category


def _check_item(draft: ItemDraft) -> None:
    if draft.area not in rules.AREAS or not draft.heading.strip():
        raise Refused("请写明大项和方面，方面是：%(areas)s", areas=listed(map(said, rules.AREAS)))
    if not draft.lead:
        raise Refused("请写明主办单位")
    if draft.lead in draft.assist or len(set(draft.assist)) != len(draft.assist):
        raise Refused("协办单位不能与主办相同，也不能重复")


def _departments() -> list[str]:
    return list(Unit.objects.filter(kind="department", valid_to=None).values_list("code", flat=True))


def _versions(model: LineModel, code: str) -> Any:
    rows = model.objects.select_for_update(of=("self",)).select_related("category")
    return rows.filter(code=code).order_by("-valid_from")


def _latest(model: LineModel, code: str) -> AnyLine:
    row: AnyLine | None = _versions(model, code).first()
    if row is None:
        raise Refused("没有编号为“%(code)s”的条目，请从清单中选择", code=code)
    return row


def _succeed(latest: AnyLine, draft: LineDraft) -> AnyLine:
    row = _build(latest.code, draft)
    versions.follow(latest, draft.valid_from)
    row.save(force_insert=True)
    return row


def _build(code: str, draft: LineDraft) -> AnyLine:
    category = check_line(draft)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in vars(draft).items()}
    if isinstance(draft, ItemDraft):
        values["assist"] = list(draft.assist)
    values |= {"category": category, "source": values["source"] or "本地"}
    return model_of(draft)(code=code, local=True, **values)
