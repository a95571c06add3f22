"""What the worker does after a change of the territory."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.subscriptions import subscribe
from linli.kernel.jobs.job import job
from linli.territory import commands

TITLE = "重新定位标准地址"


@job("territory.relocate", title=TITLE)
def relocate(event_ids: list[int]) -> None:
    """New outlines: buildings and addresses find their grids again. Run twice, it changes nothing the second time."""
    commands.relocate_places(by=Actor.system(TITLE), at=timezone.now())


subscribe("territory.boundaries_imported", task="territory.relocate")
