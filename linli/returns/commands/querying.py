"""A department's queries 数据查询: what is held is answered instead of being asked of communities, for a purpose and until a day.

Counts without a sensitive group are approved by the rule itself; small counts as they are, sensitive groups and lists by the county. The members of a care
group are in no query: their list is a permitted form, whose returns only those see who may.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms.queries import norm
from linli.kernel.numbering import next_number
from linli.kernel.privacy import commands as privacy
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes
from linli.kernel.registers.kit import Watermark
from linli.returns import policy
from linli.returns.commands.lists import TABLE, needs_approval
from linli.returns.commands.refused import Refused
from linli.returns.models import Form, Query, QueryAnswer
from linli.returns.queries.asking import Counted, counted
from linli.returns.queries.extracts import as_workbook, listed
from linli.returns.queries.fields import RECORDS, binding_of, care_of, selections
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import last_period
from linli.territory.models import Unit


@dataclass(frozen=True)
class QueryDraft:
    """What a department wants to know: ``figures`` of the dictionary for each unit of a level; or of the records of a figure (``rows``) some ``columns``."""

    title: str
    basis: str
    purpose: str
    valid_to: date
    figures: Sequence[str] = ()
    level: str = Form.Level.COMMUNITY
    exact: str = ""
    rows: str = ""
    columns: Sequence[str] = ()


def subject_of_query(row: Query) -> Subject:
    """A query as the subject of an event."""
    return Subject("return_query", row.pk, str(row))


@transaction.atomic
def ask_query(*, draft: QueryDraft, by: Actor, at: datetime) -> Query:
    """Ask for figures. Without a sensitive group among them, and without small counts as they are, it is approved by the rule itself. One or two events."""
    policy.require(by, "return.query")
    owner = Unit.objects.filter(code=by.unit, kind="department", valid_to=None).first()
    if owner is None:
        raise Refused("只有部门可以申请数据查询，请用部门的岗位登录")
    row = Query(
        code=next_number(Query, "CX", digits=4, field="code"), owner=owner, asked_by=by.label[:120], asked_at=at, title=draft.title.strip(), figures=list(draft.figures),
        level=draft.level, rows=draft.rows, columns=list(draft.columns), basis=draft.basis.strip(), purpose=draft.purpose.strip(), exact=draft.exact.strip(), valid_to=draft.valid_to,
    )  # fmt: skip
    _check(row, timezone.localdate(at))
    row.save(force_insert=True)
    after = {
        "title": row.title,
        "owner": owner.name,
        "figures": len(row.columns if row.is_list else row.figures),
        "until": f"{row.valid_to:%Y-%m-%d}",
    }
    record("return.query_asked", subject=subject_of_query(row), by=by, at=at, after=after)
    if not row.is_list and not row.exact and not any(dictionary()[code].is_sensitive for code in row.figures):
        system = Actor.system("数据查询规则")
        _decide(row, Query.State.APPROVED, "不含敏感人群，已登记的数据即时可查", system, at)
    return row


@transaction.atomic
def decide_query(*, code: str, agrees: bool, note: str, by: Actor, at: datetime) -> Query:
    """Agree to a query, or not, with the reason. One event."""
    policy.require(by, "return.keep")
    row = _locked(code)
    if row.state != Query.State.ASKED:
        raise Refused("这项查询已经审批过了，请刷新")
    if not agrees and not note.strip():
        raise Refused("不同意要写明理由，部门才知道改什么")
    return _decide(row, Query.State.APPROVED if agrees else Query.State.REFUSED, note, by, at)


@transaction.atomic
def end_query(*, code: str, by: Actor, at: datetime) -> Query:
    """Let a query end before its last day: by its department, or by who keeps the register. One event."""
    row = _locked(code)
    policy.require_query(by, row)
    if row.state != Query.State.APPROVED:
        raise Refused("这项查询不在有效状态，不用停用")
    row.state = Query.State.ENDED
    row.save(update_fields=["state"])
    record("return.query_ended", subject=subject_of_query(row), by=by, at=at, after={"title": row.title})
    return row


@transaction.atomic
def answer_query(*, code: str, frequency: str, by: Actor, at: datetime) -> tuple[Query, Counted]:
    """Count the figures of a query now, for the last period that is over. One event and a line of work that nobody had to do."""
    row = _locked(code)
    policy.require_query(by, row)
    if row.is_list or row.state != Query.State.APPROVED or not timezone.localdate(at) < row.valid_to:
        raise Refused("这项查询没有批准或已到期，请重新申请")
    found = counted(row, last_period(frequency, timezone.localdate(at)), at)
    QueryAnswer.objects.create(
        query=row, at=at, by_label=by.label[:120], units=len(found.rows), cells=found.cells
    )
    after = {"title": row.title, "units": len(found.rows), "cells": found.cells, "purpose": row.purpose}
    record("return.query_answered", subject=subject_of_query(row), by=by, at=at, after=after)
    return row, found


@transaction.atomic
def take_rows(*, code: str, purpose: str, reason: str, by: Actor, at: datetime) -> tuple[Query, bytes | None]:
    """The list of a query as a workbook, marked with who took it when and what for. One event and a line of work that nobody had to do.

    Beyond the norm of rows only with the approval of a second person: without one it is asked for, and there is no workbook yet (None). Refuses
    without a purpose of the closed list (``PurposeRequired``) and without a reason for that person (``ReasonNeeded``).
    """
    row = _locked(code)
    policy.require_query(by, row)
    if not row.is_list or row.state != Query.State.APPROVED or not timezone.localdate(at) < row.valid_to:
        raise Refused("这项查询没有批准或已到期，请重新申请")
    if purpose not in purposes(TABLE):
        raise privacy.PurposeRequired("请选择用途")
    found = listed(row, at)
    if needs_approval(len(found.rows), by, at):
        mark = hashlib.sha256(f"query {row.pk} {len(found.rows)}".encode()).hexdigest()
        if (
            privacy.use(kind=Request.Kind.EXPORT, fingerprint=mark, count=len(found.rows), by=by, at=at)
            is None
        ):
            privacy.ask(
                kind=Request.Kind.EXPORT, selection=str(row), count=len(found.rows), purpose=purpose, reason=reason, fingerprint=mark, by=by, at=at,
            )  # fmt: skip
            return row, None
    QueryAnswer.objects.create(
        query=row, at=at, by_label=by.label[:120], units=found.units, cells=found.cells
    )
    after = {
        "title": row.title,
        "rows": len(found.rows),
        "cells": found.cells,
        "purpose": purposes()[purpose],
    }
    record("return.rows_taken", subject=subject_of_query(row), by=by, at=at, after=after, note=reason.strip())
    said = Watermark(by.label, timezone.localtime(at), purposes()[purpose]).words
    return row, as_workbook(row.title, said, [each.field.title for each in found.columns], found.rows, "名单")


def _decide(row: Query, state: Query.State, note: str, by: Actor, at: datetime) -> Query:
    row.state, row.note, row.decided_by, row.decided_at = state, note.strip()[:300], by.label[:120], at
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    name = "return.query_approved" if state == Query.State.APPROVED else "return.query_refused"
    record(name, subject=subject_of_query(row), by=by, at=at, after={"title": row.title}, note=row.note)
    return row


def _check(row: Query, today: date) -> None:
    known = {code for code, element in dictionary().items() if element.kind == "figure"}
    if row.is_list:
        _check_list(row)
    elif not row.figures or not set(row.figures) <= known:
        raise Refused("请至少选一个数据项")
    if row.level not in Form.Level.values:
        raise Refused("请选择按哪一级列出")
    if not row.title or not row.basis or not row.purpose:
        raise Refused("请写明名称、依据和用途：没有依据和用途的查询不予受理")
    longest = int(norm("returns.query.days", on=today).value)
    if not today < row.valid_to <= today + timedelta(days=longest):
        raise Refused("有效期从明天起，最长 %(days)s 天，到期可以再申请", days=longest)


def _check_list(row: Query) -> None:
    selection = selections().get(row.rows)
    if selection is None:
        raise Refused("请选择要谁的名单")
    if care_of(selection):
        raise Refused("“%(group)s”的名单不能查询提取，请申请准许报表", group=selection.title)
    record_kind = RECORDS[selection.register]
    if not row.columns or any(binding_of(record_kind, code) is None for code in row.columns):
        raise Refused("请选择这份名单要哪些栏目")
    row.figures = []


def _locked(code: str) -> Query:
    row = Query.objects.select_for_update(of=("self",)).select_related("owner").filter(code=code).first()
    if row is None:
        raise Refused("没有编号为“%(code)s”的查询", code=code)
    return row
