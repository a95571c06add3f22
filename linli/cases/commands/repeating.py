"""A machine that does not know whether its step arrived sends it again: with the same key it is carried out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.cases import rules
from linli.cases.models import ApiRequest, Case
from linli.kernel.audit.actor import Actor


@transaction.atomic
def do_once(
    step: Callable[[], object], *, case: Case, key: str, fingerprint: bytes, by: Actor, at: datetime
) -> datetime:
    """Carry out a step on a case, or nothing where this key has carried it out. Returns when that was: now, or then.

    Without a key it is simply carried out. What is refused takes its key back with it, so it may be tried again;
    ``fingerprint`` tells one step from another.
    """
    if key:
        earlier = _claim(case, key, fingerprint, by, at)
        if earlier is not None:
            return earlier.at
    step()
    return at


def _claim(case: Case, key: str, fingerprint: bytes, by: Actor, at: datetime) -> ApiRequest | None:
    """The request of this key, or None for one that is new and now kept."""
    try:
        with transaction.atomic():
            ApiRequest.objects.create(client=by.label, key=key, fingerprint=fingerprint, case=case, at=at)
    except IntegrityError:
        used = ApiRequest.objects.get(client=by.label, key=key)
        if used.case_id != case.pk or bytes(used.fingerprint) != fingerprint:
            raise rules.Refused("这个幂等键已用于另一个内容不同的请求") from None
        return used
    return None
