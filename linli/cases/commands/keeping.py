"""What time does to cases that nobody touches: dates follow a changed calendar, reporters are forgotten when their time is up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from linli.cases.commands import clock
from linli.cases.commands.move import MOVING, locked, subject_of
from linli.cases.models import Case, Reporter
from linli.cases.queries.clocks import norm_for, said_date
from linli.cases.states import OPEN_STATES
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy.commands import forget
from linli.kernel.privacy.models import DataKey

KEEPER = Actor.system("到期处理")
STEP = 200


def with_running_clocks(since: date, place: str, last: int) -> list[int]:
    """The next cases, after a case's id, with a running clock that a day since then may have moved."""
    running = Case.objects.filter(
        clocks__stopped_at=None,
        clocks__isnull=False,
        clocks__due_at__date__gte=since,
        place_path__startswith=place,
        pk__gt=last,
    )
    return list(running.order_by("pk").distinct().values_list("pk", flat=True)[:STEP])


@transaction.atomic
def redate(*, case_id: int, at: datetime) -> bool:
    """Work the dates of a case out anew after the calendar changed; the first date stays on the clock. True if one moved."""
    case = locked(case_id)
    running = list(case.clocks.filter(stopped_at=None))
    before = {row.kind: row.due_at for row in running}
    for row in running:
        clock.redate(row, case.place_path)
    moved = [row for row in running if row.due_at != before[row.kind]]
    if not moved:
        return False
    for row in moved:
        row.warned_at = row.late_at = None
        row.save(update_fields=["due_at", "provisional", "warned_at", "late_at"])
    clock.set_dates(case, running)
    case.version += 1
    case.save(update_fields=MOVING)
    after = {"due": said_date(case.resolve_due_at)}
    record("case.redated", subject=subject_of(case), by=KEEPER, at=at, after=after)
    return True


def kept_long_enough(at: datetime, keep: timedelta) -> QuerySet[Reporter]:
    """The reporters that may be due to be forgotten, given the shortest time of keeping; each is then looked at by its own
    norm. What was closed more lately is not looked at: that is nearly everything, every night.
    """
    whole = DataKey.objects.filter(destroyed_at=None).values("pk")
    closed = Reporter.objects.filter(case__closed_at__lte=at - keep, key_id__in=whole)
    return closed.exclude(case__state__in=OPEN_STATES).order_by("case__closed_at", "pk")


def forget_reporters(ids: Sequence[int], by: Actor, at: datetime) -> int:
    """Forget these reporters, those whose own norm says that their time is over; returns how many."""
    return sum(forget_reporter(case_id, at) for case_id in ids)


@transaction.atomic
def forget_reporter(case_id: int, at: datetime) -> int:
    """Destroy the key of a closed case's reporter when the norm's time is over; the case itself stays, and counts."""
    case = locked(case_id)
    keep = int(norm_for(case, "cases.reporter.keep", at).amount())
    if case.closed_at is None or case.state in OPEN_STATES or at < case.closed_at + timedelta(days=keep):
        return 0
    reporter = Reporter.objects.select_for_update().filter(case=case).first()
    if reporter is None:
        return 0
    forget(key_id=reporter.key_id, by=KEEPER, at=at)
    reporter.phone_index = reporter.phone_tail_index = None
    reporter.save(update_fields=["phone_index", "phone_tail_index"])
    return 1
