"""One answer to every reporter: whoever asked for the same gets what the main case got."""

from __future__ import annotations

from datetime import datetime

from linli.cases import policy
from linli.cases.commands.move import subject_of
from linli.cases.models import Case
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Entry, record_all
from linli.kernel.privacy.context import door


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
