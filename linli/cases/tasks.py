"""What the worker does for the loop, every minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from linli.cases.commands import keeping
from linli.cases.commands.answering import text_answer
from linli.cases.commands.escalation import PASSES
from linli.cases.commands.public import mark_sent
from linli.cases.models import Case
from linli.cases.queries.public import code_to_send
from linli.cases.queries.texts import words_with_code
from linli.cases.telling import BY_EVENT
from linli.kernel.accounts.queries import holders_with_verb
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import event_rows, was_undone
from linli.kernel.audit.subscriptions import subscribe
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked
from linli.kernel.notices import commands as notices
from linli.territory.queries.units import root_node

TOGETHER = 50
"""Events told in one transaction."""

UNDO_SECONDS = 10
"""Notices wait as long as a step can be undone."""

Find = Callable[[datetime, int], list[int]]
Step = Callable[[int, datetime], int]


class SomeFailed(RuntimeError):
    """A pass went through all its rows, but not every one could be done; the job shows as failed with their ids."""


@job(
    "cases.watch_clocks",
    title="时限监督：临期提醒、超期升级、暂停到期",
    every="* * * * *",
    atomic=False,
    alone=True,
)
def watch_clocks(timestamp: int) -> None:
    """Each row in a transaction of its own: one that fails holds up no other, and is named."""
    failed = [words for find, step in PASSES for words in go_through(find, step, timezone.now())]
    if failed:
        raise SomeFailed("; ".join(failed))


def go_through(find: Find, step: Step, at: datetime) -> list[str]:
    """Do a step for every row that is found, batch after batch until none is left; returns what failed.

    Asked to stop, it leaves off between two rows: what is left is found again at the next turn.
    """
    failed: list[str] = []
    last = 0
    while ids := _batch(find, at, last):
        for row_id in ids:
            leave_off_if_asked()
            try:
                with job_transaction("时限监督"):
                    step(row_id, at)
            except Exception as error:
                failed.append(f"{step.__name__} {row_id}: {error}")
        last = ids[-1]
    return failed


def _batch(find: Find, at: datetime, last: int) -> list[int]:
    with job_transaction("时限监督"):
        return find(at, last)


subscribe(*BY_EVENT, task="cases.tell", delay_seconds=UNDO_SECONDS)


@job("cases.tell", title="案件通知", atomic=False)
def tell(event_ids: list[int]) -> None:
    """Tell the people who must act on each event; an event that was taken back meanwhile is not told.

    Many share a transaction, whose end costs more than they do; one that fails is named and holds up no other.
    """
    failed: list[str] = []
    for start in range(0, len(event_ids), TOGETHER):
        leave_off_if_asked()
        with job_transaction("案件通知"):
            ids = event_ids[start : start + TOGETHER]
            events = {event.pk: event for event in event_rows(ids)}
            cases = Case.objects.select_related("lead", "category").defer("grams")
            known = cases.in_bulk({event.subject_id for event in events.values()})
            for event_id in ids:
                try:
                    with transaction.atomic():
                        event = events[event_id]
                        tell_one(event, known[event.subject_id or 0], timezone.now())
                except Exception as error:
                    failed.append(f"{event_id}: {error!r}")
    if failed:
        raise SomeFailed("; ".join(failed))


def tell_one(event: Event, case: Case, at: datetime) -> list[int]:
    """Write the notices of one event of a case; returns the deliveries that are queued."""
    telling = BY_EVENT[event.name]
    if telling.undone_by and was_undone(event, telling.undone_by):
        return []
    day = timezone.localdate(at)
    waiting: list[int] = []
    for code in telling.units(case, event.after):
        waiting += notices.tell(
            users=holders_with_verb(code, telling.verb, day), name=event.name, values=_values(case, event), event_id=event.pk,
            at=at, url=reverse("cases:case", args=[case.number]), unit_code=code,
        )  # fmt: skip
    return waiting


def _values(case: Case, event: Event) -> dict[str, str]:
    return {
        "number": case.number,
        "category": case.category.name if case.category else "",
        "due": timezone.localtime(case.due_at).strftime("%m月%d日 %H:%M") if case.due_at else "",
        "unit": str(
            event.after.get("unit") or event.after.get("lead") or (case.lead.name if case.lead else "")
        ),
        "link": reverse("cases:case", args=[case.number]),
    }


subscribe("case.code_sent", task="cases.send_code")


@job("cases.send_code", title="发送查询验证码", atomic=False)
def send_code(event_ids: list[int]) -> None:
    """Send each one-time code to its reporter's phone; once sent it is not sent again."""
    for event_id in event_ids:
        with job_transaction("发送查询验证码"):
            send_one_code(event_rows([event_id]).get().after["code_id"])


def send_one_code(code_id: int) -> None:
    """Send one code, unless it was sent or is gone."""
    found = code_to_send(code_id)
    if found is None:
        return
    phone, secret, case = found
    root = root_node()
    words = words_with_code(case, secret)
    notices.send_text(phone=phone, words=words, unit_code=root.code if root else "")
    mark_sent(code_id=code_id, at=timezone.now())


subscribe("case.answer_sent", task="cases.send_answers", delay_seconds=UNDO_SECONDS)


@job("cases.send_answers", title="短信答复诉求人", atomic=False)
def send_answers(event_ids: list[int]) -> None:
    """Send each answer to its reporter's phone; one that does not go through holds up no other, and is tried again."""
    failed: list[str] = []
    for event_id in event_ids:
        leave_off_if_asked()
        try:
            with job_transaction("短信答复诉求人") as sender:
                text_answer(event_id=event_id, by=sender, at=timezone.now())
        except Exception as error:
            failed.append(f"{event_id}: {error}")
    if failed:
        raise SomeFailed("; ".join(failed))


subscribe("calendar.day_changed", "calendar.day_restored", "calendar.year_imported", task="cases.redate")


@job("cases.redate", title="日历变更后重算时限", atomic=False)
def redate(event_ids: list[int]) -> None:
    """Bring running clocks in line with the calendar; a clock that does not move is left alone."""
    last = 0
    while ids := _batch(
        lambda at, after: keeping.with_running_clocks(timezone.localdate(at), "", after), timezone.now(), last
    ):
        for case_id in ids:
            leave_off_if_asked()
            with job_transaction("日历变更后重算时限"):
                keeping.redate(case_id=case_id, at=timezone.now())
        last = ids[-1]
