"""One answer to every reporter: whoever asked for the same gets what the main case got."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.move import subject_of
from linli.cases.models import Case, Reporter
from linli.cases.queries.texts import words_of_answer
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import event_rows
from linli.kernel.audit.record import Entry, record, record_all
from linli.kernel.notices import commands as notices
from linli.kernel.privacy.commands import Forgotten, open_key
from linli.kernel.privacy.context import door
from linli.territory.queries.units import root_node

TAKEN_BACK = ("case.restored", "case.reopened", "case.unmerged")
"""With one of these the answer of a case, or of the one it follows, is no longer its answer."""


def answer_reporters(case: Case, *, spoken: bool, by: Actor, at: datetime) -> int:
    """Write the answer of a finished case into every case merged into it, and send it to all who can be reached.

    Called inside the transaction that finishes the case. ``spoken``: its own reporter has heard the answer already.
    Whoever closes a case need not see those merged into it: hence the door. Returns how many reporters are answered.
    """
    followers: list[Case] = []
    if case.merged_count:
        with door(policy.SAME_ANSWER):
            rows = Case.objects.filter(merged_into=case)
            followers = list(rows.select_for_update().only("id", "number", "place_path", "has_contact"))
            rows.update(result=case.result, closed_at=at)
    told = [each for each in ([] if spoken else [case]) + followers if each.has_contact]
    after = {"main": case.number, "main_id": case.pk}
    record_all([Entry("case.answer_sent", subject_of(each), after=after) for each in told], by=by, at=at)
    return len(told)


@transaction.atomic
def text_answer(*, event_id: int, by: Actor, at: datetime) -> bool:
    """Send the answer of a ``case.answer_sent`` to its reporter's phone and write down that it went; returns whether it did.

    It goes once: the reporter's row is locked meanwhile, and who was sent it already is passed over. Whoever is killed
    between the two sends it again, since an answer that comes twice does less harm than one that never comes. An answer
    that was taken back is not sent. Raises ``notices.NotSent`` where the channel refuses; nothing is written down then.
    """
    event = event_rows([event_id]).get()
    rows = Reporter.objects.select_for_update(of=("self",)).select_related("case__merged_into")
    reporter = rows.filter(case_id=event.subject_id or 0).first()
    if reporter is None or not _is_due(event):
        return False
    phone = _phone_of(reporter)
    if not rules.takes_texts(phone):
        return False
    case, root = reporter.case, root_node()
    words = words_of_answer(case, case.merged_into or case)
    notices.send_text(phone=phone, words=words, unit_code=root.code if root else "")
    record("case.answer_texted", subject=subject_of(case), by=by, at=at, after={"answer": event.pk})
    return True


def _is_due(event: Event) -> bool:
    """Whether an answer still stands and has not gone out."""
    later = Event.objects.filter(subject_kind="case", pk__gt=event.pk)
    cases = {event.subject_id, event.after.get("main_id")}
    if later.filter(subject_id__in=cases, name__in=TAKEN_BACK).exists():
        return False
    return not later.filter(
        subject_id=event.subject_id, name="case.answer_texted", after__answer=event.pk
    ).exists()


def _phone_of(reporter: Reporter) -> str:
    """The number in clear; empty where there is none, or where it was forgotten."""
    try:
        return open_key(reporter.key_id).unseal(bytes(reporter.phone), "phone") if reporter.phone else ""
    except Forgotten:
        return ""
