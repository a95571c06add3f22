"""Filling a round takes longer than a page."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.jobs.job import job
from linli.kernel.privacy.context import set_viewer
from linli.returns.commands.rounds import FILL, fill_round

FILLER = Actor.system("系统填报")


@job(FILL, title="系统填报一期报表")
def fill(round_id: int) -> None:
    """Fill the returns of a round with everything that is known."""
    set_viewer(FILLER)
    fill_round(round_id=round_id, by=FILLER, at=timezone.now())
