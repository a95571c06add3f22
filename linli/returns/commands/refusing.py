"""A community refuses a round of a form that may not be asked any more, and takes the refusal back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.duties import commands as duties
from linli.duties.commands import Task
from linli.duties.queries.gate import open_refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.returns import states
from linli.returns.commands.filling import locked
from linli.returns.commands.refused import Refused
from linli.returns.commands.rounds import subject_of_return
from linli.returns.models import Return
from linli.returns.queries.permission import why_not_permitted


@transaction.atomic
def refuse_return(*, return_id: int, by: Actor, at: datetime) -> Return:
    """Refuse to fill a return whose form is not permitted any more, or whose admission has ended. It is never late then. Events of both rooms."""
    row = locked(return_id, by, "duty.refuse")
    step = states.TABLE.find("refuse", row.state)
    why = why_not_permitted(row.round.form, timezone.localdate(at))
    if not why:
        raise Refused("“%(title)s”在准许的期限内，不能拒收", title=row.round.form.title)
    task = Task(
        row.round.form.owner.code,
        f"{row.round.form.title} {row.round.period}",
        "form",
        str(row.pk),
        because=why,
    )
    try:
        refusal = duties.refuse(task=task, by=by, at=at)
    except duties.Refused as refused:
        raise Refused(str(refused)) from refused
    return _moved(row, step.target, step.event, by, at, citation=refusal.citation)


@transaction.atomic
def take_back_refusal(*, return_id: int, by: Actor, at: datetime) -> Return:
    """Undo the refusal of a return that nobody has answered. Events of both rooms."""
    row = locked(return_id, by, "duty.refuse")
    step = states.TABLE.find("unrefuse", row.state)
    refusal = open_refusal("form", str(row.pk), row.unit.code)
    if refusal is None:
        raise Refused("区（县）已经答复，不能再撤回")
    duties.take_back_refusal(number=refusal.number, by=by, at=at)
    return _moved(row, step.target, step.event, by, at)


def _moved(row: Return, state: str, event: str, by: Actor, at: datetime, **after: str) -> Return:
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version"])
    record(event, subject=subject_of_return(row), by=by, at=at, after=after)
    return row
