"""What people do with a return: answer what is asked, correct what was filled, and move it along its chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.algorithms.workbooks.blank import fingerprint
from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.returns import policy, states
from linli.returns.commands.refused import Refused
from linli.returns.commands.rosters import open_cells
from linli.returns.commands.rounds import subject_of_return
from linli.returns.models import DepartedRows, Departure, Form, Return
from linli.returns.queries.changes import faults_in
from linli.returns.queries.filled import faults_of, places_of
from linli.returns.queries.lists import sealed_values, values_in
from linli.returns.queries.workbooks import left_as, said_by
from linli.returns.rules.elements import LATER

LONGEST = 400


class NotWhole(Refused):
    """A return cannot leave yet: places are empty, or a formula of the form does not hold."""


@transaction.atomic
def answer(
    *,
    return_id: int,
    values: Mapping[str, str],
    reasons: Mapping[str, str],
    version: int,
    by: Actor,
    at: datetime,
) -> Return:
    """Keep what a unit says of its places: some of them is enough. One event for answers, one for corrections.

    A place that the system filled is said otherwise only with a reason; an empty value takes what was said back.
    """
    row = locked(return_id, by, "return.fill")
    if row.state != states.FILLING:
        raise Refused("这份报表已经提交；要改，请先收回或请上级退回")
    if row.version != version:
        raise Refused("这份报表刚被别人改过，请刷新后再填")
    places = {each["place"] for each in places_of(row.round.template)}
    given, touched = dict(row.given), []
    for place in places & values.keys():
        value = values[place].strip()[:LONGEST]
        if value != _said(row, place):
            _put(given, place, value, row.known.get(place), reasons.get(place, "").strip(), by)
            touched.append(place)
    row.given, row.person, row.version = given, name_of(by), row.version + 1
    row.asked = asked_of(row)
    row.save(update_fields=["given", "person", "version", "asked"])
    _record(row, sorted(touched), by, at)
    return row


def asked_of(row: Return) -> int:
    """How many cells of a return are still to be filled by people, those of its list among them."""
    places = {each["place"] for each in places_of(row.round.template)} - _later(row)
    return sum(place not in row.known and place not in row.given for place in places) + open_cells(row)


def _said(row: Return, place: str) -> str:
    """What a place says now, as it stands in its field."""
    known = row.known.get(place)
    return str(row.given[place]["value"]) if place in row.given else "" if known is None else str(known)


def _put(given: dict[str, Any], place: str, value: str, known: Any, reason: str, by: Actor) -> None:
    """Say something of a place, or take it back; otherwise than the system only with a reason."""
    if value in ("", str(known)):
        given.pop(place, None)
    elif known is None:
        given[place] = {"value": as_number(value), "who": by.label}
    elif not reason:
        raise Refused("改动系统所填的数要写明理由：%(place)s", place=place)
    else:
        given[place] = {"value": as_number(value), "who": by.label, "reason": reason[:LONGEST]}


def _record(row: Return, touched: list[str], by: Actor, at: datetime) -> None:
    """One event for what was answered, one for what was said otherwise than the system."""
    parts = {
        "return.answered": [place for place in touched if place not in row.known],
        "return.corrected": [place for place in touched if place in row.known],
    }
    for name, places in parts.items():
        if places:
            before = {place: row.known.get(place) for place in places}
            after = {"cells": len(places), "values": {place: row.given.get(place) for place in places}}
            record(name, subject=subject_of_return(row), by=by, at=at, before=before, after=after)


def _later(row: Return) -> set[str]:
    return {place for place, code in row.round.template.bindings.items() if code in LATER}


def as_number(value: str) -> Any:
    """A whole number as one: formulas of the department's sheet reckon with it."""
    return int(value) if value.lstrip("-").isdigit() and len(value) <= 15 else value


