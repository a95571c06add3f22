"""What the worker does for the gate: tells who must act, and ends what is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from linli.duties.commands import watch_gate
from linli.duties.models import Application, Bypass, Refusal
from linli.duties.queries.gate import concerned
from linli.kernel.accounts.queries import holders_with_verb
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import event_rows, was_undone
from linli.kernel.audit.subscriptions import subscribe
from linli.kernel.jobs.job import job, job_transaction
from linli.kernel.notices import commands as notices
from linli.territory.queries.units import root_node, tree

UNDO_SECONDS = 10
"""Notices wait as long as a step can be undone."""

Row = Application | Bypass | Refusal
Told = Callable[[Any, dict[str, Any]], list[tuple[str, str]]]
"""Whom an event is told: (unit, verb that its people must have)."""


@dataclass(frozen=True)
class Telling:
    """Who hears of an event, and the event that takes it back."""

    told: Told
    undone_by: str = ""


def county(row: Row, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The county office."""
    root = root_node()
    return [(root.code, "duty.gate")] if root else []


def department(row: Row, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The department whose matter it is."""
    return [(row.department.code, "duty.apply")]


def asked(row: Application, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The communities and streets that were asked."""
    codes = (tree().ancestors(path)[-1].code for path in after.get("paths", ()) if tree().ancestors(path))
    return [(code, "duty.opine") for code in codes]


def places(row: Application | Bypass, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The communities and streets that the matter concerns."""
    return [(node.code, "duty.refuse") for node in concerned(row.places)]


def refuser(row: Refusal, after: dict[str, Any]) -> list[tuple[str, str]]:
    """The community or street that refused."""
    return [(row.unit.code, "duty.refuse")]


def both(*tellers: Told) -> Told:
    """Those of each."""
    return lambda row, after: [each for told in tellers for each in told(row, after)]


TELLINGS = {
    "duty.gate_applied": Telling(county, "duty.gate_recalled"),
    "duty.gate_hearing": Telling(asked),
    "duty.gate_sent_back": Telling(department),
    "duty.gate_admitted": Telling(department, "duty.gate_revoked"),
    "duty.gate_admitted_if": Telling(department, "duty.gate_revoked"),
    "duty.gate_refused": Telling(department, "duty.gate_revoked"),
    "duty.gate_published": Telling(both(department, places)),
    "duty.gate_review_due": Telling(both(county, department)),
    "duty.gate_exited": Telling(both(department, places)),
    "duty.gate_withdrawn": Telling(both(department, places)),
    "duty.gate_missing": Telling(county),
    "duty.refused": Telling(both(county, department), "duty.refusal_taken_back"),
    "duty.refusal_upheld": Telling(both(refuser, department), "duty.refusal_reopened"),
    "duty.refusal_let_through": Telling(both(refuser, department), "duty.refusal_reopened"),
    "duty.refusal_listed": Telling(both(refuser, department), "duty.refusal_reopened"),
    "duty.bypass_opened": Telling(both(county, places)),
}
"""Every event of the gate that somebody hears of."""

ROWS: dict[str, tuple[Any, str]] = {
    "gate_application": (Application.objects.select_related("department"), "duties:application"),
    "gate_bypass": (Bypass.objects.select_related("department"), "duties:bypass"),
    "refusal": (Refusal.objects.select_related("department", "unit"), "duties:refusal"),
}

subscribe(*TELLINGS, task="duties.tell", delay_seconds=UNDO_SECONDS)


@job("duties.tell", title="准入和拒收的通知", atomic=False)
def tell(event_ids: list[int]) -> None:
    """Tell the people who must act on each event; one that was taken back meanwhile is not told."""
    for event_id in event_ids:
        with job_transaction("准入和拒收的通知"):
            tell_one(event_rows([event_id]).get())


def tell_one(event: Event) -> None:
    """Write the notices of one event."""
    telling = TELLINGS[event.name]
    rows, page = ROWS[event.subject_kind]
    row = rows.filter(pk=event.subject_id).first()
    if row is None or telling.undone_by and was_undone(event, [telling.undone_by]):
        return
    at = timezone.now()
    url = reverse(page, args=[row.number])
    values = {
        "number": row.number,
        "title": row.title,
        "unit": event.after.get("unit") or row.department.name,
        "link": url,
    }
    for code, verb in telling.told(row, event.after):
        users = holders_with_verb(code, verb, timezone.localdate(at))
        notices.tell(
            users=users, name=event.name, values=values, event_id=event.pk, at=at, url=url, unit_code=code
        )


@job("duties.watch_gate", title="准入期限：到期退出、到日复核", every="20 0 * * *", alone=True)
def watch(timestamp: int) -> None:
    """End what is over, call up what is due for its review."""
    watch_gate(at=timezone.now())
