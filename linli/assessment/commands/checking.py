"""Confirming what no code can look at: whether a rule for government apps is kept (自查)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.algorithms.text.sentences import said
from linli.assessment import policy
from linli.assessment.commands.refused import Refused
from linli.assessment.models import Confirmation
from linli.assessment.queries.checks import CONCLUSIONS, is_open_to_word, rule_of
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record


@transaction.atomic
def confirm(*, rule: str, state: str, note: str, by: Actor, at: datetime) -> Confirmation:
    """Confirm a rule as kept, not kept, or not applying, with what it rests on. One event.

    A rule that code looks at itself is confirmed only where the look leaves it open: otherwise what it finds stands.
    """
    policy.require(by, "burden.keep")
    found = rule_of(rule)
    if found is None:
        raise Refused("没有这一条规定")
    if not is_open_to_word(found, at):
        raise Refused("这一条由系统当场核对，不须人工确认")
    if state not in CONCLUSIONS:
        raise Refused("请选择结论")
    if not note.strip():
        raise Refused("请写明依据：看了什么，在哪里")
    row = Confirmation.objects.create(
        rule=rule, state=state, note=note.strip(), confirmed_at=at, confirmed_by=by.label
    )
    after = {"title": found.title, "state": said(CONCLUSIONS[state])}
    record(
        "burden.confirmed",
        subject=Subject("burden_rule", row.pk, found.title),
        by=by,
        at=at,
        after=after,
        note=row.note,
    )
    return row
