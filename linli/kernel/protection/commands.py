"""Forgetting by rule, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.privacy.retention import DEEDS, RETENTION

BATCH = 200


@transaction.atomic
def forget_some(*, rule: str, ids: Sequence[Any], by: Actor, at: datetime) -> int:
    """Do what a rule says for these rows, and record how many; a row that is kept by a norm of its own stays."""
    declared = RETENTION[rule]
    count = declared.forget(ids, by, at)
    if count:
        after = {"rule": said(declared.words), "count": count, "does": said(DEEDS[declared.does])}
        record("privacy.forgot", subject=Subject("retention", None, rule), by=by, at=at, after=after)
    return count
