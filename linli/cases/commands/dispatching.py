"""Giving a case to a unit: by hand, by the catalogue alone, back with an objection, and on to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.cases import rules
from linli.cases.commands.move import allowed, carry_out, facts_of, locked
from linli.cases.commands.screening import open_case
from linli.cases.models import Assignment, Case, Objection
from linli.cases.queries.clocks import norm_for, said_date
from linli.cases.queries.routing import forbidding_of, routing_of, unit_for, was_automatic
from linli.cases.queries.similar import is_repeated
from linli.cases.rules import UnitFacts
from linli.duties.queries import Routing
from linli.kernel.audit.actor import Actor
from linli.kernel.standing import put
from linli.territory.models import Unit
from linli.territory.queries.units import Node

AUTOMATON = Actor.system("自动派遣")
AnyUnit = Unit | Node


def unit_facts(unit: AnyUnit) -> UnitFacts:
    """What the rules need to know of a unit."""
    return UnitFacts(unit.code, unit.name, unit.kind, unit.path)


@transaction.atomic
def dispatch(
    *, case_id: int, lead: AnyUnit, by: Actor, at: datetime, assist: Sequence[AnyUnit] = (), reason: str = "",
    version: int | None = None,
) -> Case:  # fmt: skip
    """Give a filed case to a lead and assisting units; their clocks start."""
    case = locked(case_id, version=version)
    return _dispatch(case, lead, assist, by=by, at=at, reason=reason)


def _dispatch(
    case: Case,
    lead: AnyUnit,
    assist: Sequence[AnyUnit],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    routing: Routing | None = None,
) -> Case:
    transition = allowed(case, "dispatch", by=by)
    routing = routing or routing_of(case, at)
    rules.may_go_to(facts_of(case), unit_facts(lead), *forbidding_of(case, routing, at))
    give(case, lead, assist, by=by, at=at, reason=reason, routing=routing)
    case.dispatched_at = at
    after = {"lead": lead.name, "lead_code": lead.code, "assist": _and(assist), "automatic": by == AUTOMATON}
    return carry_out(case, transition, by=by, at=at, note=reason, after=after)


def _and(assist: Sequence[AnyUnit]) -> str:
    return f"，协办：{'、'.join(unit.name for unit in assist)}" if assist else ""


def give(
    case: Case,
    lead: AnyUnit,
    assist: Sequence[AnyUnit],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    routing: Routing | None,
) -> None:
    """Write the turns of the lead and assisting units; the caller saves the case."""
    case.lead_id = lead.id
    case.audience = list(dict.fromkeys([*case.audience, lead.code, *(unit.code for unit in assist)]))
    put(
        Assignment(
            case=case, unit_id=unit.id, is_lead=unit.code == lead.code, given_at=at, given_by=by.label, automatic=by == AUTOMATON,
            entry_id=routing.entry_id if routing else None, reason=reason,
        )
        for unit in (lead, *(u for u in assist if u.code != lead.code))
    )  # fmt: skip


def end_turns(case: Case, at: datetime, outcome: str) -> None:
    """End the running turns of a case."""
    case.assignments.filter(ended_at=None).update(ended_at=at, outcome=outcome)


@transaction.atomic
def dispatch_by_rule(*, case_id: int, at: datetime) -> Case:
    """Open and dispatch a case where one catalogue rule decides alone; else leave it as it is on the screening board."""
    return dispatch_fresh(locked(case_id), by=AUTOMATON, at=at)


def dispatch_fresh(case: Case, *, by: Actor, at: datetime) -> Case:
    """``dispatch_by_rule`` as a part of the command that has just written the case.

    A case with the very words of an open one at the same place waits for a person: it may be the same matter. So does one that the
    catalogue would send where a list forbids it.
    """
    routing = routing_of(case, at)
    if routing is None or not routing.auto or case.state != "received" or case.kind == "tipoff":
        return case
    lead = unit_for(case, routing.lead)
    if lead is None or is_repeated(case, at) or _may_not(case, lead, routing, at):
        return case
    assist = [unit for word in routing.assist if (unit := unit_for(case, word)) is not None]
    open_case(case, by=by, at=at, save=False)
    return _dispatch(case, lead, assist, by=by, at=at, reason=routing.reason, routing=routing)


def _may_not(case: Case, lead: Node, routing: Routing, at: datetime) -> bool:
    try:
        rules.may_go_to(facts_of(case), unit_facts(lead), *forbidding_of(case, routing, at))
    except rules.Refused:
        return True
    return False


@transaction.atomic
def dispatch_as_suggested(*, case_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """A person sends a filed case where the catalogue says, without choosing: one of a batch."""
    case = locked(case_id, version=version)
    routing = routing_of(case, at)
    lead = unit_for(case, routing.lead) if routing is not None else None
    if routing is None or lead is None:
        raise rules.Refused(
            "派单目录没有能确定案件 %(number)s 主办单位的条目，请单独派遣", number=case.number
        )
    assist = [unit for word in routing.assist if (unit := unit_for(case, word)) is not None]
    return _dispatch(case, lead, assist, by=by, at=at, reason=routing.reason, routing=routing)


@transaction.atomic
def recall(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Take a dispatch back before it is signed: also the undo of a dispatch."""
    case = locked(case_id)
    transition = allowed(case, "recall", by=by)
    rules.by_person(was_automatic(case))
    _take_back(case, at, "recalled")
    return carry_out(case, transition, by=by, at=at)


