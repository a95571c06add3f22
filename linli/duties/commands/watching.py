"""What happens at the gate by itself, day after day: what is over ends, what has come to its review is called up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.duties import states
from linli.duties.commands.applications import Said, move_application
from linli.duties.models import Application
from linli.kernel.audit.actor import Actor

GATE = Actor.system("准入期限")


@transaction.atomic
def watch_gate(*, at: datetime) -> int:
    """End what is over, call up what is due for its review; returns how many applications moved. Run twice, it does nothing more."""
    today = timezone.localdate(at)
    over = Application.objects.filter(state__in=states.IN_FORCE).filter(
        Q(ends_on__lt=today) | Q(state=states.TRIAL, trial_until__lt=today)
    )
    due = Application.objects.filter(state=states.PUBLISHED, review_on__lte=today, ends_on__gte=today)
    moves = [(row.number, "expire") for row in over] + [(row.number, "call_review") for row in due]
    for number, verb in moves:
        move_application(number=number, verb=verb, said_with=Said(), by=GATE, at=at)
    return len(moves)
