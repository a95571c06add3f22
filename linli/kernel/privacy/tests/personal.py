"""Requests of people of several places, and a sign, for the attack test."""

from __future__ import annotations

from linli.kernel.privacy.models import Request, Sign
from linli.kernel.privacy.tests.protocol import rows_of
from tests.cast import MONDAY, Cast


@rows_of("privacy.Request")
def of_requests(cast: Cast) -> None:
    """One request of each place."""
    for who in ("operator", "clerk", "builder", "community", "stranger", "street"):
        actor = cast.actors[who]
        Request.objects.create(
            kind="reveal",
            asked_by=actor.user_id,
            asked_label=actor.label,
            unit=actor.unit,
            scope=actor.scope,
            selection="王秀英等",
            count=9,
            purpose="visit",
            reason="走访",
            asked_at=MONDAY,
        )


@rows_of("privacy.Sign")
def of_signs(cast: Cast) -> None:
    """A sign about one of the cast."""
    Sign.objects.create(
        kind="night",
        day=MONDAY.date(),
        actor_id=cast.users["clerk"].pk,
        actor_label="秦川",
        count=9,
        first_at=MONDAY,
        last_at=MONDAY,
    )
