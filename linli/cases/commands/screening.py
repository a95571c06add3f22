"""Before a unit has it: accept, void, explain, refer, verify, and the way back from each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.cases import rules
from linli.cases.commands.answering import answer_reporters
from linli.cases.commands.move import allowed, carry_out, facts_of, locked
from linli.cases.models import Case
from linli.cases.states import TABLE
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node

SPOKEN = frozenset({"hotline", "counter"})
"""Channels on which the person hears the answer at once."""


@transaction.atomic
def accept(*, case_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Open the case (立案)."""
    return open_case(locked(case_id, version=version), by=by, at=at)


def open_case(case: Case, *, by: Actor, at: datetime, save: bool = True) -> Case:
    """Open a locked case; without ``save`` the step that follows in the same command saves it."""
    transition = allowed(case, "accept", by=by)
    rules.has_category(facts_of(case))
    case.filed_at = at
    return carry_out(case, transition, by=by, at=at, save=save)


@transaction.atomic
def unfile(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Take the opening back."""
    case = locked(case_id)
    transition = allowed(case, "unfile", by=by)
    case.filed_at = None
    return carry_out(case, transition, by=by, at=at)


@transaction.atomic
def ask_verify(
    *, case_id: int, unit: Node, by: Actor, at: datetime, note: str = "", version: int | None = None
) -> Case:
    """Send a grid worker to see whether it is so, before the case is opened."""
    case = locked(case_id, version=version)
    transition = allowed(case, "ask_verify", by=by)
    if unit.code not in case.audience:
        case.audience = [*case.audience, unit.code]
    return carry_out(
        case, transition, by=by, at=at, note=note, after={"unit": unit.name, "unit_code": unit.code}
    )


@transaction.atomic
def report_verified(*, case_id: int, found: bool, note: str, by: Actor, at: datetime) -> Case:
    """What the grid worker saw; the case goes back to screening either way."""
    case = locked(case_id)
    transition = allowed(case, "report_verified", by=by, note=note)
    return carry_out(
        case, transition, by=by, at=at, note=note, after={"result": "属实" if found else "不属实"}
    )


@transaction.atomic
def void(*, case_id: int, note: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Void what does not meet the filing condition, with the reason."""
    return _finish(case_id, "void", note, by, at, version)


@transaction.atomic
def explain(*, case_id: int, note: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Answer at once and close."""
    return _finish(case_id, "explain", note, by, at, version)


@transaction.atomic
def refer(
    *, case_id: int, channel: str, note: str, by: Actor, at: datetime, version: int | None = None
) -> Case:
    """Lead the person to the emergency number or the legal channel that the matter belongs to."""
    if channel not in rules.REFERRALS:
        raise rules.Refused("请选择引导去向")
    return _finish(case_id, "refer", note, by, at, version, {"channel": rules.REFERRALS[channel]})


def _finish(
    case_id: int,
    verb: str,
    note: str,
    by: Actor,
    at: datetime,
    version: int | None,
    after: dict[str, str] | None = None,
) -> Case:
    case = locked(case_id, version=version)
    transition = allowed(case, verb, by=by, note=note)
    case.closed_at, case.result = at, note
    case = carry_out(case, transition, by=by, at=at, note=note, after=after)
    answer_reporters(case, spoken=case.channel in SPOKEN, by=by, at=at)
    return case


@transaction.atomic
def restore(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Take a voided, explained or referred case up again."""
    case = locked(case_id)
    transition = allowed(case, "restore", by=by)
    case.closed_at, case.result = None, ""
    return carry_out(case, transition, by=by, at=at)


@transaction.atomic
def merge(*, case_id: int, into_id: int, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Let a case follow another that asks for the same: its reporter gets the other's answer."""
    if case_id == into_id:
        raise rules.Refused("案件不能并入自己")
    pair = {
        key: locked(key, version=version if key == case_id else None) for key in sorted((case_id, into_id))
    }
    case, target = pair[case_id], pair[into_id]
    transition = allowed(case, "merge", by=by)
    if target.merged_into_id is not None:
        raise rules.Refused("案件 %(number)s 本身已并入他案，请并入最终的主案", number=target.number)
    if TABLE.state(target.state).final:
        raise rules.Refused(
            "案件 %(number)s 已经办完，不能再并入；请单独受理，或请督办员重新办理原案", number=target.number
        )
    case.merged.update(merged_into=target)
    moved = case.merged_count + 1
    case.merged_into, case.merged_count = target, 0
    target.merged_count += moved
    target.version += 1
    target.save(update_fields=["merged_count", "version"])
    return carry_out(case, transition, by=by, at=at, after={"target": target.number, "target_id": target.pk})


@transaction.atomic
def unmerge(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Let a merged case stand by itself again; an answer that it had from the other is none of its own."""
    case = locked(case_id)
    transition = allowed(case, "unmerge", by=by)
    target = locked(case.merged_into_id) if case.merged_into_id else None
    if target is not None:
        target.merged_count = max(0, target.merged_count - 1)
        target.version += 1
        target.save(update_fields=["merged_count", "version"])
    case.merged_into, case.closed_at, case.result = None, None, ""
    return carry_out(case, transition, by=by, at=at)
