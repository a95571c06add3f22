"""What a machine asks for may be asked twice: the same key gives the same case."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from linli.cases import policy, rules
from linli.cases.commands.dispatching import dispatch_by_rule
from linli.cases.commands.intake import receive
from linli.cases.models import ApiRequest, Case
from linli.cases.queries.placing import Intake
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import door


@transaction.atomic
def receive_once(
    intake: Intake, *, key: str, fingerprint: bytes, by: Actor, at: datetime
) -> tuple[Case, bool]:
    """Take a request down and let a rule dispatch it; with a key used before, the case it made. True for a new case.

    ``fingerprint`` tells one content from another: a key used for another one is refused.
    """
    earlier = _claim(key, fingerprint, by, at)
    if earlier is not None:
        return earlier, False
    with door(policy.MACHINE_INTAKE):
        fresh = receive(intake, by=by, at=at)
        case = dispatch_by_rule(case_id=fresh.pk, at=at, fresh=fresh)
    ApiRequest.objects.filter(client=by.label, key=key).update(case=case)
    return case, True


def _claim(key: str, fingerprint: bytes, by: Actor, at: datetime) -> Case | None:
    try:
        with transaction.atomic():
            ApiRequest.objects.create(client=by.label, key=key, fingerprint=fingerprint, at=at)
    except IntegrityError:
        used = ApiRequest.objects.select_related("case").get(client=by.label, key=key)
        if bytes(used.fingerprint) != fingerprint or used.case is None:
            raise rules.Refused("这个幂等键已用于另一个内容不同的请求") from None
        return used.case
    return None
