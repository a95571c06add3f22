"""A community or street refuses a case that the lists do not lay on it, and takes the refusal back: with the refusal in the room of the lists."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import rules
from linli.cases.commands.dispatching import end_turns, give, unit_facts
from linli.cases.commands.move import allowed, carry_out, facts_of, locked
from linli.cases.models import Case
from linli.cases.queries.routing import routing_of, task_of
from linli.duties import commands as duties
from linli.duties.queries.gate import open_refusal
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import tree


@transaction.atomic
def refuse_case(*, case_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Refuse a case: it goes back to be dispatched, its clocks are dropped, and the refusal cites the entry that decides. Events of both rooms."""
    case = locked(case_id, version=version)
    transition = allowed(case, "refuse", by=by)
    assert case.lead is not None, "what is with a unit has a lead"
    rules.may_refuse(facts_of(case), unit_facts(case.lead), by.unit, case.urgency)
    try:
        refusal = duties.refuse(task=task_of(case, at), by=by, at=at)
    except duties.Refused as refused:
        raise rules.Refused(str(refused)) from refused
    after = {"unit": case.lead.name, "unit_code": case.lead.code, "citation": refusal.citation}
    end_turns(case, at, "refused")
    case.lead, case.dispatched_at, case.signed_at = None, None, None
    return carry_out(case, transition, by=by, at=at, after=after)


@transaction.atomic
def take_back_refusal(*, case_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Undo the own unit's refusal of a case that was not dispatched anew; its clocks start again. Events of both rooms."""
    case = locked(case_id, version=version)
    transition = allowed(case, "unrefuse", by=by)
    refusal = open_refusal("case", case.number, by.unit)
    unit = tree().by_code.get(by.unit)
    if refusal is None or unit is None:
        raise rules.Refused("本单位没有可以撤回的拒收")
    duties.take_back_refusal(number=refusal.number, by=by, at=at)
    give(case, unit, (), by=by, at=at, reason=transition.label, routing=routing_of(case, at))
    case.dispatched_at = at
    return carry_out(case, transition, by=by, at=at, after={"unit": unit.name})
