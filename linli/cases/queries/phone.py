"""What a grid worker's telephone shows: what to go and see, and what is open in the own grid."""

from __future__ import annotations

from django.db.models import Q

from linli.cases import policy
from linli.cases.models import Case, CaseQuerySet
from linli.kernel.audit.actor import Actor

LOOKED_AT = ("verifying", "checking")


def asked_of(actor: Actor) -> CaseQuerySet:
    """Verifications asked of the actor's unit, and answered cases of the own grid that somebody else handled; the oldest first."""
    asked = Q(state="verifying", audience__contains=[actor.unit]) | (
        Q(state="checking") & ~Q(lead__code=actor.unit)
    )
    return (
        policy.visible_to(actor)
        .filter(asked)
        .select_related("category", "lead", "place")
        .order_by("received_at")
    )


def open_around(actor: Actor) -> CaseQuerySet:
    """Open cases in the actor's own territory, the latest first."""
    found = policy.visible_to(actor).open().filter(place_path__startswith=actor.scope)
    return found.select_related("category", "lead", "place").order_by("-received_at")


def reports_of(actor: Actor) -> CaseQuerySet:
    """What the actor has reported, the latest first."""
    return (
        Case.objects.filter(taken_by=actor.user_id)
        .select_related("category", "lead")
        .order_by("-received_at")
    )
