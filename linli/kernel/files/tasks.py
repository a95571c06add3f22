"""Forgetting files on time."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.files import commands
from linli.kernel.jobs.job import job


@job("files.purge", title="清理没有记录的文件内容", every="20 3 * * *")
def purge(timestamp: int) -> None:
    """Remove contents that no row names; files whose keeping time is over go by their rule of retention."""
    commands.purge_orphans(at=timezone.now())
