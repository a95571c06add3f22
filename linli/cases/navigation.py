"""The loop's entries of the left rail, with what waits in each, and of the telephone's bar."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Count, NavItem, Way
from linli.territory.queries.units import tree

MOST = 100
"""Beyond this the rail shows 99+: every page counts, and nobody needs the number there."""

BOARDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cases:screening": ("case.screen", ("received", "verifying")),
    "cases:dispatching": ("case.dispatch", ("filed",)),
    "cases:arbitration": ("case.arbitrate", ("objected",)),
    "cases:inbox": ("case.sign", ("dispatched",)),
}
"""Who works at an entry, and the states of the cases that wait there."""

OWN = {"cases:inbox"}
"""Where only the cases wait that the actor's unit leads."""


def badges(actor: Actor) -> dict[str, Count]:
    """What waits at each entry for the actor, counted under the row policies."""
    unit = tree().by_code.get(actor.unit)
    asked: dict[str, Count] = {}
    for url, (verb, states) in BOARDS.items():
        if actor.may(verb):
            own = " AND lead_id = %s" if url in OWN else ""
            waiting = f"SELECT FROM cases_case WHERE state = ANY(%s){own} LIMIT {MOST}"
            given = [list(states), *([unit.id if unit else None] if own else [])]
            asked[url] = f"SELECT count(*) FROM ({waiting}) AS waiting", given
    return asked


LISTS = tuple(f"/list/{name}/" for name in ("cases", "objections", "supervisions", "extensions", "callbacks"))
"""The lists of what belongs to cases."""

NAV = [
    NavItem(label=_("接听登记"), url="cases:desk", icon="headset", verb="case.take", order=5),
    NavItem(
        label=_("受理"),
        url="cases:screening",
        icon="clipboard-check",
        verb="case.screen",
        order=6,
    ),
    NavItem(
        label=_("派遣"),
        url="cases:dispatching",
        icon="send",
        verb="case.dispatch",
        order=8,
    ),
    NavItem(
        label=_("异议与延期"),
        url="cases:arbitration",
        icon="scale",
        verb="case.arbitrate",
        order=9,
    ),
    NavItem(label=_("回访"), url="cases:callback", icon="phone-call", verb="case.callback", order=14),
    NavItem(label=_("督办"), url="cases:supervision", icon="speakerphone", verb="case.supervise", order=16),
    NavItem(label=_("建议提案"), url="cases:proposals", icon="file-text", verb="case.view", order=34),
    NavItem(label=_("收件"), url="cases:inbox", icon="inbox", verb="case.sign", order=12),
    NavItem(label=_("案件"), url="cases:list", icon="files", verb="case.view", order=30, also=LISTS),
]

WAYS = [Way("refused_case", _("看这件案件"), "cases:case", "files", "case.view")]
"""From a refusal on to the case that was refused."""

PHONE = [
    NavItem(label=_("待办"), url="cases:phone_home", icon="checklist", verb="", order=10),
    NavItem(label=_("上报"), url="cases:phone_report", icon="camera", verb="case.report", order=20),
    NavItem(label=_("网格"), url="cases:phone_grid", icon="map-2", verb="", order=40),
    NavItem(label=_("我的"), url="cases:phone_me", icon="user", verb="", order=50),
]
"""The bar below the pages of a telephone."""
