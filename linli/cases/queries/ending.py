"""Which cases had ended on a day that is past, though they were taken up again since."""

from __future__ import annotations

from datetime import datetime

from linli.cases import states
from linli.kernel.audit.models import Event

ENDS = frozenset(step.event for step in states.TABLE.transitions if step.target not in states.OPEN_STATES)
"""What ends a case."""
AGAIN = frozenset(
    step.event
    for step in states.TABLE.transitions
    if step.target in states.OPEN_STATES and not states.OPEN_STATES.issuperset(step.sources)
)
"""What takes an ended case up again. One that is sent back before it ends may have the same event."""


def ended_before(moment: datetime) -> list[int]:
    """The cases that had ended before a moment and were taken up again after it: their rows remember the last ending alone."""
    told = Event.objects.filter(subject_kind="case")
    since = told.filter(name__in=AGAIN, at__gte=moment).values_list("subject_id", flat=True).distinct()
    last = told.filter(name__in=ENDS | AGAIN, at__lt=moment, subject_id__among=list(since))
    rows = last.order_by("subject_id", "-at", "-id").distinct("subject_id").values_list("subject_id", "name")
    return [case for case, name in rows if case is not None and name in ENDS]
