"""Check, call-back, rating, closing and reopening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.algorithms.statetable import Transition
from linli.cases import policy, rules
from linli.cases.commands.answering import answer_reporters
from linli.cases.commands.dispatching import end_turns
from linli.cases.commands.move import MOVING, allowed, carry_out, facts_of, locked, subject_of
from linli.cases.models import Callback, Case
from linli.cases.queries.clocks import norm_for
from linli.cases.states import TABLE
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record


@transaction.atomic
def check(
    *, case_id: int, passed: bool, note: str, by: Actor, at: datetime, version: int | None = None
) -> Case:
    """Look on the spot whether it is done; if not, it goes back to the unit."""
    case = locked(case_id, version=version)
    verb = "check_fail" if not passed else "check_pass" if case.has_contact else "check_close"
    transition = allowed(case, verb, by=by, note=note)
    rules.not_own_work(by.unit, case.lead.code if case.lead else "")
    if not passed:
        case.rework_count += 1
        _reset_answer(case)
    elif verb == "check_close":
        case.resolved = True
        return _finish(case, transition, by=by, at=at, note=note, spoken=False)
    return carry_out(case, transition, by=by, at=at, note=note)


@transaction.atomic
def call_back(
    *, case_id: int, reached: bool, by: Actor, at: datetime, resolved: bool | None = None, satisfied: int | None = None,
    reasons: Sequence[str] = (), words: str = "", version: int | None = None,
) -> Case:  # fmt: skip
    """Ask the reporter: resolved? satisfied? An unhappy answer reopens once and goes to the supervisor."""
    case = locked(case_id, version=version)
    policy.require(by, "case.callback", case)
    TABLE.find("callback_close", case.state)
    if reached and (resolved is None or satisfied is None):
        raise rules.Refused("已联系上的，请填写是否解决和是否满意")
    Callback.objects.create(
        case=case, at=at, by=by.label, reached=reached, words=words, reasons=list(reasons),
        resolved=resolved if reached else None, satisfied=satisfied if reached else None,
    )  # fmt: skip
    if not reached:
        return _not_reached(case, words, by, at)
    return _judge(
        case, bool(resolved), int(satisfied or 0), words, by, at, "callback_close", "callback_reopen"
    )


def _not_reached(case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Nobody answered: it is tried again, and after as many tries as the norm says the case closes unasked."""
    tries = case.callbacks.filter(
        reached=False, by_reporter=False, at__gte=case.answered_at or case.received_at
    ).count()
    most = int(norm_for(case, "cases.callback.tries", at).amount())
    if tries >= most:
        after = {"outcome": f"{tries} 次未联系上"}
        return _finish(
            case, allowed(case, "callback_close", by=by), by=by, at=at, note=words, after=after, spoken=False
        )
    case.version += 1
    case.save(update_fields=["version"])
    record(
        "case.called_back", subject=subject_of(case), by=by, at=at, after={"outcome": "未联系上"}, note=words
    )
    return case


def _judge(
    case: Case,
    resolved: bool,
    satisfied: int,
    words: str,
    by: Actor,
    at: datetime,
    close_verb: str,
    reopen_verb: str,
) -> Case:
    case.resolved, case.satisfied = resolved, satisfied
    limit = int(norm_for(case, "cases.reopen.limit", at).amount())
    outcome = rules.outcome_of_callback(resolved, satisfied, case.reopen_count, limit)
    if outcome == "reopen":
        rules.may_reopen(facts_of(case), limit)
        transition = allowed(case, reopen_verb, by=by, note=words or "诉求人不满意")
        return _reopen(case, transition.verb, by=by, at=at, note=words or "诉求人不满意")
    transition = allowed(case, close_verb, by=by, note=words)
    said = f"{'已解决' if resolved else '未解决'}，满意度 {satisfied}"
    return _finish(case, transition, by=by, at=at, note=words, after={"outcome": said}, spoken=True)


def _finish(
    case: Case,
    transition: Transition,
    *,
    by: Actor,
    at: datetime,
    note: str,
    spoken: bool,
    after: Mapping[str, Any] | None = None,
) -> Case:
    """Close, and answer everybody who asked; ``spoken``: the reporter of this case has just been spoken to."""
    case.closed_at = at
    end_turns(case, at, "closed")
    case = carry_out(case, transition, by=by, at=at, note=note, after=after)
    answer_reporters(case, spoken=spoken, by=by, at=at)
    return case


def _reset_answer(case: Case) -> None:
    case.answered_at, case.result = None, ""


def _reopen(case: Case, verb: str, *, by: Actor, at: datetime, note: str) -> Case:
    transition = TABLE.find(verb, case.state)
    case.reopen_count += 1
    case.supervised = True
    case.closed_at = None
    _reset_answer(case)
    if not case.assignments.filter(ended_at=None, is_lead=True).exists():
        last = case.assignments.filter(is_lead=True).order_by("-given_at", "-id").first()
        if last is not None:
            last.pk, last.given_at, last.given_by, last.ended_at, last.outcome = None, at, by.label, None, ""
            last.save()
    return carry_out(case, transition, by=by, at=at, note=note)


@transaction.atomic
def close(*, case_id: int, note: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """Close after a look at the whole case, without a call-back."""
    case = locked(case_id, version=version)
    transition = allowed(case, "close", by=by, note=note)
    return _finish(case, transition, by=by, at=at, note=note, spoken=False)


@transaction.atomic
def reopen(*, case_id: int, note: str, by: Actor, at: datetime, version: int | None = None) -> Case:
    """The supervisor sends a closed case back to its unit."""
    case = locked(case_id, version=version)
    allowed(case, "reopen", by=by, note=note)
    if case.lead_id is None:
        raise rules.Refused("本案没有主办单位，请恢复受理后派遣")
    return _reopen(case, "reopen", by=by, at=at, note=note)


@transaction.atomic
def rate(
    *,
    case_id: int,
    resolved: bool,
    satisfied: int,
    by: Actor,
    at: datetime,
    reasons: Sequence[str] = (),
    words: str = "",
) -> Case:
    """The reporter's own rating by the receipt: “not solved” reopens once."""
    case = locked(case_id)
    if case.state not in {"calling", "closed"}:
        raise rules.Refused("案件办结后才能评价")
    Callback.objects.create(
        case=case, at=at, by="诉求人", by_reporter=True, reached=True, resolved=resolved, satisfied=satisfied,
        reasons=list(reasons), words=words,
    )  # fmt: skip
    said = f"{'已解决' if resolved else '未解决'}，满意度 {satisfied}"
    record("case.rated", subject=subject_of(case), by=by, at=at, after={"outcome": said}, note=words)
    case.resolved, case.satisfied = resolved, satisfied
    limit = int(norm_for(case, "cases.reopen.limit", at).amount())
    reopen_it = rules.outcome_of_callback(resolved, satisfied, case.reopen_count, limit) == "reopen"
    if reopen_it and case.lead_id is not None:
        verb = "reopen_public" if case.state == "closed" else "callback_reopen"
        return _reopen(case, verb, by=by, at=at, note=words or "诉求人反映没有解决")
    if case.state == "calling":
        return _finish(case, TABLE.find("callback_close", "calling"), by=by, at=at, note=words, spoken=True)
    case.version += 1
    case.save(update_fields=MOVING)
    return case
