"""Entries of this room in the left rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.duties import states
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Count, NavItem
from linli.territory.queries.units import tree

MOST = 100
"""Beyond this the rail shows 99+."""

NAV = [
    NavItem(label=_("清单"), url="duties:categories", icon="list-tree", verb="duty.view", order=60),
    NavItem(label=_("派单目录"), url="duties:catalogue", icon="route", verb="duty.view", order=61),
    NavItem(
        label=_("准入"),
        url="duties:gate",
        icon="door",
        verb="duty.view",
        order=62,
        also=("/duties/bypasses/",),
    ),
    NavItem(label=_("拒收"), url="duties:refusals", icon="hand-stop", verb="duty.view", order=63),
]


def badges(actor: Actor) -> dict[str, Count]:
    """What waits at the gate: to be heard, decided, published or reviewed, and to be answered; of a community, what it is asked about."""
    unit = tree().by_code.get(actor.unit)
    if actor.may("duty.gate"):
        waiting = [*states.OPEN, states.ADMITTED, states.CONDITIONAL, states.REVIEW]
        return {
            "duties:gate": (_counted("duties_application WHERE state = ANY(%s)"), [waiting]),
            "duties:refusals": (_counted("duties_refusal WHERE state = %s"), [states.SENT]),
        }
    if actor.may("duty.opine") and unit is not None:
        asked = "duties_opinion o JOIN duties_application a ON a.id = o.application_id WHERE o.unit_id = %s AND o.stance = '' AND a.state = %s"
        return {"duties:gate": (_counted(asked), [unit.id, states.HEARING])}
    return {}


def _counted(rows: str) -> str:
    return f"SELECT count(*) FROM (SELECT FROM {rows} LIMIT {MOST}) AS waiting"
