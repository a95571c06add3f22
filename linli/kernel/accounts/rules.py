"""Decisions about signing in: values in, value out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class LockOut:
    """How many wrong passwords shut an account, and for how long.

    Source: GB/T 22239-2019 asks for a lock-out without giving the figures [GK]; the defaults are common practice.
    """

    failures: int = 5
    minutes: int = 15


def after_failure(failures_before: int, at: datetime, policy: LockOut) -> tuple[int, datetime | None]:
    """The count of failures after one more, and until when the account is shut (None: not shut)."""
    failures = failures_before + 1
    if failures >= policy.failures:
        return 0, at + timedelta(minutes=policy.minutes)
    return failures, None
