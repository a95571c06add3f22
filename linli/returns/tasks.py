"""What takes longer than a page, and what nobody has to think of: filling, filling anew each night, reminding."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.jobs.job import job, job_transaction, leave_off_if_asked
from linli.kernel.privacy.context import set_viewer
from linli.returns import commands
from linli.returns.commands.rounds import FILL
from linli.returns.queries.rounds import rounds_still_filled

FILLER = Actor.system("系统填报")


@job(FILL, title="系统填报一期报表")
def fill(round_id: int) -> None:
    """Fill the returns of a round with everything that is known."""
    set_viewer(FILLER)
    commands.fill_round(round_id=round_id, by=FILLER, at=timezone.now())


@job("returns.fill_anew", title="按新登记的记录重填未交的报表", every="10 4 * * *", atomic=False, alone=True)
def fill_anew(timestamp: int) -> None:
    """Fill what nobody has handed in yet again, so that what was learned at a door yesterday is not asked for today."""
    at = timezone.now()
    with job_transaction("重填报表"):
        ids = rounds_still_filled(timezone.localdate(at))
    for round_id in ids:
        leave_off_if_asked()
        with job_transaction("重填报表"):
            set_viewer(FILLER)
            commands.fill_round(round_id=round_id, by=FILLER, at=at)


@job("returns.remind", title="提醒填报", every="10 8 * * *")
def remind(timestamp: int) -> None:
    """Remind on working days."""
    at = timezone.now()
    if calendar_for().is_working(timezone.localdate(at)):
        commands.remind(by=Actor.system("提醒填报"), at=at)
