"""Changing the dispatch catalogue by hand: a change is a new dated version, so that an old dispatch can still be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from linli.duties import policy, rules
from linli.duties.commands import versions
from linli.duties.commands.refused import Refused
from linli.duties.models import CatalogueEntry, Category
from linli.duties.queries.routing import CATALOGUE, lead_words
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.numbering import next_number
from linli.territory.models import Unit

LOCAL = "B"
"""Numbers of entries that the county adds: B for 本地."""


@dataclass(frozen=True)
class Draft:
    """What an entry should say from a day on. ``lead`` and ``assist`` are codes of departments, ``community`` or ``street``."""

    category: str
    lead: str
    basis: str
    reason: str
    valid_from: date
    condition: Mapping[str, Sequence[str]] = field(default_factory=dict)
    assist: Sequence[str] = ()
    must_be_department: bool = False
    auto: bool = False
    note: str = ""
    source: str = ""


def subject_of(entry: CatalogueEntry) -> Subject:
    """An entry as the subject of an event: all versions of one number share their history by its label."""
    return Subject("catalogue_entry", entry.pk, entry.code)


def shown(entry: CatalogueEntry) -> dict[str, Any]:
    """A version as it is kept in events."""
    return {
        "code": entry.code, "category": entry.category.code, "condition": rules.write_condition(entry.condition),
        "lead": entry.lead, "lead_name": lead_words([entry.lead])[0], "assist": list(entry.assist),
        "must_be_department": entry.must_be_department, "auto": entry.auto, "basis": entry.basis, "reason": entry.reason,
        "valid_from": f"{entry.valid_from:%Y-%m-%d}", "valid_to": f"{entry.valid_to:%Y-%m-%d}" if entry.valid_to else None,
    }  # fmt: skip


@transaction.atomic
def add_entry(*, draft: Draft, by: Actor, at: datetime, code: str = "") -> CatalogueEntry:
    """Add an entry, under a number of its own or the next free one of the county. One event."""
    policy.require(by, "duty.change")
    code = code.strip() or next_number(CatalogueEntry, LOCAL, digits=4, field="code")
    if CatalogueEntry.objects.filter(code=code).exists():
        raise Refused("条目号“%(code)s”已被使用，请换一个，或改版原条目", code=code)
    entry = _build(code, draft)
    entry.save(force_insert=True)
    CATALOGUE.changed()
    record("duty.entry_added", subject=subject_of(entry), by=by, at=at, after=shown(entry))
    return entry


@transaction.atomic
def change_entry(*, code: str, draft: Draft, by: Actor, at: datetime) -> CatalogueEntry:
    """Give an entry a new version from a day on; the version before ends there. One event."""
    policy.require(by, "duty.change")
    latest = _latest(code)
    before = shown(latest)
    versions.follow(latest, draft.valid_from)
    entry = _build(code, draft)
    entry.save(force_insert=True)
    CATALOGUE.changed()
    record(
        "duty.entry_changed",
        subject=subject_of(entry),
        by=by,
        at=at,
        before=before,
        after=shown(entry),
        note=draft.source,
    )
    return entry


@transaction.atomic
def close_entry(*, code: str, on: date, reason: str, by: Actor, at: datetime) -> CatalogueEntry:
    """Let an entry end: from ``on`` it no longer holds. One event."""
    policy.require(by, "duty.change")
    entry = _latest(code)
    if entry.valid_to is not None:
        raise Refused("第 %(code)s 条已定于 %(day)s 停用", code=code, day=f"{entry.valid_to:%Y-%m-%d}")
    if on < max(entry.valid_from, timezone.localdate(at)):
        raise Refused("停用日期不能早于今天，也不能早于启用日期：已经派出的案件要能说明当时的依据")
    if not reason.strip():
        raise Refused("请写明停用的理由")
    before = shown(entry)
    entry.valid_to, entry.local = on, True
    entry.save(update_fields=["valid_to", "local"])
    CATALOGUE.changed()
    record(
        "duty.entry_closed",
        subject=subject_of(entry),
        by=by,
        at=at,
        before=before,
        after=shown(entry),
        note=reason.strip(),
    )
    return entry


@transaction.atomic
def reopen_entry(*, code: str, by: Actor, at: datetime) -> CatalogueEntry:
    """Undo a closing that has not yet come, or came today. One event, as a change."""
    policy.require(by, "duty.change")
    entry = _latest(code)
    before = shown(entry)
    versions.reopen(entry, timezone.localdate(at))
    CATALOGUE.changed()
    record("duty.entry_changed", subject=subject_of(entry), by=by, at=at, before=before, after=shown(entry))
    return entry


@transaction.atomic
def withdraw_entry(*, code: str, by: Actor, at: datetime) -> None:
    """Undo a local version that has not begun yet: it goes, and the one before it is open again. One event."""
    policy.require(by, "duty.change")
    entry = _latest(code)
    before, subject = shown(entry), subject_of(entry)
    versions.withdraw(entry, _versions(code), timezone.localdate(at))
    CATALOGUE.changed()
    record("duty.entry_withdrawn", subject=subject, by=by, at=at, before=before, after=before)


@transaction.atomic
def import_entries(*, drafts: Mapping[str, Draft], by: Actor, at: datetime, source: str) -> int:
    """Add or re-issue many entries from a file, by number. One event for all. Returns how many."""
    policy.require(by, "duty.change")
    for code, draft in drafts.items():
        latest = _versions(code).order_by("-valid_from").first()
        if latest is not None:
            versions.follow(latest, draft.valid_from)
        _build(code, draft).save(force_insert=True)
    CATALOGUE.changed()
    after = {"count": len(drafts), "codes": list(drafts), "source": source}
    record(
        "duty.catalogue_imported", subject=Subject("catalogue", None, "派单目录"), by=by, at=at, after=after
    )
    return len(drafts)


def _versions(code: str) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.select_for_update(of=("self",)).select_related("category").filter(code=code)


def _latest(code: str) -> CatalogueEntry:
    entry = _versions(code).order_by("-valid_from").first()
    if entry is None:
        raise Refused("没有第 %(code)s 条，请从派单目录中选择", code=code)
    return entry


def check_draft(draft: Draft) -> Category:
    """The category of a draft that could be saved; raises ``Refused``."""
    category = Category.objects.filter(code=draft.category).first()
    if category is None:
        raise Refused("没有代码为“%(code)s”的分类，请从分类树中选择", code=draft.category)
    if not draft.reason.strip() or not draft.basis.strip():
        raise Refused("请写明说明和依据：派遣时要给出理由，退回时要据此裁定")
    try:
        rules.check_entry(
            lead=draft.lead, assist=draft.assist, must_be_department=draft.must_be_department, condition=draft.condition,
            known=Unit.objects.filter(kind="department", valid_to=None).values_list("code", flat=True),
        )  # fmt: skip
    except rules.BadCatalogue as wrong:
        raise Refused(str(wrong)) from wrong
    return category


def _build(code: str, draft: Draft) -> CatalogueEntry:
    return CatalogueEntry(
        code=code, category=check_draft(draft), condition={name: list(values) for name, values in draft.condition.items()},
        lead=draft.lead, assist=list(draft.assist), must_be_department=draft.must_be_department, auto=draft.auto,
        basis=draft.basis.strip(), reason=draft.reason.strip(), note=draft.note.strip(), valid_from=draft.valid_from,
        source=draft.source.strip() or "本地", local=True,
    )  # fmt: skip
