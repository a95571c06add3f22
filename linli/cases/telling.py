"""Who is told of what: a table from event to the people who must act on it. Nobody is told who the reporter is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.cases.models import Case
from linli.territory.queries.units import root_node, tree

Units = Callable[[Case, dict[str, Any]], list[str]]


@dataclass(frozen=True)
class Telling:
    """An event, the units whose people hear of it, the verb those people must have, and the events that take it back."""

    event: str
    units: Units
    verb: str
    undone_by: tuple[str, ...] = ()


def lead(case: Case, after: dict[str, Any]) -> list[str]:
    """The lead unit."""
    return [case.lead.code] if case.lead else []


def unmerged(case: Case, after: dict[str, Any]) -> list[str]:
    """The lead unit, unless the case follows another: then the other's unit has the matter, and is told at the other."""
    return [] if case.merged_into_id else lead(case, after)


def named(case: Case, after: dict[str, Any]) -> list[str]:
    """The unit that the event names."""
    return [after["unit_code"]] if after.get("unit_code") else lead(case, after)


def county(case: Case, after: dict[str, Any]) -> list[str]:
    """The county's own desk."""
    root = root_node()
    return [root.code] if root else []


def around(case: Case, after: dict[str, Any]) -> list[str]:
    """The grid and the community of the place."""
    above = tree().ancestors(case.place_path)
    return [node.code for node in above if node.level in {"grid", "community"}]


def risen(case: Case, after: dict[str, Any]) -> list[str]:
    """The lead unit and the one it has risen to."""
    return list(dict.fromkeys([*lead(case, after), *named(case, after)]))


TELLINGS = (
    Telling("case.dispatched", lead, "case.sign", undone_by=("case.recalled", "case.withdrawn")),
    Telling("case.withdrawn", named, "case.sign"),
    Telling("case.reassigned", lead, "case.sign"),
    Telling("case.handed_down", lead, "case.sign"),
    Telling("case.refused", county, "case.dispatch", undone_by=("case.refusal_taken_back",)),
    Telling("case.returned", county, "case.arbitrate"),
    Telling("case.objection_upheld", county, "case.dispatch"),
    Telling("case.objection_overruled", lead, "case.sign"),
    Telling("case.at_risk", lead, "case.handle"),
    Telling("case.overdue", lead, "case.handle"),
    Telling("case.escalated", lambda case, after: after.get("tell", risen(case, after)), "case.hear_overdue"),
    Telling("case.extension_requested", county, "case.extend_decide"),
    Telling("case.extension_decided", lead, "case.handle"),
    Telling("case.deferral_requested", county, "case.extend_decide"),
    Telling("case.deferral_refused", lead, "case.handle"),
    Telling("case.deferred", lead, "case.handle"),
    Telling("case.reopened", risen, "case.handle"),
    Telling("case.reworked", lead, "case.handle"),
    Telling("case.word_added", unmerged, "case.handle"),
    Telling("case.word_passed_on", lead, "case.handle"),
    Telling("case.word_held", county, "case.screen"),
    Telling("case.supervised", named, "case.handle"),
    Telling("case.verification_asked", named, "case.check"),
    Telling("case.answered", around, "case.check"),
)
"""Every event that asks somebody to act."""

BY_EVENT = {telling.event: telling for telling in TELLINGS}
