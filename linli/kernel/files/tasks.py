"""Forgetting files on time."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.files import commands
from linli.kernel.jobs.job import job


@job("files.purge", title="清理到期文件", every="20 3 * * *")
def purge(timestamp: int) -> None:
    """Remove files whose keeping time is over, and contents that no row names."""
    at = timezone.now()
    while commands.purge_expired(by=Actor.system("到期清理"), at=at):
        pass
    commands.purge_orphans(at=at)
