"""What a leader sees on one screen: decisions first, then how it stands, where, and in whose hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.cases.models import Case, Extension, Supervision
from linli.cases.policy import visible_to
from linli.cases.queries.rates import FIVE, GROUPINGS, Share, Sight
from linli.insight.queries.periods import NAMED, Period, cases, named
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import register_url
from linli.kernel.registers.queries import columns_pending
from linli.territory.queries.units import Node, top_node, tree

TREND_DAYS = 30
SHOWN = 3
KEPT_FOR = timedelta(seconds=10)
MOST_KEPT = 64
HOT = 12


@dataclass(frozen=True)
class Decision:
    """Something that waits for a decision: how many, where the list is, and the first of them."""

    title: str
    count: int
    url: str
    why: str
    tone: str = ""
    first: Sequence[Case] = ()


@dataclass(frozen=True)
class Figure:
    """A number with its records."""

    label: str
    value: int
    url: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table: a unit, a category or a community, with its numbers and their records."""

    label: str
    url: str
    received: int
    received_url: str
    open: int
    open_url: str
    overdue: int
    overdue_url: str
    share: Share | None = None
    share_url: str = ""


@dataclass(frozen=True)
class Cockpit:
    """Everything of the page."""

    at: datetime
    period: Period
    place: Node
    decisions: list[Decision]
    figures: list[Figure]
    shares: list[Share]
    trend: dict[str, Any]
    departments: list[Row]
    matters: list[Row]
    places: list[Row]
    total: int
    map_level: str


def latest(actor: Actor, at: datetime, period: Period) -> Cockpit:
    """The cockpit as it was at most ten seconds ago: leaders of one county look at it all day, and it says when it was told.

    What is kept is kept for one and the same sight: person, unit, scope and verbs.
    """
    if columns_pending("cases"):
        return cockpit(actor, at, period)
    key = (actor.user_id, actor.unit, actor.scope, actor.verbs, actor.sees_all, period)
    with _LOCK:
        known = _KEPT.get(key)
        if known is not None and timedelta(0) <= at - known.at < KEPT_FOR:
            return known
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = cockpit(actor, at, period)
        return _KEPT[key]


_LOCK = Lock()
_KEPT: dict[Any, Cockpit] = {}


def cockpit(actor: Actor, at: datetime, period: Period | None = None) -> Cockpit:
    """The cockpit of an actor: only what the actor may see, at this moment."""
    sight = Sight(actor, at)
    period = period or named("year", sight.today)
    within = sight.received(period.first, period.last)
    place = own_place(actor)
    return Cockpit(
        at, period, place, decisions(actor, sight), figures(sight), [sight.share(key, within) for key in FIVE], trend(sight),
        _rows(sight, "office", period, within, shares=True), _rows(sight, "category", period, within),
        _hot(sight, period, within), int(np.count_nonzero(within)), "community" if place.level == "street" else "street",
    )  # fmt: skip


def own_place(actor: Actor) -> Node:
    """The county, street or community that the actor looks after; a department looks at the whole."""
    node = next((n for n in reversed(tree().ancestors(actor.scope)) if n.kind != "department"), None)
    return node or top_node()


def decisions(actor: Actor, sight: Sight) -> list[Decision]:
    """What needs a decision, the gravest first; what does not wait is left out."""
    found = [
        _risen(actor, sight),
        _cases(actor, sight, "objected", _("派单异议待裁"), _("单位认为不该由它办，须裁定")),
        _extensions(sight),
        _supervisions(sight),
        _cases(actor, sight, "urgent_open", _("紧急案件在办"), _("紧急、特急案件尚未办结")),
        _cases(actor, sight, "at_risk", _("临期案件"), _("已进入预警期，尚未到期"), "risk"),
    ]
    return [decision for decision in found if decision.count]


def _first(actor: Actor, sight: Sight, rows: NDArray[np.bool_]) -> list[Case]:
    ids = sight.first(rows, "due_at", SHOWN)
    by_id = visible_to(actor).select_related("lead").defer("grams", "text").in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _risen(actor: Actor, sight: Sight) -> Decision:
    """Overdue cases that have risen to the level of the actor's own unit; below the county only those of its own units."""
    depth = max(1, actor.scope.count("/"))
    measure = f"risen.{min(depth, 4)}"
    rows = sight.holds(measure)
    own: list[str] = []
    if depth > 1:
        own = [node.code for node in tree().below(actor.scope)]
        keys, codes = sight.keys("lead")
        rows = rows & np.isin(keys, [place for place, code in enumerate(codes) if code in set(own)])
        own = sorted(set(own) & set(sight.counts("lead", rows)))
    url = cases(measure=[measure], lead=own)
    return Decision(
        _("超期升级到本级"),
        int(np.count_nonzero(rows)),
        url,
        _("逐级催办后仍未办结"),
        "overdue",
        _first(actor, sight, rows),
    )