@transaction.atomic
def withdraw(*, case_id: int, reason: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Take an automatic dispatch back before it is signed, and say why; a person dispatches the case then."""
    case = locked(case_id, version=version)
    transition = allowed(case, "withdraw", by=by, note=reason)
    rules.by_rule(was_automatic(case))
    assert case.lead is not None, "what is dispatched has a lead"
    after = {"unit": case.lead.name, "unit_code": case.lead.code, "due": said_date(case.resolve_due_at)}
    _take_back(case, at, "withdrawn")
    return carry_out(case, transition, by=by, at=at, note=reason, after=after)


def _take_back(case: Case, at: datetime, outcome: str) -> None:
    end_turns(case, at, outcome)
    case.lead, case.dispatched_at = None, None


@transaction.atomic
def sign(*, case_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """The lead unit takes the case."""
    case = locked(case_id, version=version)
    transition = allowed(case, "sign", by=by)
    rules.is_lead(facts_of(case), by.unit)
    case.signed_at = at
    case.assignments.filter(ended_at=None, unit=case.lead_id).update(signed_at=at)
    return carry_out(case, transition, by=by, at=at, after={"unit": case.lead.name if case.lead else ""})


@transaction.atomic
def return_case(
    *,
    case_id: int,
    reason: str,
    by: Actor,
    at: datetime,
    proposed: AnyUnit | None = None,
    version: int | None = None,
) -> Case:
    """The lead unit objects to a dispatch and says who should have it; an arbiter rules."""
    case = locked(case_id, version=version)
    transition = allowed(case, "return", by=by, note=reason)
    limit = int(norm_for(case, "cases.return.limit", at).amount())
    rules.may_return(facts_of(case), by.unit, limit)
    turn = case.assignments.filter(ended_at=None, is_lead=True).first()
    assert case.lead is not None, "only a lead objects"
    Objection.objects.create(
        case=case, unit=case.lead, entry_id=turn.entry_id if turn else None, category=case.category,
        raised_at=at, raised_by=by.label, reason=reason, proposed_id=proposed.id if proposed else None,
    )  # fmt: skip
    case.return_count += 1
    after = {"unit": case.lead.name if case.lead else "", "proposed": proposed.name if proposed else ""}
    return carry_out(case, transition, by=by, at=at, note=reason, after=after)


@transaction.atomic
def rule(
    *, case_id: int, upheld: bool, ruling: str, by: Actor, at: datetime, version: int | None = None
) -> Case:
    """The arbiter decides an objection; rulings are kept as precedents."""
    case = locked(case_id, version=version)
    transition = allowed(case, "uphold" if upheld else "overrule", by=by, note=ruling)
    case.objections.filter(ruled_at=None).update(ruled_at=at, ruled_by=by.label, upheld=upheld, ruling=ruling)
    unit = case.lead.name if case.lead else ""
    if upheld:
        _take_back(case, at, "returned")
    return carry_out(case, transition, by=by, at=at, note=ruling, after={"unit": unit})


@transaction.atomic
def reassign(
    *,
    case_id: int,
    lead: AnyUnit,
    reason: str,
    by: Actor,
    at: datetime,
    assist: Sequence[AnyUnit] = (),
    version: int | None = None,
) -> Case:
    """Give a running case to another unit; its clocks start anew and the old dates are kept."""
    return _pass_on("reassign", case_id, lead, assist, reason, by, at, version)


@transaction.atomic
def hand_down(
    *, case_id: int, lead: AnyUnit, reason: str, by: Actor, at: datetime, version: int | None = None
) -> Case:
    """A street passes a case to one of its communities; the date to resolve it stays."""
    return _pass_on("hand_down", case_id, lead, (), reason, by, at, version)


def _pass_on(
    verb: str,
    case_id: int,
    lead: AnyUnit,
    assist: Sequence[AnyUnit],
    reason: str,
    by: Actor,
    at: datetime,
    version: int | None,
) -> Case:
    case = locked(case_id, version=version)
    transition = allowed(case, verb, by=by, note=reason)
    routing = routing_of(case, at)
    forbidding = forbidding_of(case, routing, at)
    if verb == "hand_down":
        rules.is_lead(facts_of(case), by.unit)
        rules.may_hand_down(facts_of(case), unit_facts(lead), by.scope, *forbidding)
    else:
        rules.may_go_to(facts_of(case), unit_facts(lead), *forbidding)
    before = case.lead.name if case.lead else ""
    end_turns(case, at, verb)
    give(case, lead, assist, by=by, at=at, reason=reason, routing=routing)
    case.dispatched_at, case.signed_at = at, None
    after = {"lead": lead.name, "lead_code": lead.code, "assist": _and(assist)}
    return carry_out(case, transition, by=by, at=at, note=reason, before={"before": before}, after=after)
