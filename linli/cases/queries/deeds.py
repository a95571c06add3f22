"""What a person may do to a case besides moving it along its states: contact, photos, more time, supervision, corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linli.cases import policy
from linli.cases.models import Case
from linli.cases.queries.page import Rows
from linli.kernel.audit.actor import Actor

WORKING = frozenset({"handling", "paused", "deferred"})


def _works(actor: Actor, case: Case) -> bool:
    return case.state in WORKING and (actor.unit in case.audience or actor.sees_all)


def _may_contact(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    return actor.may("case.handle") and _works(actor, case)


def _may_ask(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    leads = case.lead is not None and case.lead.code == actor.unit
    waiting = any(row.decided_at is None for row in rows.extensions)
    in_time = case.resolve_due_at is not None and at < case.resolve_due_at
    return actor.may("case.extend_request") and _works(actor, case) and leads and in_time and not waiting


def _may_put_off(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    return case.state != "deferred" and _may_ask(actor, case, rows, at)


def _may_decide(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    return actor.may("case.extend_decide") and any(row.decided_at is None for row in rows.extensions)


def _may_answer(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    asked = any(row.answered_at is None and row.unit.code == actor.unit for row in rows.supervisions)
    return actor.may("case.handle") and asked


def _may_reclassify(actor: Actor, case: Case, rows: Rows, at: datetime) -> bool:
    return actor.may("case.reclassify") and case.state not in {"voided", "referred", "merged"}


DEEDS: dict[str, Callable[[Actor, Case, Rows, datetime], bool]] = {
    "contact": _may_contact,
    "measure": _may_contact,
    "photo": lambda actor, case, rows, at: policy.may_attach(actor, case),
    "answer": _may_answer,
    "extend": _may_ask,
    "put_off": _may_put_off,
    "decide": _may_decide,
    "supervise": lambda actor, case, rows, at: actor.may("case.supervise"),
    "reclassify": _may_reclassify,
    "exclude": lambda actor, case, rows, at: actor.may("case.supervise") and not case.excluded_reason,
}
"""Deed to whether it is open to the actor, for a case that the actor sees."""


def deeds_for(actor: Actor, case: Case, rows: Rows, at: datetime) -> list[str]:
    """The deeds open to an actor, in the order of the page."""
    return [deed for deed, is_open in DEEDS.items() if is_open(actor, case, rows, at)]
