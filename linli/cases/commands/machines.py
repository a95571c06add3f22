"""What a machine asks for may be sent again, when it does not know whether it arrived: the same key does it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from linli.cases import policy, rules
from linli.cases.commands.dispatching import AUTOMATON, dispatch_fresh
from linli.cases.commands.intake import reserve, written
from linli.cases.commands.keys import claim
from linli.cases.models import ApiRequest, Case
from linli.cases.queries.placing import Intake
from linli.cases.queries.routing import automatic
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import door


@transaction.atomic
def receive_once(
    intake: Intake, *, key: str, fingerprint: bytes, by: Actor, at: datetime
) -> tuple[Case, bool]:
    """Take a request down and let a rule dispatch it; with a key used before, the case it made. True for a new case.

    ``fingerprint`` tells one content from another: a key used for another one is refused.
    """
    with door(policy.MACHINE_INTAKE):
        reserved = reserve([intake.received_at or at])
        earlier = _claim(key, fingerprint, by, at, reserved[0].id)
        if earlier is not None:
            return earlier.case, False
        (case,) = written([intake], by=by, at=at, reserved=reserved)
        if automatic(case, at):
            case = dispatch_fresh(case, by=AUTOMATON, at=at)
    return case, True


@transaction.atomic
def do_once(
    step: Callable[[], object], *, case: Case, key: str, fingerprint: bytes, by: Actor, at: datetime
) -> datetime:
    """Carry out a step on a case, or nothing where this key has carried it out. Returns when that was: now, or then.

    Without a key it is simply carried out. What is refused takes its key back with it, so it may be tried again;
    ``fingerprint`` tells one step from another.
    """
    earlier = _claim(key, fingerprint, by, at, case.pk) if key else None
    if earlier is not None:
        if earlier.case_id != case.pk:
            raise rules.Refused(OTHER)
        return earlier.at
    step()
    return at


OTHER = "这个幂等键已用于另一个内容不同的请求"


def _claim(key: str, fingerprint: bytes, by: Actor, at: datetime, case_id: int) -> ApiRequest | None:
    """The same request if it was sent before with this key; a key that was used for another content is refused."""
    used = claim(client=by.label, key=key, fingerprint=fingerprint, case_id=case_id, at=at)
    if used is not None and bytes(used.fingerprint) != fingerprint:
        raise rules.Refused(OTHER)
    return used
