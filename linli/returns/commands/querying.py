"""A department's queries 数据查询: what is held is answered at once instead of being asked of communities, for a purpose and until a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.norms.queries import norm
from linli.returns import policy
from linli.returns.commands.refused import Refused
from linli.returns.models import Answer, Form, Query
from linli.returns.queries.asking import Counted, counted
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import last_period
from linli.territory.models import Unit


@dataclass(frozen=True)
class Question:
    """What a department wants to know: figures of the dictionary for each unit of a level."""

    title: str
    figures: Sequence[str]
    level: str
    basis: str
    purpose: str
    valid_to: date
    exact: str = ""


def subject_of_query(row: Query) -> Subject:
    """A query as the subject of an event."""
    return Subject("return_query", row.pk, str(row))


@transaction.atomic
def ask_query(*, question: Question, by: Actor, at: datetime) -> Query:
    """Ask for figures. Without a sensitive group among them, and without small counts as they are, it is approved by the rule itself. One or two events."""
    policy.require(by, "return.query")
    owner = Unit.objects.filter(code=by.unit, kind="department", valid_to=None).first()
    if owner is None:
        raise Refused("只有部门可以申请数据查询，请用部门的岗位登录")
    row = Query(
        code=_next_code(), owner=owner, asked_by=by.label[:120], asked_at=at, title=question.title.strip(), figures=list(question.figures),
        level=question.level, basis=question.basis.strip(), purpose=question.purpose.strip(), exact=question.exact.strip(), valid_to=question.valid_to,
    )  # fmt: skip
    _check(row, timezone.localdate(at))
    row.save(force_insert=True)
    after = {
        "title": row.title,
        "owner": owner.name,
        "figures": len(row.figures),
        "until": f"{row.valid_to:%Y-%m-%d}",
    }
    record("return.query_asked", subject=subject_of_query(row), by=by, at=at, after=after)
    if not row.exact and not any(dictionary()[code].is_sensitive for code in row.figures):
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
    if row.state != Query.State.APPROVED or not timezone.localdate(at) < row.valid_to:
        raise Refused("这项查询没有批准或已到期，请重新申请")
    found = counted(row, last_period(frequency, timezone.localdate(at)), at)
    Answer.objects.create(query=row, at=at, by_label=by.label[:120], units=len(found.rows), cells=found.cells)
    after = {"title": row.title, "units": len(found.rows), "cells": found.cells, "purpose": row.purpose}
    record("return.query_answered", subject=subject_of_query(row), by=by, at=at, after=after)
    return row, found


def _decide(row: Query, state: Query.State, note: str, by: Actor, at: datetime) -> Query:
    row.state, row.note, row.decided_by, row.decided_at = state, note.strip()[:300], by.label[:120], at
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    name = "return.query_approved" if state == Query.State.APPROVED else "return.query_refused"
    record(name, subject=subject_of_query(row), by=by, at=at, after={"title": row.title}, note=row.note)
    return row


def _check(row: Query, today: date) -> None:
    known = {code for code, element in dictionary().items() if element.kind == "figure"}
    if not row.figures or not set(row.figures) <= known:
        raise Refused("请至少选一个数据项")
    if row.level not in Form.Level.values:
        raise Refused("请选择按哪一级列出")
    if not row.title or not row.basis or not row.purpose:
        raise Refused("请写明名称、依据和用途：没有依据和用途的查询不予受理")
    longest = int(norm("returns.query.days", on=today).value)
    if not today < row.valid_to <= today + timedelta(days=longest):
        raise Refused("有效期从明天起，最长 %(days)s 天，到期可以再申请", days=longest)


def _locked(code: str) -> Query:
    row = Query.objects.select_for_update(of=("self",)).select_related("owner").filter(code=code).first()
    if row is None:
        raise Refused("没有编号为“%(code)s”的查询", code=code)
    return row


def _next_code() -> str:
    return f"CX{Query.objects.count() + 1:04d}"
