"""The loop's entries of the left rail, with what waits in each."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.cases.models import Case
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import NavItem

MOST = 999


def waiting(*state: str) -> int:
    """Cases in a state that the viewer may see, counted under the row policies; beyond ``MOST`` nobody needs the number."""
    return Case.objects.filter(state__in=state).order_by()[:MOST].count()


def to_sign(actor: Actor) -> int:
    """What waits for the unit's signature."""
    return Case.objects.filter(lead__code=actor.unit, state="dispatched").order_by()[:MOST].count()


NAV = [
    NavItem(label=_("收件"), url="cases:inbox", icon="inbox", verb="case.sign", order=12, badge=to_sign),
    NavItem(label=_("案件"), url="cases:list", icon="files", verb="case.view", order=30),
]
