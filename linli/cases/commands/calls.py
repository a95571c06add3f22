"""What is being typed at a desk: kept as it is typed, put aside for a second call, taken up again, dropped.

A call not yet sent is nobody's record: keeping it writes no event, and destroying its key does (``privacy.forgotten``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.models import ParkedCall
from linli.cases.queries.calls import ABOUT
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.commands import forget, make_key, open_key

KEPT = timedelta(hours=12)
"""How long a call may stay unsent: a shift."""


@transaction.atomic
def keep_call(
    *, words: Mapping[str, str], by: Actor, at: datetime, call_id: int | None = None, parked: bool = False
) -> ParkedCall:
    """Seal what is typed so far; the same call again, or a new one."""
    policy.require(by, "case.take")
    row = _own(call_id, by) if call_id is not None else None
    if row is None:
        key = make_key(subject="parked call")
        row = ParkedCall(taken_by=_person(by), key_id=key.id)
    else:
        key = open_key(row.key_id)
    row.sealed = key.seal(json.dumps(dict(words), ensure_ascii=False), ABOUT)
    row.parked, row.saved_at, row.expires_at = parked, at, at + KEPT
    row.save()
    return row


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise rules.Refused("请先登录")
    return by.user_id


def _own(call_id: int, by: Actor) -> ParkedCall | None:
    return ParkedCall.objects.select_for_update().filter(pk=call_id, taken_by=_person(by)).first()


@transaction.atomic
def drop_call(*, call_id: int, by: Actor, at: datetime) -> None:
    """Forget a call that was sent or is not wanted; its key is destroyed with it."""
    policy.require(by, "case.take")
    row = _own(call_id, by)
    if row is not None:
        _destroy(row, by, at)


def _destroy(row: ParkedCall, by: Actor, at: datetime) -> None:
    forget(key_id=row.key_id, by=by, at=at)
    row.delete()
