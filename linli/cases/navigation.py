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


def to_screen(actor: Actor) -> int:
    """What waits to be accepted."""
    return waiting("received", "verifying")


def to_dispatch(actor: Actor) -> int:
    """What waits for a unit."""
    return waiting("filed")


def to_rule(actor: Actor) -> int:
    """Objections without a ruling."""
    return waiting("objected")


NAV = [
    NavItem(label=_("接听登记"), url="cases:desk", icon="headset", verb="case.take", order=5),
    NavItem(
        label=_("受理"),
        url="cases:screening",
        icon="clipboard-check",
        verb="case.screen",
        order=6,
        badge=to_screen,
    ),
    NavItem(
        label=_("派遣"),
        url="cases:dispatching",
        icon="send",
        verb="case.dispatch",
        order=8,
        badge=to_dispatch,
    ),
    NavItem(
        label=_("异议与延期"),
        url="cases:arbitration",
        icon="scale",
        verb="case.arbitrate",
        order=9,
        badge=to_rule,
    ),
    NavItem(label=_("回访"), url="cases:callback", icon="phone-call", verb="case.callback", order=14),
    NavItem(label=_("督办"), url="cases:supervision", icon="speakerphone", verb="case.supervise", order=16),
    NavItem(label=_("建议提案"), url="cases:proposals", icon="file-text", verb="case.view", order=34),
    NavItem(label=_("收件"), url="cases:inbox", icon="inbox", verb="case.sign", order=12, badge=to_sign),
    NavItem(label=_("案件"), url="cases:list", icon="files", verb="case.view", order=30),
]