def _cases(actor: Actor, sight: Sight, measure: str, title: str, why: str, tone: str = "") -> Decision:
    rows = sight.holds(measure)
    count = int(np.count_nonzero(rows))
    first = _first(actor, sight, rows) if count and measure == "objected" else []
    return Decision(title, count, cases(measure=[measure]), why, tone, first)


def _extensions(sight: Sight) -> Decision:
    waiting = Extension.objects.filter(decided_at=None).values_list("case_id", flat=True)
    url = register_url("extensions", decided=["open"])
    return Decision(_("延期、缓办申请待决"), sight.among(waiting), url, _("到期前须答复准许与否"))


def _supervisions(sight: Sight) -> Decision:
    waiting = Supervision.objects.filter(answered_at=None).values_list("case_id", flat=True)
    url = register_url("supervisions", answered=["no"])
    return Decision(_("督办未回复"), sight.among(waiting), url, _("已发出的督办，单位尚未回复"))


def figures(sight: Sight) -> list[Figure]:
    """Received and closed today, this week and this year; then what is open, near its date and past it."""
    found = []
    for name in ("today", "week", "year"):
        period = named(name, sight.today)
        closed = sight.holds("closed") & sight.closed(period.first, period.last)
        closed_url = cases(closed_at=[period.value], measure=["closed"])
        words = str(NAMED[name])
        found.append(
            Figure(
                _("%(when)s受理") % {"when": words},
                sight.count("", sight.received(period.first, period.last)),
                cases(period),
            )
        )
        found.append(Figure(_("%(when)s结案") % {"when": words}, int(np.count_nonzero(closed)), closed_url))
    found.append(Figure(_("在办"), sight.count("open"), cases(measure=["open"])))
    for measure, label, tone in (("at_risk", _("临期"), "risk"), ("overdue", _("逾期"), "overdue")):
        count = sight.count(measure)
        found.append(Figure(label, count, cases(measure=[measure]), "", tone if count else ""))
    return found


def trend(sight: Sight) -> dict[str, Any]:
    """Received and closed a day, with the records of each day."""
    first = sight.today - timedelta(days=TREND_DAYS - 1)
    days = [first + timedelta(days=n) for n in range(TREND_DAYS)]
    return {
        "kind": "line",
        "label": _("日期"),
        "labels": [f"{day.month}-{day.day}" for day in days],
        "series": [
            {"name": _("受理"), "values": sight.by_day("received_at", first, sight.today)},
            {"name": _("办结"), "values": sight.by_day("closed_at", first, sight.today)},
        ],
        "unit": _("件"),
        "urls": [cases(Period(day, day)) for day in days],
    }


def _rows(
    sight: Sight, by: str, period: Period, within: NDArray[np.bool_], *, shares: bool = False
) -> list[Row]:
    """A table of groups in a fixed order, never by how good a rate is."""
    grouping = GROUPINGS[by]
    groups = {g.code: g for g in sight.groups(by, within, ("on_time",))} if shares else {}
    received, open_, overdue = (
        sight.counts(by, rows) for rows in (within, sight.holds("open"), sight.holds("overdue"))
    )
    codes = sorted({*received, *open_} - {""}, key=lambda code: (grouping.order(code), code))
    return [
        Row(
            grouping.label(code), "", received.get(code, 0), cases(period, **{grouping.filter: [code]}),
            open_.get(code, 0), cases(None, **{grouping.filter: [code], "measure": ["open"]}),
            overdue.get(code, 0), cases(None, **{grouping.filter: [code], "measure": ["overdue"]}),
            groups[code].shares["on_time"] if code in groups else None,
            cases(period, **{grouping.filter: [code], "measure": ["on_time.all"]}),
        )
        for code in codes
    ]  # fmt: skip


def _hot(sight: Sight, period: Period, within: NDArray[np.bool_]) -> list[Row]:
    """The communities with the most open cases: where, not who."""
    open_ = sight.counts("community", sight.holds("open"))
    overdue, received = sight.counts("community", sight.holds("overdue")), sight.counts("community", within)
    codes = sorted((code for code in open_ if code), key=lambda code: (-open_[code], code))[:HOT]
    return [
        Row(
            GROUPINGS["community"].label(code),
            reverse("territory:unit", args=[code]),
            received.get(code, 0),
            cases(period, area=[code]),
            open_[code],
            cases(area=[code], measure=["open"]),
            overdue.get(code, 0),
            cases(area=[code], measure=["overdue"]),
        )
        for code in codes
    ]
