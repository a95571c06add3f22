"""The emergency by-pass 应急直通: a matter let through at once, and reviewed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from linli.duties import policy
from linli.duties.commands.applications import number_of
from linli.duties.commands.refused import Refused
from linli.duties.models import Bypass, Category
from linli.duties.queries.gate import BYPASSES, communities_of, days_of
from linli.duties.rules import gate
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.calendar.queries import calendar_for
from linli.territory.models import Unit


@dataclass(frozen=True)
class BypassDraft:
    """What is let through: ``department`` and ``category`` are codes, ``places`` paths of units, ``ends_on`` the last day."""

    department: str
    title: str
    reason: str
    places: Sequence[str]
    ends_on: date
    category: str = ""


def subject_of_bypass(row: Bypass) -> Subject:
    """A by-pass as the subject of an event."""
    return Subject("gate_bypass", row.pk, str(row))


@transaction.atomic
def open_bypass(*, draft: BypassDraft, by: Actor, at: datetime) -> Bypass:
    """Let a matter through from today to a last day. One event."""
    policy.require(by, "duty.bypass")
    today = timezone.localdate(at)
    department = Unit.objects.filter(code=draft.department, kind="department", valid_to=None).first()
    if department is None:
        raise Refused("请选择部门")
    policy.require_department(by, department)
    if not draft.title.strip() or not draft.reason.strip():
        raise Refused("请写明什么事、为什么等不及准入")
    if not communities_of(draft.places):
        raise Refused("请选择涉及哪些街道、社区")
    longest = days_of("bypass.longest", today)
    if not 0 <= (draft.ends_on - today).days < longest:
        raise Refused("应急直通从今天起，最长 %(days)s 天；更久的请申请准入", days=longest)
    category = Category.objects.filter(code=draft.category).first() if draft.category else None
    row = Bypass.objects.create(
        number=number_of(Bypass, "YJ", at), department=department, title=draft.title.strip(), category=category,
        places=list(draft.places), reason=draft.reason.strip(), starts_on=today, ends_on=draft.ends_on, opened_at=at, opened_by=by.label,
        review_by=_review_by(draft.ends_on),
    )  # fmt: skip
    BYPASSES.changed()
    after = {"title": row.title, "since": f"{today:%Y-%m-%d}", "until": f"{row.ends_on:%Y-%m-%d}"}
    record("duty.bypass_opened", subject=subject_of_bypass(row), by=by, at=at, after=after, note=row.reason)
    return row


def _review_by(last: date) -> date:
    closing = timezone.make_aware(datetime.combine(last, time(12)))
    return timezone.localdate(
        gate.in_working_days(closing, days_of("bypass.review", last), calendar_for()).at
    )


@transaction.atomic
def end_bypass(*, number: str, by: Actor, at: datetime) -> Bypass:
    """Let a by-pass end today instead of on its last day. One event."""
    row, today = _locked(number, by, "duty.bypass"), timezone.localdate(at)
    policy.require_department(by, row.department)
    if row.ends_on <= today:
        raise Refused("已经结束，或今天就是最后一日")
    row.ends_on, row.review_by = max(today, row.starts_on), _review_by(today)
    row.save(update_fields=["ends_on", "review_by"])
    BYPASSES.changed()
    after = {"title": row.title, "until": f"{row.ends_on:%Y-%m-%d}"}
    record("duty.bypass_ended", subject=subject_of_bypass(row), by=by, at=at, after=after)
    return row


@transaction.atomic
def review_bypass(*, number: str, verdict: str, words: str, by: Actor, at: datetime) -> Bypass:
    """Say afterwards whether a by-pass was one; said again, it replaces what was said. One event."""
    row = _locked(number, by, "duty.gate")
    if row.ends_on >= timezone.localdate(at):
        raise Refused("应急直通结束以后再复核")
    if verdict not in gate.VERDICTS or not words.strip():
        raise Refused("请选择结论并写明理由")
    row.verdict, row.review_words, row.reviewed_at = verdict, words.strip(), at
    row.save(update_fields=["verdict", "review_words", "reviewed_at"])
    after = {"title": row.title, "verdict": gate.VERDICTS[verdict]}
    record(
        "duty.bypass_reviewed", subject=subject_of_bypass(row), by=by, at=at, after=after, note=words.strip()
    )
    return row


def _locked(number: str, by: Actor, verb: str) -> Bypass:
    policy.require(by, verb)
    row = (
        Bypass.objects.select_for_update(of=("self",))
        .select_related("department")
        .filter(number=number)
        .first()
    )
    if row is None:
        raise Refused("没有编号为“%(number)s”的应急直通", number=number)
    return row
