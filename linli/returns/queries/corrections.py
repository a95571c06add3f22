"""Figures that a unit wrote otherwise than the registers say: they go back to who keeps the registers, until these say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import declare_door, door
from linli.returns.models import Return
from linli.returns.queries.figures import figures
from linli.returns.queries.filled import records_url
from linli.returns.rules.elements import Element, dictionary

CHECK = declare_door(
    "报表更正核对", "数一数本单位在报表里更正过的数字现在登记为多少，只得到数量，不显示任何人的记录"
)
LATELY = timedelta(days=60)
"""A correction is brought up for so long; later the next period of the form asks again."""

MOST = 6
"""Corrections that are looked at, the latest first: each is counted anew."""


@dataclass(frozen=True)
class Correction:
    """One figure: what the form says and why, and what the register says now. ``url`` lists the records behind it."""

    row: Return
    element: Element
    said: Any
    reason: str
    now: int
    url: str


def open_corrections(unit: str, at: datetime) -> Sequence[Correction]:
    """The corrections of a unit (its code) that its registers do not say yet; of a figure corrected in several forms the latest."""
    rows = Return.objects.whole().filter(unit__code=unit, round__opened_at__gte=at - LATELY).exclude(given={})
    told: dict[str, tuple[Return, Element, dict[str, Any]]] = {}
    for row in rows.order_by("-round__first", "-pk"):
        for place, given in row.given.items():
            element = dictionary().get(row.round.template.bindings.get(place, ""))
            if given.get("reason") and element is not None and element.kind == "figure":
                told.setdefault(element.code, (row, element, given))
    latest = list(told.values())[:MOST]
    now = _now(latest, at)
    found = [
        Correction(row, element, given["value"], given["reason"], count, records_url(element, row))
        for (row, element, given), count in zip(latest, now, strict=True)
    ]
    return [each for each in found if str(each.now) != str(each.said)]


def _now(told: Sequence[tuple[Return, Element, Any]], at: datetime) -> list[int]:
    """What the registers say now of each; those of one round are counted together."""
    asked: dict[int, list[str]] = defaultdict(list)
    rounds = {row.round_id: row for row, _element, _given in told}
    for row, element, _given in told:
        asked[row.round_id].append(element.code)
    by = Actor.system("报表更正核对")
    with door(CHECK):
        counted = {
            pk: figures(codes, [rounds[pk].path], rounds[pk].round.span, by, at)
            for pk, codes in asked.items()
        }
    return [counted[row.round_id][element.code][row.path] for row, element, _given in told]