@transaction.atomic
def move(*, return_id: int, verb: str, note: str = "", by: Actor, at: datetime) -> Return:
    """Move a return along the chain. One event, which keeps the remark. Raises ``NotPossible``, ``NotWhole``, ``NotAllowed``."""
    row = Return.objects.whole().select_for_update(of=("self",)).get(pk=return_id)
    verb = "hand_in" if verb == "submit" and row.round.form.level == Form.Level.STREET else verb
    step = states.TABLE.find(verb, row.state)
    _require(row, by, step.permission)
    if step.permission == "duty.refuse":
        raise Refused("拒收另有一步，请用“拒收”按钮")
    if step.needs_note and not note.strip():
        raise Refused("请写明哪里不对，填报单位才知道改什么")
    if step.guard == "is_whole":
        _whole(row)
    if step.target == states.FILLING:
        row.submitted_at = None
    elif step.sources == (states.FILLING,):
        row.submitted_at, row.person = at, name_of(by)
    row.state, row.version = step.target, row.version + 1
    row.save(update_fields=["state", "submitted_at", "person", "version"])
    after = {} if step.sources != (states.FILLING,) else {"fingerprint": _leave(row, by, at)}
    record(step.event, subject=subject_of_return(row), by=by, at=at, after=after, note=note.strip())
    return row


def _leave(row: Return, by: Actor, at: datetime) -> str:
    """Keep what the return says as it leaves its unit, its rows too; the fingerprint of its workbook, which the event keeps too."""
    values, is_list = said_by(row), row.round.template.is_list
    listed = values_in(row) if is_list else []
    print_ = fingerprint(left_as(row, values, listed))
    made = Departure.objects.create(
        row=row, at=at, by_label=by.label[:120], values=values, fingerprint=print_
    )
    if is_list:
        sealed = sealed_values(row, listed)
        DepartedRows.objects.create(departure=made, row=row, count=len(listed), sealed=sealed)
    return print_


def name_of(by: Actor) -> str:
    """Whoever fills a form, as the form asks for it: without the post."""
    return by.label.partition("（")[0][:120]


def _whole(row: Return) -> None:
    open_places = [
        each["heading"]
        for each in places_of(row.round.template)
        if each["place"] not in row.known
        and each["place"] not in row.given
        and each["place"] not in _later(row)
    ]
    if open_places:
        raise NotWhole("还有 %(n)s 处没有填：%(first)s", n=len(open_places), first="、".join(open_places[:5]))
    in_list = open_cells(row)
    if in_list:
        raise NotWhole("花名册还有 %(n)s 格没有填", n=in_list)
    in_rows = faults_in(row)
    if in_rows:
        raise NotWhole(
            "第 %(number)s 行审核公式不符：%(words)s", number=in_rows[0].number, words=in_rows[0].words
        )
    faults = faults_of(row)
    if faults:
        raise NotWhole("审核公式不符：%(words)s", words=faults[0].words)


def locked(return_id: int, by: Actor, verb: str) -> Return:
    """A return that the actor may take in hand with the verb, locked."""
    row = Return.objects.whole().select_for_update(of=("self",)).get(pk=return_id)
    _require(row, by, verb)
    return row


def may_move(row: Return, by: Actor, verb: str) -> bool:
    """Whether somebody may take an arrow out of the state of a return."""
    step = next((each for each in states.TABLE.leaving(row.state) if each.verb == verb), None)
    return step is not None and by.may(step.permission) and _is_place_of(row, by, step.permission)


def _require(row: Return, by: Actor, verb: str) -> None:
    """The verb, and the place of the return in it."""
    policy.require(by, verb)
    if not _is_place_of(row, by, verb):
        raise NotAllowed("这份报表不归您的单位办理")


def _is_place_of(row: Return, by: Actor, verb: str) -> bool:
    """Own unit to fill, own territory to review, own form to receive."""
    if by.sees_all:
        return True
    match verb:
        case "return.fill" | "duty.refuse":
            return row.unit.code == by.unit
        case "return.ask":
            return row.round.form.owner.code == by.unit or by.may("return.keep")
    return bool(by.scope) and row.path.startswith(by.scope)
