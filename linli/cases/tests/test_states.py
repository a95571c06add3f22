"""The one table of states, walked: every arrow works, every other step is refused, no state is a dead end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from linli.algorithms.statetable import NotPossible
from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.models import Case
from linli.cases.rules import Refused
from linli.cases.states import STATES, TABLE
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

LEAD, GRID = "520103019", "520103019001001"
Step = Callable[["Walk"], Any]


class Walk:
    """One case with somebody of the centre and somebody of the lead unit who may do anything."""

    def __init__(self, cast: Cast, *, site: bool, known: bool) -> None:
        self.cast, self.at = cast, MONDAY
        root = cast.unit("520103")
        self.centre = Actor(
            "中心", user_id=1, role="x", unit=root.code, scope=root.path, verbs=frozenset(VERBS)
        )
        self.lead = replace(self.centre, label="街道", unit=LEAD, scope=cast.unit(LEAD).path)
        self.pk, self.other = self._receive(site, known).pk, self._receive(site, known).pk

    def _receive(self, site: bool, known: bool) -> Case:
        intake = Intake(
            channel="hotline", text="门口有问题要处理", category=self.cast.category("0201" if site else "0301"),
            place=self.cast.unit(GRID), reporter=ReporterFacts(phone="13885100001") if known else ReporterFacts(),
        )  # fmt: skip
        return commands.receive(intake, by=self.centre, at=MONDAY)

    @property
    def state(self) -> str:
        return Case.objects.values_list("state", flat=True).get(pk=self.pk)

    def by_rule(self) -> None:
        """Let the unit have the case from the catalogue alone."""
        Case.objects.get(pk=self.pk).assignments.update(automatic=True)

    def go(self, *steps: str) -> Walk:
        """Take steps, ten minutes apart."""
        for step in steps:
            self.at += timedelta(minutes=10)
            DO[step](self)
        return self


def of(command: Callable[..., Any], who: str = "centre", **given: Any) -> Step:
    """A step by one command."""
    return lambda walk: command(case_id=walk.pk, by=getattr(walk, who), at=walk.at, **given)


def to(command: Callable[..., Any], unit: str, who: str = "centre", name: str = "lead", **given: Any) -> Step:
    """A step by one command that names a unit."""
    return lambda walk: command(
        case_id=walk.pk, by=getattr(walk, who), at=walk.at, **{name: walk.cast.unit(unit)}, **given
    )


DO: dict[str, Step] = {
    "accept": of(commands.accept),
    "unfile": of(commands.unfile),
    "ask_verify": to(commands.ask_verify, GRID, name="unit"),
    "report_verified": of(commands.report_verified, found=True, note="属实"),
    "void": of(commands.void, note="重复"),
    "explain": of(commands.explain, note="已说明"),
    "refer": of(commands.refer, channel="court", note="属于诉讼"),
    "restore": of(commands.restore),
    "merge": lambda walk: commands.merge(case_id=walk.pk, into_id=walk.other, by=walk.centre, at=walk.at),
    "unmerge": of(commands.unmerge),
    "dispatch": to(commands.dispatch, LEAD),
    "recall": of(commands.recall),
    "withdraw": of(commands.withdraw, reason="派错了"),
    "sign": of(commands.sign, "lead"),
    "return": of(commands.return_case, "lead", reason="不属于本单位"),
    "refuse": of(commands.refuse_case, "lead"),
    "unrefuse": of(commands.take_back_refusal, "lead"),
    "uphold": of(commands.rule, upheld=True, ruling="异议成立"),
    "overrule": of(commands.rule, upheld=False, ruling="异议不成立"),
    "reassign": to(commands.reassign, "520103019001", reason="派错了"),
    "hand_down": to(commands.hand_down, "520103019001", "lead", reason="由社区办"),
    "pause": of(commands.pause, "lead", reason="等材料"),
    "resume": of(commands.resume, "lead"),
    "defer": of(commands.defer, note="等工程"),
    "undefer": of(commands.undefer),
    "submit": of(commands.submit, "lead", result="已处理"),
    "submit_to_callback": of(commands.submit, "lead", result="已处理"),
    "check_pass": of(commands.check, passed=True, note=""),
    "check_close": of(commands.check, passed=True, note=""),
    "check_fail": of(commands.check, passed=False, note="没有清"),
    "callback_close": of(commands.call_back, reached=True, resolved=True, satisfied=5),
    "callback_reopen": of(commands.call_back, reached=True, resolved=False, satisfied=1),
    "close": of(commands.close, note="审定"),
    "reopen": of(commands.reopen, note="没有解决"),
    "reopen_public": of(commands.rate, resolved=False, satisfied=1, words="没有解决"),
}

SITE = {"submit": True, "submit_to_callback": False, "check_close": True, "check_pass": True}
KNOWN = {"check_close": False}
BEFORE = {"unrefuse": ("accept", "dispatch", "refuse")}
"""Another way to the same state, for an arrow that asks how the case came there."""

BY_RULE = {"withdraw"}
"""What a case must be like for an arrow that depends on it: a thing on the spot, a reporter who can be called,
a dispatch without a person."""

OPENED = ("accept", "dispatch")
WAYS: dict[str, tuple[str, ...]] = {
    "received": (), "verifying": ("ask_verify",), "filed": ("accept",), "dispatched": OPENED, "objected": (*OPENED, "return"),
    "handling": (*OPENED, "sign"), "paused": (*OPENED, "sign", "pause"), "deferred": (*OPENED, "sign", "defer"),
    "checking": (*OPENED, "sign", "submit"), "calling": (*OPENED, "sign", "submit_to_callback"),
    "closed": (*OPENED, "sign", "submit_to_callback", "callback_close"), "explained": ("explain",), "referred": ("refer",),
    "voided": ("void",), "merged": ("merge",),
}  # fmt: skip


def test_every_state_can_be_reached_and_every_verb_has_its_command() -> None:
    assert set(WAYS) == {state.code for state in STATES}
    assert set(DO) == {transition.verb for transition in TABLE.transitions}


def test_no_state_is_a_dead_end_for_people() -> None:
    assert TABLE.stuck() == []


@pytest.mark.parametrize("state", WAYS)
def test_every_arrow_of_a_state_works_and_records_its_event(cast: Cast, state: str) -> None:
    for transition in TABLE.leaving(state):
        if (transition.verb, state) == ("reopen", "explained"):
            continue  # needs a case that had a unit before: see the last test
        site = SITE.get(transition.verb, state == "checking")
        with transaction.atomic():
            walk = Walk(cast, site=site, known=KNOWN.get(transition.verb, True)).go(
                *BEFORE.get(transition.verb, WAYS[state])
            )
            if transition.verb in BY_RULE:
                walk.by_rule()
            assert walk.state == state
            walk.go(transition.verb)
            assert walk.state == transition.target, transition.verb
            assert transition.event in set(history_of("case", walk.pk).values_list("name", flat=True)), (
                transition.verb
            )
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", WAYS)
def test_every_other_step_is_refused_and_changes_nothing(cast: Cast, state: str) -> None:
    possible = {transition.verb for transition in TABLE.leaving(state)}
    same = (
        {"submit", "submit_to_callback"},
        {"check_pass", "check_close"},
        {"callback_close", "callback_reopen"},
    )
    possible |= {verb for group in same if group & possible for verb in group}
    if state == "calling":
        possible.add("reopen_public")  # the reporter's own rating is the call-back then
    walk = Walk(cast, site=state == "checking", known=True).go(*WAYS[state])
    for verb in set(DO) - possible:
        with pytest.raises((NotPossible, Refused)), transaction.atomic():
            walk.go(verb)
        assert walk.state == state, verb


def test_an_explained_case_that_never_had_a_unit_is_restored_not_reopened(cast: Cast) -> None:
    walk = Walk(cast, site=False, known=True).go("explain")
    with pytest.raises(Exception, match="主办"), transaction.atomic():
        walk.go("reopen")
    assert walk.go("restore").state == "received"
